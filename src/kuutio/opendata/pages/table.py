"""The rows of a table: filtered and sorted by address, fifty at a time; with what each column holds, and what was rejected."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.http import urlencode

from kuutio.core.problems import BadQuery
from kuutio.opendata import addresses
from kuutio.opendata.engine import duck, params
from kuutio.opendata.engine.query import Query, Sort
from kuutio.opendata.engine.render import Shape
from kuutio.opendata.engine.snapshot import GEOMETRY, REJECTS
from kuutio.opendata.engine.table import Table
from kuutio.opendata.engine.types import Column, ColumnType
from kuutio.opendata.pages import fields
from kuutio.opendata.pages.frame import Framed, context, page
from kuutio.opendata.pages.values import Shown, is_figure, shown_value, type_name

PAGE = 50
_REJECTS_SHOWN = 20
_SHORT = 28


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's head: its name, kind and span in words, and the links that sort by it."""

    column: Column
    label: str
    kind: str
    span: str
    figure: bool
    sorted: str
    url: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell, whether it is a figure, and the address of its row where it is the row's name."""

    shown: Shown
    figure: bool
    row_url: str = ""

    @property
    def short(self) -> bool:
        """It stays on one line."""
        return len(self.shown.text) <= _SHORT


@page
def table_page(frame: Framed) -> HttpResponse:
    """The page."""
    table, given = frame.open(), frame.request.GET
    asked = fields.asked_of(given, table)
    sort = _sort(given, table)
    # Who narrows a list down or sorts it anew begins at its start; an old place of another version does too.
    try:
        rows = table.page(Query(asked.filter, sort=sort, limit=PAGE, after=given.get("after") or None), Shape.RECORD)
        before = _whole(given.get("row", ""))
    except BadQuery:
        rows, before = table.page(Query(asked.filter, sort=sort, limit=PAGE), Shape.RECORD), 0
    columns = table.manifest.columns
    before = before if given.get("after") else 0
    more = context(frame, "dataset-table") | {
        "asked": asked,
        "sortby": given.get("sortby", ""),
        "headings": [_heading(column, sort, given) for column in columns],
        "rows": [_cells(frame, table, columns, orjson.loads(row)) for row in rows.rows],
        "matched": rows.matched,
        "all_rows": table.manifest.rows,
        "first_row": before + 1,
        "last_row": before + rows.returned,
        "next": _changed(given, after=rows.next, row=str(before + rows.returned)) if rows.next else "",
        "first": _changed(given, after="", row="") if before else "",
        "chosen": fields.links_without(asked, given),
        "downloads": downloads(frame, asked, given.get("sortby", "") if sort else ""),
        "profile": [_profile(column, table.manifest.rows) for column in columns],
        "rejects": rejected(table) if table.manifest.rejects else [],
        "rejects_url": rejects_url(frame),
        "too_wide": len(columns) > fields.MOST_FIELDS,
    }
    return render(frame.request, "opendata/dataset/table.html", more)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 15 else 0


def _sort(given: QueryDict, table: Table) -> tuple[Sort, ...]:
    try:
        sort = params.sort_by(given.get("sortby", ""), table.columns)
        table.question(Query(sort=sort))
    except BadQuery:
        return ()
    return sort


def _changed(given: QueryDict, **values: str | None) -> str:
    query = given.copy()
    for name, value in values.items():
        if value:
            query[name] = value
        else:
            query.pop(name, None)
    return f"?{query.urlencode()}"


def _heading(column: Column, sort: Sequence[Sort], given: QueryDict) -> Heading:
    own = next((key for key in sort if key.column == column.name), None)
    turned = "" if own and own.descending else f"{'-' if own else ''}{column.name}"
    return Heading(
        column,
        column.title or column.name,
        type_name(column.type),
        span(column),
        is_figure(column),
        ("desc" if own.descending else "asc") if own else "",
        ""
        if column.type is ColumnType.GEOMETRY or "," in column.name
        else _changed(given, sortby=turned, after="", row=""),
    )


def span(column: Column) -> str:
    """From the least to the greatest value, where that says something."""
    if column.type in (ColumnType.TEXT, ColumnType.BOOLEAN, ColumnType.GEOMETRY) or column.min is None:
        return ""
    least, greatest = (shown_value(column, value).text for value in (column.min, column.max))
    return least if least == greatest else f"{least} – {greatest}"


def _cells(frame: Framed, table: Table, columns: Sequence[Column], row: dict[str, Any]) -> list[Cell]:
    key = table.manifest.key
    url = addresses.collection_item(frame.table_id, row["_id"]) if len(key) == 1 and not frame.version else ""
    return [
        Cell(
            shown_value(column, row.get(GEOMETRY if column.type is ColumnType.GEOMETRY else column.name)),
            is_figure(column),
            url if key and column.name == key[0] else "",
        )
        for column in columns
    ]


def cells_of(frame: Framed, table: Table, query: Query) -> list[list[Cell]]:
    """Some rows of a table as cells."""
    rows = table.page(query, Shape.RECORD).rows
    return [_cells(frame, table, table.manifest.columns, orjson.loads(row)) for row in rows]


def headings_of(table: Table) -> list[Heading]:
    """The heads of a table that isn't sorted."""
    return [_heading(column, (), QueryDict()) for column in table.manifest.columns]


def downloads(frame: Framed, asked: fields.Asked, sortby: str) -> list[dict[str, str]]:
    """These very rows as files, and their address in the OGC API."""
    query = asked.parameters() | ({"sortby": sortby} if sortby else {})
    end = f"?{urlencode(query)}" if query else ""
    located = frame.snapshot is not None and any(column["type"] == "geometry" for column in frame.snapshot.columns)
    forms = {
        "csv": "CSV",
        "xlsx": "Excel",
        "json": "JSON",
        **({"geojson": "GeoJSON", "gpkg": "GeoPackage"} if located else {}),
    }
    files = [
        {"label": label, "url": addresses.table_download(frame.table_id, form, snapshot=frame.version or None) + end}
        for form, label in forms.items()
    ]
    if not frame.version:
        files.append({"label": "API", "url": addresses.collection_items(frame.table_id) + end})
    return files


def rejects_url(frame: Framed) -> str:
    """The file of the rows that were left out."""
    version = f"@{frame.version}" if frame.version else ""
    return addresses.site(f"/data/{frame.table_id}{version}.rejects.csv")


def rejected(table: Table) -> list[dict[str, Any]]:
    """The first rows that could not be taken, with the reason of each."""
    path = table.snapshot / REJECTS
    if not path.exists():
        return []
    found = duck.cursor(table.finder.root).execute(
        f"SELECT row, reason, raw FROM read_parquet({duck.quoted(str(path))}) ORDER BY row LIMIT {_REJECTS_SHOWN}"  # noqa: S608  # our own path
    )
    return [{"row": row, "reason": reason, "raw": raw[:300]} for row, reason, raw in found.fetchall()]


def _profile(column: Column, rows: int) -> dict[str, Any]:
    """What a column holds, in words and numbers."""
    most = max((count for _value, count in column.top), default=0)
    return {
        "label": column.title or column.name,
        "name": column.name,
        "kind": type_name(column.type),
        "distinct": column.distinct if column.type is not ColumnType.GEOMETRY else None,
        "nulls": column.nulls,
        "missing": column.nulls / rows if rows else 0,
        "span": span(column),
        "top": [
            {"text": shown_value(column, value).text, "count": count, "most": most}
            for value, count in column.top[:5]
            if most > 1
        ],
    }
