"""Our own doors are sources as any other: what we serve can be harvested, over HTTP."""

import json
from unittest import mock

import pytest
from django.utils import timezone

from kuutio.config import console
from kuutio.federation.actions.runs import work_run
from kuutio.federation.actions.sources import start_run
from kuutio.federation.models import HarvestRun
from kuutio.opendata.actions import loading
from kuutio.opendata.models import Dataset, Distribution, Load
from tests.factories import DatasetFactory, DistributionFactory
from tests.federation.harvesting import a_source
from tests.opendata.bringing import bring, in_this_process

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 2_500


@pytest.fixture
def site(live_server, settings, transactional_db):
    """The address of a server with `helsinki-trees` and three described data sets."""
    settings.SITE_URL, settings.FETCH_ALLOW = live_server.url, ["127.0.0.0/8", "::1"]
    rows = "".join(f"{n},Puu {n},{24 + n / 1e4},{60 + n / 1e4}\n" for n in range(ROWS))
    assert bring(f"id,nimi,lon,lat\n{rows}", "trees.csv", what="trees", options={"key": ["id"]}).state == "served"
    for number in range(3):
        dataset = DatasetFactory(name=f"helsinki-thing-{number}", themes=["TRAN"], frequency="DAILY")
        DistributionFactory(dataset=dataset, url=f"https://example.org/{number}.csv")
    return live_server.url


def read(source) -> HarvestRun:
    run = start_run(source, by=None, at=timezone.now())
    work_run(run.pk)
    return HarvestRun.objects.get(pk=run.pk)


def test_the_ogc_api_gives_its_tables_whole(site):
    run = read(a_source(f"{site}/api/ogc", "ogcapi", city="espoo", options={"tables": True}))
    assert (run.state, run.complete, run.files_failed) == ("done", True, 0), run.problem
    with mock.patch.object(loading, "run_limited", in_this_process):
        for load in Load.objects.filter(finished_at__isnull=True):
            loading.work_load(str(load.pk))
    copy = Distribution.objects.get(dataset__name="espoo-helsinki-trees", kind="table")
    assert copy.current.rows == ROWS and copy.current.bbox == pytest.approx([24, 60, 24.2499, 60.2499])


def test_the_ckan_api_gives_each_data_set_once(site):
    source = a_source(site, city="espoo", options={"filter": "organization:helsinki"})
    run = read(source)
    assert (run.state, run.complete, run.created) == ("done", True, 4), run.problem
    copy = Dataset.objects.get(name="espoo-helsinki-thing-1")
    original = Dataset.objects.get(name="helsinki-thing-1")
    for field in ("title", "notes", "licence", "themes", "frequency"):
        assert getattr(copy, field) == getattr(original, field), field
    assert [form.url for form in copy.distributions.all()] == ["https://example.org/1.csv"]
    run = start_run(source, by=None, at=timezone.now(), full=True)
    work_run(run.pk)
    run.refresh_from_db()
    assert (run.seen, run.unchanged, run.complete) == (4, 4, True)


def test_the_dcat_catalogue_gives_each_data_set_once(site):
    run = read(a_source(f"{site}/catalog.ttl", "dcat", city="espoo"))
    assert (run.state, run.complete, run.created, run.quarantined) == ("done", True, 4, 0), run.problem
    copy = Dataset.objects.get(city="espoo", title__contains="helsinki-thing-1")
    original = Dataset.objects.get(name="helsinki-thing-1")
    for field in ("title", "notes", "licence", "themes", "frequency"):
        assert getattr(copy, field) == getattr(original, field), field


@pytest.mark.parametrize("words", [["--layer", "helsinki-trees"], []])
def test_the_command_loads_a_layer_or_a_file_by_its_address(site, capsys, monkeypatch, words):
    from kuutio.config import jobs
    from kuutio.config.commands import load

    def here(done, seconds=0):
        for waiting in Load.objects.filter(finished_at__isnull=True):
            loading.work_load(str(waiting.pk))

    monkeypatch.setattr(jobs, "finish_here_unless_served", here)
    monkeypatch.setattr(loading, "run_limited", in_this_process)
    parser = console.argparse.ArgumentParser()
    load.arguments(parser)
    address = f"{site}/api/ogc" if words else f"{site}/data/helsinki-trees.csv"
    told = ["--city", "espoo", "--dataset", "copy", "--key", "id", "--json", *words]
    assert load.run(parser.parse_args([address, *told])) == 0
    (table,) = json.loads(capsys.readouterr().out)["tables"]
    assert (table["name"], table["rows"], table["rejects"]) == ("espoo-copy", ROWS, 0)


def test_the_command_keeps_and_reads_a_source(site, capsys, monkeypatch):
    from kuutio.config import jobs
    from kuutio.config.commands import harvest

    def here(done, seconds=0):
        for run in HarvestRun.objects.filter(finished_at__isnull=True):
            work_run(run.pk)

    monkeypatch.setattr(jobs, "finish_here_unless_served", here)
    parser = console.argparse.ArgumentParser()
    harvest.arguments(parser)

    def said(*words):
        code = harvest.run(parser.parse_args(words))
        return code, json.loads(capsys.readouterr().out)

    told = ("--city", "helsinki", "--name", "own", "--filter", "organization:helsinki")
    assert said("add", "--kind", "ckan", "--address", site, *told)[1]["name"] == "own"
    code, report = said("run", "own")
    assert (code, report["complete"], report["counts"]["created"]) == (0, True, 4)
    assert said("list")[1]["sources"][0]["last_run"]["run"] == report["run"]
    assert said("add", "--kind", "ckan", "--address", f"{site}/nowhere", "--city", "091", "--name", "bad")[0] == 0
    monkeypatch.setattr("django.conf.settings.FETCH_ALLOW", [])
    code, report = said("run", "bad")
    assert code == 1 and report["problem"]["kind"] == "address-refused"
    assert said("remove", "bad")[1] == {"removed": "bad"}
