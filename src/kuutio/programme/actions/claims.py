"""Payment claims: written and sent by the partner, gone through by control, decided, opened again, corrected.

Every act locks the grant first and the claim then, so that whatever comes at once comes one after another. A claim's numbers can
be opened again only while no later one of the same partner was sent; what turns out wrong afterwards is a correction.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.grants.budgets import MODELS, CostModel
from kuutio.core.grants.claims import Reopening, reopening
from kuutio.core.grants.findings import Finding
from kuutio.core.grants.spreading import base_of, flat_of_claim
from kuutio.core.moves import Need
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.programme import grant_moves, grant_permissions, settling
from kuutio.programme.models import (
    Claim,
    ClaimLine,
    ClaimSubmission,
    Correction,
    Grant,
    GrantPart,
    ProgressReport,
)
from kuutio.programme.models.claims import OPEN_TO_PARTNER
from kuutio.programme.models.grants import FLAT
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
    part = _part(part.pk)
    if not grant_permissions.holds(by, part):
        raise NotAllowed(_("A claim is written by the partner’s own people or the lead partner’s."))
    _runs(part.grant)
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
    claim, others = _hold(claim), _others(claim)
    _writes(claim, by)
    if not 0 <= income_cents <= MOST_CENTS:
        raise Invalid(
            _("The income can’t be below zero."), errors=[_wrong("/income", _("The income can’t be below zero."))]
        )
    before = (claim.starts_on, claim.ends_on, claim.income_cents)
    claim.starts_on, claim.ends_on, claim.income_cents = starts_on, ends_on, income_cents
    if before == (starts_on, ends_on, income_cents):
        return claim
    _period_fits(claim, others)
    claim.save(update_fields=["starts_on", "ends_on", "income_cents"])
    ProgressReport.objects.filter(claim=claim).update(starts_on=starts_on, ends_on=ends_on)
    _changed(claim, "change_claim", by, at, income_cents=income_cents)
    return claim


@transaction.atomic
def put_line(claim: Claim, cost: Cost, *, line: ClaimLine | None = None, by: Person, at: datetime) -> ClaimLine:
    """Add a cost line, or change one; what control had said of it is then open again.

    Raises:
        NotAllowed, Conflict: as of every change by the partner.
        Invalid: the line doesn't fit; `errors` say where.
    """
    claim = _hold(claim)
    _writes(claim, by)
    if errors := wrong_with(cost, claim.part.grant.cost_model):
        raise Invalid(_("The line doesn’t fit."), errors=errors)
    lines = list(claim.lines.all())
    if line is None:
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
    _changed(claim, "put_claim_line", by, at, position=row.position, cents=cost.cents)
    return row


@transaction.atomic
def remove_line(claim: Claim, line: ClaimLine, *, by: Person, at: datetime) -> None:
    """Take a cost line away; its files stay with the claim.

    Raises:
        NotAllowed, Conflict: as of every change by the partner.
    """
    claim = _hold(claim)
    _writes(claim, by)
    if claim.lines.filter(pk=line.pk).delete()[0]:
        _changed(claim, "remove_claim_line", by, at, position=line.position)


@transaction.atomic
def replace_lines(claim: Claim, costs: Sequence[Cost], *, by: Person, at: datetime) -> int:
    """Put a whole sheet's lines in the place of those that are there; how many there are. The same sheet again changes nothing.

    Raises:
        NotAllowed, Conflict: as of every change by the partner.
        Invalid: too many lines, or one that doesn't fit.
    """
    claim = _hold(claim)
    _writes(claim, by)
    errors = [error for cost in costs for error in wrong_with(cost, claim.part.grant.cost_model)]
    if len(costs) > MOST_LINES:
        errors = [_wrong("/lines", _("A claim has at most %(most)s lines.") % {"most": MOST_LINES})]
    if errors:
        raise Invalid(_("The lines don’t fit."), errors=errors)
    there = [Cost(one.category, one.text, one.claimed_cents, one.voucher, one.paid_on) for one in claim.lines.all()]
    if there == list(costs):
        return len(there)
    claim.lines.all().delete()
    rows = [ClaimLine(claim=claim, position=position) for position in range(1, len(costs) + 1)]
    for row, cost in zip(rows, costs, strict=True):
        _set(row, cost)
    ClaimLine.objects.bulk_create(rows)
    _changed(claim, "replace_claim_lines", by, at, lines=len(rows), cents=sum(cost.cents for cost in costs))
    return len(rows)


@transaction.atomic
def write_report(claim: Claim, told: Told, *, by: Person, at: datetime) -> ProgressReport:
    """Write the report of the claim's period; in a claim that is opened for its text alone this is what can be changed.

    Raises:
        NotAllowed, Conflict: as of every change by the partner.
        Invalid: nothing is told.
    """
    claim = _hold(claim)
    _writes(claim, by, numbers=False)
    if not told.done.strip():
        raise Invalid(_("Tell what was done."), errors=[_wrong("/done", _("Tell what was done."))])
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
    _changed(claim, "write_report", by, at)
    return report


@transaction.atomic
def drop_claim(claim: Claim, *, by: Person, at: datetime) -> None:
    """Throw away a draft that was never sent.

    Raises:
        NotAllowed, Conflict: as of every change by the partner; or it was sent.
    """
    claim = _hold(claim)
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
    claim = _hold(claim)
    others = _others(claim)
    roles = grant_permissions.roles_with(by, claim.part.grant, claim.part)
    if claim.state in OPEN_TO_PARTNER:
        if not grant_permissions.may_write(by, claim):
            raise NotAllowed(_("A claim is sent by the partner’s own people or the lead partner’s."))
        _runs(claim.part.grant)
        if not claim.numbers_fixed:
            claim.flat_claimed_cents = _flat_claimed(claim, others)
        if found := settling.findings_of(claim, others):
            raise Invalid(_("The claim can’t be sent yet."), errors=[_finding(one) for one in found])
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


@transaction.atomic
def return_claim(claim: Claim, reason: str, *, by: Person | None, at: datetime) -> Claim:
    """Give a claim that was sent back to be mended.

    Raises:
        NotAllowed, Conflict, Invalid: not control; not a claim that waits; no reason.
    """
    claim = _hold(claim)
    _made(claim, "return", reason, by, at, {"said": reason.strip()})
    return claim


@transaction.atomic
def take_into_control(claim: Claim, *, by: Person | None, at: datetime) -> Claim:
    """Begin to control a claim.

    Raises:
        NotAllowed, Conflict: not control; not a claim that waits.
    """
    claim = _hold(claim)
    _made(claim, "control", "", by, at)
    return claim


@transaction.atomic
def judge_lines(
    claim: Claim, judged: Mapping[int, tuple[int, str]], *, rest: bool = False, by: Person | None, at: datetime
) -> Claim:
    """Write down what control accepts, line by line.

    Args:
        judged: by the line's position, the cents that are accepted and, where some are cut, the reason.
        rest: the lines that nobody has come to are accepted whole.

    Raises:
        NotAllowed: not control of this grant.
        Conflict: the claim isn't in control, or its numbers stay as they are.
        Invalid: more than was claimed (C2), below zero, a cut without a reason, or half of a lump sum (M7).
    """
    claim = _hold(claim)
    _controls(claim, by)
    if claim.state != Claim.State.IN_CONTROL or claim.numbers_fixed:
        raise Conflict(
            _("Lines are judged while the claim is in control, and not when its text alone was opened."),
            state=claim.state,
        )
    lines = {line.position: line for line in claim.lines.all()}
    errors, changed = [], []
    for position, (cents, reason) in judged.items():
        line = lines.get(position)
        if line is None:
            errors.append(_wrong(f"/lines/{position}", _("There is no such line.")))
            continue
        if found := _judgement(line, cents, reason, claim.part.grant.cost_model):
            errors += found
            continue
        cut = reason.strip() if cents < line.claimed_cents else ""
        if (line.accepted_cents, line.cut_reason) != (cents, cut):
            line.accepted_cents, line.cut_reason = cents, cut
            changed.append(line)
    if errors:
        raise Invalid(_("What is accepted doesn’t fit."), errors=errors)
    if rest:
        for line in lines.values():
            if line.accepted_cents is None:
                line.accepted_cents, line.cut_reason = line.claimed_cents, ""
                changed.append(line)
    ClaimLine.objects.bulk_update(changed, ["accepted_cents", "cut_reason"])
    if changed:
        less = sum(line.claimed_cents - (line.accepted_cents or 0) for line in changed)
        _changed(claim, "judge_lines", by, at, lines=len(changed), cut_cents=less)
    return claim


@transaction.atomic
def decide_claim(claim: Claim, words: str, *, by: Person | None, at: datetime) -> Claim:
    """Decide on a claim as its lines were judged: accepted, accepted in part or rejected; and what is paid for it (C3).

    Args:
        words: the decision's reasons; needed where anything was cut.

    Raises:
        NotAllowed, Conflict: not control; not in control, or lines still wait.
        Invalid: something was cut and no reason is given.
    """
    claim = _hold(claim)
    others = _others(claim)
    standing = next(one for one in settling.standings(claim.part.grant) if one.part.pk == claim.part_id)
    reckoned = settling.reckon(claim, standing, others)
    waiting = [line for line in claim.lines.all() if line.accepted_cents is None]
    claimed, accepted = sum(reckoned.claimed.values()), sum(reckoned.accepted.values())
    if accepted == claimed:
        act, need = "accept", Need.LINES_ACCEPTED
    elif accepted > 0:
        act, need = "accept_partly", Need.LINES_PARTLY
    else:
        act, need = "reject", Need.LINES_REJECTED
    holds = {need} if not waiting else set()
    if words.strip():
        holds.add(Need.REASON)
    roles = grant_permissions.roles_with(by, claim.part.grant, claim.part)
    pay = 0 if act == "reject" else reckoned.pay
    also: dict[str, Any] = {"decided_at": at, "decided_by": by, "decision": words.strip(), "pay_cents": pay}
    if not claim.numbers_fixed:
        also["flat_claimed_cents"] = reckoned.claimed.get(FLAT, 0)
        also["flat_accepted_cents"] = reckoned.accepted.get(FLAT, 0)
    grant_moves.make(
        claim,
        act,
        roles=roles,
        holds=frozenset(holds),
        also=also,
        by=by,
        at=at,
        claimed_cents=reckoned.claimed_net,
        accepted_cents=reckoned.accepted_net,
        pay_cents=pay,
    )
    return claim


@transaction.atomic
def reopen_claim(claim: Claim, reason: str, *, text_only: bool, by: Person | None, at: datetime) -> Claim:
    """Open a decided claim again: its numbers while no later one was sent and none of them is corrected, else its text alone.

    Raises:
        NotAllowed, Conflict, Invalid: not control; not decided, or the numbers can't be opened any more; no reason.
    """
    claim = _hold(claim)
    holds = {Need.REASON} if reason.strip() else set()
    if may_open_numbers(claim, _others(claim)):
        holds.add(Need.NO_LATER_CLAIM)
    roles = grant_permissions.roles_with(by, claim.part.grant, claim.part)
    act = "reopen_text" if text_only else "reopen"
    also: dict[str, Any] = {
        "round": claim.round + 1,
        "said": reason.strip(),
        "numbers_fixed": text_only,
        "pay_cents": 0,
    }
    grant_moves.make(claim, act, roles=roles, holds=frozenset(holds), also=also, by=by, at=at, round=claim.round + 1)
    return claim


def may_open_numbers(claim: Claim, others: Sequence[Claim]) -> bool:
    """Whether a claim's numbers can be opened again: no later one of the partner was sent, and nothing of it was corrected."""
    if claim.sent_at is None or claim.corrections.exists():
        return False
    sent = sorted([claim, *(other for other in others if other.sent_at)], key=lambda one: (one.sent_at, one.number))
    as_rules = [settling.as_rule(one) for one in sent]
    return reopening(as_rules[sent.index(claim)], as_rules) == Reopening.NUMBERS


@transaction.atomic
def correct_claim(
    claim: Claim, line: ClaimLine, cents: int, reason: str, reference: str, *, by: Person | None, at: datetime
) -> Correction:
    """Take back accepted costs that turn out not to be eligible: a negative line, set off against what is paid next.

    The same reference again is the same correction.

    Args:
        cents: of direct costs; what the flat rate had paid of them goes with them.

    Raises:
        NotAllowed: not control of this grant.
        Conflict: the claim isn't decided, or the reference has another content.
        Invalid: more than is accepted of the line (C3), nothing, or no reason.
    """
    claim = _hold(claim)
    _controls(claim, by)
    known = Correction.objects.filter(reference=reference.strip()).first()
    if known is not None:
        if (known.claim_id, known.line_id, known.cents) == (claim.pk, line.pk, cents):
            return known
        raise Conflict(_("This reference is in use already."), reference=reference)
    if not claim.is_decided:
        raise Conflict(_("Only a decided claim is corrected; this one can be changed."), state=claim.state)
    row = next((one for one in claim.lines.all() if one.pk == line.pk), None)
    if row is None:
        raise Conflict(_("The line isn’t there any more."))
    most = (row.accepted_cents or 0) - sum(one.cents for one in row.corrections.all())
    errors = []
    if not 0 < cents <= most:
        words = findings.words(Finding("c3-correction", str(claim.number), {"most_cents": most}))
        errors.append(_wrong("/cents", words) | {"rule": "CORRECTION_OVER_ACCEPTED"})
    if not reason.strip():
        errors.append(_wrong("/reason", _("Give the reason.")))
    if not reference.strip():
        errors.append(_wrong("/reference", _("Give the decision’s reference.")))
    if errors:
        raise Invalid(_("The correction doesn’t fit."), errors=errors)
    correction = Correction.objects.create(
        claim=claim,
        line=row,
        cents=cents,
        flat_cents=_flat_corrected(claim, row.category, cents),
        reason=reason.strip(),
        reference=reference.strip(),
        made_at=at,
        made_by=by,
    )
    _changed(claim, "correct_claim", by, at, reference=reference.strip(), cents=correction.whole_cents)
    return correction


def wrong_with(cost: Cost, cost_model: str) -> list[dict[str, str]]:
    """What is wrong with a cost line, by its fields; the same for the form and the sheet."""
    errors = []
    model = CostModel(cost_model)
    if cost.category not in MODELS[model].categories:
        words = findings.words(Finding("m2-category", "", {"category": cost.category, "model": model}))
        errors.append(_wrong("/category", words))
    if not cost.text.strip():
        errors.append(_wrong("/text", _("Tell what was paid for.")))
    elif len(cost.text) > 300 or "\0" in cost.text:
        errors.append(_wrong("/text", _("At most %(most)s characters.") % {"most": 300}))
    if len(cost.voucher) > 60 or "\0" in cost.voucher:
        errors.append(_wrong("/voucher", _("At most %(most)s characters.") % {"most": 60}))
    if not 0 < cost.cents <= MOST_CENTS:
        errors.append(_wrong("/cents", _("The amount must be above zero.")))
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


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content as JSON with sorted names and no spaces, in UTF-8."""
    return hashlib.sha256(
        json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    ).hexdigest()


def _part(pk: int) -> GrantPart:
    part = GrantPart.objects.select_related("partner").get(pk=pk)
    part.grant = Grant.objects.select_for_update().select_related("project").get(pk=part.grant_id)
    return part


def _hold(claim: Claim) -> Claim:
    """The claim as it is now, locked with its grant, with its lines and its report."""
    part = _part(claim.part_id)
    lines = ClaimLine.objects.prefetch_related("corrections")
    row = (
        Claim.objects.select_for_update(of=("self",))
        .select_related("report")
        .prefetch_related(Prefetch("lines", queryset=lines))
        .filter(pk=claim.pk)
        .first()
    )
    if row is None:
        raise Conflict(_("The claim isn’t there any more."))
    row.part = part
    return row


def _others(claim: Claim) -> list[Claim]:
    return [other for other in settling.claims_of([claim.part]) if other.pk != claim.pk]


def _runs(grant: Grant) -> None:
    if grant.state == Grant.State.CLOSED:
        raise Conflict(findings.words(Finding("c7-closed")), state=grant.state, rule="C7")
    if grant.state != Grant.State.RUNNING:
        raise Conflict(_("Claims can be sent while the grant is running."), state=grant.state)


def _writes(claim: Claim, by: Person | None, *, numbers: bool = True) -> None:
    if not grant_permissions.may_write(by, claim):
        raise NotAllowed(_("A claim is written by the partner’s own people or the lead partner’s."))
    if claim.state not in OPEN_TO_PARTNER:
        raise Conflict(_("The claim was sent; it can be changed when it is returned."), state=claim.state)
    if numbers and claim.numbers_fixed:
        raise Conflict(_("Only the text of this claim is open; its numbers stay."), state=claim.state)


def _controls(claim: Claim, by: Person | None) -> None:
    if not grant_permissions.may_control(by, claim.part.grant):
        raise NotAllowed(_("Claims are controlled by the programme office, never by the project’s own people."))


def _made(
    claim: Claim, act: str, reason: str, by: Person | None, at: datetime, also: Mapping[str, Any] | None = None
) -> None:
    roles = grant_permissions.roles_with(by, claim.part.grant, claim.part)
    holds = frozenset({Need.REASON}) if reason.strip() else frozenset()
    grant_moves.make(claim, act, roles=roles, holds=holds, also=also, by=by, at=at)


def _period_fits(claim: Claim, others: Sequence[Claim]) -> None:
    grant = claim.part.grant
    if claim.ends_on < claim.starts_on:
        days = {"start": claim.starts_on.isoformat(), "end": claim.ends_on.isoformat()}
        raise Invalid(_("The period doesn’t fit."), errors=[_finding(Finding("c5-backwards", str(claim.number), days))])
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
        raise Invalid(_("The period doesn’t fit."), errors=[_finding(one) for one in found])


def _flat_claimed(claim: Claim, others: Sequence[Claim]) -> int:
    model = CostModel(claim.part.grant.cost_model)
    before = [other for other in others if other.is_decided]
    return flat_of_claim(
        base_of(settling.direct_of(claim, accepted=False), model),
        sum(base_of(settling.direct_of(other, accepted=True), model) for other in before),
        sum(settling.flat_accepted(other) for other in before),
        model,
    )


def _flat_corrected(claim: Claim, category: str, cents: int) -> int:
    """What the flat rate had paid of costs that are taken back: at most what it has paid of the claim."""
    model = CostModel(claim.part.grant.cost_model)
    base = base_of({category: cents}, model)
    before = [*(other for other in _others(claim) if other.is_decided), claim]
    whole = sum(base_of(settling.direct_of(one, accepted=True), model) for one in before)
    paid = sum(settling.flat_accepted(one) for one in before)
    due = flat_of_claim(0, whole - base, 0, model)
    return min(max(0, paid - due), settling.flat_accepted(claim)) if base else 0


def _judgement(line: ClaimLine, cents: int, reason: str, cost_model: str) -> list[dict[str, str]]:
    place = f"/lines/{line.position}"
    if cents < 0:
        words = findings.words(Finding("c2-negative", "", {"line": str(line.position)}))
        return [_wrong(place, words) | {"rule": "NEGATIVE_AMOUNT"}]
    if cents > line.claimed_cents:
        over: dict[str, str | int] = {"line": str(line.position), "over_cents": cents - line.claimed_cents}
        return [_wrong(place, findings.words(Finding("c2-accepted", "", over))) | {"rule": "ACCEPTED_OVER_CLAIMED"}]
    if cents < line.claimed_cents and not reason.strip():
        return [_wrong(place, _("Line %(line)s: give the reason for the cut.") % {"line": line.position})]
    if cost_model == CostModel.LUMP and cents not in (0, line.claimed_cents):
        return [_wrong(place, _("A lump sum is accepted whole or not at all."))]
    return []


def _set(row: ClaimLine, cost: Cost) -> None:
    row.category, row.text, row.claimed_cents = cost.category, " ".join(cost.text.split()), cost.cents
    row.voucher, row.paid_on = cost.voucher.strip(), cost.paid_on
    row.accepted_cents, row.cut_reason = None, ""


def _changed(claim: Claim, verb: str, by: Person | None, at: datetime, **facts: str | int) -> None:
    record(verb, f"claim:{claim.uuid}", by=by, at=at, **facts)


def _finding(one: Finding) -> dict[str, str]:
    return {"pointer": "/", "detail": findings.words(one), "rule": one.code}


def _wrong(pointer: str, detail: str) -> dict[str, str]:
    return {"pointer": pointer, "detail": detail}
