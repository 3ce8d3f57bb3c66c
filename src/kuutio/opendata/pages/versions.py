"""The versions of a table: what each changed, how to cite it, any two compared row by row."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kuutio.core.problems import Problem
from kuutio.opendata import addresses, comparing
from kuutio.opendata.dcat.distribution import versions_of
from kuutio.opendata.engine.diff import Change, Op
from kuutio.opendata.engine.types import Column, ColumnType
from kuutio.opendata.models import Snapshot
from kuutio.opendata.pages.facets import licence_name
from kuutio.opendata.pages.frame import VERSION, Framed, context, page
from kuutio.opendata.pages.values import place, shown_value, type_name
from kuutio.ui.wording import day, localized

CHANGES = 50
#: What the newest versions changed is told; of older ones it is counted when they are compared.
_TOLD = 10


@page
def versions_page(frame: Framed) -> HttpResponse:
    """The page."""
    if frame.table is None:
        raise Http404
    found = versions_of(frame.table)
    current = frame.table.current
    more = context(frame, "dataset-versions") | {
        "list": list(_listed(frame, found)),
        "citation": citation(frame, current) if current else "",
        "change_feed": change_feed(frame),
        "atom": addresses.dataset_feed(frame.dataset),
        "choices": [{"value": one.content, "label": named(one)} for one in found],
    }
    return render(frame.request, "opendata/dataset/versions.html", more)


def _listed(frame: Framed, found: list[Snapshot]) -> Iterator[dict[str, Any]]:
    """Each version with what it changed, counted at the first look and kept."""
    for position, one in enumerate(found):
        older = found[position + 1] if position + 1 < len(found) else None
        changed = None
        if older and position < _TOLD and frame.table:
            try:
                changed = comparing.difference(frame.table, older.content, one.content)
            except Problem:
                changed = None  # one of them was just removed, or many are comparing: the list stands without it
        current = bool(frame.table and frame.table.current_id == one.pk)
        yield {
            "version": one,
            "older": older,
            "changed": changed,
            "current": current,
            "look": frame.url("dataset-table", **{VERSION: "" if current else one.content}),
            "compare": frame.url("dataset-compare", old=older.content, new=one.content) if older else "",
            "address": addresses.table_download(frame.table_id, "csv", snapshot=one.content),
            "citation": citation(frame, one),
        }


def change_feed(frame: Framed) -> str:
    """Where programs ask which rows changed since a version."""
    return addresses.site(f"/api/v1/tables/{frame.table_id}/changes")


def named(one: Snapshot) -> str:
    """A version by the day it was served, and its rows."""
    rows = _("%(rows)s rows") % {"rows": shown_value(Column("", ColumnType.NUMBER), one.rows).text}
    at = one.served_at or one.created_at
    return f"{day(at.date())}, {rows}, {one.content[:6]}"


def citation(frame: Framed, one: Snapshot) -> str:
    """How to cite a version: whose it is, its name, its day and mark, where it stays."""
    at = one.served_at or one.created_at
    title = localized(frame.dataset.title)[0] or frame.dataset.name
    return _("%(publisher)s: %(title)s. Version of %(day)s (%(mark)s), %(licence)s. %(address)s") % {
        "publisher": localized(frame.dataset.publisher.name)[0],
        "title": title,
        "day": day(at.date()),
        "mark": one.content,
        "licence": licence_name(frame.dataset.licence or "notspecified"),
        "address": addresses.table_download(frame.table_id, "csv", snapshot=one.content),
    }


@page
def compare_page(frame: Framed) -> HttpResponse:
    """Two versions side by side: counts, columns, and the rows that changed, fifty at a time."""
    if frame.table is None:
        raise Http404
    found = versions_of(frame.table)
    given = frame.request.GET
    old, new = given.get("old", ""), given.get("new", "")
    if not old or not new:
        new = found[0].content if found else ""
        old = found[1].content if len(found) > 1 else new
    difference = comparing.difference(frame.table, old, new)
    after = given.get("after") or None
    changes = comparing.changes(frame.table, old, new, after=after, limit=CHANGES + 1)
    shown = changes[:CHANGES]
    columns = {column.name: column for column in frame.open().manifest.columns}
    more = context(frame, "dataset-versions") | {
        "old": comparing.version(frame.table, old),
        "new": comparing.version(frame.table, new),
        "difference": difference,
        "column_changes": [_column_change(one.name, one.before, one.after) for one in difference.columns],
        "by_column": sorted(difference.changed_by_column.items(), key=lambda one: (-one[1], one[0])),
        "changes": [_told(one, columns) for one in shown],
        "choices": [{"value": one.content, "label": named(one)} for one in found],
        "next": frame.url("dataset-compare", old=old, new=new, after=shown[-1].id) if len(changes) > CHANGES else "",
        "first": frame.url("dataset-compare", old=old, new=new) if after else "",
        "feed": f"{change_feed(frame)}?since={old}&until={new}",
    }
    return render(frame.request, "opendata/dataset/compare.html", more)


def _column_change(name: str, before: ColumnType | None, after: ColumnType | None) -> str:
    if before is None:
        return _("New column: %(name)s") % {"name": name}
    if after is None:
        return _("Column gone: %(name)s") % {"name": name}
    return _("%(name)s: from %(before)s to %(after)s") % {
        "name": name,
        "before": type_name(before),
        "after": type_name(after),
    }


def _told(change: Change, columns: dict[str, Column]) -> dict[str, Any]:
    """A change in words: of an update the values that are others, of a new or gone row its first ones."""
    words = {Op.INSERT: _("New"), Op.UPDATE: _("Changed"), Op.DELETE: _("Gone")}
    values = []
    for name in change.columns or list(change.after or change.before or {}):
        before = (change.before or {}).get(name)
        after = (change.after or {}).get(name)
        values.append(
            {
                "name": _name(columns, name),
                "before": _value(columns, name, before),
                "after": _value(columns, name, after),
            }
        )
    return {
        "op": str(change.op),
        "word": words[change.op],
        "id": change.id,
        "values": values[:8],
        "more": len(values) > 8,
    }


def _name(columns: dict[str, Column], name: str) -> str:
    return (columns[name].title or name) if name in columns else name


def _value(columns: dict[str, Column], name: str, value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, dict):
        return place(value)
    return shown_value(columns[name], value).text if name in columns else str(value)
