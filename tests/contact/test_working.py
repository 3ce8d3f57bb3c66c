"""What officers do with cases, by the table of moves."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kuutio.cities.models import DatePeriod, TimeSpan, TimeSpanGroup, Unit
from kuutio.contact.actions import residents, working
from kuutio.contact.actions.passing_time import close_settled
from kuutio.contact.courses import courses_of
from kuutio.contact.incoming import Sender
from kuutio.contact.models import Case, Category, CategoryRule, Message
from kuutio.contact.moves import MOVES, SETTLED
from kuutio.contact.problems import WrongMove
from kuutio.core.problems import Invalid, NotAllowed
from tests.contact.conftest import MONDAY
from tests.contact.making import case as made

pytestmark = pytest.mark.django_db


def later(hours: float):
    return MONDAY + timedelta(hours=hours)


def test_taking_a_new_case_opens_it(group, agents):
    case = working.take_case(made(), by=agents["helsinki"], at=later(1))
    assert (case.state, case.assignee) == ("open", agents["helsinki"])
    with pytest.raises(NotAllowed):
        working.take_case(case, by=agents["helsinki"], to=agents["vantaa"], at=later(2))
    with pytest.raises(NotAllowed):
        working.take_case(case, by=agents["vantaa"], at=later(2))


def test_the_first_answer_stops_its_clock(group, agents):
    case = made()
    assert case.answer_due_at == MONDAY + timedelta(days=2), "960 business minutes: two working days"
    working.answer_case(case, text="Korjaamme sen.", by=agents["helsinki"], at=later(3))
    working.answer_case(case, text="Korjattu.", by=agents["helsinki"], at=later(5), then="resolved")
    case.refresh_from_db()
    assert (case.first_answer_at, case.answer_due_at, case.state) == (later(3), None, "resolved")
    assert case.settled_at == later(5)
    assert case.forget_at > later(5) + timedelta(days=700)


def test_the_same_answer_sent_twice_is_one(group, agents):
    case = made()
    for _n in range(2):
        working.answer_case(case, text="Korjaamme.", by=agents["helsinki"], at=later(1), draft_key="abc")
    assert case.messages.filter(direction="out").count() == 1


@given(st.lists(st.sampled_from(sorted(Case.State.values)), max_size=8))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_case_goes_only_where_the_table_lets_it(group, agents, states):
    case = made()
    now = later(0)
    for state in states:
        now += timedelta(minutes=7)
        before = Case.objects.get(pk=case.pk).state
        try:
            words = "Kysymme." if state in working.WITH_WORDS else ""
            case = working.move_case(case, state, text=words, by=agents["helsinki"], at=now)
        except WrongMove:
            assert state not in MOVES[before]
        except Invalid:
            assert state == "duplicate"
        else:
            assert state in MOVES[before]
        fresh = Case.objects.get(pk=case.pk)
        assert (fresh.settled_at is not None) == (fresh.state in SETTLED)
        assert (fresh.resolve_due_at is None) == (fresh.state in {*SETTLED, "waiting-resident"})


@pytest.mark.parametrize("state", ["waiting-resident", "rejected"])
def test_nothing_is_waited_for_and_nobody_turned_away_without_a_word(group, agents, client, state):
    one, two = made(), made()
    client.force_login(agents["helsinki"])
    for words in ({}, {"text": " "}):
        client.post(f"/fi/work/cases/{one.number}/move/", {"state": state} | words)
        client.post("/fi/work/cases/many/", {"case": [one.number, two.number], "value": f"state:{state}"} | words)
    one.refresh_from_db()
    assert (one.state, one.messages.count(), one.resolve_due_at is not None) == ("new", 1, True)
    assert (
        f'value="{state}" '
        not in client.get(f"/fi/work/cases/{one.number}/")
        .content.decode()
        .partition("/move/")[2]
        .partition("</form>")[0]
    )
    many = {"case": [one.number, two.number], "value": f"state:{state}", "text": "Missä kuoppa on?"}
    client.post("/fi/work/cases/many/", many)
    for case in (one, two):
        case.refresh_from_db()
        assert (case.state, case.messages.get(direction="out").text) == (state, "Missä kuoppa on?")


def test_joining_is_undone_without_loss(group, agents):
    one, other = made(), made()
    number = one.number
    joined = working.join_case(one, other, by=agents["helsinki"], at=later(1))
    assert (joined.state, joined.duplicate_of, joined.number) == ("duplicate", other, number)
    with pytest.raises(Invalid):
        working.join_case(other, joined, by=agents["helsinki"], at=later(2))
    with pytest.raises(Invalid):
        working.join_case(other, other, by=agents["helsinki"], at=later(2))
    parted = working.part_case(joined, by=agents["helsinki"], at=later(3))
    assert (parted.state, parted.duplicate_of) == ("new", None), "what it was before"


def test_category_and_unit_are_corrected_within_the_city(group, agents):
    from kuutio.cities.models import Unit

    case = made()
    light = Category.objects.get(pk="street-light")
    working.direct_case(case, category=light, by=agents["helsinki"], at=later(1))
    case.refresh_from_db()
    assert case.category == light
    with pytest.raises(Invalid):
        working.direct_case(case, unit=Unit.objects.get(slug="vantaa-streets"), by=agents["helsinki"], at=later(2))


def test_a_note_stays_inside_whatever_a_caller_says(group, agents):
    case = made()
    working.note_case(case, text="Tarkista sopimus.", by=agents["helsinki"], at=later(1))
    note = case.messages.get(direction="note")
    assert note.seen_by == Message.Seen.ORGANISATION
    with pytest.raises(NotAllowed):
        working.note_case(case, text="x", by=agents["espoo"], at=later(1))
    with pytest.raises(Invalid):
        working.note_case(case, text=" ", by=agents["helsinki"], at=later(1))


def test_rating_waits_for_the_end(group, agents):
    case = made()
    with pytest.raises(WrongMove):
        residents.rate_case(case, stars=5, at=later(1))
    working.move_case(case, "resolved", by=agents["helsinki"], at=later(1))
    with pytest.raises(Invalid):
        residents.rate_case(case, stars=6, at=later(2))
    residents.rate_case(case, stars=2, at=later(2))
    residents.rate_case(case, stars=4, at=later(3))
    assert case.rating.stars == 4
    assert case.rating.organisation == group["helsinki"]


def test_following_again_changes_nothing(group):
    case = made()
    for _n in range(2):
        residents.follow_case(case, Sender(email="Bo@Example.org"), language="sv", at=later(1))
    assert case.participants.filter(kind="follower").count() == 1


def test_what_was_settled_is_closed_in_two_weeks(group, agents):
    case = working.move_case(made(), "resolved", by=agents["helsinki"], at=later(1))
    assert close_settled(later(1) + timedelta(days=14)) == 0
    assert close_settled(later(2) + timedelta(days=14)) == 1
    case.refresh_from_db()
    assert (case.state, case.settled_at) == ("closed", later(1))


def test_when_its_time_is_over_the_person_is_forgotten_and_the_figures_stay(
    group, agents, django_capture_on_commit_callbacks
):
    from kuutio.contact.actions.forgetting import forget_due
    from kuutio.contact.files import folder, keep_picture
    from kuutio.contact.models import Attachment, Contact
    from tests.contact.pictures import jpeg

    case = made("Aino kaatui.", files=(keep_picture(jpeg(), "a.jpg").file,))
    working.answer_case(case, text="Hei Aino.", by=agents["helsinki"], at=later(1), then="resolved")
    assert forget_due(later(24 * 700)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_due(later(24 * 740)) == 1
    assert forget_due(later(24 * 740)) == 0
    before, case = case, Case.objects.get(pk=case.pk)
    assert not Contact.objects.exists()
    assert not Attachment.objects.exists()
    assert {row.text for row in case.messages.all()} == {""}
    assert case.title == case.address == ""
    assert 0 < abs(case.lat - before.lat) < 0.001
    assert (case.number, case.category_id, case.first_answer_at) == (before.number, "pothole", later(1))
    assert not [path for path in folder().rglob("*") if path.is_file()]


def test_a_unit_with_hours_of_its_own_promises_by_them(group, agents):
    unit = group["helsinki"].city.units.get()
    CategoryRule.objects.filter(city="helsinki", category="pothole").update(answer_minutes=180, resolve_minutes=400)
    office = made()
    assert office.answer_due_at == MONDAY + timedelta(hours=3)
    period = DatePeriod.objects.create(unit=unit, state="unknown", ends_on="2026-12-04")
    times = TimeSpanGroup.objects.create(period=period)
    TimeSpan.objects.create(group=times, start="10:00", end="12:00", weekdays=[2], state="open")
    TimeSpan.objects.create(group=times, start="06:00", end="22:00", weekdays=[1], state="self-service")
    case = made()
    # Two hours of this Tuesday, one of the next; then, beyond the hours that are known, the office's.
    assert case.answer_due_at == datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert case.resolve_due_at == datetime(2026, 12, 7, 8, 40, tzinfo=UTC)
    working.answer_case(case, text="Tulossa.", by=agents["helsinki"], at=datetime(2026, 12, 1, 8, 30, tzinfo=UTC))
    ((_case, course),) = courses_of(Case.objects.filter(pk=case.pk))
    assert course.answered_in_time(), "the published figures count by the same hours"
    period.delete()
    Unit.objects.filter(pk=unit.pk).update(osm_hours="Sa 22:00-02:00; PH off")
    assert made().answer_due_at == datetime(2026, 11, 28, 23, tzinfo=UTC)
    Unit.objects.filter(pk=unit.pk).update(osm_hours="off")
    assert made().answer_due_at == office.answer_due_at, "a unit that is never open is reckoned with as an office"
