"""Decisions made in the state's system, brought in by file: the same file twice changes nothing, a row that can't be taken says why.

Columns, by any of their names: number (`hakemus`, `ansökan`), decision (`päätös`, `beslut`), day, reference, reason; and, where the figures
were decided by hand, Business ID with EU, STATE and OWN_PUBLIC in euros: a row for each partner.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.cities.models import Person
from kuutio.core.grants.budgets import Source
from kuutio.core.grants.decided import Decided
from kuutio.core.identifiers import is_business_id
from kuutio.core.money import NotMoney, parse
from kuutio.core.problems import Invalid, NotAllowed, Problem
from kuutio.programme import call_permissions as permissions
from kuutio.programme import call_queries as queries
from kuutio.programme import handing
from kuutio.programme.actions import deciding, submitting
from kuutio.programme.models import Application, AuthorityRow
from kuutio.programme.sheets import TOO_MUCH, BadSheet, cell, day_of, number_of, rows_of, text_of
from kuutio.programme.written import digest_of
from kuutio.selection.queries import barred_references
from kuutio.ui import wording

NAMES: Mapping[str, tuple[str, ...]] = {
    "number": ("number", "hakemus", "hakemusnumero", "ansökan", "ansökningsnummer"),
    "decision": ("decision", "päätös", "beslut"),
    "day": ("day", "päivä", "päätöspäivä", "datum", "dag", "beslutsdag", "decided_on"),
    "reference": ("reference", "diaarinumero", "diarienummer"),
    "reason": ("reason", "perustelu", "motivering"),
    "business_id": ("business id", "business_id", "y-tunnus", "fo-nummer"),
    "EU": ("eu",),
    "STATE": ("state", "valtio", "staten"),
    "OWN_PUBLIC": ("own_public", "own", "omarahoitus", "egen finansiering"),
}
DECISIONS: Mapping[str, str] = {
    "eligible": "find_eligible",
    "hakukelpoinen": "find_eligible",
    "behörig": "find_eligible",
    "ineligible": "find_ineligible",
    "ei hakukelpoinen": "find_ineligible",
    "inte behörig": "find_ineligible",
    "obehörig": "find_ineligible",
    "returned": "return",
    "palautettu": "return",
    "återlämnad": "return",
    "returnerad": "return",
    "approved": "approve",
    "hyväksytty": "approve",
    "godkänd": "approve",
    "approved with conditions": "approve_with_conditions",
    "ehdollisesti hyväksytty": "approve_with_conditions",
    "hyväksytty ehdoin": "approve_with_conditions",
    "godkänd med villkor": "approve_with_conditions",
    "rejected": "reject",
    "hylätty": "reject",
    "avslagen": "reject",
    "förkastad": "reject",
}
AFTER: Mapping[str, tuple[str, ...]] = {
    "find_eligible": ("eligible", "in_review", "reviewed", "proposed_yes", "proposed_no", "at_line"),
    "find_ineligible": ("ineligible",),
    "return": ("returned",),
    "approve": ("approved", "contracted", "in_change", "closed"),
    "approve_with_conditions": ("approved_with_conditions", "contracted", "in_change", "closed"),
    "reject": ("rejected",),
}
"""Where an application stands once a decision was taken: told again, it changes nothing."""
NEEDED = ("number", "decision", "day")


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that wasn't taken: its number in the file, and why."""

    row: int
    why: str


@dataclass(slots=True)
class Taken:
    """What came of a file."""

    moved: int = 0
    figures: int = 0
    unchanged: int = 0
    rejected: list[Rejected] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Row:
    at: int
    number: str
    act: str
    day: date
    reference: str
    reason: str
    business_id: str
    cents: Mapping[Source, int]


def take_in(data: bytes, *, by: Person | None, at: datetime) -> Taken:
    """Bring a file in, row by row: one that can't be taken keeps none of the others from it.

    Raises:
        NotAllowed: `by` isn't of the office.
        BadSheet: the file can't be read, or lacks a column.
    """
    if not permissions.is_office(by):
        raise NotAllowed(_("The programme’s office brings in decisions."))
    rows = rows_of(data)
    columns = _columns([text_of(value).casefold() for value in rows[0]])
    taken, parsed = Taken(), []
    for at_row, row in enumerate(rows[1:], 2):
        if all(value is None for value in row):
            continue
        read = _read(at_row, row, columns)
        if isinstance(read, Rejected):
            taken.rejected.append(read)
        else:
            parsed.append(read)
    by_application: dict[str, list[_Row]] = {}
    for one in parsed:
        by_application.setdefault(one.number, []).append(one)
    for number, own in by_application.items():
        _take(number, own, taken, by=by, at=at)
    taken.rejected.sort(key=lambda one: one.row)
    return taken


def _columns(heads: Sequence[str]) -> dict[str, int]:
    found = {name: heads.index(known) for name, names in NAMES.items() for known in names if known in heads}
    if missing := [name for name in NEEDED if name not in found]:
        raise BadSheet(
            _("The file lacks a column."),
            errors=[
                {
                    "pointer": "1",
                    "detail": _("A column is missing; it is called one of: %(names)s.")
                    % {"names": ", ".join(NAMES[one])},
                }
                for one in missing
            ],
        )
    return found


def _read(at: int, row: Sequence[Any], columns: Mapping[str, int]) -> _Row | Rejected:
    def value(name: str) -> Any:
        place = columns.get(name, len(row))
        return row[place] if place < len(row) else None

    def told(name: str) -> str:
        return cell(at, columns[name] + 1)

    act = DECISIONS.get(text_of(value("decision")).casefold())
    if act is None:
        return Rejected(
            at,
            _("%(cell)s: “%(value)s” is no decision that is known.")
            % {"cell": told("decision"), "value": text_of(value("decision"))[:60]},
        )
    day = day_of(value("day"))
    if day is None:
        return Rejected(
            at, _("%(cell)s: “%(value)s” is no day.") % {"cell": told("day"), "value": text_of(value("day"))[:60]}
        )
    cents = {}
    for source in Source:
        if value(source) is None:
            continue
        amount = _amount(value(source))
        if amount is None:
            return Rejected(
                at,
                _("%(cell)s: “%(value)s” is no amount of euros.")
                % {"cell": told(source), "value": text_of(value(source))[:60]},
            )
        cents[source] = amount
    business_id = text_of(value("business_id"))
    if cents and not is_business_id(business_id):
        return Rejected(at, _("Amounts need the partner’s Business ID."))
    return _Row(
        at,
        text_of(value("number")),
        act,
        day,
        text_of(value("reference"))[:80],
        text_of(value("reason"))[:2000],
        business_id,
        cents,
    )


def _amount(value: Any) -> int | None:
    exact = number_of(value)
    if exact is not None:
        if abs(exact) >= TOO_MUCH:
            return None
        cents = round(exact * 100, 6)
        return int(cents) if cents == cents.to_integral_value() and cents >= 0 else None
    try:
        amount = parse(text_of(value), wording.language())
    except NotMoney:
        return None
    return amount if amount >= 0 else None


def _take(number: str, rows: Sequence[_Row], taken: Taken, *, by: Person | None, at: datetime) -> None:
    """All rows of one application, or none of them."""
    first = rows[0]
    row = queries.whole().filter(number=number).first() if number else None
    # What a hard conflict hides isn't there at this door either.
    if row is None or f"application:{row.uuid}" in barred_references(by):
        taken.rejected += [
            Rejected(one.at, _("There is no application with the number “%(number)s”.") % {"number": number[:80]})
            for one in rows
        ]
        return
    if len({(one.act, one.day) for one in rows}) > 1:
        taken.rejected += [
            Rejected(one.at, _("The rows of this application tell different decisions.")) for one in rows
        ]
        return
    partners = [one.business_id for one in rows if one.cents]
    if len(set(partners)) < len(partners):
        taken.rejected += [Rejected(one.at, _("A partner stands here twice.")) for one in rows]
        return
    told = [
        [
            one.act,
            one.day.isoformat(),
            one.reference,
            one.reason,
            one.business_id,
            {str(source): cents for source, cents in one.cents.items()},
        ]
        for one in rows
    ]
    digest = digest_of([str(row.uuid), *sorted(told, key=str)])  # two rows may differ in nothing that has an order
    if AuthorityRow.objects.filter(digest=digest).exists():
        taken.unchanged += len(rows)
        return
    try:
        with transaction.atomic():
            figures, moved = _applied(row, rows, by=by, at=at)
            AuthorityRow.objects.create(
                application=row,
                digest=digest,
                decision=first.act,
                decided_on=first.day,
                reference=first.reference,
                taken_at=at,
            )
    except KeyError as error:
        taken.rejected += [
            Rejected(one.at, _("%(business_id)s isn’t a partner of this application.") % {"business_id": error.args[0]})
            for one in rows
        ]
    except Problem as problem:
        taken.rejected += [Rejected(one.at, problem.words) for one in rows]
    else:
        taken.moved += moved
        taken.figures += figures
        taken.unchanged += not moved and not figures


def _applied(row: Application, rows: Sequence[_Row], *, by: Person | None, at: datetime) -> tuple[int, int]:
    first = rows[0]
    decided: list[Decided] = []
    for one in rows:
        if one.cents:
            decided += deciding.decided_of(row, one.business_id, dict(one.cents), one.reason)
    figures = deciding.decide_figures(row, decided, by=by, at=at) if decided else 0
    if row.state in AFTER[first.act]:
        return figures, 0
    if first.act in ("find_eligible", "find_ineligible", "return"):
        submitting.screen(row, first.act, reason=first.reason, by=by, at=at)
    else:
        _decide(row, first, by=by, at=at)
    return figures, 1


def _decide(row: Application, told: _Row, *, by: Person | None, at: datetime) -> None:
    """The authority's decision on legality goes through the selection, which has the cities' on expediency and writes the letter."""
    if not told.reason:
        raise Invalid(_("A decision needs its reason."))
    handing.decide_legality(row, told.act, reason=told.reason, reference=told.reference, by=by, at=at)
