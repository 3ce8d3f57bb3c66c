"""The borders that come with Kuutio, and those in force, as files: for what must work without a database."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path

FILE = Path(__file__).parent / "data" / "municipalities.parquet"

ACCURACY_M = 50.0
"""How far a line of FILE may be from the border in truth: it is drawn for 1:100 000, where half a millimetre on paper is 50 m.

The corners say the scale: one in 230 m at the median, 44 000 in the whole country; the unedited borders of the cadastre (1:10 000)
have a multiple of that, and no file here is finer to measure against. Half a millimetre is what a map of this scale is held to
(US National Map Accuracy Standards, 1947: nine well-defined points in ten within 1/50 inch at 1:20 000 and smaller).
"""


def borders(file: Path = FILE) -> list[tuple[str, bytes]]:
    """Code and border (WKB, CRS84) of each municipality, by code.

    Args:
        file: GeoParquet in CRS84 with `code` and `geometry`.

    Raises:
        OSError, ValueError, KeyError: it can't be read, is no Parquet, or lacks a column.
    """
    import pyarrow.parquet as pq

    rows = pq.read_table(file, columns=["code", "geometry"]).to_pylist()
    return sorted((str(row["code"]), bytes(row["geometry"])) for row in rows)


def kept_file(data: Path) -> Path:
    """Where a data folder keeps the borders in force, once finer ones than FILE were loaded."""
    return data / "borders.parquet"


def file_in(data: Path) -> Path:
    """The borders that count where this data folder is: those in force, else FILE."""
    kept = kept_file(data)
    return kept if kept.is_file() else FILE


def accuracy_of(file: Path) -> float:
    """How far a line of a file may be from the border in truth, metres; where the file doesn't tell, that of FILE."""
    return float(_fact(file, b"accuracy_m") or ACCURACY_M)


def version_of(file: Path) -> int | None:
    """Which version of the borders a kept file holds, None where there is none."""
    told = _fact(file, b"version")
    return int(told) if told else None


def _fact(file: Path, name: bytes) -> bytes | None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return (pq.read_schema(file).metadata or {}).get(name)
    except (OSError, pa.ArrowInvalid):
        return None


def write(file: Path, rows: Sequence[tuple[str, bytes]], accuracy_m: float, version: int) -> None:
    """Write a kept file, whole or not at all.

    Args:
        rows: code and border (WKB, CRS84).
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"code": [code for code, _ in rows], "geometry": pa.array([wkb for _, wkb in rows], pa.binary())})
    facts = {"accuracy_m": str(accuracy_m), "version": str(version)}
    file.parent.mkdir(parents=True, exist_ok=True)
    building = file.with_name(f".{secrets.token_hex(4)}-{file.name}")
    pq.write_table(table.replace_schema_metadata(facts), building, compression="zstd")
    building.replace(file)
