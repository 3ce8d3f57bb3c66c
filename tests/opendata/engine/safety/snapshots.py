"""Small snapshots in the form that ingest publishes, made from plain values."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from kuutio.opendata.engine.snapshot import Geometry, Manifest, Source, building, content_id, now, publish
from kuutio.opendata.engine.types import Column, ColumnType

ARROW = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "time": pa.time64("us"),
    "datetime": pa.timestamp("us", tz="UTC"),
    "geometry": pa.binary(),
}
GEO = json.dumps(
    {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": []}},
    }
)

Maker = Callable[..., Path]


def ids_of(rows: Sequence[Sequence[Any]], names: Sequence[str], key: Sequence[str]) -> list[str]:
    """The rule of the house: the declared key, else a hash of the content, numbered where rows are identical."""
    if key:
        return ["-".join(str(row[names.index(part)]) for part in key) for row in rows]
    seen: dict[str, int] = {}
    ids = []
    for row in rows:
        name = hashlib.sha256(repr(row).encode()).hexdigest()[:16]
        seen[name] = seen.get(name, 0) + 1
        ids.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return ids


def make(
    root: Path, columns: Mapping[str, str], rows: Iterable[Sequence[Any]], *, key: Sequence[str] = (), table: str = "t"
) -> Path:
    """A published snapshot; geometry is given as WKT and must be the column named `geometry`, the last."""
    names = list(columns)
    rows = [list(row) for row in rows]
    data: dict[str, Any] = {"_id": pa.array(ids_of(rows, names, key), pa.string())}
    for number, (name, kind) in enumerate(columns.items()):
        values = [row[number] for row in rows]
        if kind == "geometry":
            values = [None if text is None else shapely.to_wkb(shapely.from_wkt(text)) for text in values]
        data[name] = pa.array(values, ARROW[kind])
    arrow = pa.table(data)
    if "geometry" in columns:
        shapes = [None if row[-1] is None else shapely.from_wkt(row[-1]).bounds for row in rows]
        for number, name in enumerate(("_xmin", "_ymin", "_xmax", "_ymax")):
            arrow = arrow.append_column(name, pa.array([b and b[number] for b in shapes], pa.float64()))
        arrow = arrow.replace_schema_metadata({"geo": GEO})
    with building(root, table) as place:
        pq.write_table(arrow, place / "data.parquet", compression="zstd", row_group_size=50_000)
        manifest = Manifest(
            id=content_id(place),
            table=table,
            created_at=now(),
            source=Source("made", "0" * 64, "csv"),
            rows_in=len(rows),
            rows=len(rows),
            rejects=0,
            key=list(key),
            columns=[Column(name, ColumnType(kind), title=name) for name, kind in columns.items()],
            geometry=Geometry(["Point"], None, "OGC:CRS84") if "geometry" in columns else None,
        )
        return publish(root, place, manifest)
