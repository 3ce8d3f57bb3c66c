"""Forms that are text: sent while they are made, some thousand rows at a time."""

from collections.abc import Iterator
from typing import Any

import orjson

from kuutio.opendata.engine import crs_out, duck, serving
from kuutio.opendata.engine.exports.options import CsvOptions
from kuutio.opendata.engine.exports.view import View, geometry_sql, rows, view_of
from kuutio.opendata.engine.filters import CRS84
from kuutio.opendata.engine.query import Query
from kuutio.opendata.engine.render import Shape
from kuutio.opendata.engine.table import Table
from kuutio.opendata.engine.types import Column, ColumnType

_FORMULA = r"^[=+\-@\t\r]"


def csv(table: Table, query: Query, options: CsvOptions) -> Iterator[bytes]:
    """CSV by RFC 4180; the geometry as WKT in the last column, x before y. No value is an empty cell, no text is `""`.

    Lines are made inside DuckDB: Python only passes them on.
    """
    return _csv(table, query, options, view_of(table, query))


def json(table: Table, query: Query) -> Iterator[bytes]:
    """An array of records."""
    return _bracketed(b"[", table.stream(query, Shape.RECORD), b"]\n")


def jsonl(table: Table, query: Query) -> Iterator[bytes]:
    """A record a line."""
    return (b"\n".join(rendered) + b"\n" for rendered in table.stream(query, Shape.RECORD) if rendered)


def geojson(table: Table, query: Query) -> Iterator[bytes]:
    """A feature collection.

    Source: RFC 7946.
    """
    start = b'{"type":"FeatureCollection","name":%b,"features":[' % orjson.dumps(table.manifest.table)
    return _bracketed(start, table.stream(query, Shape.FEATURE), b"]}\n")


def _bracketed(start: bytes, pieces: Iterator[list[bytes]], end: bytes) -> Iterator[bytes]:
    yield start
    separator = b"\n"
    for rendered in pieces:
        if rendered:
            yield separator + b",\n".join(rendered)
            separator = b",\n"
    yield b"\n" + end


def _csv(table: Table, query: Query, options: CsvOptions, view: View) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf" if options.bom else b""
    if options.header:
        names = [column.name for column in view.columns] + ([view.geometry.name] if view.geometry else [])
        yield (options.separator.join(_quoted(name, options) for name in names) + "\r\n").encode()
    cells = [_cell(column, options) for column in view.columns]
    moved = view.geometry is not None and crs_out.plane(query.crs) != CRS84
    if view.geometry is not None and not moved:
        cells.append(_text_cell(f"ST_AsText({geometry_sql(table)})", options.separator, formula_safe=False))
    separator = duck.quoted(options.separator)
    line = f" || {separator} || ".join(cells) or "''"
    with rows(table, query, [line, *([f"ST_AsWKB({geometry_sql(table)})"] if moved else [])]) as answer:
        while chunk := answer.fetchmany(table.rows_at_once):
            lines = [row[0] for row in chunk]
            if moved:
                ends = moved_wkt([row[1] for row in chunk], query.crs)
                before = options.separator if view.columns else ""
                lines = [
                    f"{line}{before}{_quoted(end, options) if end else ''}"
                    for line, end in zip(lines, ends, strict=True)
                ]
            yield ("\r\n".join(lines) + "\r\n").encode()


def _cell(column: Column, options: CsvOptions) -> str:
    if column.type is ColumnType.TEXT:
        return _text_cell(duck.name(column.name), options.separator, formula_safe=options.formula_safe)
    return f"coalesce(CAST({serving.json_ready(column)} AS VARCHAR), '')"


def _text_cell(field: str, separator: str, *, formula_safe: bool) -> str:
    if formula_safe:
        field = f"CASE WHEN regexp_matches({field}, {duck.quoted(_FORMULA)}) THEN '''' || {field} ELSE {field} END"
    special = duck.quoted(rf'["\r\n{separator}]|^\s|\s$|^$')
    quoted = f"""'"' || replace({field}, '"', '""') || '"'"""
    return f"coalesce(CASE WHEN regexp_matches({field}, {special}) THEN {quoted} ELSE {field} END, '')"


def _quoted(value: str, options: CsvOptions) -> str:
    """A header or a geometry as a cell, by the same rules."""
    if options.formula_safe and value[:1] in tuple("=+-@\t\r"):
        value = f"'{value}"
    special = (
        any(letter in value for letter in ('"', "\r", "\n", options.separator)) or value != value.strip() or not value
    )
    return '"' + value.replace('"', '""') + '"' if special else value


def moved_wkt(geometries: list[Any], crs: int) -> list[str | None]:
    """WKB in degrees as WKT in metres, to a tenth of a millimetre; None stays None."""
    import shapely

    from kuutio.opendata.engine.spatial import mover

    moved = shapely.transform(shapely.from_wkb(geometries), mover(crs), include_z=False)
    return list(shapely.to_wkt(moved, rounding_precision=4))
