"""GeoParquet, GeoPackage and FlatGeobuf, written batch by batch from Arrow."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from kuutio.opendata.engine import crs_out, duck
from kuutio.opendata.engine.exports.view import View, batches, geometry_sql, view_of
from kuutio.opendata.engine.filters import CRS84, IsNull, both
from kuutio.opendata.engine.query import Query
from kuutio.opendata.engine.snapshot import DATA
from kuutio.opendata.engine.table import Table
from kuutio.opendata.engine.typed import refuse

_BATCH, _ROW_GROUP = 8192, 65_536


def parquet(table: Table, path: Path, query: Query) -> None:
    """GeoParquet 1.1 (plain Parquet without geometry), zstd.

    Source: https://geoparquet.org/releases/v1.1.0/
    """
    view = view_of(table, query)
    with _batches(table, query, view) as reader:
        schema = reader.schema
        if view.geometry is not None:
            schema = schema.with_metadata({b"geo": orjson.dumps(_geo(table, view, query.crs))})
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            waiting: list[pa.RecordBatch] = []
            for batch in reader:
                waiting.append(batch)
                if sum(map(len, waiting)) >= _ROW_GROUP:
                    writer.write_table(pa.Table.from_batches(waiting, schema=reader.schema).cast(schema))
                    waiting = []
            if waiting:
                writer.write_table(pa.Table.from_batches(waiting, schema=reader.schema).cast(schema))


def geopackage(table: Table, path: Path, query: Query) -> None:
    """A GeoPackage with one layer, named as the table.

    Source: OGC 12-128r18.
    """
    view = view_of(table, query)
    names = {column.name.lower() for column in view.columns}
    # GDAL would take a column of the name for its own row numbers.
    own = next(name for name in ("fid", "_fid", "__fid", "kuutio_fid") if name not in names)
    options = {"FID": own, "SPATIAL_INDEX": "YES"}
    if view.geometry is not None:
        options["GEOMETRY_NAME"] = view.geometry.name
    _write(table, path, query, view, "GPKG", options)


def flatgeobuf(table: Table, path: Path, query: Query) -> None:
    """A FlatGeobuf, with its index when every row has a place.

    Raises:
        BadQuery: the geometry isn't shown.

    Source: https://flatgeobuf.org/
    """
    view = view_of(table, query)
    if view.geometry is None:
        refuse("A FlatGeobuf needs the geometry: show that column too.", "/properties")
    without_place = table.count(both(query.filter, IsNull(view.geometry.name)))
    _write(table, path, query, view, "FlatGeobuf", {"SPATIAL_INDEX": "NO" if without_place else "YES"})


def _write(table: Table, path: Path, query: Query, view: View, driver: str, options: dict[str, str]) -> None:
    import pyogrio

    types = table.manifest.geometry.types if table.manifest.geometry else []
    with _batches(table, query, view) as reader:
        pyogrio.raw.write_arrow(
            reader,
            path,
            layer=table.manifest.table,
            driver=driver,
            geometry_name=view.geometry.name if view.geometry else None,
            geometry_type=(types[0] if len(types) == 1 else "Unknown") if view.geometry else None,
            crs=f"EPSG:{query.crs or 4326}" if view.geometry else None,
            layer_options=options,
        )


@contextmanager
def _batches(table: Table, query: Query, view: View) -> Iterator[pa.RecordBatchReader]:
    """The view as Arrow, geometry as WKB in the CRS asked for, x before y."""
    expressions = [duck.name(column.name) for column in view.columns]
    if view.geometry is not None:
        expressions.append(f"ST_AsWKB({geometry_sql(table)}) AS {duck.name(view.geometry.name)}")
    if not expressions:
        refuse("A file needs a column at least.", "/properties")
    with batches(table, query, expressions, _BATCH) as reader:
        if view.geometry is None or crs_out.plane(query.crs) == CRS84:
            yield reader
        else:
            moved = (_moved(batch, query.crs) for batch in reader)
            yield pa.RecordBatchReader.from_batches(reader.schema, moved)


def _moved(batch: pa.RecordBatch, crs: int) -> pa.RecordBatch:
    import shapely

    from kuutio.opendata.engine.spatial import mover

    last = batch.num_columns - 1
    places = shapely.from_wkb(batch.column(last).to_numpy(zero_copy_only=False))
    wkb = shapely.to_wkb(shapely.transform(places, mover(crs)))
    field = batch.schema.field(last)
    return batch.set_column(last, field, pa.array(wkb, field.type))


def _geo(table: Table, view: View, crs: int) -> dict[str, Any]:
    """The `geo` metadata of a view: that of the snapshot, without what is true only of the whole."""
    published = pq.read_schema(table.snapshot / DATA).metadata or {}
    geo: dict[str, Any] = orjson.loads(published[b"geo"])
    name = view.geometry.name if view.geometry else ""
    column = {k: v for k, v in geo["columns"][name].items() if k not in ("bbox", "covering")}
    if crs_out.plane(crs) != CRS84:
        import pyproj

        column["crs"] = pyproj.CRS.from_epsg(crs).to_json_dict()
    return {"version": geo["version"], "primary_column": name, "columns": {name: column}}
