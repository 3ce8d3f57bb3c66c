"""What somebody can apply for, told before they write: by the same rules that judge the application (E2, E4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from kuutio.core.grants.budgets import CostModel
from kuutio.core.grants.eligibility import Actor, Joint, Kind, Terms, panel

_SOME_ID = "0201256-6"
_TERMS = Terms(
    datetime(2100, 1, 1, tzinfo=UTC), date(2000, 1, 1), date(2100, 1, 1), 1200, 10_000, frozenset({CostModel.ACTUAL})
)


@dataclass(frozen=True, slots=True)
class Told:
    """What the rules say to a kind of organisation in a place.

    Attributes:
        may_receive: it may get a grant (E4).
        counts: its place is a member city, so that one more is needed (E2); else two are.
    """

    may_receive: bool
    counts: bool


def told(kind: str, city: str, members: Sequence[str]) -> Told:
    """Ask the rules about a consortium of this one alone.

    Args:
        city: the Finnish name of the place.
        members: the Finnish names of the member cities.
    """
    alone = Joint(
        Kind.PILOT,
        CostModel.ACTUAL,
        date(2026, 1, 1),
        date(2027, 1, 1),
        None,
        0,
        (Actor("1", _SOME_ID, kind, city, lead=True, intent_signed=True),),
    )
    failing = {one.rule for one in panel(alone, _TERMS) if one.holds is False}
    return Told("E4" not in failing, city in members)
