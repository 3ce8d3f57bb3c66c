"""How CKAN says no: an envelope with `__type`, and for what must be mended a list of messages by field."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from kuutio.core.problems import BadQuery, Conflict, Invalid, NotAllowed, NotFound, Problem
from kuutio.opendata.engine.sandbox.refusals import SqlBusy
from kuutio.opendata.storage import TooLarge


class Refusal(Exception):
    """An answer that isn't a success.

    Attributes:
        status: of HTTP.
        error: the envelope's `error`.
    """

    def __init__(self, status: int, error: dict[str, Any]) -> None:
        super().__init__(error)
        self.status, self.error = status, error


class BadRequest(Exception):
    """A request that names no action or can't be read: CKAN answers with a bare JSON string."""


def missing(what: str = "") -> Refusal:
    """There is no such thing, or the caller may not know of it."""
    message = f"{_('Not found')}: {what}" if what else _("Not found")
    return Refusal(404, {"__type": "Not Found Error", "message": message})


def denied(why: str = "") -> Refusal:
    """The caller lacks the right, or showed no key."""
    message = f"{_('Access denied')}: {why}" if why else _("Access denied")
    return Refusal(403, {"__type": "Authorization Error", "message": message})


def invalid(**fields: str | list[Any]) -> Refusal:
    """What must be mended, by field."""
    listed = {name: messages if isinstance(messages, list) else [messages] for name, messages in fields.items()}
    return Refusal(409, {**listed, "__type": "Validation Error"})


def unreadable_search(why: str) -> Refusal:
    """A search that can't be understood."""
    return Refusal(409, {"__type": "Search Query Error", "message": f"Search Query is invalid: {why}"})


#: Our fields by CKAN's names, where they differ.
FIELDS = {
    "licence": "license_id",
    "contact_name": "maintainer",
    "contact_email": "maintainer_email",
    "contact_page": "maintainer_website",
    "landing_page": "url",
    "coverage": "geographical_coverage",
    "temporal_start": "time_series_start",
    "temporal_end": "time_series_end",
    "languages": "language",
    "media_type": "mimetype",
    "sha256": "hash",
    "themes": "groups",
    "publisher": "owner_org",
    "access": "private",
    "slug": "name",
    "kind": "type",
}
#: In a resource, where the same word means another thing.
RESOURCE_FIELDS = {
    **FIELDS,
    "title": "name",
    "notes": "description",
    "temporal_start": "temporal_coverage_from",
    "temporal_end": "temporal_coverage_to",
}


def by_field(problem: Problem, names: Mapping[str, str]) -> dict[str, list[str]]:
    """The problem's errors by CKAN's field names."""
    found: dict[str, list[str]] = {}
    for error in problem.errors:
        field = str(error.get("pointer", "")).strip("/").split("/")[0]
        found.setdefault(names.get(field, field) or "message", []).append(str(error.get("detail", "")))
    return found


def refusal_of(problem: Problem, names: Mapping[str, str] = FIELDS) -> Refusal:
    """A refusal of ours in CKAN's form."""
    detail = str(problem.detail)
    match problem:
        case NotFound():
            return missing(detail)
        case NotAllowed():
            return denied(detail)
        case Conflict() if "name" in problem.facts:
            return invalid(name=_("That URL is already in use."))
        case Conflict():
            return invalid(message=detail)
        case Invalid() | BadQuery():
            fields: dict[str, Any] = by_field(problem, names)
            return invalid(**(fields or {"message": [detail]}))
        case TooLarge():
            return Refusal(413, {"__type": "Validation Error", "upload": [detail]})
        case SqlBusy():
            return Refusal(429, {"__type": "Too Many Requests", "message": detail})
    if problem.status >= 500:
        return Refusal(problem.status, {"__type": "Internal Server Error", "message": detail})
    return invalid(message=detail, kind=problem.kind)
