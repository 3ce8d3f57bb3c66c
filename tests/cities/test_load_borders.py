"""Finer borders come by command, from a day on; locating and routing follow without a restart."""

import argparse
import csv
import io
import json
from datetime import date, timedelta

import numpy as np
import pyogrio.raw
import pyproj
import pytest
import shapely
from django.conf import settings
from django.utils import timezone

from kuutio.cities import borders, drawn, layer
from kuutio.cities.models import BorderVersion, Municipality
from kuutio.config.commands import load_borders
from kuutio.config.console import main
from kuutio.core.problems import Problem
from tests.factories import CityFactory

NEAR = ("091", "092", "049", "235")
TO_PLANE = pyproj.Transformer.from_crs("OGC:CRS84", "EPSG:3067", always_xy=True).transform
SHAPES = {code: shapely.from_wkb(border) for code, border in layer.borders() if code in NEAR}
STRIP = shapely.box(24.94, 60.2, 24.96, 60.4)


@pytest.fixture(autouse=True)
def _looked_at_anew(db):
    drawn.forget_drawn()
    yield
    drawn.forget_drawn()


def moved() -> dict[str, shapely.Geometry]:
    """The borders as they are, but a strip of Vantaa that is Helsinki's now (some 3 % of neither)."""
    piece = shapely.intersection(shapely.intersection(SHAPES["092"], STRIP), shapely.buffer(SHAPES["091"], 0.004))
    return SHAPES | {
        "091": shapely.union(SHAPES["091"], piece),
        "092": shapely.difference(SHAPES["092"], piece),
    }


def written(path, shapes, *, column="NATCODE", crs="EPSG:3067", codes=None):
    """A file as the National Land Survey gives it: its own plane, codes and names in its columns."""
    codes = list(shapes) if codes is None else codes
    flat = [shapely.transform(shape, lambda xy: np.column_stack(TO_PLANE(*xy.T))) for shape in shapes.values()]
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(np.array(flat)),
        field_data=[np.array(codes, dtype=object)],
        fields=[column],
        geometry_type="Unknown",
        crs=crs,
        layer="kunnat" if path.suffix == ".gpkg" else None,
    )
    return path


@pytest.fixture
def load(capsys):
    def run(path, *words, valid_from=None):
        parser = argparse.ArgumentParser()
        load_borders.arguments(parser)
        day = valid_from or date(2026, 1, 1)
        load_borders.run(parser.parse_args([str(path), "--valid-from", str(day), *words]))
        return json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def between():
    """A place in the strip, a kilometre from every border of today."""
    gained = shapely.difference(moved()["091"], SHAPES["091"])
    biggest = max(shapely.get_parts(gained), key=lambda part: part.area)
    return shapely.get_coordinates(shapely.point_on_surface(biggest))[0].tolist()


def test_finer_borders_are_in_force_at_once_for_processes_and_for_the_command(
    load, between, tmp_path, capsys, django_capture_on_commit_callbacks, monkeypatch
):
    assert drawn.locator().locate(*between) == "092"
    assert round(drawn.unsure_m()) == 51
    with django_capture_on_commit_callbacks(execute=True):
        told = load(written(tmp_path / "kunnat.gpkg", moved()), "--part", "--accuracy", "5")
    assert told["municipalities"] == 4 and told["in_force_at"]
    assert drawn.locator().locate(*between) == "091"
    # The rest of the country is as coarse as before, so that nothing finer is promised.
    assert told["accuracy_m"] == layer.ACCURACY_M
    monkeypatch.setenv("KUUTIO_DATA", str(settings.DATA))
    assert main(["locate", *map(str, between)]) == 0
    assert list(csv.reader(io.StringIO(capsys.readouterr().out)))[1][1] == "091"
    # Once more is the same version.
    assert load(tmp_path / "kunnat.gpkg", "--part", "--accuracy", "5")["version"] == told["version"]
    assert BorderVersion.objects.count() == 1


def test_a_process_that_located_before_takes_the_new_borders_by_itself(load, between, tmp_path, monkeypatch):
    monkeypatch.setattr(drawn, "LOOKED_AT_EVERY_S", 3600.0)
    assert drawn.locator().locate(*between) == "092"
    load(written(tmp_path / "kunnat.gpkg", moved()), "--part")
    assert drawn.locator().locate(*between) == "092"  # another process, before it looks again
    monkeypatch.setattr(drawn, "LOOKED_AT_EVERY_S", 0.0)
    assert drawn.locator().locate(*between) == "091"


def test_borders_of_a_coming_day_wait_for_it(load, between, tmp_path):
    day = timezone.localdate() + timedelta(days=30)
    assert load(written(tmp_path / "kunnat.gpkg", moved()), "--part", valid_from=day)["in_force_at"] is None
    assert borders.put_in_force(timezone.now()) is None
    assert drawn.locator().locate(*between) == "092"
    later = timezone.now() + timedelta(days=31)
    assert borders.put_in_force(later).valid_from == day
    assert borders.put_in_force(later) is None
    drawn.forget_drawn()
    assert drawn.locator().locate(*between) == "091"


def test_a_whole_country_without_a_municipality_ends_it_when_somebody_says_why(load, tmp_path):
    CityFactory(code="espoo")
    whole = {code: shapely.from_wkb(border) for code, border in layer.borders()}
    espoo = shapely.union(whole["049"], whole.pop("235"))
    file = written(tmp_path / "kunnat.gpkg", whole | {"049": espoo}, column="kunta")
    with pytest.raises(borders.OddBorders) as refused:
        load(file, "--accuracy", "5")
    assert [error["pointer"] for error in refused.value.errors] == ["235"]  # it is 2 % of Espoo
    told = load(file, "--accuracy", "5", "--accept", "Kauniainen joined Espoo")
    assert told["accuracy_m"] == 5.0
    drawn.forget_drawn()
    assert drawn.locator().locate(24.7285, 60.2125) == "049"
    assert round(drawn.unsure_m()) == 11
    kauniainen = Municipality.objects.get(code="235")  # what points at it stays
    assert kauniainen.ended_on == date(2026, 1, 1)


def test_what_can_not_be_borders_is_refused_and_changes_nothing(load, tmp_path):
    before = list(Municipality.objects.values_list("code", "west", "north"))
    turned = {code: shapely.transform(shape, lambda xy: xy[:, ::-1]) for code, shape in SHAPES.items()}
    overlapping = SHAPES | {"091": shapely.union(SHAPES["091"], shapely.intersection(SHAPES["092"], STRIP))}
    swapped = tmp_path / "swapped.geojson"
    pyogrio.raw.write(
        swapped,
        geometry=shapely.to_wkb(np.array(list(turned.values()))),
        field_data=[np.array(list(turned), dtype=object)],
        fields=["natcode"],
        geometry_type="Unknown",
        crs="OGC:CRS84",
    )
    (tmp_path / "empty.gpkg").write_bytes(b"")
    (tmp_path / "nul.geojson").write_bytes(b'{"type": "FeatureCollection\0')
    cases = [
        (swapped, "swapped"),
        (written(tmp_path / "twice.gpkg", overlapping), "overlaps 092"),
        (written(tmp_path / "names.gpkg", SHAPES, column="text"), "no column of codes"),
        (written(tmp_path / "region.gpkg", SHAPES, codes=["01", "1", "x", ""]), "three digits"),
        (written(tmp_path / "new.gpkg", SHAPES, codes=["091", "092", "049", "999"]), "no name"),
        (tmp_path / "empty.gpkg", "can't be read"),
        (tmp_path / "nul.geojson", "can't be read"),
        (tmp_path / "absent.gpkg", "no file"),
    ]
    for file, why in cases:
        with pytest.raises(Problem) as refused:
            load(file, "--part")
        said = f"{refused.value.detail} {refused.value.errors}"
        assert why in said, (file.name, said)
    assert not BorderVersion.objects.exists()
    assert list(Municipality.objects.values_list("code", "west", "north")) == before
