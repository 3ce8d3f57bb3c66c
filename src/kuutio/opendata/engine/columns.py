"""Rows whose types are declared, written as a Parquet file that the ingest takes like anybody else's."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from kuutio.core.published import Field, Kind

_BATCH = 20_000
_ARROW: dict[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.TIME: pa.time64("us"),
    Kind.DATETIME: pa.timestamp("us", tz="UTC"),
    Kind.GEOMETRY: pa.binary(),
}


def write(path: Path, fields: Iterable[Field], rows: Iterable[Mapping[str, Any]]) -> int:
    """Write rows; returns how many. The same rows in the same order are the same bytes.

    A geometry is a point `(lon, lat)` or WKB, in CRS84.

    Raises:
        pyarrow.ArrowException: a value isn't of its column's type.

    Source: GeoParquet 1.1.0, "File metadata"; a column without `crs` is in OGC:CRS84.
    """
    fields = list(fields)
    shape = next((field.name for field in fields if field.kind is Kind.GEOMETRY), None)
    geo = {"version": "1.1.0", "primary_column": shape, "columns": {shape: {"encoding": "WKB", "geometry_types": []}}}
    schema = pa.schema(
        [pa.field(field.name, _ARROW[field.kind]) for field in fields],
        metadata={"geo": json.dumps(geo)} if shape else None,
    )
    count = 0
    batch: list[Mapping[str, Any]] = []
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for row in rows:
            batch.append({**row, shape: _wkb(row[shape])} if shape else row)
            count += 1
            if len(batch) == _BATCH:
                writer.write_table(pa.Table.from_pylist(batch, schema))
                batch = []
        writer.write_table(pa.Table.from_pylist(batch, schema))
    return count


def _wkb(value: Any) -> bytes | None:
    return shapely.to_wkb(shapely.Point(value)) if isinstance(value, tuple) else value
