"""A call's life by the clock and the office; what may change once everybody has read it; every illegal move refused."""

import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from kuutio.audit.models import Entry
from kuutio.core.moves import Role, legal
from kuutio.core.moves.tables import APPLICATION, CALL, CHANGE_REQUEST, IDEA
from kuutio.core.problems import IllegalMove, Invalid, NotAllowed
from kuutio.programme import call_letters, figures, public_calls
from kuutio.programme.actions import applying, call_talk, calls, ideas, submitting
from kuutio.programme.actions.moving import advance
from kuutio.programme.call_queries import rhythm
from kuutio.programme.models import Application, Call, CallChange, ChangeRequest, Idea
from kuutio.programme.problems import CallNotReady
from tests.factories import PersonFactory
from tests.programme.calls import made

pytestmark = pytest.mark.django_db


def test_a_call_opens_and_closes_by_the_clock_alone():
    call = made.call(opens_at=made.NOW + timedelta(days=1))
    assert call.now(made.NOW) == "published"
    calls.tend(at=made.NOW + timedelta(days=1))
    call.refresh_from_db()
    assert call.state == "open" and not calls.tend(at=made.CLOSES), "the last second is open"
    calls.tend(at=made.CLOSES + calls.GRACE + timedelta(seconds=1))
    call.refresh_from_db()
    assert (call.state, call.now(made.CLOSES + timedelta(seconds=1))) == ("closed", "closed")
    with pytest.raises(NotAllowed):
        advance(call, CALL, "evaluate", role=Role.LEAD, by=None, at=made.CLOSES)


def test_what_everybody_has_read_changes_only_one_way_and_with_a_reason():
    call, office = made.call(), made.office()
    later = made.CLOSES + timedelta(days=7)
    told = {"reason": {"fi": "Lisäaikaa.", "en": "More time."}, "by": office, "at": made.NOW}
    calls.change_call(call, closes_at=later, budget_cents=400_000_000, **told)
    call.refresh_from_db()
    assert (call.closes_at, call.budget_cents, CallChange.objects.get().what["budget_cents"]) == (
        later,
        400_000_000,
        [300_000_000, 400_000_000],
    )
    for wrong in (
        {"closes_at": made.CLOSES},
        {"budget_cents": 1},
        {"max_support_bp": 5000},
        {"criteria": []},
        {"summary": made.BOTH},
    ):
        with pytest.raises(Invalid):
            calls.change_call(call, **wrong, **told)
    with pytest.raises(Invalid):
        calls.change_call(call, closes_at=later + timedelta(days=1), reason={}, by=office, at=made.NOW)
    with pytest.raises(IllegalMove):
        calls.write_call(call, title=made.BOTH, by=office, at=made.NOW)
    with pytest.raises(IllegalMove):
        calls.change_call(call, closes_at=later + timedelta(days=9), **told | {"at": later + timedelta(days=1)})
    with pytest.raises(NotAllowed):
        calls.change_call(call, closes_at=later + timedelta(days=1), **told | {"by": PersonFactory()})


def test_a_call_that_lacks_something_isn_t_published_and_says_what():
    call = made.call(publish=False, criteria=[], summary={"fi": "Vain suomeksi."}, budget_cents=None)
    with pytest.raises(CallNotReady) as refused:
        calls.publish_call(call, by=made.office(), at=made.NOW)
    assert {error["pointer"] for error in refused.value.errors} == {"/criteria", "/summary", "/budget_cents"}
    assert Call.objects.get().state == "draft"


def test_no_pair_outside_the_tables_moves_anything_or_leaves_a_line():
    call = made.call()
    row, people = made.consortium(call)
    idea = Idea.objects.create(call=call, state_since=made.NOW, title="i", text="i", organisation_name="o")
    change = ChangeRequest(
        application=row, number=1, state_since=made.NOW, made_at=made.NOW, base_version=0, reason="r",
        starts_on=row.starts_on, ends_on=row.ends_on,
    )  # fmt: skip
    change.save()
    before, tried = Entry.objects.count(), 0
    for table, thing in ((CALL, call), (APPLICATION, row), (IDEA, idea), (CHANGE_REQUEST, change)):
        for state in table.states:
            can = {one.act for one in legal(table, state)}
            for act in set(table.acts) - can:
                thing.state = state
                with pytest.raises(IllegalMove) as refused:
                    advance(thing, table, act, role=Role.OFFICE, by=people["turku"], at=made.NOW)
                assert (refused.value.status, thing.state, set(refused.value.facts["can"])) == (409, state, can)
                tried += 1
    assert tried > 300 and Entry.objects.count() == before
    assert Application.objects.get(pk=row.pk).state == "draft"


def test_an_idea_is_talked_through_before_it_becomes_an_application():
    call = made.call(shape="two-stages", ideas_close_at=made.NOW + timedelta(days=2))
    person, office, key = made.acting("turku"), made.office(), uuid.uuid4()
    told = {"title": "Idea", "text": "Ideaa.", "organisation_name": "Turku", "key": key, "by": person, "at": made.NOW}
    idea = ideas.send_idea(call, **told)
    assert ideas.send_idea(call, **told).pk == idea.pk
    with pytest.raises(IllegalMove):
        made.consortium_begun(call, "turku", by=person)
    with pytest.raises(IllegalMove):
        ideas.send_idea(call, **told | {"key": uuid.uuid4(), "at": made.NOW + timedelta(days=2, seconds=1)})
    ideas.answer_idea(idea, "spar", by=office, at=made.NOW)
    with pytest.raises(IllegalMove):
        ideas.answer_idea(idea, "not_green", by=office, at=made.NOW)  # no reason
    idea = ideas.answer_idea(idea, "green", answer="Jatkakaa.", by=office, at=made.NOW)
    row = applying.begin_application(
        call, lead=made._body("turku"), title=made.BOTH, idea=idea, key=uuid.uuid4(), by=person, at=made.NOW
    )
    assert row.idea == idea


def test_questions_are_answered_in_public_without_the_asker(django_capture_on_commit_callbacks):
    call, asker = made.call(), PersonFactory(name="Aino Arka", language="sv")
    asked = call_talk.ask(call, "Voiko ostaa laitteita?", language="fi", by=asker, at=made.NOW)
    assert call_talk.ask(call, "Voiko ostaa laitteita?", language="fi", by=asker, at=made.NOW).pk == asked.pk
    call_talk.answer(asked, {"fi": "Voi.", "en": "Yes."}, by=made.office(), at=made.NOW)
    page = Client().get(f"/fi/calls/{call.slug}/").content.decode()
    assert "Voiko ostaa laitteita?" in page and "Voi." in page and "Arka" not in page and asker.email not in page
    assert call_letters.write("answered", asked.pk, asker.pk)
    assert mail.outbox[0].to == [asker.email] and "besvarades" in mail.outbox[0].subject


def test_subscribers_are_told_once_each_and_leave_by_one_press():
    call, reader = made.call(), PersonFactory(language="en")
    row = call_talk.subscribe(by=reader, at=made.NOW)
    assert call_talk.subscribe(by=reader, at=made.NOW) == row
    assert call_letters.readers_of("opened", call.pk) == [reader.pk]
    call_letters.write("opened", call.pk, reader.pk)
    letter = mail.outbox[0]
    leave = letter.extra_headers["List-Unsubscribe"].strip("<>").split("/", 3)[3]
    assert Client(enforce_csrf_checks=True).post(f"/{leave}").status_code == 200
    assert call_letters.readers_of("opened", call.pk) == []


def test_how_often_calls_open_is_counted_from_the_calls():
    programme = made.ground()
    for year, many in ((2024, 1), (2025, 3), (2027, 1)):
        for at in range(many):
            opened = made.NOW.replace(year=year) + timedelta(days=at)
            made.call(opened + timedelta(days=10), opened + timedelta(days=30), opens_at=opened)
    told = rhythm(programme, made.NOW + timedelta(days=30))
    assert [(one.year, one.calls) for one in told.years] == [(2024, 1), (2025, 3), (2026, 0), (2027, 1)]
    assert (told.promised, round(told.average, 2)) == (2, 1.33)


def test_a_firm_is_told_at_once_that_it_can_t_and_where_its_doors_are():
    made.call()
    page = Client().get("/en/calls/check/?kind=COMPANY&city=oulu").content.decode()
    assert "can’t receive" in page and "supplier" in page
    assert "You count for Oulu" in Client().get("/en/calls/check/?kind=UNIVERSITY&city=oulu").content.decode()
    assert "at least two of them" in Client().get("/en/calls/check/?kind=ASSOCIATION&city=").content.decode()
    with pytest.raises(Invalid):
        applying.begin_application(
            Call.objects.get(),
            lead=applying.Body("Firma Oy", "2336509-6", "COMPANY"),
            title=made.BOTH,
            key=uuid.uuid4(),
            by=PersonFactory(),
            at=made.NOW,
        )


def test_the_feed_has_what_everybody_may_read():
    call = made.call()
    made.call(publish=False, title={"fi": "Luonnos", "en": "Draft"})
    feed = Client().get("/en/calls/feed.atom").content.decode()
    assert f"/en/calls/{call.slug}/" in feed and feed.count("<entry>") == 1


def test_what_is_published_of_calls_tells_sums_after_the_deadline_and_no_applicant():
    call = made.call()
    row, people = made.consortium(call)
    submitting.submit(row, key="version-1", by=people["turku"], at=made.NOW)
    told = next(public_calls._rows())
    assert set(told) == {field.name for field in public_calls.FIELDS}
    Call.objects.update(state="closed")
    told = next(public_calls._rows())
    assert (told["applications"], told["asked_cents"]) == (1, figures.computed(made.fresh(row)).project.support)
    assert "Turun kaupunki" not in str(told)
