"""Small snapshots made by hand, in the published form, for tests of what is served from them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from kuutio.opendata.engine import serving, snapshot
from kuutio.opendata.engine.snapshot import Geometry, Manifest, Source
from kuutio.opendata.engine.table import Table
from kuutio.opendata.engine.types import Column, ColumnType

ARROW = {
    ColumnType.TEXT: pa.string(),
    ColumnType.INTEGER: pa.int64(),
    ColumnType.NUMBER: pa.float64(),
    ColumnType.BOOLEAN: pa.bool_(),
    ColumnType.DATE: pa.date32(),
    ColumnType.TIME: pa.time64("us"),
    ColumnType.GEOMETRY: pa.binary(),
}


def make_snapshot(
    root: Path,
    columns: Sequence[Column],
    rows: Sequence[dict[str, Any]],
    *,
    table: str = "testi-taulu",
    key: Sequence[str] = (),
    row_group: int = 512,
) -> Path:
    """Publish rows as a snapshot under `root` and return its directory.

    Args:
        rows: values by column name; `_id` if wanted; a geometry as a shapely geometry.
    """
    ids = [str(row.get("_id", f"id-{n}")) for n, row in enumerate(rows)]
    arrays, fields = [pa.array(ids, pa.string())], [pa.field("_id", pa.string())]
    geometry = None
    metadata: dict[str, str] = {}
    for column in columns:
        values = [row.get(column.name) for row in rows]
        if column.type is ColumnType.GEOMETRY:
            geometry = [None if shape is None else shapely.force_2d(shape) for shape in values]
            values = [None if shape is None else shapely.to_wkb(shape) for shape in values]
            types = sorted({shape.geom_type for shape in geometry if shape is not None})
            metadata["geo"] = orjson.dumps(
                {
                    "version": "1.1.0",
                    "primary_column": "geometry",
                    "columns": {"geometry": {"encoding": "WKB", "geometry_types": types}},
                }
            ).decode()
        kind = pa.timestamp("us", tz="UTC" if column.zoned else None)
        arrays.append(pa.array(values, ARROW.get(column.type, kind)))
        fields.append(pa.field(column.name, ARROW.get(column.type, kind)))
    found = None
    if geometry is not None:
        bounds = [None if shape is None else shape.bounds for shape in geometry]
        for i, name in enumerate(snapshot.ENVELOPE):
            arrays.append(pa.array([None if b is None else b[i] for b in bounds], pa.float64()))
            fields.append(pa.field(name, pa.float64()))
        placed = [b for b in bounds if b is not None]
        box = [f(b[i] for b in placed) for i, f in enumerate((min, min, max, max))] if placed else None
        found = Geometry(types, box, "EPSG:3067")
    with snapshot.building(root, table) as place:
        data = pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=metadata or None))
        pq.write_table(data, place / snapshot.DATA, compression="zstd", row_group_size=row_group)
        manifest = Manifest(
            id=snapshot.content_id(place),
            table=table,
            created_at="2026-11-24T00:00:00Z",
            source=Source("test.csv", "0" * 64, "csv"),
            rows_in=len(rows),
            rows=len(rows),
            rejects=0,
            key=list(key),
            columns=list(columns),
            geometry=found,
        )
        return snapshot.publish(root, place, manifest)


def open_table(directory: Path, *, filters: Sequence[str] = ()) -> Table:
    """The table of a snapshot, its serving file made beside the snapshots."""
    manifest = snapshot.read_manifest(directory)
    name = "-".join([manifest.id, *filters])
    file = directory.parent.parent.parent / "serving" / manifest.table / f"{name}.sqlite"
    return Table(directory, serving.ensure(directory, file, filters=filters))


KINDS = [
    Column("nimi", ColumnType.TEXT),
    Column("city", ColumnType.TEXT),
    Column("määrä", ColumnType.INTEGER),
    Column("korkeus", ColumnType.NUMBER),
    Column("auki", ColumnType.BOOLEAN),
    Column("rakennettu", ColumnType.DATE),
    Column("kello", ColumnType.TIME),
    Column("havaittu", ColumnType.DATETIME, zoned=True),
    Column("paikallinen", ColumnType.DATETIME),
    Column('outo "nimi"; --', ColumnType.TEXT),
    Column("geometry", ColumnType.GEOMETRY),
]
"""One column of each kind, with names that need quoting."""


def sample_rows(count: int) -> list[dict[str, Any]]:
    """Rows of `KINDS`, the same every time, with missing values, ties and extremes."""
    cities = ["Helsinki", "Espoo", "Vantaa", "Tampere", "Turku", "Oulu"]
    return [
        {
            "nimi": None if i % 11 == 0 else f"Kohde {i % 37} Åkäslompolo",
            "city": cities[i * 7 % 6],
            "määrä": None if i % 5 == 0 else (i * 37) % 23 if i % 97 else 2**53 + 1 + i,
            "korkeus": None if i % 7 == 0 else (i * 13 % 101) / 4,
            "auki": None if i % 13 == 0 else i % 2 == 0,
            "rakennettu": None if i % 9 == 0 else date(1999, 1 + i % 12, 1 + i % 28),
            "kello": None if i % 10 == 0 else time(i % 24, i % 60, i % 59, (i % 4) * 250_000),
            "havaittu": None if i % 8 == 0 else datetime(2024, 1 + i % 12, 1 + i % 28, i % 24, tzinfo=UTC),
            "paikallinen": None
            if i % 6 == 0
            else datetime.fromisoformat(f"2024-{1 + i % 12:02}-{1 + i % 28:02}T12:00:00"),
            'outo "nimi"; --': f"x{i % 4}'\"\\%_",
            "geometry": None if i % 17 == 0 else shapely.Point(20 + (i * 31 % 1000) / 100, 60 + (i * 57 % 700) / 100),
        }
        for i in range(count)
    ]
