"""A testbed's calendar: what is free, who gets it, and that nobody gets what another holds."""

import threading
from datetime import date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from kuutio.core.problems import IllegalMove, Invalid, NotAllowed
from kuutio.core.when import HELSINKI
from kuutio.innovation import models
from kuutio.innovation.actions import booking, testbeds
from kuutio.innovation.actions.booking import Wish
from kuutio.innovation.availability import free_slots
from kuutio.innovation.models import Booking
from kuutio.innovation.problems import TimeTaken
from tests.factories import PersonFactory
from tests.innovation.making import DAY, NOON, bed_of, key, officer

TUESDAY = datetime(2026, 11, 24, 8, tzinfo=HELSINKI)


def wish(starts_at=TUESDAY, **more):
    return Wish(key=key(), starts_at=starts_at, **({"organisation": "Anturi Oy", "purpose": "Mitataan."} | more))


@pytest.mark.django_db
class TestCalendar:
    def test_openings_are_cut_into_slots_and_what_is_held_is_gone(self):
        bed = bed_of(days_ahead=2)
        starts = [here.starts_at for here in free_slots(bed, at=NOON)]
        assert starts == [
            datetime(2026, 11, 24, 8, tzinfo=HELSINKI),
            datetime(2026, 11, 24, 12, tzinfo=HELSINKI),
            datetime(2026, 11, 25, 8, tzinfo=HELSINKI),
        ]
        made = booking.book(bed, wish(), by=PersonFactory(), at=NOON)
        assert (made.state, made.ends_at - made.starts_at) == ("requested", timedelta(hours=4))
        assert TUESDAY not in [slot.starts_at for slot in free_slots(bed, at=NOON)]

    def test_hours_follow_the_clock_in_finland_over_the_change_of_time(self):
        bed = bed_of(days_ahead=200)
        found = {slot.starts_at.astimezone(HELSINKI).hour for slot in free_slots(bed, at=NOON)}
        assert found == {8, 12}

    def test_several_slots_run_through_the_night_unless_somebody_is_in_between(self):
        bed = bed_of()
        made = booking.book(bed, wish(slots=3), by=PersonFactory(), at=NOON)
        assert made.ends_at == datetime(2026, 11, 25, 12, tzinfo=HELSINKI)
        with pytest.raises(TimeTaken):
            booking.book(bed, wish(TUESDAY - timedelta(hours=20) + timedelta(hours=4)), by=PersonFactory(), at=NOON)
        monday = datetime(2026, 11, 23, 12, tzinfo=HELSINKI)
        with pytest.raises(TimeTaken):
            booking.book(bed, wish(monday, slots=2), by=PersonFactory(), at=NOON - DAY)

    def test_the_way_to_a_booking_leads_from_the_front_page_by_the_testbed(self, client):
        bed = bed_of()
        client.force_login(PersonFactory())
        way = client.get(f"/fi/innovation/testbeds/{bed.slug}/book/").context["crumbs"]
        assert [step["url"] for step in way] == [
            *("/fi/", "/fi/innovation/", "/fi/innovation/testbeds/", f"/fi/innovation/testbeds/{bed.slug}/", ""),
        ]

    def test_numbers_and_addresses_that_no_row_can_hold_are_refused(self):
        for told in ({"users_count": 2**31}, {"contact_email": "kokeilut"}, {"contact_email": "a@" + "x" * 260}):
            with pytest.raises(Invalid):
                bed_of(name=f"Ranta {len(str(told))}", **told)

    def test_a_form_sent_again_is_the_same_booking_and_nobody_elses(self):
        bed, person, asked = bed_of(), PersonFactory(), wish()
        assert booking.book(bed, asked, by=person, at=NOON) == booking.book(bed, asked, by=person, at=NOON)
        with pytest.raises(NotAllowed):
            booking.book(bed, asked, by=PersonFactory(), at=NOON)

    @pytest.mark.parametrize(
        "bad",
        [
            {"starts_at": TUESDAY + timedelta(minutes=1)},
            {"starts_at": datetime(2026, 11, 28, 8, tzinfo=HELSINKI)},
            {"starts_at": datetime(2026, 11, 16, 8, tzinfo=HELSINKI)},
        ],
        ids=["no slot", "a Saturday", "the past"],
    )
    def test_what_is_no_free_slot_is_refused(self, bad):
        with pytest.raises(TimeTaken):
            booking.book(bed_of(), wish(**bad), by=PersonFactory(), at=NOON)

    @pytest.mark.parametrize("bad", [{"organisation": " \0"}, {"purpose": ""}, {"purpose": "x" * 1001}, {"slots": 0}])
    def test_who_and_what_for_must_be_told(self, bad):
        with pytest.raises(Invalid):
            booking.book(bed_of(), wish(**bad), by=PersonFactory(), at=NOON)

    def test_nobody_takes_all(self):
        bed, person = bed_of(), PersonFactory()
        for slot in free_slots(bed, at=NOON)[: booking.MOST_AHEAD]:
            booking.book(bed, wish(slot.starts_at), by=person, at=NOON)
        with pytest.raises(Invalid):
            booking.book(bed, wish(free_slots(bed, at=NOON)[0].starts_at), by=person, at=NOON)

    def test_a_refused_and_a_cancelled_time_are_free_again(self):
        bed, person, keeper = bed_of(), PersonFactory(), officer()
        asked = booking.book(bed, wish(), by=person, at=NOON)
        with pytest.raises(IllegalMove) as refused:
            booking.answer_booking(asked, confirmed=False, by=keeper, at=NOON)
        assert refused.value.facts["missing"] == ["reason"]
        with pytest.raises(NotAllowed):
            booking.answer_booking(asked, confirmed=True, by=officer("oulu"), at=NOON)
        booking.answer_booking(asked, confirmed=False, answer="Huolto.", by=keeper, at=NOON)
        again = booking.book(bed, wish(), by=person, at=NOON)
        booking.answer_booking(again, confirmed=True, by=keeper, at=NOON)
        booking.cancel_booking(again, by=person, at=NOON)
        assert booking.cancel_booking(again, by=person, at=NOON).state == "cancelled"
        assert TUESDAY in [slot.starts_at for slot in free_slots(bed, at=NOON)]
        with pytest.raises(IllegalMove):
            booking.answer_booking(again, confirmed=True, by=keeper, at=NOON)

    def test_a_time_that_has_begun_is_not_given_back(self):
        made = booking.book(bed_of(), wish(), by=(person := PersonFactory()), at=NOON)
        with pytest.raises(IllegalMove):
            booking.cancel_booking(made, by=person, at=TUESDAY)

    def test_the_database_alone_refuses_a_double_booking(self):
        made = booking.book(bed_of(), wish(), by=PersonFactory(), at=NOON)
        with pytest.raises(IntegrityError, match="booking_never_double"), transaction.atomic():
            Booking.objects.create(
                key=key(),
                testbed=made.testbed,
                organisation_name="Toinen",
                purpose="Sama aika",
                starts_at=made.starts_at + timedelta(hours=1),
                ends_at=made.ends_at + timedelta(hours=1),
                asked_at=NOON,
            )

    def test_a_closed_testbed_takes_nobody_and_a_half_described_one_is_not_published(self):
        bed = testbeds.close_testbed(bed_of(), by=None, at=NOON)
        with pytest.raises(TimeTaken):
            booking.book(bed, wish(), by=PersonFactory(), at=NOON)
        half = bed_of("oulu", name="Kesken", publish=False, themes=[])
        with pytest.raises(Invalid) as refused:
            testbeds.publish_testbed(half, by=None, at=NOON)
        assert [error["pointer"] for error in refused.value.errors] == ["/themes"]

    def test_days_that_make_no_sense_are_refused(self):
        bed = bed_of()
        days = testbeds.Days(date(2026, 12, 2), date(2026, 12, 1), [], time(8), time(9))
        with pytest.raises(Invalid) as refused:
            testbeds.open_days(bed, days, by=None, at=NOON)
        assert {error["pointer"] for error in refused.value.errors} == {"/last_on", "/weekdays", "/closes"}


@pytest.mark.django_db(transaction=True)
def test_of_a_thousand_attempts_at_once_exactly_one_wins():
    """Twenty connections, fifty attempts each, all for one slot and none in the same order."""
    bed, people = bed_of(days_ahead=2), [PersonFactory() for _n in range(20)]
    ready, found, lock = threading.Barrier(20), [], threading.Lock()

    def run(person):
        own = []
        ready.wait()
        for _n in range(50):
            try:
                own.append(booking.book(models.Testbed(pk=bed.pk), wish(), by=person, at=NOON))
            except TimeTaken as refused:
                own.append(refused)
        connection.close()
        with lock:
            found.extend(own)

    threads = [threading.Thread(target=run, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 1000
    assert sum(isinstance(one, Booking) for one in found) == 1
    assert Booking.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_constraint_still_lets_one_win():
    """Rows written past the verb, each by a connection of its own: the database lets one in."""
    from tests.races import at_once

    bed = bed_of()

    def write():
        return Booking.objects.create(
            key=key(),
            testbed_id=bed.pk,
            organisation_name="Kilpailija",
            purpose="Sama aika",
            starts_at=TUESDAY,
            ends_at=TUESDAY + timedelta(hours=4),
            asked_at=NOON,
        )

    found = at_once(write, times=16)
    assert sum(isinstance(one, Booking) for one in found) == 1
    assert Booking.objects.count() == 1
