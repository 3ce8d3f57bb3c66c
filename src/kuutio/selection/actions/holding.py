"""What the verbs begin and end with: the row held, the move judged by its table, the audit's line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.moves import Need, Refusal, Role, Table, Why, move
from kuutio.core.moves.selecting import CANDIDATE, JURIED
from kuutio.core.problems import IllegalMove, NotAllowed
from kuutio.selection import handing, permissions
from kuutio.selection.models import Candidate, Decision, Round


def held_round(round_: Round) -> Round:
    """The round as it is now, held until the transaction ends. All verbs hold the round first, so that none waits for another's."""
    return Round.objects.select_for_update(of=("self",)).select_related("owner", "authority").get(pk=round_.pk)


def office_of(round_: Round, by: Person | None) -> Round:
    """The round held, for its office.

    Raises:
        NotAllowed: somebody else asks.
    """
    held = held_round(round_)
    if not permissions.is_office(by, held):
        raise NotAllowed(_("Only the office that runs the round can do this."))
    return held


def held_candidate(candidate: Candidate, round_: Round) -> Candidate:
    """A candidate as it is now, held after its round."""
    held = Candidate.objects.select_for_update(of=("self",)).get(pk=candidate.pk)
    held.round = round_
    return held


def after(table: Table, state: str, act: str, role: Role, holds: Iterable[Need] = ()) -> str:
    """The state that an act leads to.

    Raises:
        IllegalMove: the table has no such move, or something is missing.
        NotAllowed: it is another's to make.
    """
    made = move(table, state, act, by=role, holds=frozenset(holds))
    if not isinstance(made, Refusal):
        return made
    if made.why is Why.NOT_YOURS:
        raise NotAllowed(_("This is for somebody else to do."), state=state, act=act)
    if made.why is Why.NOT_READY:
        raise IllegalMove(
            _("Something is missing before this can be done."), state=state, act=act, missing=[*made.missing]
        )
    raise IllegalMove(_("This can’t be done in the state that it is in now."), state=state, act=act, can=[*made.can])


def table_of(round_: Round) -> Table:
    """The moves of the round's candidates."""
    return CANDIDATE if round_.decisions == Round.Decisions.TWO else JURIED


def move_candidate(
    candidate: Candidate,
    act: str,
    role: Role,
    *,
    by: Person | None,
    at: datetime,
    holds: Iterable[Need] = (),
    decision: Decision | None = None,
    **facts: Any,
) -> Candidate:
    """Move a candidate that is held, write its line, tell its domain.

    Raises:
        IllegalMove, NotAllowed: as for `after`; or the domain refuses.
    """
    before = candidate.state
    candidate.state = after(table_of(candidate.round), before, act, role, holds)
    candidate.state_since = at
    candidate.save(update_fields=["state", "state_since"])
    record(f"{act}_candidate", thing_of(candidate), by=by, at=at, before=before, after=candidate.state, **facts)
    handing.hand_on(
        handing.Moved(candidate, act, before, candidate.state, decision if decision and decision.pk else None, by, at)
    )
    return candidate


def round_thing(round_: Round) -> str:
    """What the audit calls a round."""
    return f"round:{round_.key}"


def thing_of(candidate: Candidate) -> str:
    """What the audit calls a candidate."""
    return f"candidate:{candidate.uuid}"
