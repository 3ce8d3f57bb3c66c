"""The places of a table on a map, with the same places as a list beside it."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from kuutio.opendata import addresses
from kuutio.opendata.engine.query import Query
from kuutio.opendata.engine.table import Table
from kuutio.opendata.engine.tiles import LAYER
from kuutio.opendata.engine.types import Column, ColumnType
from kuutio.opendata.exports import tiles_path
from kuutio.opendata.pages import chart_words, fields
from kuutio.opendata.pages import table as rows
from kuutio.opendata.pages.frame import Framed, context, page

#: Places drawn while there are no tiles, or of a filtered view.
DRAWN, LISTED = 2000, 20
_NAMES = ("name", "nimi", "name_fi", "nimi_fi", "title", "otsikko", "namn", "osoite", "tyyppi")


@page
def map_page(frame: Framed) -> HttpResponse:
    """The page; while tiles are being made, and of a filtered view, it draws the first 2,000 places one by one."""
    table = frame.open()
    if not table.located or frame.snapshot is None:
        raise Http404
    asked = fields.asked_of(frame.request.GET, table)
    matched = table.count(asked.filter)
    path = tiles_path(frame.table_id, frame.snapshot.content)
    tiled = path.exists() and not asked.narrowed and not frame.version
    query = urlencode({**asked.parameters(), "limit": str(DRAWN)})
    color, order = colour(frame, table)
    items = addresses.collection_items(frame.table_id).removeprefix(addresses.site(""))
    more = context(frame, "dataset-map") | {
        "tiles": f"/data/{frame.table_id}.pmtiles" if tiled else "",
        "layers": LAYER,
        "items": items if tiled else "",
        "src": "" if tiled else f"{items}?{query}",
        "bounds": ",".join(map(str, frame.snapshot.bbox)) if frame.snapshot.bbox and not asked.narrowed else "",
        "label": name_column(table),
        "color": color,
        "order": order,
        "matched": matched,
        "drawn": matched if tiled else min(matched, DRAWN),
        "making": not path.exists() and not frame.version,
        "asked": asked,
        "chosen": fields.links_without(asked, frame.request.GET),
        "headings": rows.headings_of(table),
        "rows": rows.cells_of(frame, table, Query(asked.filter, limit=LISTED)),
        "listed": min(matched, LISTED),
        "downloads": rows.downloads(frame, asked, ""),
        "old": bool(frame.version),
    }
    return render(frame.request, "opendata/dataset/map.html", more)


def name_column(table: Table) -> str:
    """The column that names a place: one that is called so, else the text with the most different values."""
    texts = [column for column in table.manifest.columns if column.type is ColumnType.TEXT and column.distinct > 0]
    named = {column.name.lower(): column for column in texts}
    for word in _NAMES:
        if word in named:
            return named[word].name
    return max(texts, key=lambda column: column.distinct).name if texts else "_id"


def colour(frame: Framed, table: Table) -> tuple[str, str]:
    """The column of cities, if the table has one, and its values in the cities' order."""
    for column in table.manifest.columns:
        values = {str(value) for value, _count in column.top}
        if column.type is not ColumnType.TEXT or not 1 < column.distinct <= len(frame.members):
            continue
        order = [_spoken(column, values, [*chart_words.city_names(city), city.code]) for city in frame.members]
        if values <= set(order):
            return column.name, ",".join(order)
    return "", ""


def _spoken(column: Column, values: set[str], names: list[str]) -> str:
    """How the column writes a city."""
    known = {name.lower() for name in names}
    return next((value for value in values if value.lower() in known), names[0])
