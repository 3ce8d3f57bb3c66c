"""Snapshots that several test files of the engine ask."""

from pathlib import Path

import pytest

from kuutio.opendata.engine.table import Table
from tests.opendata.engine.snapshots import KINDS, make_snapshot, open_table, sample_rows


@pytest.fixture(scope="session")
def snapshots_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One root for the session: DuckDB opens a database for each."""
    return tmp_path_factory.mktemp("engine") / "snapshots"


@pytest.fixture(scope="session")
def small_table(snapshots_root: Path) -> Table:
    """300 rows of every kind of column: SQLite answers all it can."""
    return open_table(make_snapshot(snapshots_root, KINDS, sample_rows(300), table="pieni"))


@pytest.fixture(scope="session")
def large_table(snapshots_root: Path) -> Table:
    """6,000 rows, too many for a small table: DuckDB answers what has no index. `määrä` and `city` have one."""
    directory = make_snapshot(snapshots_root, KINDS, sample_rows(6000), table="suuri")
    return open_table(directory, filters=["määrä"])


@pytest.fixture(params=["small", "large"])
def table(request: pytest.FixtureRequest) -> Table:
    """Both of them, one after the other."""
    found: Table = request.getfixturevalue(f"{request.param}_table")
    return found
