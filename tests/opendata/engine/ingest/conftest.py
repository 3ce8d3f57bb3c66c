"""Loading a file in a test, and looking at what came out of it."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from kuutio.opendata.engine import snapshot
from kuutio.opendata.engine.ingest import ingest
from kuutio.opendata.engine.limits import Limits, Options
from kuutio.opendata.engine.loaded import Loaded

REPOSITORY = Path(__file__).parents[4]
DUCKDB = duckdb.connect(config={"threads": 1})
DUCKDB.execute("SET TimeZone = 'UTC'")


@dataclass(frozen=True)
class Result:
    """One loaded table."""

    loaded: Loaded

    @property
    def manifest(self) -> snapshot.Manifest:
        return snapshot.read_manifest(self.loaded.path)

    @property
    def types(self) -> dict[str, str]:
        return {column.name: str(column.type) for column in self.loaded.columns}

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.loaded.columns]

    def column(self, name: str) -> list[Any]:
        """The values of a column, in the order of the file."""
        return [row[0] for row in self.sql(f'SELECT "{name}" FROM data')]

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """All declared columns, without ids, geometry and envelopes."""
        names = ", ".join(f'"{c.name}"' for c in self.loaded.columns if c.name != "geometry")
        return self.sql(f"SELECT {names} FROM data")

    @property
    def ids(self) -> list[str]:
        return self.column("_id")

    @property
    def wkt(self) -> list[str | None]:
        return [row[0] for row in self.sql("SELECT ST_AsText(geometry::GEOMETRY) FROM data")]

    @property
    def rejects(self) -> list[tuple[int, str, str]]:
        """Row, reason and raw text."""
        path = self.loaded.path / snapshot.REJECTS
        return DUCKDB.execute("FROM read_parquet(?)", [str(path)]).fetchall() if path.exists() else []

    @property
    def rejected(self) -> list[tuple[int, str]]:
        """Row and the code of the reason."""
        return [(row, reason.split(":")[0]) for row, reason, _ in self.rejects]

    def sql(self, query: str) -> list[Any]:
        DUCKDB.execute(f"CREATE OR REPLACE VIEW data AS FROM read_parquet('{self.loaded.path / snapshot.DATA}')")
        return DUCKDB.execute(query).fetchall()


Load = Callable[..., Any]


@pytest.fixture
def load_all(tmp_path: Path) -> Load:
    """Load a file, or what would be in one, and return each of its tables."""

    def load_all(source: Path | str | bytes, *, name: str = "taulu.csv", limits: Limits | None = None, **options: Any):
        if not isinstance(source, Path):
            path = tmp_path / name
            path.write_bytes(source.encode() if isinstance(source, str) else source)
            source = path
        tables = ingest(
            source, tmp_path / "root", table_prefix="oulu-taulu", options=Options(**options), limits=limits or Limits()
        )
        for table in tables:
            assert table.rows_in == table.rows + table.rejects
            manifest = snapshot.read_manifest(table.path)
            assert (manifest.rows_in, manifest.rows, manifest.rejects) == (table.rows_in, table.rows, table.rejects)
            result = Result(table)
            assert result.sql("SELECT count(*), count(DISTINCT _id) FROM data") == [(table.rows, table.rows)]
            assert len(result.rejects) == table.rejects
        return [Result(table) for table in tables]

    return load_all


@pytest.fixture
def load(load_all: Load) -> Load:
    """Load a file with one table."""

    def load(*args: Any, **options: Any) -> Result:
        (table,) = load_all(*args, **options)
        return table

    return load


@pytest.fixture
def shared() -> Path:
    """The folder of files that may be used but not copied."""
    folder = Path(os.environ.get("KUUTIO_SHARED", REPOSITORY.parent / "shared")) / "data" / "opendata"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there: its files may not be copied into the project")
    return folder
