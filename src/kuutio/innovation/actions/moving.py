"""One way to move a challenge, an answer, a booking or a trial: by the tables of `core.moves`, an audit line each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.moves import Need, Refusal, Role, Table, Why, move
from kuutio.core.problems import IllegalMove, NotAllowed, Text
from kuutio.innovation.models import Challenge, Trial, TrialEvent
from kuutio.innovation.words import MISSING


def advance(
    row: Any,
    table: Table,
    act: str,
    *,
    role: Role,
    holds: Iterable[Need] = (),
    by: Person | None,
    at: datetime,
    note: str = "",
    fields: Iterable[str] = (),
    **facts: Any,
) -> None:
    """Make a move and write it down; the caller has locked the row in its transaction.

    Args:
        holds: what was looked at in this transaction.
        note: why, in people's words; public with the move of a challenge or a trial.
        fields: of the row that the caller has set and that are saved with the state.
        facts: further JSON values for the audit line.

    Raises:
        IllegalMove: the table has no such move, or something must hold first: nothing is changed, nothing is written.
        NotAllowed: the move is another's.
    """
    before = row.state
    outcome = move(table, before, act, by=role, holds=frozenset(holds))
    if isinstance(outcome, Refusal):
        raise refusal(table, outcome)
    row.state = outcome
    saved = ["state", *fields]
    if hasattr(row, "changed_at"):
        row.changed_at = at
        saved.append("changed_at")
    row.save(update_fields=saved)
    told = {"from": before, "to": outcome, **facts}
    record(f"{table.name}_{act}", f"{table.name}:{thing_of(row)}", by=by, at=at, **told)
    if isinstance(row, Trial):
        TrialEvent.objects.create(trial=row, before=before, after=outcome, note=note, at=at)
    elif isinstance(row, Challenge):
        TrialEvent.objects.create(challenge=row, before=before, after=outcome, note=note, at=at)


def thing_of(row: Any) -> str:
    """By what the audit knows it."""
    return str(getattr(row, "slug", "") or getattr(row, "uuid", "") or row.pk)


def refusal(table: Table, told: Refusal) -> IllegalMove | NotAllowed:
    """A refusal of the table as a problem, with what could be done instead or must hold first."""
    facts: dict[str, Any] = {"state": told.state, "act": told.act, "table": table.name}
    if told.why == Why.NOT_YOURS:
        return NotAllowed(_("This step is somebody else’s to take."), **facts)
    if told.why == Why.NOT_READY:
        errors = [{"pointer": f"/{need}", "detail": str(missing_words(need))} for need in told.missing]
        said = " ".join(error["detail"] for error in errors)
        return IllegalMove(said, errors=errors, **facts, missing=[str(need) for need in told.missing])
    return IllegalMove(
        _("This step isn’t possible in the present stage: perhaps somebody was faster. Load the page again."),
        **facts,
        can=list(told.can),
    )


def missing_words(need: Need) -> Text:
    """What must hold first, as a sentence."""
    return MISSING.get(need, _("Something must hold before this step. Look at what is missing."))
