"""The tables: calls, ideas, applications, reviews, grants, claims, change requests, trials, challenges and their answers, bookings.

Source: the programme's own procedure (the cities propose what is expedient, the authority decides what is legal), its calls'
texts of 2015 to 2019, and the act on structural funds (8/2014).
"""

from __future__ import annotations

from kuutio.core.moves.moving import Move, Need, Role, Table

CLOCK, OFFICE, LEAD, PARTNER = Role.CLOCK, Role.OFFICE, Role.LEAD, Role.PARTNER
REVIEWER, STEERING = Role.REVIEWER, Role.STEERING
AUTHORITY, CONTROL, CITY = Role.AUTHORITY, Role.CONTROL, Role.CITY


def _rows(act: str, before: str, after: str, by: Role | tuple[Role, ...], *needs: Need) -> list[Move]:
    """A row for each of the states before it."""
    roles = frozenset(by if isinstance(by, tuple) else (by,))
    return [Move(act, one, after, roles, frozenset(needs)) for one in before.split()]


def _table(name: str, first: str, *rows: list[Move]) -> Table:
    return Table(name, first, tuple(move for some in rows for move in some))


CALL = _table(
    "call",
    "draft",
    _rows("publish", "draft", "published", OFFICE, Need.CALL_COMPLETE),
    _rows("unpublish", "published", "draft", OFFICE, Need.REASON),
    _rows("open", "published", "open", CLOCK, Need.OPENING_TIME),
    _rows("close", "open", "closed", CLOCK, Need.CLOSING_TIME),
    _rows("evaluate", "closed", "evaluating", OFFICE, Need.REVIEWS_STARTED),
    _rows("decide", "evaluating", "decided", OFFICE, Need.ALL_DECIDED),
    _rows("archive", "decided", "archived", OFFICE),
)
"""Open and closed follow the clock: there is no button for them."""

IDEA = _table(
    "idea",
    "draft",
    _rows("submit", "draft", "submitted", LEAD, Need.IN_TIME),
    _rows("spar", "submitted", "sparring", OFFICE),
    _rows("green", "sparring", "green", OFFICE),
    _rows("not_green", "sparring", "not_green", OFFICE, Need.REASON),
    _rows("withdraw", "draft submitted sparring", "withdrawn", LEAD),
)
"""Only a green one may become an application in a call of two stages (`IDEA_GREEN`)."""

_UNDECIDED = "draft submitted returned eligible in_review reviewed proposed_yes proposed_no at_line"

APPLICATION = _table(
    "application",
    "draft",
    _rows("submit", "draft", "submitted", LEAD, Need.IN_TIME, Need.IDEA_GREEN, Need.INTENTS_SIGNED, Need.RULES_PASS),
    _rows("return", "submitted", "returned", AUTHORITY, Need.REASON),
    _rows("submit", "returned", "submitted", LEAD, Need.NEW_VERSION, Need.INTENTS_SIGNED, Need.RULES_PASS),
    _rows("find_eligible", "submitted", "eligible", AUTHORITY),
    _rows("find_ineligible", "submitted", "ineligible", AUTHORITY, Need.REASON),
    _rows("review", "eligible", "in_review", OFFICE, Need.REVIEWS_STARTED),
    _rows("end_review", "in_review", "reviewed", OFFICE, Need.ALL_REVIEWS_IN),
    _rows("propose_yes", "reviewed at_line", "proposed_yes", STEERING, Need.REASON),
    _rows("propose_no", "reviewed at_line", "proposed_no", STEERING, Need.REASON),
    _rows("put_at_line", "reviewed", "at_line", STEERING),
    _rows("approve", "proposed_yes", "approved", AUTHORITY, Need.EXPEDIENCY_DECIDED),
    _rows(
        "approve_with_conditions",
        "proposed_yes",
        "approved_with_conditions",
        AUTHORITY,
        Need.EXPEDIENCY_DECIDED,
        Need.CONDITIONS,
    ),
    _rows("reject", "proposed_yes proposed_no", "rejected", AUTHORITY, Need.EXPEDIENCY_DECIDED, Need.REASON),
    _rows("contract", "approved", "contracted", AUTHORITY, Need.GRANTS_MADE),
    _rows("contract", "approved_with_conditions", "contracted", AUTHORITY, Need.GRANTS_MADE, Need.CONDITIONS_MET),
    _rows("ask_change", "contracted", "in_change", LEAD),
    _rows("end_change", "in_change", "contracted", AUTHORITY),
    _rows("close", "contracted", "closed", AUTHORITY, Need.FINAL_REPORT, Need.ALL_SETTLED),
    _rows("withdraw", _UNDECIDED, "withdrawn", LEAD),
)
"""In a call of one stage there is no idea to be green: `IDEA_GREEN` then holds of itself.

Two decisions stand behind an approval or a rejection: the management group's on expediency, which is a record of its own
(`EXPEDIENCY_DECIDED`), then the authority's on legality, which is the move.
"""

_OPEN_REVIEW = "assigned accepted draft submitted reopened"

REVIEW = _table(
    "review",
    "assigned",
    _rows("accept", "assigned", "accepted", REVIEWER),
    _rows("decline", "assigned accepted", "declined", REVIEWER, Need.REASON),
    _rows("write", "accepted", "draft", REVIEWER),
    _rows("submit", "draft reopened", "submitted", REVIEWER, Need.SCORES_COMPLETE, Need.RANKING_UNPUBLISHED),
    _rows("reopen", "submitted", "reopened", OFFICE, Need.REASON, Need.RANKING_UNPUBLISHED),
    _rows("excuse", "assigned accepted draft reopened", "excused", OFFICE, Need.REASON),
    _rows("void", _OPEN_REVIEW, "void", OFFICE, Need.REASON),
)
"""A hard conflict makes a review void at any time; it stays in the log and out of every figure (V6)."""

GRANT = _table(
    "grant",
    "offered",
    _rows("accept", "offered", "accepted", PARTNER),
    _rows("refuse", "offered", "refused", PARTNER, Need.REASON),
    _rows("start", "accepted", "running", AUTHORITY),
    _rows("suspend", "running", "suspended", AUTHORITY, Need.REASON),
    _rows("resume", "suspended", "running", AUTHORITY),
    _rows("cancel", "offered accepted running suspended", "cancelled", AUTHORITY, Need.REASON),
    _rows("close", "running", "closed", AUTHORITY, Need.FINAL_REPORT, Need.ALL_SETTLED),
)

CLAIM = _table(
    "claim",
    "draft",
    _rows("submit", "draft returned", "submitted", PARTNER, Need.REPORT),
    _rows("return", "submitted", "returned", CONTROL, Need.REASON),
    _rows("control", "submitted", "in_control", CONTROL),
    _rows("accept", "in_control", "accepted", CONTROL, Need.LINES_ACCEPTED),
    _rows("accept_partly", "in_control", "partly_accepted", CONTROL, Need.LINES_PARTLY, Need.REASON),
    _rows("reject", "in_control", "rejected", CONTROL, Need.LINES_REJECTED, Need.REASON),
    _rows("pay", "accepted partly_accepted", "paid", AUTHORITY, Need.PAYMENT_RECORDED),
    _rows("reopen", "accepted partly_accepted paid", "reopened", CONTROL, Need.REASON, Need.NO_LATER_CLAIM),
    _rows("reopen_text", "accepted partly_accepted paid", "reopened_limited", CONTROL, Need.REASON),
    _rows("submit", "reopened reopened_limited", "submitted", PARTNER, Need.REPORT),
)
"""Numbers are opened again only while no later claim was sent (`NO_LATER_CLAIM`), else the text alone: `core.grants.claims.reopening`."""

CHANGE_REQUEST = _table(
    "change_request",
    "draft",
    _rows("submit", "draft", "submitted", LEAD, Need.REASON, Need.INTENTS_SIGNED),
    _rows("return", "submitted", "returned", AUTHORITY, Need.REASON),
    _rows("submit", "returned", "submitted", LEAD, Need.REASON, Need.INTENTS_SIGNED),
    _rows("accept", "submitted", "accepted", AUTHORITY),
    _rows("reject", "submitted", "rejected", AUTHORITY, Need.REASON),
    _rows("withdraw", "draft submitted returned", "withdrawn", LEAD),
)
"""Dates, budget moves and partners, each a version with its own decision; what was there first stays visible."""

TRIAL = _table(
    "trial",
    "idea",
    _rows("agree", "idea", "agreed", CITY),
    _rows(
        "start",
        "agreed",
        "running",
        CITY,
        Need.AGREEMENT_SIGNED,
        Need.SUCCESS_MEASURE,
        Need.PERIOD,
        Need.IPR_CLAUSE,
        Need.DATA_CLAUSE,
        Need.NEXT_OWNER,
    ),
    _rows("end", "running", "ended", CITY),
    _rows("learn", "ended", "learned", CITY, Need.LEARNING, Need.NEXT_STEP),
    _rows("give_up", "idea agreed", "given_up", CITY, Need.REASON),
)
"""A small try-out in a testbed, which is no pilot project. A next step has an owner and a date."""

CHALLENGE = _table(
    "challenge",
    "draft",
    _rows("publish", "draft", "open", CITY, Need.CHALLENGE_COMPLETE),
    _rows("unpublish", "open", "draft", CITY, Need.REASON, Need.NO_ANSWERS),
    _rows("close", "open", "evaluation", CLOCK, Need.CLOSING_TIME),
    _rows("choose", "evaluation", "chosen", CITY, Need.JURY_DECIDED),
    _rows("run", "chosen", "running", CLOCK, Need.TRIAL_RUNS),
    _rows("end", "running", "ended", CITY, Need.TRIALS_ENDED),
    _rows("end_without", "evaluation chosen", "ended", CITY, Need.REASON),
)
"""A need that cities state. It closes by the clock; nobody hurries it or waits for one more answer."""

ANSWER = _table(
    "answer",
    "draft",
    _rows("send", "draft", "sent", LEAD, Need.IN_TIME, Need.ANSWER_COMPLETE),
    _rows("withdraw", "sent", "withdrawn", LEAD),
    _rows("choose", "sent", "chosen", CITY, Need.JURY_DECIDED),
    _rows("leave_out", "sent", "not_chosen", CITY, Need.JURY_DECIDED),
)
"""What a firm or a research group offers for a challenge."""

BOOKING = _table(
    "booking",
    "requested",
    _rows("confirm", "requested", "confirmed", CITY),
    _rows("decline", "requested", "declined", CITY, Need.REASON),
    _rows("cancel", "requested confirmed", "cancelled", (LEAD, CITY)),
)
"""A time in a testbed: held from the moment in which it is asked for."""

TABLES = {
    one.name: one
    for one in (CALL, IDEA, APPLICATION, REVIEW, GRANT, CLAIM, CHANGE_REQUEST, TRIAL, CHALLENGE, ANSWER, BOOKING)
}
"""Every table by its name."""
