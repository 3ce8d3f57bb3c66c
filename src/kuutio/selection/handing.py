"""What becomes of a candidate leaves choosing here, in the same transaction: its domain hears of each move.

`config` names the receivers; neither side knows the other. A receiver that raises a `Problem` stops the move.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from kuutio.cities.models import Person
from kuutio.selection.models import Candidate, Decision


@dataclass(frozen=True, slots=True)
class Moved:
    """A candidate has another state.

    Attributes:
        candidate: with its `reference`, by which the domain knows it.
        act: of `core.moves.selecting.CANDIDATE` or `JURIED`: review, end_review, propose_yes, propose_no, put_at_line, approve,
            approve_with_conditions, reject, withdraw.
        before, after: states of those tables.
        decision: what was decided and why, with conditions and `granted_cents`; None where the move is none of a decision.
        by: who acted; None: the installation itself.
    """

    candidate: Candidate
    act: str
    before: str
    after: str
    decision: Decision | None
    by: Person | None
    at: datetime


Receiver = Callable[[Moved], object]
_receivers: dict[str, Receiver] = {}


def install(receivers: Mapping[str, Receiver]) -> None:
    """Name who hears of candidates, by the first part of their references: `{"application": …, "answer": …}`."""
    _receivers.clear()
    _receivers.update(receivers)


def hand_on(moved: Moved) -> None:
    """Tell the candidate's domain; a reference that nobody took is told to nobody."""
    receiver = _receivers.get(moved.candidate.reference.partition(":")[0])
    if receiver is not None:
        receiver(moved)
