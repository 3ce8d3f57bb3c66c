"""Cases as service requests: the public facts of many at once, in a number of queries that doesn't grow with them.

What the resident wrote never goes out: no text, title, address, answer, name or file. A description is the public summary that an
officer wrote and published, or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from kuutio.cities.models import Organisation, Unit
from kuutio.contact.known import known
from kuutio.contact.models import Case, Event
from kuutio.contact.open311.places import shown
from kuutio.core.when import here

State = Case.State

DETAILED = {
    State.NEW: "RECEIVED",
    State.OPEN: "IN_PROCESS",
    State.WAITING_RESIDENT: "IN_PROCESS",
    State.WAITING_OTHER: "IN_PROCESS,PUBLIC_WORKS_IN_PROGRESS",
    State.RESOLVED: "PROCESSED",
    State.CLOSED: "PROCESSED",
    State.REJECTED: "REJECTED",
    State.DUPLICATE: "PROCESSED",
}
"""CitySDK's words for our states; a case that only its facts are kept of is ARCHIVED."""

_SETTLED = {State.RESOLVED, State.CLOSED, State.REJECTED, State.DUPLICATE}


class Act(NamedTuple):
    """A public event, as much of it as is told."""

    case: int
    at: datetime
    kind: str
    facts: dict[str, Any]
    organisation: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """A case with what is said of it, its names in the language of the answer.

    Attributes:
        place: longitude and latitude as they may be shown.
        names: of the organisations by id.
        acts: what happened in public: all of it, or the last.
    """

    case: Case
    is_public: bool
    service: str
    unit: str
    municipality: str | None
    place: tuple[float | None, float | None]
    names: Mapping[int, str]
    acts: list[Act]

    @property
    def agency(self) -> str:
        """The city that has the case now, and its unit."""
        city = self.names[self.case.responsible_id]
        return f"{city}, {self.unit}" if self.unit else city


CORE: tuple[tuple[str, Callable[[Row], Any]], ...] = (
    ("service_request_id", lambda row: row.case.number),
    ("status", lambda row: "open" if row.case.settled_at is None else "closed"),
    ("status_notes", lambda row: _notes(row)),
    ("service_name", lambda row: row.service),
    ("service_code", lambda row: row.case.category_id),
    ("description", lambda row: row.case.summary),
    ("agency_responsible", lambda row: row.agency),
    ("service_notice", lambda row: None),
    ("requested_datetime", lambda row: _time(row.case.opened_at)),
    ("updated_datetime", lambda row: _time(row.case.settled_at or row.case.updated_at)),
    ("expected_datetime", lambda row: _time(row.case.resolve_due_at)),
    ("address", lambda row: row.municipality or ""),
    ("address_id", lambda row: ""),
    ("zipcode", lambda row: ""),
    ("lat", lambda row: row.place[1]),
    ("long", lambda row: row.place[0]),
    ("media_url", lambda row: None),
)
"""GeoReport's fields in its order, each by what is public of a case.

What 6Aika's validator takes for a text is a text, if an empty one; the position of a case that has none is left out.
"""

EXTENDED: tuple[tuple[str, Callable[[Row], Any]], ...] = (
    ("title", lambda row: None),
    ("service_object_id", lambda row: None),
    ("service_object_type", lambda row: None),
    ("media_urls", lambda row: []),
    ("detailed_status", lambda row: "ARCHIVED" if row.case.forgotten_at else DETAILED[State(row.case.state)]),
    ("handler", lambda row: row.agency),
    ("log", lambda row: _log(row)),
)
"""What `extensions=true` adds: CitySDK's fields, then 6Aika's."""

PLACE = frozenset({"lat", "long"})

HIDDEN = frozenset({"service_request_id", "status", "requested_datetime", "updated_datetime"})
"""What is told of a case whose category isn't public, to who knows its number."""


def requests(cases: Iterable[Case], *, extended: bool) -> list[dict[str, Any]]:
    """Cases as service requests, in the same order.

    Args:
        extended: with the extensions' fields and the course of each case.
    """
    rows = _rows(list(cases), whole=extended)
    return [_request(row, extended) for row in rows]


def _request(row: Row, extended: bool) -> dict[str, Any]:
    if not row.is_public:
        told = {name: value(row) if name in HIDDEN else None for name, value in CORE}
        return told | ({"extended_attributes": {name: None for name, _value in EXTENDED}} if extended else {})
    told = {name: value(row) for name, value in CORE if name not in PLACE or row.case.lon is not None}
    return told | ({"extended_attributes": {name: value(row) for name, value in EXTENDED}} if extended else {})


def _rows(cases: list[Case], *, whole: bool) -> list[Row]:
    acts = _acts([case.pk for case in cases], whole=whole)
    house = known()
    took_part = {act.organisation for told in acts.values() for act in told if act.organisation}
    organisations = Organisation.objects.only("name").in_bulk(took_part | {case.responsible_id for case in cases})
    names = {key: str(organisation.name) for key, organisation in organisations.items()}
    units = Unit.objects.only("name").in_bulk({case.unit_id for case in cases if case.unit_id})
    unit_names = {key: str(unit.name) for key, unit in units.items()}
    services = {code: str(house.categories[code].name) for code in {case.category_id for case in cases}}
    known_here = {case.municipality_id for case in cases if case.municipality_id}
    municipalities = {code: house.municipalities[code].name_here for code in known_here}
    return [
        Row(
            case=case,
            is_public=house.categories[case.category_id].is_public,
            service=services[case.category_id],
            unit=unit_names.get(case.unit_id or 0, ""),
            municipality=municipalities.get(case.municipality_id or ""),
            place=shown(case.lon, case.lat),
            names=names,
            acts=acts.get(case.pk, []),
        )
        for case in cases
    ]


def _acts(cases: list[int], *, whole: bool) -> dict[int, list[Act]]:
    """The public events of cases: all in their order, or the last one alone."""
    public = Event.objects.filter(case__in=cases, is_public=True)
    if whole:
        public = public.order_by("case_id", "at", "pk")
    else:
        public = public.order_by("case_id", "-at", "-pk").distinct("case_id")
    found: dict[int, list[Act]] = {}
    for told in public.values_list("case_id", "at", "kind", "facts", "organisation_id"):
        act = Act(*told)
        found.setdefault(act.case, []).append(act)
    return found


def _notes(row: Row) -> str:
    """The last thing that happened, in words of ours."""
    return _said(row.acts[-1], row) if row.acts else ""


def _said(act: Act, row: Row) -> str:
    if act.kind == Event.Kind.JOINED and "to" in act.facts:
        return _("Duplicate of %(number)s") % {"number": act.facts["to"]}
    if act.kind == Event.Kind.STATE and act.facts.get("to") in State.values:
        return str(State(act.facts["to"]).label)
    said = str(Event.Kind(act.kind).label)
    return f"{said}: {row.names[act.organisation]}" if act.organisation else said


def _log(row: Row) -> list[dict[str, Any]]:
    """The course of a case in 6Aika's three words."""
    return [
        {
            "time": _time(act.at),
            "status": status,
            "note": _said(act, row),
            "handler": row.names[act.organisation] if act.organisation else None,
            "attachment_url": None,
        }
        for act in row.acts
        if (status := _step(act))
    ]


def _step(act: Act) -> str:
    match act.kind:
        case Event.Kind.ROUTED | Event.Kind.ASSIGNED | Event.Kind.ACCEPTED:
            return "allocated"
        case Event.Kind.ANSWERED | Event.Kind.REOPENED:
            return "handling"
        case Event.Kind.STATE:
            return "done" if act.facts.get("to") in _SETTLED else "handling"
        case Event.Kind.JOINED:
            return "done"
    return ""


def _time(at: datetime | None) -> str | None:
    return here(at).isoformat(timespec="seconds") if at else None
