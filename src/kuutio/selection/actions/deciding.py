"""Decisions: on expediency or by a jury in a meeting, on legality by the authority. Each stands in the log with its outcome."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.cities.models import Person
from kuutio.core.moves import Need, Role
from kuutio.core.moves.selecting import ROUND
from kuutio.core.problems import Conflict as Clash
from kuutio.core.problems import Invalid, NotAllowed, NotFound
from kuutio.selection import permissions
from kuutio.selection.actions import logging
from kuutio.selection.actions.holding import after, held_candidate, held_round, move_candidate, office_of, table_of
from kuutio.selection.actions.letters import write_letter
from kuutio.selection.actions.rounds import set_state
from kuutio.selection.models import CHOSEN, Candidate, Decision, Draw, Item, Meeting, Ranking, Round
from kuutio.selection.problems import StoodAside
from kuutio.selection.reading import judged
from kuutio.selection.texts import LONGEST_TEXT, plain_text, written

ACTS_OF_TWO = ("propose_yes", "propose_no", "put_at_line")
ACTS_OF_JURY = ("approve", "approve_with_conditions", "reject", "put_at_line")
ACTS_OF_AUTHORITY = ("approve", "approve_with_conditions", "reject")
MOST_CENTS = 10**13


def acts_of(round_: Round) -> tuple[str, ...]:
    """What can be decided of a candidate in a meeting of the round."""
    return ACTS_OF_TWO if round_.decisions == Round.Decisions.TWO else ACTS_OF_JURY


@transaction.atomic
def decide_item(
    item: Item,
    act: str,
    *,
    reason: Mapping[str, str],
    by: Person | None,
    at: datetime,
    conditions: Mapping[str, str] | None = None,
    granted_cents: int | None = None,
    granted_why: str = "",
    by_lot: bool = False,
    minutes: str = "",
) -> Decision:
    """Decide on the candidate of an item of a meeting that goes on.

    Args:
        act: one of `acts_of` its round.
        reason: in the candidate's language at least.
        granted_cents: by a jury; None: what was asked for.
        by_lot: the lots decided, and as they came out.

    Raises:
        StoodAside: who records it stood aside, or nobody is left who could decide.
        NotFound: a hard conflict stands between the person and the candidate.
        IllegalMove: the candidate isn't to be decided so; a reason or conditions are missing.
        Conflict: the meeting doesn't go on, or the lots say otherwise.
    """
    meeting = item.meeting
    round_ = held_round(meeting.round)
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    meeting.round = round_
    item = Item.objects.select_for_update(of=("self",)).get(pk=item.pk)
    item.meeting = meeting
    if item.candidate_id is None:
        raise Invalid(_("This item is about no candidate."))
    candidate = held_candidate(Candidate(pk=item.candidate_id), round_)
    item.candidate = candidate
    if permissions.is_barred(by, candidate):
        raise NotFound(_("There is no such candidate."))
    if not permissions.may_decide_item(by, item):
        raise StoodAside(_("Who stood aside, or wasn’t there, takes no part in this item."))
    if meeting.state != Meeting.State.GOING:
        raise Clash(_("The meeting doesn’t go on now."))
    if act not in acts_of(round_):
        raise NotAllowed(_("This is for somebody else to do."))
    aside = set(item.recusals.values_list("member", flat=True))
    left = [one for one in meeting.present.values_list("pk", flat=True) if one not in aside]
    if not left:
        raise StoodAside(_("Nobody is left who could decide on this item. Take it to another meeting."))
    if by_lot:
        _by_lot(round_, candidate, act)
    jury = round_.decisions == Round.Decisions.ONE
    decision = _decide(
        candidate,
        act,
        Role.STEERING,
        kind=Decision.Kind.JURY if jury else Decision.Kind.EXPEDIENCY,
        reason=reason,
        conditions=conditions or {},
        granted=(candidate.asked_cents if granted_cents is None else granted_cents) if jury else None,
        granted_why=granted_why,
        by_lot=by_lot,
        item=item,
        by=by,
        at=at,
        holds=set(),
        facts={"present": len(left), "aside": len(aside)},
    )
    item.is_done, item.minutes = True, plain_text(minutes)[:LONGEST_TEXT] or item.minutes
    item.save(update_fields=["is_done", "minutes"])
    return decision


def _by_lot(round_: Round, candidate: Candidate, act: str) -> None:
    """Raises Conflict where lots weren't drawn, or came out otherwise."""
    draw = Draw.objects.filter(round=round_).first()
    name = str(candidate.number)
    if draw is None or name not in draw.order:
        raise Clash(_("No lots were drawn for this candidate."))
    if (name in draw.funded) != (act in ("propose_yes", "approve", "approve_with_conditions")):
        raise Clash(_("The lots came out otherwise."))


@transaction.atomic
def decide_legality(
    candidate: Candidate,
    act: str,
    *,
    reason: Mapping[str, str],
    by: Person | None,
    at: datetime,
    conditions: Mapping[str, str] | None = None,
    granted_cents: int | None = None,
    granted_why: str = "",
    number: str = "",
) -> Decision:
    """The authority's decision, after the one on expediency.

    Args:
        act: approve, approve_with_conditions, reject.
        granted_cents: None: what was asked for; another sum has its reason in `granted_why` (M8).
        number: in the authority's register.

    Raises:
        NotFound: a hard conflict stands between the person and the candidate.
        NotAllowed: the person is not of the authority.
        IllegalMove: nothing was proposed that could be decided so; a reason or conditions are missing.
        Invalid: another sum than was asked for, without a reason.
    """
    round_ = held_round(candidate.round)
    candidate = held_candidate(candidate, round_)
    if permissions.is_barred(by, candidate):
        raise NotFound(_("There is no such candidate."))
    if round_.decisions != Round.Decisions.TWO or not permissions.is_authority(by, round_):
        raise NotAllowed(_("On legality the fund’s authority decides."))
    if act not in ACTS_OF_AUTHORITY:
        raise NotAllowed(_("This is for somebody else to do."))
    proposed = candidate.decisions.filter(kind=Decision.Kind.EXPEDIENCY).exists()
    return _decide(
        candidate,
        act,
        Role.AUTHORITY,
        kind=Decision.Kind.LEGALITY,
        reason=reason,
        conditions=conditions or {},
        granted=candidate.asked_cents if granted_cents is None else granted_cents,
        granted_why=granted_why,
        number=number,
        by=by,
        at=at,
        holds={Need.EXPEDIENCY_DECIDED} if proposed else set(),
        facts={},
    )


def _decide(
    candidate: Candidate,
    act: str,
    role: Role,
    *,
    kind: str,
    reason: Mapping[str, str],
    conditions: Mapping[str, str],
    granted: int | None,
    granted_why: str,
    by: Person | None,
    at: datetime,
    holds: set[Need],
    facts: dict[str, Any],
    by_lot: bool = False,
    item: Item | None = None,
    number: str = "",
) -> Decision:
    words, terms = written(reason), written(conditions)
    if candidate.language not in words:
        words = {}
    if candidate.language in terms:
        holds.add(Need.CONDITIONS)
    if words:
        holds.add(Need.REASON)
    if any(len(text) > LONGEST_TEXT for text in [*words.values(), *terms.values(), granted_why]):
        raise Invalid(_("The text is too long."))
    outcome = after(table_of(candidate.round), candidate.state, act, role, holds)
    granted = granted if outcome in CHOSEN else None
    why = plain_text(granted_why)
    if granted is not None and (type(granted) is not int or not 0 <= granted <= MOST_CENTS):
        raise Invalid(_("Give the amount in whole cents."))
    if granted is not None and granted != candidate.asked_cents and not why:
        raise Invalid(_("Another sum than was asked for needs a reason."))
    decision = Decision.objects.create(
        candidate=candidate,
        kind=kind,
        outcome=outcome,
        reason=words,
        conditions=terms if outcome == Candidate.State.APPROVED_WITH_CONDITIONS else {},
        granted_cents=granted,
        granted_why=why,
        by_lot=by_lot,
        number=plain_text(number)[:60],
        item=item,
        made_by=by,
        made_at=at,
    )
    logging.append(
        candidate.round,
        [
            {
                "type": "decision",
                "candidate": str(candidate.number),
                "kind": str(kind),
                "outcome": str(outcome),
                "granted_cents": granted,
                "by_lot": by_lot,
            }
        ],
        at=at,
    )
    move_candidate(
        candidate, act, role, by=by, at=at, holds=holds, decision=decision,
        kind=str(kind), granted_cents=granted, by_lot=by_lot, **facts,
    )  # fmt: skip
    if candidate.is_decided:
        write_letter(decision, at=at)
    return decision


@transaction.atomic
def end_deciding(round_: Round, *, by: Person | None, at: datetime) -> Round:
    """Note that all is decided.

    Raises:
        NotAllowed, IllegalMove: it isn't its office, or a candidate isn't decided.
    """
    round_ = office_of(round_, by)
    decided = all(one.is_decided for one in judged(round_)) and Ranking.objects.filter(round=round_).exists()
    state = after(ROUND, round_.state, "decide", Role.OFFICE, {Need.ALL_DECIDED} if decided else ())
    return set_state(round_, state, "decide", by=by, at=at)
