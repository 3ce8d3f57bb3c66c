"""The tables of choosing: a round, what is judged in it under two decisions or one, and the meetings that decide.

A round is of a call or of a challenge alike. What is judged follows the programme's own procedure where two decide: those who pay
say what is expedient, the authority what is legal; a jury decides alone.
"""

from __future__ import annotations

from kuutio.core.moves.moving import Need
from kuutio.core.moves.tables import AUTHORITY, LEAD, OFFICE, STEERING, _rows, _table

ROUND = _table(
    "round",
    "draft",
    _rows("declare", "draft", "declaring", OFFICE, Need.METHOD_COMPLETE, Need.CANDIDATES_IN, Need.REVIEWERS_IN),
    _rows("review", "declaring", "reviewing", OFFICE, Need.CONFLICTS_SETTLED, Need.ALL_ASSIGNED),
    _rows("rank", "reviewing", "ranked", OFFICE, Need.ALL_REVIEWS_IN),
    _rows("decide", "ranked", "decided", OFFICE, Need.ALL_DECIDED),
    _rows("publish", "decided", "published", OFFICE),
    _rows("cancel", "draft declaring reviewing", "cancelled", OFFICE, Need.REASON),
)
"""The seed of lots is drawn and published with `declare`, before anybody has scored anything; after `rank` no review changes (V14)."""

_JUDGED = "handed in_review reviewed"

CANDIDATE = _table(
    "candidate",
    "handed",
    _rows("review", "handed", "in_review", OFFICE),
    _rows("end_review", "in_review", "reviewed", OFFICE, Need.ALL_REVIEWS_IN),
    _rows("propose_yes", "reviewed at_line", "proposed_yes", STEERING, Need.REASON),
    _rows("propose_no", "reviewed at_line", "proposed_no", STEERING, Need.REASON),
    _rows("put_at_line", "reviewed", "at_line", STEERING, Need.REASON),
    _rows("approve", "proposed_yes", "approved", AUTHORITY, Need.EXPEDIENCY_DECIDED, Need.REASON),
    _rows(
        "approve_with_conditions",
        "proposed_yes",
        "approved_with_conditions",
        AUTHORITY,
        Need.EXPEDIENCY_DECIDED,
        Need.CONDITIONS,
        Need.REASON,
    ),
    _rows("reject", "proposed_yes proposed_no", "rejected", AUTHORITY, Need.EXPEDIENCY_DECIDED, Need.REASON),
    _rows("withdraw", f"{_JUDGED} proposed_yes proposed_no at_line", "withdrawn", LEAD),
)
"""Two decisions: on expediency, then on legality."""

JURIED = _table(
    "juried",
    "handed",
    _rows("review", "handed", "in_review", OFFICE),
    _rows("end_review", "in_review", "reviewed", OFFICE, Need.ALL_REVIEWS_IN),
    _rows("approve", "reviewed at_line", "approved", STEERING, Need.REASON),
    _rows(
        "approve_with_conditions",
        "reviewed at_line",
        "approved_with_conditions",
        STEERING,
        Need.CONDITIONS,
        Need.REASON,
    ),
    _rows("reject", "reviewed at_line", "rejected", STEERING, Need.REASON),
    _rows("put_at_line", "reviewed", "at_line", STEERING, Need.REASON),
    _rows("withdraw", f"{_JUDGED} at_line", "withdrawn", LEAD),
)
"""One decision: a jury's."""

MEETING = _table(
    "meeting",
    "planned",
    _rows("begin", "planned", "going", OFFICE, Need.ITEMS),
    _rows("end", "going", "ended", OFFICE, Need.ITEMS_DONE),
    _rows("confirm", "ended", "confirmed", STEERING),
    _rows("cancel", "planned", "cancelled", OFFICE, Need.REASON),
)
"""Minutes are confirmed by somebody who was there, and stay as they are."""
