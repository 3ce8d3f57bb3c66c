"""Every file of the demonstration is read whole, its made points lie in their city, and the mappings fit."""

import atexit
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pyarrow.parquet as pq
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
from kuutio.opendata.engine.snapshot import DATA, read_manifest

ALL = {one.name: one for one in declared() if one.versions}
#: Rows that are broken on purpose.
REJECTS = {"helsinki-leikkipuistot": playgrounds.BROKEN}


@cache
def loaded(name: str):
    """The tables of a data set's last version; each is made once for all the tests."""
    one, folder = ALL[name], Path(mkdtemp(prefix="kuutio-demo-test-"))
    atexit.register(rmtree, folder, ignore_errors=True)
    return ingest(
        one.versions[-1](folder), folder / "out", table_prefix=name, options=read_options(one.reading()), limits=Limits()
    )  # fmt: skip


def places(table):
    """The geometry of each row that has one."""
    return shapely.from_wkb(pq.read_table(table.path / DATA, columns=["geometry"])["geometry"].drop_null().to_pylist())


@pytest.mark.parametrize("name", ALL)
def test_it_is_read_and_what_is_rejected_was_meant_to_be(name):
    tables = loaded(name)
    assert all(table.rows > 0 for table in tables)
    assert sum(table.rejects for table in tables) == REJECTS.get(name, 0)


@pytest.mark.parametrize("name", [name for name, one in ALL.items() if one.is_made and one.city])
def test_what_was_made_lies_in_its_city(name):
    inside = border(ALL[name].city)
    for table in loaded(name):
        if read_manifest(table.path).geometry is not None:
            outside = [shape.wkt for shape in places(table) if not inside.contains(shape)]
            assert not outside, outside[:3]


@pytest.mark.parametrize("what", [one.what for one in joint.ALL])
def test_the_mappings_conform_and_no_row_is_lost(what, tmp_path):
    schema = parse(joint.schema(what))
    parts = []
    for city in CITIES:
        (table,) = loaded(f"{city}-{what}")
        parts.append(harmonise.Part(harmonise.parse(joint.manifest(what, city)), table.path))
        stops = [
            issue
            for issue in harmonise.check(parts[-1].mapping, read_manifest(parts[-1].directory), schema)
            if issue.stops
        ]
        assert stops == []
    built = harmonise.build(schema, parts, tmp_path / "joint.parquet")
    for report in built.reports:
        assert report.rows == sum(table.rows for table in loaded(f"{report.city}-{what}"))
        assert report.without_code == {}


def test_the_same_is_made_every_time(tmp_path):
    (tmp_path / "again").mkdir()
    one, again = (
        playgrounds.helsinki(tmp_path).read_bytes(),
        playgrounds.helsinki(tmp_path / "again").read_bytes(),
    )
    assert one == again
