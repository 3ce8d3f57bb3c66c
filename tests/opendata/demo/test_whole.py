"""The whole demonstration in an empty database: everything is served, found, described and harmonised, and made once."""

from unittest import mock

import pytest
from django.test import Client

from kuutio.cities import demo as cities_demo
from kuutio.opendata import comparing
from kuutio.opendata.actions import loading as verbs
from kuutio.opendata.actions.harmonising import rebuild_joint
from kuutio.opendata.demo import joint, loading
from kuutio.opendata.demo.declared import MADE
from kuutio.opendata.demo.ground import CITIES
from kuutio.opendata.demo.sets import declared
from kuutio.opendata.engine.refusals import TookTooLong
from kuutio.opendata.models import Dataset, Distribution, Load, Mapping, Snapshot
from tests.opendata.bringing import in_this_process

pytestmark = pytest.mark.django_db
#: Whose newest version waits for a decision, and why.
HELD = {"turku-uimavedet": "violations", "vantaa-palautteet": "findings"}


def here(done) -> None:
    """Do the worker's part in this process until it is done."""
    for dataset in Dataset.objects.filter(mappings__isnull=False).distinct():
        if not dataset.loads.exists():
            rebuild_joint(str(dataset.pk))
    with mock.patch.object(verbs, "run_limited", in_this_process):
        for load in Load.objects.filter(finished_at__isnull=True).order_by("created_at"):
            verbs.work_load(str(load.pk))
    assert done()


def counts() -> dict[str, int]:
    models = (Dataset, Distribution, Load, Mapping, Snapshot)
    return {model.__name__: model.objects.count() for model in models}


def served_or_held_as_meant() -> None:
    assert not Load.objects.exclude(state__in=["served", "held"]).exists()
    held = Snapshot.objects.filter(state="held").select_related("distribution__dataset")
    assert {one.distribution.dataset.name for one in held} == set(HELD)
    for one in held:
        assert getattr(one, HELD[one.distribution.dataset.name])
    assert not Distribution.objects.filter(kind="table", current__isnull=True).exists()
    assert Dataset.objects.filter(state="published").count() == len(declared()) + len(joint.ALL)


def well_described() -> None:
    poor = {
        one.name: (one.quality_points, [lack["mend"] for lack in one.quality["missing"]])
        for one in Dataset.objects.filter(distributions__kind__in=["table", "file"]).distinct()
        if one.quality_points < 380
    }
    assert not poor
    for one in Dataset.objects.all():
        for text in (one.title, one.notes, one.provenance):
            assert all(text.localize(language) for language in ("fi", "sv", "en")), one.name


def harmonised(client: Client) -> None:
    """Each city's rows by `city=` are its own table's, less those that its report leaves out, at every door."""
    for one in joint.ALL:
        total = 0
        for row in Mapping.objects.filter(joint__name=one.name).select_related("source__current"):
            assert row.report["conforms"], row.report
            expected = row.source.current.rows - row.report["left_out"] - row.report["other_rows"]
            assert row.report["rows"] == expected
            asked = {"city": row.city_id, "limit": 1}
            assert client.get(f"/api/ogc/collections/{one.name}/items", asked).json()["numberMatched"] == expected
            ckan = {"resource_id": str(joint_table(one.name).pk), "filters": f'{{"city": "{row.city_id}"}}', "limit": 1}
            assert client.get("/api/3/action/datastore_search", ckan).json()["result"]["total"] == expected
            total += expected
        assert Mapping.objects.filter(joint__name=one.name).count() == len(CITIES)
        assert joint_table(one.name).current.rows == total
        assert "city" in joint_table(one.name).filters
    csv = client.get("/data/kuutio-leikkipuistot.csv", {"city": "oulu"})
    lines = b"".join(csv).splitlines()
    assert len(lines) - 1 == Distribution.objects.get(table="oulu-leikkipuistot").current.rows


def joint_table(name: str) -> Distribution:
    return Distribution.objects.select_related("current").get(table=name)


def says_that_it_is_made(client: Client) -> None:
    page = client.get("/fi/data/helsinki-puurekisteri/").content.decode()
    assert MADE["fi"] in page
    assert "CC BY 4.0" in page
    page = client.get("/fi/data/tampere-joukkoliikenne/").content.decode()
    assert MADE["fi"] not in page
    assert "Tampereen kaupunki, joukkoliikenne, 15.12.2021" in page


def versions_differ() -> None:
    benches = Distribution.objects.get(table="tampere-puistonpenkit")
    old, *_between, new = Snapshot.objects.filter(distribution=benches).order_by("pk")
    assert benches.snapshots.count() == 3
    assert benches.current == new
    found = comparing.difference(benches, old.content, new.content)
    assert found.added and found.removed and found.changed


def test_the_whole_demonstration_comes_in_and_comes_in_once(client):
    cities_demo.load_cities()
    loading.load(lambda _text: None, here)
    served_or_held_as_meant()
    well_described()
    harmonised(client)
    says_that_it_is_made(client)
    versions_differ()
    before = counts()
    loading.load(lambda _text: None, here)
    assert counts() == before


def test_a_start_that_was_cut_off_is_gone_on_with(monkeypatch):
    cities_demo.load_cities()
    some = [one for one in declared() if one.name in {"tampere-puistonpenkit", "turku-leikkipuistot", "oulu-kuntaraja"}]
    monkeypatch.setattr(loading, "declared", lambda: some)
    monkeypatch.setattr(joint, "ALL", ())
    files = []

    def cut_off(*args, **more):
        if len(files) == 2:
            raise KeyboardInterrupt
        files.append(more["file_name"])
        return verbs.receive_file(*args, **more)

    with monkeypatch.context() as cut, pytest.raises(KeyboardInterrupt):
        cut.setattr(loading, "receive_file", cut_off)
        loading.load(lambda _text: None, here)
    loading.load(lambda _text: None, here)
    assert Load.objects.filter(state="served").count() == sum(len(one.versions) for one in some)
    assert {one.name for one in Dataset.objects.filter(state="published")} == {one.name for one in some}


def test_a_load_that_failed_is_tried_again_at_the_next_start(monkeypatch):
    cities_demo.load_cities()
    monkeypatch.setattr(loading, "declared", lambda: [one for one in declared() if one.name == "oulu-kuntaraja"])
    monkeypatch.setattr(joint, "ALL", ())
    told = []

    def too_slow(*_args, **_more):
        raise TookTooLong("It took too long.")

    def fail(done) -> None:
        with mock.patch.object(verbs, "run_limited", too_slow):
            for load in Load.objects.filter(finished_at__isnull=True):
                verbs.work_load(str(load.pk))
        assert done()

    loading.load(told.append, fail)
    assert Load.objects.get().state == "failed"
    assert any("oulu-kuntaraja could not be read" in text for text in told)
    loading.load(lambda _text: None, here)
    assert Load.objects.get().state == "served"
    assert Distribution.objects.get(table="oulu-kuntaraja").current
