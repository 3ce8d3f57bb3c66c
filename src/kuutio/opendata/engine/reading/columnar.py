"""Parquet and GeoParquet."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from kuutio.opendata.engine.limits import Limits
from kuutio.opendata.engine.reading.arrow import storable
from kuutio.opendata.engine.reading.raw import RawColumn, RawTable, Rejects, raw_writer
from kuutio.opendata.engine.refusals import BrokenFile, TooLarge

_BATCH = 20_000
# GeoParquet's encodings without WKB, and how deep their lists of coordinates are.
_NATIVE = {
    "point": (shapely.GeometryType.POINT, 0),
    "linestring": (shapely.GeometryType.LINESTRING, 1),
    "polygon": (shapely.GeometryType.POLYGON, 2),
    "multipoint": (shapely.GeometryType.MULTIPOINT, 1),
    "multilinestring": (shapely.GeometryType.MULTILINESTRING, 2),
    "multipolygon": (shapely.GeometryType.MULTIPOLYGON, 3),
}


def read(path: Path, name: str, limits: Limits, work: Path) -> RawTable:
    """The table of a Parquet file.

    Raises:
        BrokenFile: it can't be read.
        TooLarge: a small file that unpacks to too much.
    """
    try:
        with pq.ParquetFile(path) as file:
            unpacked = sum(file.metadata.row_group(n).total_byte_size for n in range(file.metadata.num_row_groups))
            if unpacked > limits.max_bytes:
                raise TooLarge(f"The file unpacks to {unpacked} bytes; {limits.max_bytes} are allowed.")
            return _table(file, name, limits, work)
    except (pa.ArrowException, OSError) as error:
        raise BrokenFile(f"The Parquet file can't be read: {str(error).splitlines()[0][:200]}") from error


def _table(file: pq.ParquetFile, name: str, limits: Limits, work: Path) -> RawTable:
    schema = file.schema_arrow
    shape, crs, encoding = _geometry((schema.metadata or {}).get(b"geo"), schema.names)
    # A bbox column of GeoParquet is an index, not data.
    titles = [title for title in schema.names if title != shape and not (shape and _is_bbox(schema.field(title)))]
    kinds = [storable(schema.field(title).type) for title in titles]
    raw = work / f"{name}.raw.parquet"
    with raw_writer(raw, [kind.arrow for kind in kinds], limits, shape=shape is not None) as writer:
        for batch in file.iter_batches(_BATCH):
            columns = [kind.of(batch.column(title)) for title, kind in zip(titles, kinds, strict=True)]
            writer.write([*columns, _wkb(batch.column(shape), encoding)] if shape else columns)
    return RawTable(
        name=name,
        format="geoparquet" if shape else "parquet",
        path=raw,
        columns=[RawColumn(t, n, kind.type, kind.zoned) for n, (t, kind) in enumerate(zip(titles, kinds, strict=True))],
        rows=writer.rows,
        rejects=Rejects(work / f"{name}.rejects.parquet"),
        has_shape=shape is not None,
        crs=crs,
    )


def _geometry(metadata: bytes | None, names: list[str]) -> tuple[str | None, str | None, str]:
    """The primary geometry column, its CRS and its encoding.

    Source: GeoParquet 1.1.0, "File metadata" and "Column metadata": without a `crs` it is OGC:CRS84.
    """
    if not metadata:
        return None, None, ""
    try:
        geo: dict[str, Any] = json.loads(metadata)
        column = geo["primary_column"]
        facts = geo["columns"][column]
    except (ValueError, KeyError, TypeError):
        return None, None, ""
    encoding = facts.get("encoding")
    if column not in names or encoding not in ("WKB", *_NATIVE):
        return None, None, ""
    crs = facts.get("crs", "OGC:CRS84")
    return column, json.dumps(crs) if isinstance(crs, dict) else crs, encoding


def _is_bbox(field: Any) -> bool:
    return pa.types.is_struct(field.type) and {"xmin", "ymin", "xmax", "ymax"} <= {
        field.type.field(n).name for n in range(field.type.num_fields)
    }


def _wkb(array: Any, encoding: str) -> Any:
    storage = array.storage if isinstance(array.type, pa.BaseExtensionType) else array
    return storage.cast(pa.binary()) if encoding == "WKB" else _of_native(storage, *_NATIVE[encoding])


def _of_native(array: Any, kind: shapely.GeometryType, depth: int) -> Any:
    """WKB of coordinates in nested lists.

    Source: GeoParquet 1.1.0, "Native encodings (based on GeoArrow)".
    """
    there = array.is_valid().to_numpy(zero_copy_only=False)
    inner, offsets = array.drop_null(), []
    for _ in range(depth):
        offsets.append(inner.offsets.to_numpy() - inner.offsets[0].as_py())
        inner = inner.flatten()
    names = [inner.type.field(n).name for n in range(inner.type.num_fields)]
    axes = [inner.field(name).to_numpy(zero_copy_only=False) for name in ("x", "y", "z") if name in names]
    shapes = shapely.from_ragged_array(kind, np.column_stack(axes), tuple(reversed(offsets)) or None)
    result = np.full(len(array), None, object)
    result[there] = shapely.to_wkb(shapes, flavor="iso")
    return pa.array(list(result), pa.binary())
