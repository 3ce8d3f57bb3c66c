"""Files and layers are brought, served, and brought again only when they have changed."""

import json
from unittest import mock

import pytest
from django.utils import timezone

from kuutio.federation import layers
from kuutio.federation.actions.sources import change_source
from kuutio.federation.fetching import TooLarge
from kuutio.federation.models import HarvestForm
from kuutio.opendata.actions import loading
from kuutio.opendata.models import Dataset, Distribution, Load
from tests.federation.harvesting import a_source, counts, harvest, visitor
from tests.federation.portal import Portal, package
from tests.federation.readers.samples_at import SAMPLES
from tests.federation.source_server import Source
from tests.federation.source_server import source as serving
from tests.opendata.bringing import in_this_process

pytestmark = pytest.mark.django_db
TREES = b"id;nimi;korkeus\n1;Koivu;12,5\n2;M\xc3\xa4nty;20,0\n"


@pytest.fixture
def server():
    with serving() as running:
        yield running


def loaded() -> list[Load]:
    """Do the work of the loads that wait; returns all, the oldest first."""
    with mock.patch.object(loading, "run_limited", in_this_process):
        for load in Load.objects.filter(finished_at__isnull=True):
            loading.work_load(str(load.pk))
    return list(Load.objects.order_by("created_at"))


def with_a_file(server: Source, body: bytes, **headers: str) -> Portal:
    portal = Portal(server, 0)
    url = server.answer("/puut.csv", body, content_type="text/csv", **headers)
    portal.packages = [package(1, resources=[{"id": "a", "url": url, "format": "CSV", "name": "Puut"}])]
    return portal


def test_a_file_becomes_a_table_in_the_place_of_its_address(server):
    portal = with_a_file(server, TREES)
    run = harvest(a_source(portal.address, options={"tables": True}))
    assert counts(run) == {"seen": 1, "created": 1, "files": 1}
    (load,) = loaded()
    assert (load.state, load.door) == ("served", "harvest"), load.problem
    (form,) = Dataset.objects.get().distributions.all()
    assert (form.kind, form.table, form.current.rows) == ("table", "helsinki-aineisto-1", 2)
    assert form.url == f"{server.url}/puut.csv"


def test_without_the_option_files_stay_where_they_are(server):
    harvest(a_source(with_a_file(server, TREES).address))
    assert not Load.objects.exists() and "/puut.csv" not in [path for path, *_rest in server.asked]


def test_an_unchanged_file_is_asked_for_by_its_mark_and_not_brought_again(server):
    portal = with_a_file(server, TREES)

    def known(door):
        same = door.headers.get("if-none-match") == '"v1"'
        door.say(304 if same else 200, b"" if same else TREES, {"etag": '"v1"'})

    server.answers["/puut.csv"] = known
    source = a_source(portal.address, options={"tables": True})
    assert harvest(source).files == 1
    loaded()
    again = harvest(source, full=True)
    assert counts(again) == {"seen": 1, "unchanged": 1}
    assert server.asked[-1][1]["if-none-match"] == '"v1"'
    server.answer("/puut.csv", TREES, etag='"v2"')
    assert harvest(source, full=True).files == 0, "another mark, the same content"
    server.answer("/puut.csv", TREES + b"3;Tammi;8,0\n", etag='"v3"')
    assert harvest(source, full=True).files == 1
    assert loaded()[-1].state == "served"
    (form,) = Distribution.objects.all()
    assert form.current.rows == 3 and form.snapshots.count() == 2


def test_a_changed_description_leaves_the_table_a_table(server):
    portal = with_a_file(server, TREES)
    source = a_source(portal.address, options={"tables": True})
    harvest(source)
    loaded()
    portal.packages[0]["resources"][0] |= {"name": "Kaupungin puut", "format": "XLSX"}
    assert harvest(source, full=True).updated == 1
    form = Distribution.objects.get()
    assert (form.kind, form.title.data, form.current.rows) == ("table", {"fi": "Kaupungin puut"}, 2)


def test_a_file_that_fails_keeps_no_other_and_says_why(server):
    portal = with_a_file(server, TREES)
    portal.packages.append(
        package(2, resources=[{"id": "x", "url": f"{server.url}/gone.csv", "format": "CSV", "name": "Poissa"}])
    )
    run = harvest(a_source(portal.address, options={"tables": True}))
    assert (run.state, run.files, run.files_failed) == ("done", 1, 1)
    assert HarvestForm.objects.get(remote_id="x").problem


def test_a_file_inside_our_network_is_not_brought(server):
    portal = with_a_file(server, b"", location="http://169.254.169.254/secret.csv")
    server.answer("/puut.csv", status=302, location="http://169.254.169.254/secret.csv")
    run = harvest(a_source(portal.address, options={"tables": True}))
    assert (run.files, run.files_failed) == (0, 1) and not Load.objects.exists()


def test_the_option_set_later_brings_what_is_known_already(server):
    source = a_source(with_a_file(server, TREES).address)
    harvest(source)
    change_source(source, {"options": {"tables": True}}, by=None, at=timezone.now())
    assert harvest(source).files == 1


def features(numbers: range, **more: object) -> bytes:
    shapes = [
        {
            "type": "Feature",
            "properties": {"nro": n},
            "geometry": {"type": "Point", "coordinates": [24 + n / 1e4, 60.2]},
        }
        for n in numbers
    ]
    return json.dumps({"type": "FeatureCollection", "features": shapes} | more).encode()


def test_a_wfs_is_read_layer_by_layer_and_page_by_page(server):
    def wfs(door):
        asked = dict(pair.split("=", 1) for pair in door.path.partition("?")[2].split("&"))
        if asked["request"] == "GetCapabilities":
            body = (SAMPLES / "capabilities.xml").read_bytes()
            return door.say(200, body, {})
        start = int(asked.get("startIndex", 0))
        return door.say(200, features(range(start, min(start + int(asked["count"]), 2300)), numberMatched=2300), {})

    server.answers["/wfs"] = wfs
    run = harvest(a_source(f"{server.url}/wfs", "wfs", options={"tables": True}))
    assert (run.state, run.created, run.files) == ("done", 2, 2), run.problem
    assert (run.quarantined, run.complete) == (1, False), "one of the sample's layers has no name"
    rows = [load.result["tables"][0]["rows"] for load in loaded()]
    assert rows == [2300, 2300]


def test_half_a_layer_is_not_taken_for_the_whole(server, tmp_path):
    server.answer("/ogc/collections/a/items", features(range(10), numberMatched=20))
    with visitor() as by, pytest.raises(layers.Incomplete):
        layers.bring(f"{server.url}/ogc/collections/a/items", tmp_path, by, max_bytes=10**6)
    cut = b'<?xml version="1.0"?><wfs:FeatureCollection numberMatched="7" numberReturned="5"></wfs:FeatureCollection>'
    server.answer("/gml", cut)
    with visitor() as by, pytest.raises(layers.Incomplete):
        layers.bring_layer("wfs", f"{server.url}/gml?typeNames=a", tmp_path, by, max_bytes=10**6)


def test_a_layer_larger_than_allowed_is_refused(server, tmp_path):
    def endless(door):
        start = int(door.path.partition("offset=")[2] or 0)
        following = [{"rel": "next", "href": f"?offset={start + 100}"}]
        door.say(200, features(range(start, start + 100), links=following), {})

    server.answers["/ogc/collections/a/items"] = endless
    with visitor() as by, pytest.raises(TooLarge):
        layers.bring(f"{server.url}/ogc/collections/a/items", tmp_path, by, max_bytes=200_000)


def test_a_layer_is_found_by_its_name_whatever_the_service_speaks(server, tmp_path, settings):
    def wfs(door):
        capabilities = "GetCapabilities" in door.path
        door.say(200, (SAMPLES / "capabilities.xml").read_bytes() if capabilities else features(range(3)), {})

    server.answers["/maps"] = wfs
    with visitor() as by:
        found = list(layers._records(layers.Kind.WFS, f"{server.url}/maps", by))
        name = found[0].remote_id
        brought = layers.bring(f"{server.url}/maps", tmp_path, by, max_bytes=10**6, layer=name)
        assert len(json.loads(brought.path.read_bytes())["features"]) == 3
        with pytest.raises(layers.NotFound):
            layers.bring(f"{server.url}/maps", tmp_path, by, max_bytes=10**6, layer="nothing")


@pytest.mark.parametrize(
    ("address", "headers", "name"),
    [
        ("/download", {"content_disposition": 'attachment; filename="puut.csv"'}, "puut.csv"),
        ("/puut.gpkg", {"content_type": "application/octet-stream"}, "puut.gpkg"),
        ("/export", {"content_type": "text/csv; charset=utf-8"}, "export.csv"),
        ("/export", {"content_type": "application/octet-stream"}, "export"),
    ],
)
def test_a_file_is_called_what_its_source_calls_it(server, tmp_path, address, headers, name):
    server.answer(address, b"a,b\n1,2\n", **headers)
    with visitor() as by:
        assert layers.bring(server.url + address, tmp_path, by, max_bytes=1000).name == name


def test_a_workbooks_sheet_is_a_layer_of_the_file(server, tmp_path):
    server.answer("/a.gpkg", b"not looked at here")
    with visitor() as by:
        assert layers.bring(f"{server.url}/a.gpkg", tmp_path, by, max_bytes=99, layer="x").options == {"layer": "x"}
