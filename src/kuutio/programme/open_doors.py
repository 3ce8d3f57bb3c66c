"""The programme's open data at addresses of its own: the same rows as in the catalogue, as they are this moment.

What is small is made whole and told by its own content (ETag); the official lists are long, and stream.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any

from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import parse_etags
from django.utils.translation import gettext as _

from kuutio.cities.joint import desk_of_all
from kuutio.core.grants.opened import OPERATIONS, operations, package
from kuutio.core.problems import NotFound
from kuutio.core.published import Field, Row
from kuutio.core.when import here
from kuutio.opendata.answers import CURRENT, only, open_to_all
from kuutio.opendata.pages.files import csv_line
from kuutio.programme import granted, public_fields, public_rows
from kuutio.programme.models import Grant, ListedProject
from kuutio.programme.project_map import features

CSV, JSON, GEOJSON = "text/csv; charset=utf-8", "application/json", "application/geo+json"


def grants_json(request: HttpRequest) -> HttpResponseBase:
    """All grants as a 360Giving package, each project's partners apart (O1).

    Raises:
        NotFound: nothing has been granted yet; a package holds one grant at least.
    """
    only(request)
    rows, desk = granted.open_grants(), desk_of_all()
    changed = Grant.objects.aggregate(at=Max("awarded_at"), said=Max("versions__made_at"))
    if not rows or desk is None:
        raise NotFound(_("Nothing has been granted here yet."))
    issued = max(changed["at"], changed["said"] or changed["at"])
    made = package(rows, granted.publisher(desk, _("Grants of the strategy")), here(issued))
    return _whole(request, _json(made), JSON)


def operations_csv(request: HttpRequest) -> HttpResponseBase:
    """The EU's list of operations (O2): a row for each project and partner."""
    only(request)
    changed = Grant.objects.aggregate(at=Max("versions__made_at"))["at"] or timezone.now()
    rows = operations(granted.open_grants(), here(changed).date(), granted.eu_shares())
    lines = [csv_line(OPERATIONS), *(csv_line([row[name] for name in OPERATIONS]) for row in rows)]
    return _whole(request, b"".join(lines), CSV, "operations.csv")


def promises_json(request: HttpRequest) -> HttpResponseBase:
    """The promises, each with its figures."""
    only(request)
    figures: dict[str, list[Row]] = {}
    for row in public_rows.evidence_rows():
        figures.setdefault(row["promise"], []).append(row)
    told = [{**row, "evidence": figures.get(row["promise"], [])} for row in public_rows.promise_rows()]
    return _whole(request, _json({"promises": told}), JSON)


def promises_csv(request: HttpRequest) -> HttpResponseBase:
    """The promises and how each stands."""
    return _table(request, "promises.csv", public_fields.PROMISE_FIELDS, public_rows.promise_rows())


def figures_csv(request: HttpRequest) -> HttpResponseBase:
    """The figures of the promises."""
    return _table(request, "promise-figures.csv", public_fields.EVIDENCE_FIELDS, public_rows.evidence_rows())


def projects_csv(request: HttpRequest) -> HttpResponseBase:
    """The strategy's projects."""
    return _table(request, "strategy-projects.csv", public_fields.PROJECT_FIELDS, public_rows.project_rows())


def projects_geojson(request: HttpRequest) -> HttpResponseBase:
    """The cities as points, with how many projects each takes part in; `lang` is the language of names and addresses."""
    only(request, "lang")
    return _whole(request, _json({"type": "FeatureCollection", "features": features()}), GEOJSON)


def money_csv(request: HttpRequest) -> HttpResponseBase:
    """Each project's money by source, focus area and city."""
    return _table(request, "strategy-money.csv", public_fields.MONEY_FIELDS, public_rows.money_rows())


def roles_csv(request: HttpRequest) -> HttpResponseBase:
    """The contact roles of the spearheads."""
    return _table(request, "contact-roles.csv", public_fields.ROLE_FIELDS, public_rows.role_rows())


def funded_csv(request: HttpRequest) -> HttpResponseBase:
    """The official lists as they were read, streamed: a caller who has this state already gets 304."""
    only(request)
    state = ListedProject.objects.aggregate(count=Count("pk"), at=Max("list__read_at"))
    tag = _tag(f"{state['count']} {state['at']}".encode())
    if _has(request, tag):
        return _headed(HttpResponseNotModified(), tag)
    lines = _lines(public_fields.LISTED_FIELDS, public_rows.listed_rows())
    return _headed(StreamingHttpResponse(lines, content_type=CSV), tag, "funded-projects.csv")


def _table(request: HttpRequest, name: str, fields: Sequence[Field], rows: Iterable[Row]) -> HttpResponseBase:
    only(request)
    return _whole(request, b"".join(_lines(fields, rows)), CSV, name)


def _lines(fields: Sequence[Field], rows: Iterable[Row]) -> Iterator[bytes]:
    names = [field.name for field in fields]
    yield csv_line(names)
    for row in rows:
        yield csv_line([row[name] for name in names])


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, default=str).encode()


def _whole(request: HttpRequest, body: bytes, kind: str, name: str = "") -> HttpResponseBase:
    tag = _tag(body)
    if _has(request, tag):
        return _headed(HttpResponseNotModified(), tag)
    return _headed(HttpResponse(body, content_type=kind), tag, name)


def _tag(body: bytes) -> str:
    return f'"{blake2b(body, digest_size=12).hexdigest()}"'


def _has(request: HttpRequest, tag: str) -> bool:
    known = parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))
    return tag in known or f"W/{tag}" in known or "*" in known


def _headed(response: HttpResponseBase, tag: str, name: str = "") -> HttpResponseBase:
    response["ETag"] = tag
    response["Cache-Control"] = CURRENT
    if name:
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    return open_to_all(response)  # type: ignore[arg-type]  # it only sets headers
