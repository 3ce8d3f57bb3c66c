"""One way to move a call, an idea, an application or a change request: by the tables of `core.moves`, an audit line each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.moves import Need, Refusal, Role, Table, Why, move
from kuutio.core.problems import IllegalMove, NotAllowed


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
    **facts: Any,
) -> None:
    """Make a move and write it down; the caller has locked the row in its transaction and saves nothing more for it.

    Args:
        holds: what was looked at in this transaction.
        note: why, in people's words; kept in the audit line.
        facts: further JSON values for the audit line.

    Raises:
        IllegalMove: the table has no such move, or something must hold first: nothing is changed, nothing is written.
        NotAllowed: the move is another's.
    """
    before = row.state
    outcome = move(table, before, act, by=role, holds=frozenset(holds))
    if isinstance(outcome, Refusal):
        raise refusal(table, outcome)
    row.state, row.state_since = outcome, at
    row.save(update_fields=["state", "state_since"])
    told = {"from": before, "to": outcome, **facts}
    if note:
        told["note"] = note
    record(f"{table.name}_{act}"[:60], f"{table.name}:{thing_of(row)}", by=by, at=at, **told)


def thing_of(row: Any) -> str:
    """By what the audit knows it."""
    return str(getattr(row, "slug", "") or getattr(row, "uuid", "") or row.pk)


def refusal(table: Table, told: Refusal) -> IllegalMove | NotAllowed:
    """A refusal of the table as a problem, with what could be done instead or must hold first."""
    facts = {"state": told.state, "act": told.act, "table": table.name}
    if told.why == Why.NOT_YOURS:
        return NotAllowed(_("This step is somebody else’s to take."), **facts)
    if told.why == Why.NOT_READY:
        return IllegalMove(
            _("Something must hold before this step. Look at what is missing."),
            **facts,
            missing=[str(need) for need in told.missing],
        )
    return IllegalMove(
        _("This step isn’t possible in the present state: perhaps somebody was faster. Load the page again."),
        **facts,
        can=list(told.can),
    )
