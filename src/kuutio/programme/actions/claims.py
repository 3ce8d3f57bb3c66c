"""Payment claims as their partner writes and sends them. What control makes of them: `actions/controlling.py`.

Every act locks the grant first and the claim then, so that whatever comes at once comes one after another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.grants.budgets import MODELS, CostModel
from kuutio.core.grants.findings import Finding
from kuutio.core.grants.spreading import base_of, flat_of_claim
from kuutio.core.moves import Need
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.programme import grant_moves, grant_permissions, settling
from kuutio.programme.actions.holding_claims import as_error, demand_running, hold, locked_part, note, others_of
from kuutio.programme.models import (
    Claim,
    ClaimLine,
    ClaimSubmission,
    GrantPart,
    ProgressReport,
)
from kuutio.programme.models.claims import OPEN_TO_PARTNER
from kuutio.programme.problems import wrong
from kuutio.programme.written import digest_of as digest_of
from kuutio.ui import findings

MOST_LINES = 2000
MOST_CENTS = 10**13
"""A line of a hundred thousand million euros is a slip of the hand."""


@dataclass(frozen=True, slots=True)
class Cost:
    """A cost line as a partner tells it."""

    category: str
    text: str
    cents: int
    voucher: str = ""
    paid_on: date | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """The report of a claim's period."""

    done: str
    results: str = ""
    changed: str = ""
    coming: str = ""
    is_final: bool = False


@transaction.atomic
def start_claim(part: GrantPart, starts_on: date, ends_on: date, *, by: Person, at: datetime) -> Claim:
    """Begin a claim of a period. Asked again for the same period, it is the same claim.

    Raises:
        NotAllowed: `by` acts for neither the partner nor the one that leads.
        Conflict: the grant isn't running.
        Invalid: the period lies outside the project or overlaps another claim of the partner (C5).
    """
    part = locked_part(part.pk)
    if not grant_permissions.holds(by, part):
        raise NotAllowed(_("A claim is written by the partner’s own people or the lead partner’s."))
    demand_running(part.grant)
    others = list(Claim.objects.filter(part=part))
    known = next((one for one in others if (one.starts_on, one.ends_on) == (starts_on, ends_on)), None)
    if known is not None:
        return known
    claim = Claim(
        part=part,
        number=max((one.number for one in others), default=0) + 1,
        starts_on=starts_on,
        ends_on=ends_on,
        state_since=at,
        created_at=at,
    )
    _period_fits(claim, others)
    claim.save()
    record("start_claim", f"claim:{claim.uuid}", by=by, at=at, grant=part.grant.reference, number=claim.number)
    return claim


@transaction.atomic
def change_claim(claim: Claim, *, starts_on: date, ends_on: date, income_cents: int, by: Person, at: datetime) -> Claim:
    """Change a claim's period and income while its partner writes it; the report follows the period.

    Raises:
        NotAllowed, Conflict: as of every change by the partner.
        Invalid: the period doesn't fit (C5), or the income is below zero.
    """
    claim, others = hold(claim), others_of(claim)
    _writes(claim, by)
    if not 0 <= income_cents <= MOST_CENTS:
        raise Invalid(
            _("The income can’t be below zero."), errors=[wrong("/income", _("The income can’t be below zero."))]
        )
    before = (claim.starts_on, claim.ends_on, claim.income_cents)
    claim.starts_on, claim.ends_on, claim.income_cents = starts_on, ends_on, income_cents
    if before == (starts_on, ends_on, income_cents):
        return claim
    _period_fits(claim, others)
    claim.save(update_fields=["starts_on", "ends_on", "income_cents"])
    ProgressReport.objects.filter(claim=claim).update(starts_on=starts_on, ends_on=ends_on)
    note(claim, "change_claim", by, at, income_cents=income_cents)
    return claim


@transaction.atomic
def put_line(
    claim: Claim, cost: Cost, *, line: ClaimLine | None = None, after: int | None = None, by: Person, at: datetime
) -> ClaimLine:
    """Add a cost line, or change one; what control had said of it is then open again.

    Args:
        line: that is changed; None: the cost is a new line.
        after: the last position that who adds a line saw: the same cost already further down is the same press again. None: each
            call is a line of its own.

    Raises:
        NotAllowed, Conflict: as of every change by the partner.
        Invalid: the line doesn't fit; `errors` say where.
    """
    claim = hold(claim)
    _writes(claim, by)
    if errors := wrong_with(cost, claim.part.grant.cost_model):
        raise Invalid(_("The line doesn’t fit."), errors=errors)
    lines = list(claim.lines.all())
    if line is None:
        told = _told(cost)
        twice = next((one for one in lines if after is not None and one.position > after and _cost(one) == told), None)
        if twice is not None:
            return twice
        if len(lines) >= MOST_LINES:
            raise Invalid(_("A claim has at most %(most)s lines.") % {"most": MOST_LINES})
        row = ClaimLine(claim=claim, position=max((one.position for one in lines), default=0) + 1)
    else:
        found = next((one for one in lines if one.pk == line.pk), None)
        if found is None:
            raise Conflict(_("The line isn’t there any more."))
        row = found
    _set(row, cost)
    row.save()
    note(claim, "put_claim_line", by, at, position=row.position, cents=cost.cents)
    return row


@transaction.atomic
def remove_line(claim: Claim, line: ClaimLine, *, by: Person, at: datetime) -> None:
    """Take a cost line away; its files stay with the claim.

    Raises:
        NotAllowed, Conflict: as of every change by the partner.
    """
    claim = hold(claim)
    _writes(claim, by)
    if claim.lines.filter(pk=line.pk).delete()[0]:
        note(claim, "remove_claim_line", by, at, position=line.position)


@transaction.atomic
def replace_lines(claim: Claim, costs: Sequence[Cost], *, by: Person, at: datetime) -> int:
    """Put a whole sheet's lines in the place of those that are there; how many there are. The same sheet again changes nothing.

    Raises:
        NotAllowed, Conflict: as of every change by the partner.
        Invalid: too many lines, or one that doesn't fit.
    """
    claim = hold(claim)
    _writes(claim, by)
    errors = [error for cost in costs for error in wrong_with(cost, claim.part.grant.cost_model)]
    if len(costs) > MOST_LINES:
        errors = [wrong("/lines", _("A claim has at most %(most)s lines.") % {"most": MOST_LINES})]
    if errors:
        raise Invalid(_("The lines don’t fit."), errors=errors)
    there = [_cost(one) for one in claim.lines.all()]
    if there == [_told(cost) for cost in costs]:
        return len(there)
    claim.lines.all().delete()
    rows = [ClaimLine(claim=claim, position=position) for position in range(1, len(costs) + 1)]
    for row, cost in zip(rows, costs, strict=True):
        _set(row, cost)
    ClaimLine.objects.bulk_create(rows)
    note(claim, "replace_claim_lines", by, at, lines=len(rows), cents=sum(cost.cents for cost in costs))
    return len(rows)


@transaction.atomic
def write_report(claim: Claim, told: Told, *, by: Person, at: datetime) -> ProgressReport:
    """Write the report of the claim's period; in a claim that is opened for its text alone this is what can be changed.

    Raises:
        NotAllowed, Conflict: as of every change by the partner.
        Invalid: nothing is told.
    """
    claim = hold(claim)
    _writes(claim, by, numbers=False)
    if not told.done.strip():
        raise Invalid(_("Tell what was done."), errors=[wrong("/done", _("Tell what was done."))])
    report, _made = ProgressReport.objects.update_or_create(
        claim=claim,
        defaults={
            "starts_on": claim.starts_on,
            "ends_on": claim.ends_on,
            "done": told.done.strip(),
            "results": told.results.strip(),
            "changed": told.changed.strip(),
            "coming": told.coming.strip(),
            "is_final": told.is_final,
        },
    )
    note(claim, "write_report", by, at)
    return report


@transaction.atomic
def drop_claim(claim: Claim, *, by: Person, at: datetime) -> None:
    """Throw away a draft that was never sent.

    Raises:
        NotAllowed, Conflict: as of every change by the partner; or it was sent.
    """
    claim = hold(claim)
    _writes(claim, by)
    if claim.state != Claim.State.DRAFT:
        raise Conflict(_("A claim that was sent stays."), state=claim.state)
    record("drop_claim", f"claim:{claim.uuid}", by=by, at=at, number=claim.number)
    claim.delete()


@transaction.atomic
def submit_claim(claim: Claim, *, by: Person, at: datetime) -> ClaimSubmission:
    """Send a claim with its report; the receipt says what was sent, when, and its digest. Of many at once one goes through.

    Raises:
        NotAllowed: `by` acts for neither the partner nor the one that leads.
        Conflict: it was sent already, or the grant isn't running.
        Invalid: a rule doesn't let it pass; `errors` say what to mend.
    """
    claim = hold(claim)
    others = others_of(claim)
    roles = grant_permissions.roles_with(by, claim.part.grant, claim.part)
    if claim.state in OPEN_TO_PARTNER:
        if not grant_permissions.may_write(by, claim):
            raise NotAllowed(_("A claim is sent by the partner’s own people or the lead partner’s."))
        demand_running(claim.part.grant)
        if not claim.numbers_fixed:
            claim.flat_claimed_cents = _flat_claimed(claim, others)
        if found := settling.findings_of(claim, others):
            raise Invalid(_("The claim can’t be sent yet."), errors=[as_error(one) for one in found])
    holds = frozenset({Need.REPORT}) if hasattr(claim, "report") else frozenset()
    number = claim.submissions.count() + 1
    flat = claim.flat_claimed_cents
    also: dict[str, Any] = {
        "sent_at": claim.sent_at or at,
        "said": "",
        "flat_claimed_cents": flat,
        "flat_accepted_cents": min(claim.flat_accepted_cents, flat),
    }
    grant_moves.make(claim, "submit", roles=roles, holds=holds, also=also, by=by, at=at, number=number)
    content = content_of(claim)
    return ClaimSubmission.objects.create(
        claim=claim, number=number, at=at, by=by, content=content, digest=digest_of(content)
    )


def wrong_with(cost: Cost, cost_model: str) -> list[dict[str, str]]:
    """What is wrong with a cost line, by its fields; the same for the form and the sheet."""
    errors = []
    model = CostModel(cost_model)
    if cost.category not in MODELS[model].categories:
        words = findings.words(Finding("m2-category", "", {"category": cost.category, "model": model}))
        errors.append(wrong("/category", words))
    if not cost.text.strip():
        errors.append(wrong("/text", _("Tell what was paid for.")))
    elif len(cost.text) > 300 or "\0" in cost.text:
        errors.append(wrong("/text", _("At most %(most)s characters.") % {"most": 300}))
    if len(cost.voucher) > 60 or "\0" in cost.voucher:
        errors.append(wrong("/voucher", _("At most %(most)s characters.") % {"most": 60}))
    if not 0 < cost.cents <= MOST_CENTS:
        errors.append(wrong("/cents", _("The amount must be above zero.")))
    return errors


def content_of(claim: Claim) -> dict[str, Any]:
    """A claim as it is sent: all its numbers in cents and its report, and the digests of its files."""
    report = getattr(claim, "report", None)
    return {
        "grant": claim.part.grant.reference,
        "partner": claim.part.partner.business_id,
        "number": claim.number,
        "starts_on": claim.starts_on.isoformat(),
        "ends_on": claim.ends_on.isoformat(),
        "income_cents": claim.income_cents,
        "flat_cents": claim.flat_claimed_cents,
        "lines": [
            {
                "position": line.position,
                "category": line.category,
                "text": line.text,
                "voucher": line.voucher,
                "paid_on": line.paid_on.isoformat() if line.paid_on else "",
                "cents": line.claimed_cents,
            }
            for line in claim.lines.all()
        ],
        "report": {
            "done": report.done,
            "results": report.results,
            "changed": report.changed,
            "coming": report.coming,
            "is_final": report.is_final,
        }
        if report
        else None,
        "evidence": sorted(claim.evidence.values_list("sha256", flat=True)),
    }


def _writes(claim: Claim, by: Person | None, *, numbers: bool = True) -> None:
    if not grant_permissions.may_write(by, claim):
        raise NotAllowed(_("A claim is written by the partner’s own people or the lead partner’s."))
    if claim.state not in OPEN_TO_PARTNER:
        raise Conflict(_("The claim was sent; it can be changed when it is returned."), state=claim.state)
    if numbers and claim.numbers_fixed:
        raise Conflict(_("Only the text of this claim is open; its numbers stay."), state=claim.state)


def _period_fits(claim: Claim, others: Sequence[Claim]) -> None:
    grant = claim.part.grant
    if claim.ends_on < claim.starts_on:
        days = {"start": claim.starts_on.isoformat(), "end": claim.ends_on.isoformat()}
        raise Invalid(_("The period doesn’t fit."), errors=[as_error(Finding("c5-backwards", str(claim.number), days))])
    found = [one for one in settling.findings_of(claim, others) if one.rule == "C5"] if claim.pk else []
    if not claim.pk:
        from kuutio.core.grants import claims as rules
        from kuutio.core.grants.claims import Period

        period = Period(claim.starts_on, claim.ends_on)
        told = rules.Claim({}, str(claim.number), str(claim.part_id), period, period)
        earlier = [
            rules.Claim({}, str(one.number), str(one.part_id), Period(one.starts_on, one.ends_on)) for one in others
        ]
        found = rules.claim_findings(told, Period(grant.starts_on, grant.ends_on), earlier)
    if found:
        raise Invalid(_("The period doesn’t fit."), errors=[as_error(one) for one in found])


def _flat_claimed(claim: Claim, others: Sequence[Claim]) -> int:
    model = CostModel(claim.part.grant.cost_model)
    before = [other for other in others if other.is_decided]
    return flat_of_claim(
        base_of(settling.direct_of(claim, accepted=False), model),
        sum(base_of(settling.direct_of(other, accepted=True), model) for other in before),
        sum(settling.flat_accepted(other) for other in before),
        model,
    )


def _told(cost: Cost) -> Cost:
    """A cost as it is kept."""
    return replace(cost, text=" ".join(cost.text.split()), voucher=cost.voucher.strip())


def _cost(row: ClaimLine) -> Cost:
    return Cost(row.category, row.text, row.claimed_cents, row.voucher, row.paid_on)


def _set(row: ClaimLine, cost: Cost) -> None:
    told = _told(cost)
    row.category, row.text, row.claimed_cents = told.category, told.text, told.cents
    row.voucher, row.paid_on = told.voucher, told.paid_on
    row.accepted_cents, row.cut_reason = None, ""
