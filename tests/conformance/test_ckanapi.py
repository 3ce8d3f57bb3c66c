"""CKAN's own command line, and its harvester's requests, against a live server."""

import json
import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from django.db import connection
from django.utils import timezone

from kuutio.cities.models import City, Organisation
from kuutio.opendata.actions.catalogue import create_dataset, publish_dataset
from kuutio.opendata.models import Dataset, Distribution, Group, Snapshot
from tests.factories import CityFactory, DatasetFactory, DistributionFactory, OrganisationFactory, PersonFactory
from tests.opendata.bringing import bring
from tests.opendata.ckan.conftest import key_for

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 2500


@pytest.fixture
def site(live_server, settings, transactional_db):
    """The address of a running server, without limits that a test would reach."""
    settings.SITE_URL = live_server.url
    settings.WRITES_PER_MINUTE = settings.READS_PER_MINUTE = 1_000_000
    return live_server.url


def ckanapi(site: str, *words: str, key: str = "") -> bytes:
    """Run the real command line; its standard output."""
    command = [str(Path(sys.executable).parent / "ckanapi"), *words, "-r", site, *(["-a", key] if key else [])]
    # It starts itself by its bare name.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(command, capture_output=True, check=False, timeout=300, env={**os.environ, "PATH": path})
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    return done.stdout


def dumped(site: str, what: str, folder: Path, name: str) -> list[dict]:
    """All things of a kind, as `ckanapi dump` writes them."""
    path = folder / name
    ckanapi(site, "dump", what, "--all", "-O", str(path), "-p", "2")
    return [json.loads(line) for line in path.read_text().splitlines()]


def _without_change(thing):
    """The same without the times of change, which may differ."""
    if isinstance(thing, dict):
        return {key: _without_change(value) for key, value in thing.items() if key != "metadata_modified"}
    return [_without_change(one) for one in thing] if isinstance(thing, list) else thing


def _fill() -> None:
    """A catalogue of all sorts: tables with rows, files, addresses, groups, three languages, what has no field."""
    for city in ("helsinki", "turku"):
        organisation = OrganisationFactory(city=CityFactory(code=city))
        organisation.notes, organisation.extras = {"fi": "Kaupunki", "sv": "Stad"}, {"k": "v", "_fields": {"own": [1]}}
        organisation.save()
    group = Group.objects.create(name="vihrea", title={"fi": "Vihreä", "en": "Green"}, extras={"a": "b"})
    bring("id,name,lon,lat\n1,Koivu,24.9,60.1\n2,Mänty,24.8,60.2\n", what="trees", options={"key": ["id"]})
    bring("a,b\n1,x\n", what="plain", city="turku")
    for number in range(12):
        dataset = DatasetFactory(
            name=f"helsinki-set-{number}",
            title={"fi": f"Äänet {number}", "sv": f"Ljud {number}"} if number % 2 else {"en": f"Sounds {number}"},
            notes={"fi": "Monta\nriviä", "en": "Many\nlines"},
            keywords={"fi": ["ääni", "a b"], "en": ["sound"]} if number % 3 else {"en": ["only"]},
            themes=["ENVI", "TRAN"][: number % 3],
            licence=["cc-by-4.0", "cc-zero-1.0", ""][number % 3],
            frequency=["DAILY", ""][number % 2],
            coverage=["Helsinki"],
            bbox=[24.1, 60.0, 25.2, 61.3] if number % 2 else None,
            contact_name="Tuki",
            contact_email="tuki@example.org",
            author="Aino",
            landing_page="https://example.org/a",
            rights={"fi": "Oikeudet"},
            provenance={"sv": "Ursprung"},
            extras={"guid": f"g{number}", "nested": {"a": [1, None]}, "_fields": {"custom": {"x": number}}},
            contract={"columns": []} if number % 2 else {},
            issued_at=timezone.now() - timedelta(days=number),
            created_at=timezone.now() - timedelta(days=100 + number),
        )
        if number % 2:
            group.datasets.add(dataset)
        for position in range(number % 4):
            DistributionFactory(
                dataset=dataset,
                position=position,
                title={"fi": f"Osa {position}", "sv": "Del"},
                notes={"en": "Part"},
                size=[None, 0, 12][position % 3],
                sha256="ab" * 32 if position else "",
                extras={"own": {"z": 1}, "url_type": "upload"} if position else {},
                created_at=timezone.now() - timedelta(days=50),
            )


def _wipe() -> None:
    """Another installation: nothing in the catalogue, nobody who publishes."""
    Distribution.objects.update(current=None)
    Snapshot.objects.all().delete()
    Dataset.objects.all().delete()
    Group.objects.all().delete()
    Organisation.objects.all().delete()
    City.objects.all().delete()


def test_a_dump_loaded_into_a_fresh_installation_is_dumped_the_same(site, tmp_path):
    _fill()
    key = key_for(PersonFactory(is_superuser=True))
    kinds = ("organizations", "groups", "datasets")
    before = {kind: dumped(site, kind, tmp_path, f"{kind}.jsonl") for kind in kinds}
    assert len(before["datasets"]) == 14 and len(before["groups"]) == 14
    _wipe()
    made_groups = tmp_path / "made.jsonl"
    made_groups.write_text("\n".join(json.dumps(one) for one in before["groups"] if one["name"] == "vihrea"))
    ckanapi(site, "load", "organizations", "-I", str(tmp_path / "organizations.jsonl"), key=key)
    ckanapi(site, "load", "groups", "-I", str(made_groups), key=key)
    ckanapi(site, "load", "datasets", "-I", str(tmp_path / "datasets.jsonl"), "-p", "2", key=key)
    after = {kind: dumped(site, kind, tmp_path, f"again-{kind}.jsonl") for kind in kinds}
    assert _without_change(after["datasets"]) == _without_change(before["datasets"])
    assert _without_change(after["groups"]) == _without_change(before["groups"])
    own = {"kind", "city"}  # a city that doesn't run that installation is a public body to it
    assert [{k: v for k, v in one.items() if k not in own} for one in after["organizations"]] == [
        {k: v for k, v in one.items() if k not in own} for one in before["organizations"]
    ]


def test_data_sets_alone_bring_what_they_need_and_a_second_load_changes_nothing(site, tmp_path):
    _fill()
    key = key_for(PersonFactory(is_superuser=True))
    before = dumped(site, "datasets", tmp_path, "datasets.jsonl")
    _wipe()
    for _time in range(2):
        ckanapi(site, "load", "datasets", "-I", str(tmp_path / "datasets.jsonl"), key=key)
        assert _without_change(dumped(site, "datasets", tmp_path, "again.jsonl")) == _without_change(before)
    changed = dict(Dataset.objects.values_list("name", "modified_at"))
    ckanapi(site, "load", "datasets", "-I", str(tmp_path / "datasets.jsonl"), key=key)
    assert dict(Dataset.objects.values_list("name", "modified_at")) == changed


def test_search_reads_all_pages(site):
    Dataset.objects.bulk_create([DatasetFactory.build(publisher=OrganisationFactory()) for _n in range(2100)])
    lines = ckanapi(site, "search", "datasets").splitlines()
    assert len({json.loads(line)["id"] for line in lines}) == len(lines) == 2100


def test_single_actions_and_users(site):
    DatasetFactory(name="helsinki-one")
    assert json.loads(ckanapi(site, "action", "package_show", "id=helsinki-one"))["name"] == "helsinki-one"
    assert json.loads(ckanapi(site, "action", "package_search", "rows:0"))["count"] == 1
    assert ckanapi(site, "dump", "users", "--all") == b""


def test_a_data_package_of_a_table_is_dumped(site, tmp_path):
    bring("id,name\n1,a\n", what="small")
    ckanapi(site, "dump", "datasets", "helsinki-small", f"--datapackages={tmp_path}")
    package = json.loads((tmp_path / "helsinki-small" / "datapackage.json").read_text())
    assert [field["name"] for field in package["resources"][0]["schema"]["fields"]][-2:] == ["id", "name"]
    (file,) = (tmp_path / "helsinki-small" / "data").iterdir()
    assert file.read_text().splitlines() == ["id,name", "1,a"]


def _harvested(site: str, session: requests.Session, **extra: str) -> tuple[list[str], int]:
    """The ids that CKAN's harvester finds by paging, in the order met, and the requests it took."""
    ids: list[str] = []
    params = {"rows": "100", "start": "0", "sort": "id asc", **extra}
    requested = 0
    while True:
        response = session.get(f"{site}/api/action/package_search", params=params, timeout=60)
        requested += 1
        page = [one["id"] for one in response.json()["result"]["results"]]
        new = [one for one in page if one not in set(ids)]
        ids += page
        if not new:
            return ids, requested
        params["start"] = str(int(params["start"]) + 100)


def test_a_harvester_meets_each_data_set_once_while_others_are_added(site):
    helsinki = OrganisationFactory()
    espoo = OrganisationFactory(city=CityFactory(code="espoo"))
    made = Dataset.objects.bulk_create(
        [DatasetFactory.build(publisher=espoo if n % 2 else helsinki, city=None, themes=["ENVI"]) for n in range(MANY)]
    )
    wanted = {str(one.pk) for one in made}
    stop, added, problems = threading.Event(), [], []

    def add() -> None:
        number = 0
        try:
            while not stop.wait(0.05):
                number += 1
                at = timezone.now()
                dataset = create_dataset(
                    name=f"helsinki-added-{number}", publisher=helsinki, city=None, by=None, at=at, title={"fi": "Uusi"}
                )
                publish_dataset(dataset, by=None, at=at)
                added.append(str(dataset.pk))
        except Exception as error:  # noqa: BLE001  # told by the test
            problems.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=add)
    thread.start()
    session = requests.Session()
    try:
        ids, requested = _harvested(site, session)
    finally:
        stop.set()
        thread.join()
    assert problems == []
    assert len(added) > 5
    assert len(ids) == len(set(ids)), "an id was met twice"
    assert wanted <= set(ids) <= wanted | set(added)
    assert requested <= 30
    only, _requested = _harvested(site, session, fq="organization:espoo OR organization:nothing -groups:tran")
    assert len(only) == len(set(only)) == MANY // 2
    since = (timezone.now() + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert _harvested(site, session, fq=f"organization:espoo metadata_modified:[{since} TO *]")[0] == []
    shown = session.get(f"{site}/api/3/action/organization_show", params={"id": "espoo"}, timeout=60).json()
    assert shown["result"]["package_count"] == MANY // 2
    assert session.get(f"{site}/api/3/action/group_show?id=envi", timeout=60).json()["result"]["package_count"] == MANY
