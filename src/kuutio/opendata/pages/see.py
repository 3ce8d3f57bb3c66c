"""See it first: a chart that can be changed, the first rows, what there is to know; the chart elsewhere, and as a file."""

from typing import Any

from csp.decorators import csp_replace
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt

from kuutio.core.problems import BadQuery
from kuutio.opendata import addresses
from kuutio.opendata.dcat.schema_org import script
from kuutio.opendata.engine.query import Query
from kuutio.opendata.engine.summary import Part
from kuutio.opendata.engine.table import Table
from kuutio.opendata.engine.types import Column, ColumnType
from kuutio.opendata.pages import about, chart_words, charts, choosing, fields
from kuutio.opendata.pages import table as rows
from kuutio.opendata.pages.charts import Chart
from kuutio.opendata.pages.files import csv_line
from kuutio.opendata.pages.frame import Framed, context, page

FIRST_ROWS, TABLE_ROWS = 8, 200
#: The engine's own choice of columns for the x axis is short; a list of hundreds helps nobody.
_OFFERED = 60


@page
def see(frame: Framed) -> HttpResponse:
    """The data set's first page."""
    more = context(frame, "dataset") | about.context(frame) | {"json_ld": script(frame.dataset)}
    if frame.table:
        table = frame.open()
        chart = drawn(frame, table)
        more |= {
            "chart": chart,
            "chart_form": chart_form(frame, table, chart) if chart else [],
            "chart_rows": chart.rows[:TABLE_ROWS] if chart else [],
            "chart_asked": "x" in frame.request.GET,
            # What htmx puts into a page loses its script elements, data too: then the chart fetches its figures.
            "swapped": "HX-Request" in frame.request.headers,
            "links": links(frame, chart) if chart else {},
            "headings": rows.headings_of(table),
            "rows": rows.cells_of(frame, table, Query(limit=FIRST_ROWS)),
            "all_rows": table.manifest.rows,
        }
    response = render(frame.request, "opendata/dataset/see.html", more)
    patch_vary_headers(response, ["HX-Request"])
    return response


def drawn(frame: Framed, table: Table) -> Chart | None:
    """The chart that an address asks for; the usual one when what it asks for can't be had."""
    given = frame.request.GET
    choice = charts.chosen(given, table)
    if choice is None or not table.manifest.rows:
        return None
    asked = fields.asked_of(given, table)
    try:
        return charts.draw(table, choice, asked.filter, frame.members)
    except BadQuery:
        usual = choosing.suggested(table)
        return charts.draw(table, choosing.fitted(usual, table), asked.filter, frame.members) if usual else None


def chart_form(frame: Framed, table: Table, chart: Chart) -> list[dict[str, Any]]:
    """The choices of the chart, each a select with what suits the others."""
    choice = chart.choice
    columns = {column.name: column for column in table.manifest.columns}
    x, y = columns[choice.x], columns.get(choice.y or "")
    usable = [column for column in table.manifest.columns if choosing.along(column)][:_OFFERED]
    numbers = [column for column in usable if column.type in (ColumnType.INTEGER, ColumnType.NUMBER)]
    y_options = [_option("", _("number of rows"), choice.y or ""), *(_column(one, choice.y) for one in numbers)]
    form = [{"name": "y", "label": _("Show"), "options": y_options}]
    if y is not None and choice.kind != "dot":
        names = chart_words.aggregate_names()
        options = [_option(str(one), title, str(choice.aggregate)) for one, title in names.items()]
        form.append({"name": "agg", "label": _("as"), "options": options})
    form.append({"name": "x", "label": _("by"), "options": [_column(one, choice.x) for one in usable]})
    if choice.part is not None:
        hours = x.type is ColumnType.DATETIME
        parts = {
            part: title
            for part, title in chart_words.part_names().items()
            if hours or part not in (Part.HOUR, Part.HOUR_OF_DAY)
        }
        options = [_option(str(part), title, str(choice.part)) for part, title in parts.items()]
        form.append({"name": "part", "label": _("each"), "options": options})
    if choice.kind != "histogram":
        coloured = [one for one in usable if choosing.is_category(one, table) and one.name != choice.x]
        options = [_option("", _("one colour"), choice.color or ""), *(_column(one, choice.color) for one in coloured)]
        if len(options) > 1:
            form.append({"name": "color", "label": _("coloured by"), "options": options})
    kinds = choosing.kinds_for(x, y)
    if len(kinds) > 1:
        names_of = chart_words.kind_names()
        form.append(
            {
                "name": "kind",
                "label": _("drawn as"),
                "options": [_option(one, names_of[one], choice.kind) for one in kinds],
            }
        )
    return form


def _option(value: str, title: str, chosen: str) -> dict[str, Any]:
    return {"value": value, "label": title, "checked": value == chosen}


def _column(column: Column, chosen: str | None) -> dict[str, Any]:
    return _option(column.name, chart_words.label(column), chosen or "")


def links(frame: Framed, chart: Chart) -> dict[str, str]:
    """The chart by its own address: to share, to put into another page, as a file."""
    choice = charts.parameters(chart.choice)
    return {
        "page": addresses.site(frame.url("dataset", **choice, **_narrowed(frame))),
        "embed": addresses.site(frame.url("embed-chart", **choice, **_narrowed(frame))),
        "csv": frame.url("chart-csv", **choice, **_narrowed(frame)),
        "spec": frame.url("chart-json", **choice, **_narrowed(frame)),
    }


def _narrowed(frame: Framed) -> dict[str, str]:
    """The filters of the rows that the chart is of."""
    given = frame.request.GET
    return {name: given.get(name, "") for name in given if name == "q" or name.startswith(fields.PREFIX)}


@page
def chart_json(frame: Framed) -> HttpResponse:
    """The specification of a chart with its figures, as `kuutio-chart` draws it."""
    chart = drawn(frame, frame.open())
    if chart is None:
        raise Http404
    return JsonResponse(chart.spec, json_dumps_params={"ensure_ascii": False})


@page
def chart_csv(frame: Framed) -> HttpResponse:
    """The figures of a chart as CSV."""
    chart = drawn(frame, frame.open())
    if chart is None:
        raise Http404
    body = b"".join([csv_line(chart.columns), *(csv_line(row) for row in chart.values)])
    response = HttpResponse(body, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{frame.table_id}-chart.csv"'
    return response


@page
def _embedded(frame: Framed) -> HttpResponse:
    chart = drawn(frame, frame.open())
    more = context(frame, "dataset") | {
        "chart": chart,
        "chart_rows": chart.rows[:TABLE_ROWS] if chart else [],
        "full": addresses.site(frame.url("dataset", **(charts.parameters(chart.choice) if chart else {}))),
    }
    return render(frame.request, "opendata/dataset/embed.html", more)


#: A chart alone, to be shown within other sites' pages: the one page that any of them may frame.
embed = csp_replace({"frame-ancestors": ["*"]})(xframe_options_exempt(_embedded))
