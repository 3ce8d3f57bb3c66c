"""The one table of legal moves: from which states to which, and what each does to the clocks."""

from collections.abc import Mapping

from kuutio.contact.models import Case

State = Case.State

MOVES: Mapping[str, frozenset[str]] = {
    State.NEW: frozenset(
        {State.OPEN, State.WAITING_RESIDENT, State.WAITING_OTHER, State.RESOLVED, State.REJECTED, State.DUPLICATE}
    ),
    State.OPEN: frozenset(
        {State.WAITING_RESIDENT, State.WAITING_OTHER, State.RESOLVED, State.REJECTED, State.DUPLICATE}
    ),
    State.WAITING_RESIDENT: frozenset(
        {State.OPEN, State.WAITING_OTHER, State.RESOLVED, State.REJECTED, State.DUPLICATE}
    ),
    State.WAITING_OTHER: frozenset(
        {State.OPEN, State.WAITING_RESIDENT, State.RESOLVED, State.REJECTED, State.DUPLICATE}
    ),
    State.RESOLVED: frozenset({State.OPEN, State.CLOSED, State.DUPLICATE}),
    State.REJECTED: frozenset({State.OPEN, State.CLOSED, State.DUPLICATE}),
    State.DUPLICATE: frozenset(State) - {State.DUPLICATE},
    State.CLOSED: frozenset({State.OPEN, State.DUPLICATE}),
}
"""From a state to those it may change to. A hand-over is no state: the case stays what it is until the receiver decides.

What is parted from another case becomes what it was before it was joined.
"""

SETTLED = frozenset({State.RESOLVED, State.REJECTED, State.CLOSED, State.DUPLICATE})
"""The clocks stand still for good; only a reopening starts them again."""

PAUSED = frozenset({State.WAITING_RESIDENT})
"""The clocks wait for the resident, and for nobody else."""

REOPEN_DAYS = 14
"""How long after it was settled the resident may reopen a case by themselves, days."""


def may_move(old: str, new: str) -> bool:
    """Whether a case may go from one state to another."""
    return new in MOVES[old]
