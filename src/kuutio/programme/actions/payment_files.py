"""Payments of the state's own system, brought in as a file. A row that can't be recorded is told with its reason; the rest stand.

The same file again changes nothing: a payment is known by its reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.problems import NotAllowed, Problem, Text
from kuutio.programme import grant_permissions
from kuutio.programme import grant_sheets as sheets
from kuutio.programme.actions.paying import Paid, record_advance, record_claim_payment, record_payback
from kuutio.programme.grant_sheets import Column, Row
from kuutio.programme.models import Claim, GrantPart, Payment

COLUMNS = (
    Column("reference", gettext_lazy("Payment reference")),
    Column("decision", gettext_lazy("Decision reference")),
    Column("partner", gettext_lazy("Business ID")),
    Column("kind", gettext_lazy("Kind of payment")),
    Column("claim", gettext_lazy("Claim number"), needed=False),
    Column("euros", pgettext_lazy("heading of a column", "Euros")),
    Column("paid_on", gettext_lazy("Paid on")),
)
"""What a file of payments has; headings in any of our languages will do."""

_KINDS: dict[str, Text] = {
    "advance": gettext_lazy("Advance"),
    "claim": gettext_lazy("Payment of a claim"),
    "back": gettext_lazy("Paid back"),
}


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that wasn't recorded, and why."""

    row: int
    reference: str
    why: str


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file did: recorded now, known already, rejected."""

    made: int
    same: int
    rejected: tuple[Rejected, ...]


def template() -> bytes:
    """An empty file of payments with its headings."""
    return sheets.write(_("Payments"), COLUMNS, [])


@transaction.atomic
def bring_payments(data: bytes, *, by: Person | None, at: datetime) -> Brought:
    """Record the payments of a file, row by row.

    Raises:
        NotAllowed: `by` doesn't work for the programme.
        Invalid: it is no sheet, or lacks a column.
    """
    if not grant_permissions.is_office(by):
        raise NotAllowed(_("Payments are recorded by the programme office, never by the project’s own people."))
    made = same = 0
    rejected = []
    for row in sheets.read(data, COLUMNS):
        reference = row["reference"].text
        known = Payment.objects.filter(reference=reference).exists()
        try:
            with transaction.atomic():
                _bring(row, by, at)
        except Problem as problem:
            rejected.append(Rejected(row["reference"].row, reference, problem.words))
            continue
        except ValueError as error:
            rejected.append(Rejected(row["reference"].row, reference, str(error)))
            continue
        made, same = made + (not known), same + known
    if made:
        record("bring_payments", "payments", by=by, at=at, made=made, rejected=len(rejected))
    return Brought(made, same, tuple(rejected))


def _bring(row: Row, by: Person | None, at: datetime) -> None:
    errors: list[dict[str, str]] = []
    cents, paid_on = sheets.ask(row["euros"], sheets.cents, errors), sheets.ask(row["paid_on"], sheets.day, errors)
    if errors or not isinstance(cents, int) or not isinstance(paid_on, date):
        raise ValueError(" ".join(error["detail"] for error in errors))
    kind = sheets.in_any_language(_KINDS).get(row["kind"].text.lower())
    if kind is None:
        said = ", ".join(str(words) for words in _KINDS.values())
        raise ValueError(
            _("%(cell)s: the kind is one of these: %(kinds)s.") % {"cell": row["kind"].address, "kinds": said}
        )
    part = (
        GrantPart.objects.select_related("grant", "partner")
        .filter(grant__reference=row["decision"].text, partner__business_id=row["partner"].text)
        .first()
    )
    if part is None:
        raise ValueError(_("There is no grant of this decision and Business ID."))
    paid = Paid(row["reference"].text, cents, paid_on)
    if kind == "advance":
        record_advance(part, paid, by=by, at=at)
    elif kind == "back":
        record_payback(part, paid, by=by, at=at)
    else:
        number = row["claim"].text
        claim = (
            Claim.objects.filter(part=part, number=int(number)).first()
            if number.isascii() and number.isdigit() and len(number) < 6
            else None
        )
        if claim is None:
            raise ValueError(
                _("%(cell)s: the partner has no such claim.")
                % {"cell": row["claim"].address if number else row["reference"].address}
            )
        record_claim_payment(claim, paid, by=by, at=at)
