"""Control of payment claims: returned, gone through line by line, decided, opened again, corrected.

A claim's numbers can be opened again only while no later one of the same partner was sent; what turns out wrong afterwards is a
correction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.cities.models import Person
from kuutio.core.grants.budgets import CostModel
from kuutio.core.grants.claims import Reopening, reopening
from kuutio.core.grants.findings import Finding
from kuutio.core.grants.spreading import base_of, flat_of_claim
from kuutio.core.moves import Need
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.programme import call_letters, grant_moves, grant_permissions, settling
from kuutio.programme.actions.holding_claims import hold, note, others_of
from kuutio.programme.models import Claim, ClaimLine, Correction
from kuutio.programme.models.grants import FLAT
from kuutio.programme.problems import wrong
from kuutio.ui import findings


@transaction.atomic
def return_claim(claim: Claim, reason: str, *, by: Person | None, at: datetime) -> Claim:
    """Give a claim that was sent back to be mended.

    Raises:
        NotAllowed, Conflict, Invalid: not control; not a claim that waits; no reason.
    """
    claim = hold(claim)
    _made(claim, "return", reason, by, at, {"said": reason.strip()})
    call_letters.tell("claim_returned", claim.pk)
    return claim


@transaction.atomic
def take_into_control(claim: Claim, *, by: Person | None, at: datetime) -> Claim:
    """Begin to control a claim.

    Raises:
        NotAllowed, Conflict: not control; not a claim that waits.
    """
    claim = hold(claim)
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
    claim = hold(claim)
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
            errors.append(wrong(f"/lines/{position}", _("There is no such line.")))
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
        note(claim, "judge_lines", by, at, lines=len(changed), cut_cents=less)
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
    claim = hold(claim)
    others = others_of(claim)
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
    call_letters.tell("claim_decided", claim.pk)
    return claim


@transaction.atomic
def reopen_claim(claim: Claim, reason: str, *, text_only: bool, by: Person | None, at: datetime) -> Claim:
    """Open a decided claim again: its numbers while no later one was sent and none of them is corrected, else its text alone.

    Raises:
        NotAllowed, Conflict, Invalid: not control; not decided, or the numbers can't be opened any more; no reason.
    """
    claim = hold(claim)
    holds = {Need.REASON} if reason.strip() else set()
    if may_open_numbers(claim, others_of(claim)):
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
    call_letters.tell("claim_reopened", claim.pk)
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
    claim = hold(claim)
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
        errors.append(wrong("/cents", words) | {"rule": "CORRECTION_OVER_ACCEPTED"})
    if not reason.strip():
        errors.append(wrong("/reason", _("Give the reason.")))
    if not reference.strip():
        errors.append(wrong("/reference", _("Give the decision’s reference.")))
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
    note(claim, "correct_claim", by, at, reference=reference.strip(), cents=correction.whole_cents)
    return correction


def _controls(claim: Claim, by: Person | None) -> None:
    if not grant_permissions.may_control(by, claim.part.grant):
        raise NotAllowed(_("Claims are controlled by the programme office, never by the project’s own people."))


def _made(
    claim: Claim, act: str, reason: str, by: Person | None, at: datetime, also: Mapping[str, Any] | None = None
) -> None:
    roles = grant_permissions.roles_with(by, claim.part.grant, claim.part)
    holds = frozenset({Need.REASON}) if reason.strip() else frozenset()
    grant_moves.make(claim, act, roles=roles, holds=holds, also=also, by=by, at=at)


def _flat_corrected(claim: Claim, category: str, cents: int) -> int:
    """What the flat rate had paid of costs that are taken back: at most what it has paid of the claim."""
    model = CostModel(claim.part.grant.cost_model)
    base = base_of({category: cents}, model)
    before = [*(other for other in others_of(claim) if other.is_decided), claim]
    whole = sum(base_of(settling.direct_of(one, accepted=True), model) for one in before)
    paid = sum(settling.flat_accepted(one) for one in before)
    due = flat_of_claim(0, whole - base, 0, model)
    return min(max(0, paid - due), settling.flat_accepted(claim)) if base else 0


def _judgement(line: ClaimLine, cents: int, reason: str, cost_model: str) -> list[dict[str, str]]:
    place = f"/lines/{line.position}"
    if cents < 0:
        words = findings.words(Finding("c2-negative", "", {"line": str(line.position)}))
        return [wrong(place, words) | {"rule": "NEGATIVE_AMOUNT"}]
    if cents > line.claimed_cents:
        over: dict[str, str | int] = {"line": str(line.position), "over_cents": cents - line.claimed_cents}
        return [wrong(place, findings.words(Finding("c2-accepted", "", over))) | {"rule": "ACCEPTED_OVER_CLAIMED"}]
    if cents < line.claimed_cents and not reason.strip():
        return [wrong(place, _("Line %(line)s: give the reason for the cut.") % {"line": line.position})]
    if cost_model == CostModel.LUMP and cents not in (0, line.claimed_cents):
        return [wrong(place, _("A lump sum is accepted whole or not at all."))]
    return []
