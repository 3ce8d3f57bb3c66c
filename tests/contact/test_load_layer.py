"""Where the state's roads run comes by command, with a day and a buffer; reports beside them are told whose the matter is."""

import argparse
import json
from datetime import timedelta

import numpy as np
import pyogrio.raw
import pyproj
import pytest
import shapely

from kuutio.config.commands import load_layer
from kuutio.contact import routing
from kuutio.contact.models import BodyLayer, Category, ExternalBody
from kuutio.core.problems import Problem
from tests.contact.conftest import MONDAY

pytestmark = pytest.mark.django_db

TO_PLANE = pyproj.Transformer.from_crs("OGC:CRS84", "EPSG:3067", always_xy=True).transform
ROAD = shapely.LineString([(24.90 + step / 1000, 60.20) for step in range(101)])  # a hundred corners, along a parallel
FAR = shapely.LineString([(25.45, 65.0), (25.46, 65.0)])
METRE = 1 / 111_320


def written(path, shapes):
    flat = [shapely.transform(shape, lambda xy: np.column_stack(TO_PLANE(*xy.T))) for shape in shapes]
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(np.array(flat)),
        field_data=[np.arange(len(flat))],
        fields=["number"],
        geometry_type="LineString",
        crs="EPSG:3067",
    )
    return path


@pytest.fixture
def load(group, capsys):
    ExternalBody.objects.create(slug="state-roads", kind="state-road", name={"fi": "Valtion tiet"}, phone="0295020600")

    def run(path, *words, valid_from="2026-01-01", body="state-roads"):
        parser = argparse.ArgumentParser()
        load_layer.arguments(parser)
        load_layer.run(parser.parse_args([str(path), "--body", body, "--valid-from", valid_from, *words]))
        return json.loads(capsys.readouterr().out)

    return run


def whose(lon, lat, at=MONDAY, category="pothole"):
    found = routing.route(Category.objects.get(pk=category), lon=lon, lat=lat, at=at)
    return found.body.slug if found.body else found.found.value


def test_a_layer_answers_within_its_buffer_from_its_day_on_and_the_newest_counts(load, tmp_path, client):
    told = load(written(tmp_path / "roads.gpkg", [ROAD, FAR]), "--buffer", "20")
    assert told == {
        "body": "state-roads",
        "valid_from": "2026-01-01",
        "buffer_m": 20,
        "parts": 1,
    }  # Oulu is no city here
    for lon in (24.9, 24.9505, 24.9655, 25.0):
        assert whose(lon, 60.20 + 18 * METRE) == "state-roads"
        assert whose(lon, 60.20 + 22 * METRE) == "city"
    assert whose(24.95, 60.20, category="day-care") == "city"  # what has no place is nobody else's
    # A second version, from a coming day: the first stays in force until then.
    moved = shapely.transform(ROAD, lambda xy: xy + np.array([0, 0.01]))
    load(written(tmp_path / "new.gpkg", [moved]), valid_from=str(MONDAY.date() + timedelta(days=10)))
    later = MONDAY + timedelta(days=11)
    assert (whose(24.95, 60.20), whose(24.95, 60.20, later)) == ("state-roads", "city")
    assert (whose(24.95, 60.21), whose(24.95, 60.21, later)) == ("city", "state-roads")
    # Once more is the same layer.
    load(tmp_path / "roads.gpkg", "--buffer", "20")
    assert BodyLayer.objects.count() == 2
    # At the form's door: told whose it is, and the way on for who knows better.
    draft = client.post("/fi/report/", {"category": "pothole"}).url
    page = client.post(draft, {"lon": "24.95", "lat": "60.20", "source": "map"})
    assert page.status_code == 422 and "Valtion tiet" in page.content.decode()
    assert client.post(draft, {"lon": "24.95", "lat": "60.20", "source": "map", "beside": "1"}).status_code == 302


def test_what_is_no_layer_is_refused(load, tmp_path):
    swapped = tmp_path / "swapped.geojson"
    swapped.write_text(json.dumps({"type": "LineString", "coordinates": [[60.2, 24.9], [60.2, 25.0]]}))
    points = tmp_path / "points.geojson"
    points.write_text(json.dumps({"type": "Point", "coordinates": [24.9, 60.2]}))
    abroad = tmp_path / "abroad.geojson"
    abroad.write_text(json.dumps({"type": "LineString", "coordinates": [[2, 48], [2, 49]]}))
    good = written(tmp_path / "roads.gpkg", [ROAD])
    for words, why in (
        ((swapped,), "swapped"),
        ((points,), "no lines"),
        ((abroad,), "outside of Finland"),
        ((written(tmp_path / "oulu.gpkg", [FAR]),), "near any of the cities"),
        ((tmp_path / "absent.gpkg",), "no file"),
        ((good, "--buffer", "-1"), "buffer"),
    ):
        with pytest.raises(Problem) as refused:
            load(*words)
        assert why in str(refused.value.detail), words
    with pytest.raises(Problem, match="state-roads"):
        load(good, body="nobody")
    assert not BodyLayer.objects.exists()


def test_swapped_numbers_are_told_at_the_form_and_never_a_place_abroad(group, client):
    draft = client.post("/en/report/", {"category": "pothole"}).url
    page = client.post(draft, {"lon": "60.17", "lat": "24.94", "source": "photo"})
    assert page.status_code == 422
    assert "swapped" in page.content.decode() and "isn’t in Finland" not in page.content.decode()
