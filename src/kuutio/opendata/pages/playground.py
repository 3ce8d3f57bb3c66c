"""Ask the published tables in SQL, on a page: each question has an address."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kuutio.core.problems import Problem
from kuutio.opendata import sql
from kuutio.opendata.engine.sandbox import Result
from kuutio.opendata.models import Distribution, Snapshot
from kuutio.opendata.pages.files import csv_line
from kuutio.opendata.pages.frame import Framed, context, page
from kuutio.opendata.queries import public_datasets
from kuutio.ui.clients import address_of

_SHOWN = 200
_TABLES = 50
_LONGEST = 20_000


@require_safe
def playground(request: HttpRequest) -> HttpResponse:
    """Over all tables."""
    newest = Distribution.objects.filter(dataset__in=public_datasets(), current__isnull=False)
    tables = [
        {"name": one.table, "columns": _columns(one.current)}
        for one in newest.select_related("current").order_by("-dataset__used", "table")[:_TABLES]
    ]
    crumbs = [
        {"title": _("Front page"), "url": reverse("web:front")},
        {"title": _("Open data"), "url": reverse("opendata:catalogue")},
        {"title": "SQL", "url": ""},
    ]
    return _answered(request, "opendata/sql.html", {"sql_tables": tables, "crumbs": crumbs})


@page
def dataset_sql(frame: Framed) -> HttpResponse:
    """Over a data set's tables, with a query ready."""
    tables = [{"name": one.table, "columns": _columns(one.current)} for one in frame.tables]
    more = context(frame, "dataset-sql")
    more |= {"tables": [], "sql_tables": tables}
    return _answered(frame.request, "opendata/dataset/sql.html", more)


def _answered(request: HttpRequest, template: str, more: dict[str, Any]) -> HttpResponse:
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:_LONGEST]
    result, problem, status, again_s = None, "", 200, 0
    if asked:
        try:
            result = sql.run(asked, caller=address_of(request))
        except Problem as refusal:
            problem, status = str(refusal.detail), 422 if refusal.status < 429 else refusal.status
            again_s = refusal.again_s
    if result and request.GET.get("as") == "csv":
        return _csv(result)
    tables = more["sql_tables"]
    examples = _examples(tables[0]) if tables else []
    said = {
        "asked": asked,
        "written": asked or (examples[0]["sql"] if examples else ""),
        "result": result,
        "rows": result.rows[:_SHOWN] if result else [],
        "shown": _SHOWN,
        "problem": problem,
        "examples": [one | {"url": "?" + urlencode({"q": one["sql"]})} for one in examples],
        "csv": "?" + urlencode({"q": asked, "as": "csv"}),
        "json": "/api/v1/sql?" + urlencode({"sql": asked}),
    }
    page = render(request, template, more | said, status=status)
    if again_s:
        page["Retry-After"] = str(again_s)
    return page


def _csv(result: Result) -> HttpResponse:
    names = [column["name"] for column in result.columns]
    body = b"".join([csv_line(names), *(csv_line(row) for row in result.rows)])
    response = HttpResponse(body, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="answer.csv"'
    return response


def _columns(snapshot: Snapshot | None) -> list[dict[str, str]]:
    return snapshot.columns if snapshot else []


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _examples(table: dict[str, Any]) -> list[dict[str, str]]:
    """Questions that a table can answer."""
    name = _quoted(table["name"])
    made = [
        {"title": _("The first rows"), "sql": f"SELECT * FROM {name} LIMIT 20"},  # noqa: S608  # shown, not run; the name is quoted
        {"title": _("How many rows"), "sql": f"SELECT count(*) AS rows FROM {name}"},  # noqa: S608
    ]
    word = next((one["name"] for one in table["columns"] if one["type"] == "text"), None)
    if word:
        column = _quoted(word)
        grouped = f"SELECT {column}, count(*) AS rows\nFROM {name}\nGROUP BY {column}\nORDER BY rows DESC\nLIMIT 20"
        made.append({"title": _("Rows by %(column)s") % {"column": word}, "sql": grouped})
    return made
