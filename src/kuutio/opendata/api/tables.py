"""Tables: what they hold, their rows, their versions, what changed."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from kuutio.core.problems import BadQuery
from kuutio.opendata import addresses, asking, comparing, counted
from kuutio.opendata.answers import answered
from kuutio.opendata.engine import params
from kuutio.opendata.engine.query import Cursor
from kuutio.opendata.engine.render import Shape
from kuutio.opendata.exports import offered
from kuutio.opendata.models import Snapshot
from kuutio.opendata.served import served

router = Router()
_OWN = frozenset({"limit", "after", "offset", "lang"})
_DEFAULT, _MOST = 100, 10_000


class ColumnOut(Schema):
    """A column and what its values look like."""

    name: str
    type: str
    title: str
    nullable: bool
    nulls: int
    distinct: int
    min: Any
    max: Any
    top: list[Any]


class TableOut(Schema):
    """A table as it is now."""

    table: str
    dataset: str
    snapshot: str
    rows: int
    rejects: int
    bbox: list[float] | None
    crs: str | None
    key: list[str]
    columns: list[ColumnOut]
    downloads: dict[str, str]


class VersionOut(Schema):
    """A version of a table."""

    snapshot: str
    served_at: datetime | None
    rows: int
    rejects: int
    current: bool
    kept: bool


class RowsOut(Schema):
    """A page of rows."""

    matched: int
    returned: int
    next: str | None = Field(None, description="the address of the following page")
    rows: list[dict[str, Any]]


class ChangesOut(Schema):
    """A page of the change feed, deletions included."""

    from_snapshot: str
    to_snapshot: str
    next: str | None
    changes: list[dict[str, Any]]


class Between(Schema):
    """Which two versions, and where to go on."""

    since: str = Field(..., pattern="^[0-9a-f]{16}$", description="the version that the caller has")
    until: str = Field("", pattern="^([0-9a-f]{16})?$", description="the version to come to; empty: the current one")
    after: str = Field("", max_length=1000, description="the id of the last change of the page before")
    limit: int = Field(1000, ge=1, le=10_000)


@router.get("/tables/{table}", response=TableOut, summary="What a table holds")
def show_table(request: HttpRequest, table: str) -> HttpResponse:
    """Its columns with their profiles, its place, its files."""
    found = served(table)
    current = Snapshot.objects.get(distribution=found.distribution, content=found.snapshot)

    def make() -> HttpResponse:
        manifest = found.table.manifest
        forms = [form for form in addresses.TABLE_FORMATS if offered(current, form)]
        body = {
            "table": found.id,
            "dataset": found.distribution.dataset.name,
            "snapshot": manifest.id,
            "rows": manifest.rows,
            "rejects": manifest.rejects,
            "bbox": manifest.geometry.bbox if manifest.geometry else None,
            "crs": manifest.geometry.crs_source if manifest.geometry else None,
            "key": manifest.key,
            "columns": [column.as_json() for column in manifest.columns],
            "downloads": {form: addresses.table_download(found.id, form) for form in forms},
        }
        return HttpResponse(orjson.dumps(body), content_type="application/json")

    # Which files there can be is known for certain when the ready ones are made, after the version is served.
    return answered(request, f"{found.version}-{len(current.exports)}", make)


@router.get("/tables/{table}/rows", response=RowsOut, summary="Rows of a table")
def list_rows(request: HttpRequest, table: str) -> HttpResponse:
    """Any column is a filter (`?city=Oulu`); `filter` takes CQL2, `sortby`, `properties`, `bbox`, `datetime`, `q` as OGC has them.

    `next` stays with the version in which it was begun.
    """
    found = served(table)
    token = request.GET.get("after")
    pinned = Cursor.read(token).snapshot if token else None
    asked = found.at(pinned)
    counted.note(found.distribution.dataset_id, "api")

    def make() -> HttpResponse:
        limit = min(params.whole(request.GET.get("limit", str(_DEFAULT)), "/limit", least=1), _MOST)
        offset = params.whole(request.GET.get("offset", "0"), "/offset")
        query = replace(asking.view(request.GET, found, asked, _OWN), limit=limit, offset=offset, after=token)
        page = asked.page(query, Shape.RECORD)
        following = request.GET.copy()
        following.pop("offset", None)
        following["after"] = page.next or ""
        address = f"{settings.SITE_URL}{request.path}?{following.urlencode()}" if page.next else None
        body = b'{"matched":%d,"returned":%d,"next":%b,"rows":[%b]}' % (
            page.matched,
            page.returned,
            orjson.dumps(address),
            page.body,
        )
        return HttpResponse(body, content_type="application/json")

    return answered(request, pinned or found.version, make, forever=pinned is not None, keep=True)


@router.get("/tables/{table}/versions", response=list[VersionOut], summary="The versions of a table")
def list_versions(request: HttpRequest, table: str) -> list[VersionOut]:
    """Those that were served, newest first."""
    found = served(table)
    versions = Snapshot.objects.filter(distribution=found.distribution, served_at__isnull=False).order_by("-served_at")
    return [
        VersionOut(
            snapshot=one.content,
            served_at=one.served_at,
            rows=one.rows,
            rejects=one.rejects,
            current=one.content == found.snapshot,
            kept=one.state != Snapshot.State.PRUNED,
        )
        for one in versions
    ]


@router.get("/tables/{table}/changes", response=ChangesOut, summary="What changed since a version")
def list_changes(request: HttpRequest, table: str, asked: Query[Between]) -> HttpResponse:
    """Insertions, updates with old and new values, deletions; applied to the old version they give the new one."""
    found = served(table)
    until = asked.until or found.snapshot
    for one in (asked.since, until):
        comparing.version(found.distribution, one)
    if asked.since == until and asked.after:
        raise BadQuery("There are no changes between a version and itself.")

    def make() -> HttpResponse:
        page = (
            comparing.changes(found.distribution, asked.since, until, after=asked.after or None, limit=asked.limit)
            if asked.since != until
            else []
        )
        body = {
            "from_snapshot": asked.since,
            "to_snapshot": until,
            "next": page[-1].id if len(page) == asked.limit else None,
            "changes": [change.as_json() for change in page],
        }
        return HttpResponse(orjson.dumps(body), content_type="application/json")

    return answered(request, f"{asked.since}-{until}", make, forever=bool(asked.until))
