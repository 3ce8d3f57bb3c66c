"""Meetings: seats in the order in which people came, a waiting list that moves up, calendars that programs read."""

import pytest
from icalendar import Calendar
from procrastinate.contrib.django.models import ProcrastinateJob

from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.participation import letters
from kuutio.participation.actions import meeting as verbs
from kuutio.participation.calendars import calendar
from kuutio.participation.models import Meeting, Registration
from tests.factories import PersonFactory
from tests.participation.conftest import DAY, NOON, three
from tests.races import at_once


def call(**more):
    told = {
        "title": three("Asukasilta"),
        "text": three("Tervetuloa"),
        "place": three("Kirjasto"),
        "starts_at": NOON + DAY,
        "ends_at": NOON + DAY + DAY / 12,
        "capacity": 2,
    }
    return verbs.Call(**told | more)


@pytest.fixture
def meeting(process):
    """A meeting with two seats, tomorrow."""
    return verbs.call_meeting(process, call(), by=None, at=NOON)


def states(meeting):
    return list(meeting.registrations.order_by("at", "pk").values_list("state", flat=True))


def test_the_waiting_list_moves_up_in_its_order(meeting):
    people = [PersonFactory() for _each in range(5)]
    for number, person in enumerate(people):
        verbs.register(meeting, by=person, at=NOON + number * DAY / 100)
        verbs.register(meeting, by=person, at=NOON + DAY / 2)
    assert states(meeting) == ["going", "going", "waiting", "waiting", "waiting"]
    verbs.give_back(meeting, by=people[0], at=NOON + DAY / 2)
    assert states(meeting) == ["going", "going", "waiting", "waiting"]
    assert Registration.objects.get(person=people[2]).state == "going"
    verbs.give_back(meeting, by=people[4], at=NOON + DAY / 2)  # who waits takes nobody's seat along
    verbs.change_meeting(meeting, call(capacity=None), by=None, at=NOON + DAY / 2)
    assert states(meeting) == ["going"] * 3
    with pytest.raises(Conflict):
        verbs.register(meeting, by=PersonFactory(), at=NOON + DAY)


def test_who_has_registered_is_told_when_a_meeting_is_cancelled_or_moved_and_gets_no_seat_in_it(meeting, mailoutbox):
    for number in range(3):
        verbs.register(meeting, by=PersonFactory(language="en"), at=NOON + number * DAY / 100)

    def sent():
        jobs = ProcrastinateJob.objects.filter(task_name__endswith="write_letters").order_by("id")
        found = [job.args["kind"] for job in jobs]
        jobs.all().delete()
        return found

    assert sent() == []
    verbs.change_meeting(meeting, call(is_cancelled=True, capacity=None), by=None, at=NOON + DAY / 2)
    assert sent() == ["meeting"] and states(meeting) == ["going", "going", "waiting"]
    readers = letters.readers_of("meeting", meeting.pk)
    assert len(readers) == 3 and letters.write("meeting", meeting.pk, readers[0])
    assert "is cancelled" in mailoutbox[-1].body
    verbs.change_meeting(meeting, call(place=three("Koulu")), by=None, at=NOON + DAY / 2)
    assert sent() == ["meeting"]
    assert letters.write("meeting", meeting.pk, readers[0]) and "Koulu (en)" in mailoutbox[-1].body
    verbs.change_meeting(meeting, call(place=three("Koulu"), text=three("Kahvia")), by=None, at=NOON + DAY / 2)
    assert sent() == []  # nothing that who comes has to know
    verbs.change_meeting(meeting, call(place=three("Halli"), capacity=None), by=None, at=NOON + 2 * DAY)
    assert sent() == [] and states(meeting) == ["going", "going", "waiting"]  # it has been


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_take_two_seats(make_process):
    meeting = verbs.call_meeting(make_process(), call(), by=None, at=NOON)
    people = [PersonFactory() for _each in range(8)]
    at_once(lambda: verbs.register(meeting, by=people.pop(), at=NOON), times=8)
    assert sorted(states(meeting)) == ["going"] * 2 + ["waiting"] * 6


def test_the_open_data_have_meetings_and_decisions_without_people(meeting, stage, officers):
    from kuutio.participation import public_events
    from kuutio.participation.actions import moderating, stages
    from tests.participation.test_moderation import wrote

    moderating.hide(wrote(stage, "Ruma sana"), "insult", "Haukkumasana", by=officers["helsinki"], at=NOON)
    stages.set_milestone(stage.process, title=three("Valmis"), planned_on=NOON.date(), by=None, at=NOON)
    verbs.register(meeting, by=PersonFactory(email="aino@example.org"), at=NOON)
    (held,) = public_events._meeting_rows()
    assert (held["title_sv"], held["seats"], held["is_cancelled"]) == ("Asukasilta (sv)", 2, False)
    (decision,) = public_events._moderation_rows()
    assert (decision["act"], decision["ground"], decision["appeal"]) == ("hide", "insult", None)
    (milestone,) = public_events._milestone_rows()
    assert milestone["reached_on"] is None
    told = str([held, decision, milestone])
    assert "aino@" not in told and "sana" not in told and not list(public_events._initiative_rows())


def test_what_a_meeting_needs(process, officers):
    for wrong, pointer in (
        ({"place": {}}, "/place"),
        ({"ends_at": NOON}, "/ends_at"),
        ({"title": {}}, "/title"),
        ({"link": "javascript:alert(1)"}, "/link"),
    ):
        with pytest.raises(Invalid) as refused:
            verbs.call_meeting(process, call(**wrong), by=None, at=NOON)
        assert refused.value.errors[0]["pointer"] == pointer
    with pytest.raises(NotAllowed):
        verbs.call_meeting(process, call(), by=officers["oulu"], at=NOON)


def test_minutes_come_after_the_meeting(meeting):
    with pytest.raises(Conflict):
        verbs.write_minutes(meeting, three("Puhuttiin"), by=None, at=NOON)
    verbs.write_minutes(meeting, three("Puhuttiin"), by=None, at=NOON + 2 * DAY)
    assert Meeting.objects.get().minutes.localize("sv") == "Puhuttiin (sv)"


def test_a_calendar_program_reads_it(meeting, client):
    verbs.change_meeting(meeting, call(is_cancelled=True, title=three("Ilta; \n, tärkeä")), by=None, at=NOON)
    found = Calendar.from_ical(calendar([Meeting.objects.get()], "Kokoukset"))
    event = next(iter(found.walk("VEVENT")))
    assert event.decoded("dtstart") == NOON + DAY
    assert (str(event["status"]), int(event["sequence"])) == ("CANCELLED", 1)
    assert "tärkeä" in str(event["summary"])
    assert found.walk("VTIMEZONE")
    feed = client.get("/fi/participation/meetings.ics")
    assert feed["Content-Type"].startswith("text/calendar")
    assert len(Calendar.from_ical(feed.content).walk("VEVENT")) == 1
    assert client.get("/fi/participation/meetings.ics?city=oulu").content.count(b"BEGIN:VEVENT") == 0
    assert client.get(f"/sv/meetings/{meeting.uuid}/").status_code == 200
