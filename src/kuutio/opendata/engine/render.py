"""Rows as JSON: what the serving file has ready is put together; only a choice of columns or another CRS is computed."""

from collections.abc import Callable, Sequence
from enum import StrEnum

import orjson

from kuutio.opendata.engine import crs_out
from kuutio.opendata.engine.filters import CRS84
from kuutio.opendata.engine.store import Row


class Shape(StrEnum):
    """What one row looks like.

    FEATURE: `{"type": "Feature", "id": .., "geometry": .., "properties": {..}}`
    RECORD: `{"_id": .., column: value, .., "geometry": ..}`; the geometry only where it is shown
    LIST: `[value, ..]` in the order of the columns shown; no id unless `_id` is asked for
    NUMBERED: a RECORD whose `_id` is the row's number in the snapshot, from 1, as CKAN has it
    """

    FEATURE = "feature"
    RECORD = "record"
    LIST = "list"
    NUMBERED = "numbered"


def renderer(
    shape: Shape, columns: Sequence[str] | None, *, geometry: bool = True, crs: int = CRS84
) -> Callable[[list[Row]], list[bytes]]:
    """A function that renders rows, one JSON text each.

    Args:
        columns: the properties shown, in order; None: all. `_id` and "geometry" among them are the id and the place.
        geometry: show the place (of a record or list: where the table has one; the caller knows).
        crs: EPSG code of the coordinates.
    """
    steps: list[Callable[[list[Row]], list[Row]]] = []
    if not geometry:
        steps.append(lambda rows: [(n, i, p, b"null") for n, i, p, _ in rows])
    elif crs != CRS84:
        steps.append(lambda rows: _moved(rows, crs))
    if columns is not None and shape is not Shape.LIST:
        shown = [name for name in columns if name not in ("_id", "geometry")]
        steps.append(lambda rows: [(n, i, _chosen(p, shown), g) for n, i, p, g in rows])
    last = {
        Shape.FEATURE: _features,
        Shape.RECORD: _records(columns, geometry=geometry),
        Shape.LIST: _lists(columns, geometry=geometry),
        Shape.NUMBERED: _numbered(columns, geometry=geometry),
    }[shape]

    def render(rows: list[Row]) -> list[bytes]:
        for step in steps:
            rows = step(rows)
        return last(rows)

    return render


def _features(rows: list[Row]) -> list[bytes]:
    return [b'{"type":"Feature","id":%b,"geometry":%b,"properties":%b}' % (i, g, p) for _, i, p, g in rows]


def _records(columns: Sequence[str] | None, *, geometry: bool) -> Callable[[list[Row]], list[bytes]]:
    with_id = columns is None or "_id" in columns
    with_place = geometry and (columns is None or "geometry" in columns)

    def render(rows: list[Row]) -> list[bytes]:
        made = []
        for _, i, p, g in rows:
            parts = [b'"_id":' + i] if with_id else []
            if len(p) > 2:
                parts.append(p[1:-1])
            if with_place:
                parts.append(b'"geometry":' + g)
            made.append(b"{%b}" % b",".join(parts))
        return made

    return render


def _numbered(columns: Sequence[str] | None, *, geometry: bool) -> Callable[[list[Row]], list[bytes]]:
    records = _records(columns, geometry=geometry)
    return lambda rows: records([(n, b"%d" % (n + 1), p, g) for n, _, p, g in rows])


def _lists(columns: Sequence[str] | None, *, geometry: bool) -> Callable[[list[Row]], list[bytes]]:
    def render(rows: list[Row]) -> list[bytes]:
        made = []
        for _, i, p, g in rows:
            values = orjson.loads(p)
            if columns is None:
                values = [*values.values(), *([orjson.Fragment(g)] if geometry else [])]
            else:
                values |= {"_id": orjson.Fragment(i), "geometry": orjson.Fragment(g)}
                values = [values[name] for name in columns]
            made.append(orjson.dumps(values))
        return made

    return render


def _chosen(properties: bytes, names: Sequence[str]) -> bytes:
    values = orjson.loads(properties)
    return orjson.dumps({name: values[name] for name in names})


def _moved(rows: list[Row], crs: int) -> list[Row]:
    moved = crs_out.geojson([g for _, _, _, g in rows], crs)
    return [(n, i, p, g) for (n, i, p, _), g in zip(rows, moved, strict=True)]
