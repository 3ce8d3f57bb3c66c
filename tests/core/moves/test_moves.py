"""Tables of moves: what isn't in them isn't made."""

from itertools import pairwise

import pytest

from kuutio.core.moves import Need, Refusal, Role, Table, Why, legal, move
from kuutio.core.moves.moving import Move
from kuutio.core.moves.tables import APPLICATION, CALL, CLAIM, REVIEW, TABLES, TRIAL

EVERYTHING = frozenset(Need)
every_table = pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)


@every_table
def test_each_act_from_each_state_is_in_the_table_or_refused(table):
    for state in (*table.states, "nonsense"):
        for act in (*table.acts, "nonsense"):
            after = move(table, state, act, holds=EVERYTHING)
            row = table.row(state, act)
            if row is None:
                can = tuple(one.act for one in legal(table, state))
                assert after == Refusal(Why.NOT_IN_TABLE, state, act, can=can)
            else:
                assert after == row.after


@every_table
def test_only_those_named_move_and_only_when_all_holds(table):
    for row in table.moves:
        for role in Role:
            after = move(table, row.before, row.act, by=role, holds=EVERYTHING)
            assert after == row.after if role in row.by else after.why == Why.NOT_YOURS
        for need in row.needs:
            after = move(table, row.before, row.act, holds=EVERYTHING - {need})
            assert after == Refusal(Why.NOT_READY, row.before, row.act, missing=(need,))


@every_table
def test_every_state_can_be_reached_and_some_end_is_always_ahead(table):
    reached, ahead = {table.first}, set(table.ends)
    for _ in table.states:
        reached |= {row.after for row in table.moves if row.before in reached}
        ahead |= {row.before for row in table.moves if row.after in ahead}
    assert reached == set(table.states)
    assert ahead == set(table.states)


def walk(table: Table, *path: str) -> None:
    """That the states follow each other by the table."""
    for before, after in pairwise(path):
        assert after in {row.after for row in legal(table, before)}, (before, after)


def test_the_procedure_is_the_programmes_own():
    walk(CALL, "draft", "published", "open", "closed", "evaluating", "decided", "archived")
    walk(APPLICATION, "draft", "submitted", "returned", "submitted", "eligible", "in_review", "reviewed", "at_line")
    walk(
        APPLICATION,
        "at_line",
        "proposed_yes",
        "approved_with_conditions",
        "contracted",
        "in_change",
        "contracted",
        "closed",
    )
    walk(APPLICATION, "reviewed", "proposed_no", "rejected")
    walk(APPLICATION, "submitted", "ineligible")
    walk(
        CLAIM,
        "draft",
        "submitted",
        "returned",
        "submitted",
        "in_control",
        "partly_accepted",
        "paid",
        "reopened",
        "submitted",
    )
    walk(REVIEW, "assigned", "accepted", "draft", "submitted", "reopened", "submitted", "void")
    walk(TRIAL, "idea", "agreed", "running", "ended", "learned")


def test_a_call_opens_and_closes_by_the_clock_alone():
    for act, state in (("open", "published"), ("close", "open")):
        (row,) = [one for one in legal(CALL, state) if one.act == act]
        assert row.by == {Role.CLOCK}


def test_an_application_can_be_withdrawn_until_it_is_decided():
    undecided = {row.before for row in APPLICATION.moves if row.after == "withdrawn"}
    assert undecided == set(APPLICATION.states) - {
        *("ineligible", "approved", "approved_with_conditions", "rejected", "contracted", "in_change", "closed"),
        "withdrawn",
    }


def test_an_application_is_sent_by_its_lead_when_all_have_signed_in_time():
    (row,) = [one for one in legal(APPLICATION, "draft", Role.LEAD) if one.act == "submit"]
    assert row.needs == {Need.IN_TIME, Need.IDEA_GREEN, Need.INTENTS_SIGNED, Need.RULES_PASS}
    assert move(APPLICATION, "proposed_yes", "approve", by=Role.AUTHORITY) == Refusal(
        Why.NOT_READY, "proposed_yes", "approve", missing=(Need.EXPEDIENCY_DECIDED,)
    )


def test_numbers_of_a_claim_are_opened_again_only_without_a_later_one():
    for state in ("accepted", "partly_accepted", "paid"):
        numbers, text = CLAIM.row(state, "reopen"), CLAIM.row(state, "reopen_text")
        assert numbers and Need.NO_LATER_CLAIM in numbers.needs
        assert text and Need.NO_LATER_CLAIM not in text.needs


def test_a_conflict_found_at_any_time_makes_a_review_void():
    alive = set(REVIEW.states) - {"void", "declined", "excused"}
    assert {row.before for row in REVIEW.moves if row.after == "void"} == alive


def test_a_table_leads_one_way():
    twice = Move("go", "a", "b", frozenset({Role.CLOCK}))
    with pytest.raises(ValueError, match="two ways"):
        Table("thing", "a", (twice, twice))
