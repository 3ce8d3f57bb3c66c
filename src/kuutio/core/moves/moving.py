"""One function for all the tables of moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """Who makes a move."""

    CLOCK = "clock"
    OFFICE = "office"
    LEAD = "lead"
    PARTNER = "partner"
    REVIEWER = "reviewer"
    STEERING = "steering"
    AUTHORITY = "authority"
    CONTROL = "control"
    CITY = "city"


class Need(StrEnum):
    """What must hold for a move; whoever asks for it has looked."""

    CALL_COMPLETE = "call_complete"
    OPENING_TIME = "opening_time"
    CLOSING_TIME = "closing_time"
    REVIEWS_STARTED = "reviews_started"
    ALL_DECIDED = "all_decided"
    IN_TIME = "in_time"
    IDEA_GREEN = "idea_green"
    INTENTS_SIGNED = "intents_signed"
    RULES_PASS = "rules_pass"  # noqa: S105 - not a password
    REASON = "reason"
    CONDITIONS = "conditions"
    CONDITIONS_MET = "conditions_met"
    ALL_REVIEWS_IN = "all_reviews_in"
    EXPEDIENCY_DECIDED = "expediency_decided"
    GRANTS_MADE = "grants_made"
    FINAL_REPORT = "final_report"
    SCORES_COMPLETE = "scores_complete"
    RANKING_UNPUBLISHED = "ranking_unpublished"
    REPORT = "report"
    LINES_ACCEPTED = "lines_accepted"
    LINES_PARTLY = "lines_partly"
    LINES_REJECTED = "lines_rejected"
    NO_LATER_CLAIM = "no_later_claim"
    PAYMENT_RECORDED = "payment_recorded"
    ALL_SETTLED = "all_settled"
    NEW_VERSION = "new_version"
    AGREEMENT_SIGNED = "agreement_signed"
    SUCCESS_MEASURE = "success_measure"
    PERIOD = "period"
    IPR_CLAUSE = "ipr_clause"
    DATA_CLAUSE = "data_clause"
    LEARNING = "learning"
    NEXT_STEP = "next_step"
    NEXT_OWNER = "next_owner"
    CHALLENGE_COMPLETE = "challenge_complete"
    NO_ANSWERS = "no_answers"
    ANSWER_COMPLETE = "answer_complete"
    JURY_DECIDED = "jury_decided"
    TRIAL_RUNS = "trial_runs"
    TRIALS_ENDED = "trials_ended"
    METHOD_COMPLETE = "method_complete"
    CANDIDATES_IN = "candidates_in"
    REVIEWERS_IN = "reviewers_in"
    CONFLICTS_SETTLED = "conflicts_settled"
    ALL_ASSIGNED = "all_assigned"
    ITEMS = "items"
    ITEMS_DONE = "items_done"


@dataclass(frozen=True, slots=True)
class Move:
    """A row of a table: this act leads from this state to that one, by one of these, when all of this holds."""

    act: str
    before: str
    after: str
    by: frozenset[Role]
    needs: frozenset[Need] = frozenset()


@dataclass(frozen=True, slots=True)
class Table:
    """A kind of thing and all its moves.

    Attributes:
        name: of the kind, such as `application`.
        first: the state that it begins in.
    """

    name: str
    first: str
    moves: tuple[Move, ...]
    _by: Mapping[tuple[str, str], Move] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by = {(one.before, one.act): one for one in self.moves}
        if len(by) < len(self.moves):
            raise ValueError(f"An act of {self.name} leads two ways from one state.")
        object.__setattr__(self, "_by", MappingProxyType(by))

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, the first one first."""
        return tuple(dict.fromkeys([self.first, *(state for one in self.moves for state in (one.before, one.after))]))

    @property
    def acts(self) -> tuple[str, ...]:
        """Every act, in the table's order."""
        return tuple(dict.fromkeys(one.act for one in self.moves))

    @property
    def ends(self) -> frozenset[str]:
        """The states from which nothing leads on."""
        return frozenset(self.states) - {one.before for one in self.moves}

    def row(self, state: str, act: str) -> Move | None:
        """The table's row; None when there is none."""
        return self._by.get((state, act))


class Why(StrEnum):
    """Why a move is refused."""

    NOT_IN_TABLE = "not-in-table"
    NOT_YOURS = "not-yours"
    NOT_READY = "not-ready"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A move that isn't made. The door answers 409 (NOT_IN_TABLE, NOT_READY) or 403 (NOT_YOURS).

    Attributes:
        can: what could be done from here instead.
        missing: what would have to hold first.
    """

    why: Why
    state: str
    act: str
    can: tuple[str, ...] = ()
    missing: tuple[Need, ...] = ()


def move(
    table: Table, state: str, act: str, *, by: Role | None = None, holds: frozenset[Need] = frozenset()
) -> str | Refusal:
    """The state that an act leads to, or why it doesn't.

    Args:
        by: who acts; None: whoever may, for a preview.
        holds: what is known to hold now, looked at in the transaction that locked the thing.
    """
    row = table.row(state, act)
    if row is None:
        return Refusal(Why.NOT_IN_TABLE, state, act, can=tuple(one.act for one in table.moves if one.before == state))
    if by is not None and by not in row.by:
        return Refusal(Why.NOT_YOURS, state, act, can=tuple(one.act for one in legal(table, state, by)))
    if missing := row.needs - holds:
        return Refusal(Why.NOT_READY, state, act, missing=tuple(sorted(missing)))
    return row.after


def legal(table: Table, state: str, by: Role | None = None) -> Sequence[Move]:
    """The moves that somebody has from a state, ready or not: the buttons of a page, each with its needs."""
    return tuple(one for one in table.moves if one.before == state and (by is None or by in one.by))
