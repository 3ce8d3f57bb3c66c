"""Every file of the demonstration is read whole, lies in its city, and fits the harmonised schema."""

import pytest
import shapely

from kuutio.opendata.actions.loading import read_options
from kuutio.opendata.demo import joint, playgrounds
from kuutio.opendata.demo.ground import CITIES, border
from kuutio.opendata.demo.sets import declared
from kuutio.opendata.engine import harmonise
from kuutio.opendata.engine.contract import parse
from kuutio.opendata.engine.ingest import ingest
from kuutio.opendata.engine.limits import Limits
from kuutio.opendata.engine.snapshot import read_manifest

ALL = {one.name: one for one in declared()}


def _loaded(one, folder):
    (table,) = ingest(
        one.versions[-1](folder), folder / "out", table_prefix=one.name, options=read_options(one.reading()), limits=Limits()
    )  # fmt: skip
    return table


@pytest.mark.parametrize("name", ALL)
def test_it_is_read_without_a_reject_and_lies_in_its_city(name, tmp_path):
    table = _loaded(ALL[name], tmp_path)
    assert table.rows > 0 and table.rejects == 0
    if ALL[name].what == "leikkipuistot":
        assert table.rows == playgrounds.COUNTS[ALL[name].city]
    west, south, east, north = read_manifest(table.path).geometry.bbox
    assert border(ALL[name].city).envelope.buffer(0.02).contains(shapely.box(west, south, east, north))


def test_the_mappings_conform_and_no_row_is_lost(tmp_path):
    schema, parts = parse(joint.SCHEMA), []
    for city in CITIES:
        (place := tmp_path / city).mkdir()
        parts.append(
            harmonise.Part(harmonise.parse(joint.manifest(city)), _loaded(ALL[f"{city}-leikkipuistot"], place).path)
        )
        assert harmonise.check(parts[-1].mapping, read_manifest(parts[-1].directory), schema) == []
    built = harmonise.build(schema, parts, tmp_path / "joint.parquet")
    assert {report.city: report.rows for report in built.reports} == playgrounds.COUNTS
    assert all(not report.lost for report in built.reports)
