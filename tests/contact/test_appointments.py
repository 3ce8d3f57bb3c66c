"""Appointments: free times from the hours, booked once however many hurry, cancelled by a link, told by mail, forgotten."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import icalendar
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from kuutio.cities.models import DatePeriod, TimeSpan, TimeSpanGroup, Unit
from kuutio.contact import parts
from kuutio.contact.actions import telling_appointments
from kuutio.contact.actions.booking import Booker, book, cancel_appointment, forget_appointments, told_of_cancelling
from kuutio.contact.actions.passing_time import look_at_the_clock
from kuutio.contact.appointments import free_slots, path_of
from kuutio.contact.models import Appointment, AppointmentKind
from kuutio.contact.problems import SlotTaken
from kuutio.core.opening import Interval, State
from kuutio.core.problems import Invalid, NotAllowed
from kuutio.core.slots import slots
from tests.factories import CityFactory, OrganisationFactory, PersonFactory
from tests.races import at_once

MONDAY = datetime(2026, 11, 30, 5, 0, tzinfo=UTC)
"""A Monday, seven in the morning in Finland."""
TEN = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)


def kind(**words) -> AppointmentKind:
    """Appointments of an hour at two desks, Monday to Friday from 8 to 12, not on holidays."""
    unit = Unit.objects.create(slug="desk", city=CityFactory(), name={"fi": "Neuvonta", "sv": "Rådgivning"})
    group = TimeSpanGroup.objects.create(period=DatePeriod.objects.create(unit=unit, skips_holidays=True))
    TimeSpan.objects.create(group=group, weekdays=[1, 2, 3, 4, 5], start="08:00", end="12:00")
    values = {"minutes": 60, "desks": 2, "days_ahead": 8, "notice_minutes": 60} | words
    return AppointmentKind.objects.create(slug="advice", unit=unit, name={"fi": "Aika", "sv": "Tid"}, **values)


def booked(row: AppointmentKind, starts_at=TEN, *, email="aino@example.org", **words) -> Appointment:
    booker = Booker(name="Aino", email=email, language="sv", **words)
    return book(row, starts_at=starts_at, key=uuid.uuid4(), booker=booker, at=MONDAY)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20)), max_size=4),
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 6), st.integers(1, 3)), max_size=8),
    st.integers(5, 90),
    st.integers(1, 3),
)
def test_no_slot_is_outside_the_hours_or_more_than_free(hours, taken, minutes, desks):
    def at(quarter: int) -> datetime:
        return MONDAY + timedelta(minutes=15 * quarter)

    opening = [Interval(at(begin), at(begin + length)) for begin, length in sorted(hours)]
    booked_ones = [(at(begin), at(begin + length), desk) for begin, length, desk in taken]
    last = at(50)
    for slot in slots(opening, booked_ones, minutes=minutes, desks=desks, first=MONDAY, last=last):
        assert any(one.starts_at <= slot.starts_at and slot.ends_at <= one.ends_at for one in opening)
        assert MONDAY <= slot.starts_at < last
        busy = {desk for since, until, desk in booked_ones if since < slot.ends_at and slot.starts_at < until}
        assert 0 < slot.free == desks - len(busy)
    unstaffed = [Interval(one.starts_at, one.ends_at, State.SELF_SERVICE) for one in opening]
    assert slots(unstaffed, [], minutes=minutes, desks=desks, first=MONDAY, last=last) == []


@pytest.mark.django_db
def test_times_are_booked_told_cancelled_and_forgotten(mailoutbox, jobs, django_assert_max_num_queries):
    row = kind()
    with django_assert_max_num_queries(6):
        free = free_slots(row, at=MONDAY)
    # An hour's notice from seven; Independence Day is a Sunday; the last day ends where eight days have gone by.
    assert [slot.starts_at.hour for slot in free if slot.starts_at.date() == date(2026, 11, 30)] == [6, 7, 8, 9]
    assert len(free) == 6 * 4
    key = uuid.uuid4()
    booker = Booker(name="Aino", email="Aino@Example.org", note="Blankett", language="sv")
    first = book(row, starts_at=TEN, key=key, booker=booker, at=MONDAY)
    assert book(row, starts_at=TEN, key=key, booker=booker, at=MONDAY) == first  # the form sent again
    second = booked(row, email="b@example.org")
    assert {first.desk, second.desk} == {1, 2}
    with pytest.raises(SlotTaken):
        booked(row, email="c@example.org")
    for wrong in (TEN + timedelta(minutes=1), MONDAY, TEN + timedelta(days=30), TEN + timedelta(days=5)):
        with pytest.raises(SlotTaken):
            booked(row, wrong, email="c@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():  # the database itself refuses, whatever the code thinks
        Appointment.objects.create(
            kind=row, desk=1, starts_at=TEN + timedelta(minutes=30), ends_at=TEN + timedelta(minutes=90),
            language="fi", booked_at=MONDAY, key=uuid.uuid4(),
        )  # fmt: skip
    with pytest.raises(Invalid):
        book(row, starts_at=TEN, key=uuid.uuid4(), booker=Booker(), at=MONDAY)
    for hour in (6, 7):
        booked(row, TEN.replace(hour=hour))
    with pytest.raises(Invalid):  # the fourth by one address
        booked(row, TEN.replace(hour=9))

    assert jobs().count("tell_of_appointment") == 4
    assert telling_appointments.tell(first.pk)
    assert not telling_appointments.tell(first.pk)  # a job may run twice
    (mail,) = mailoutbox
    assert mail.subject == "Din tid"
    assert mail.to == ["aino@example.org"]
    assert mail.extra_headers["Auto-Submitted"] == "auto-generated"
    assert "30.11.2026 kl. 10.00" in mail.body
    assert path_of(first, "sv") in mail.body
    name, content, kind_of_file = mail.attachments[0]
    event = icalendar.Calendar.from_ical(content).walk("VEVENT")[0]
    assert (name, kind_of_file, event["DTSTART"].dt) == ("appointment.ics", "text/calendar", TEN)

    stranger = PersonFactory(agent_of=[OrganisationFactory(city=CityFactory(code="espoo"))])
    with pytest.raises(NotAllowed):
        cancel_appointment(first, at=MONDAY, by=stranger)
    cancel_appointment(first, at=MONDAY, by=PersonFactory(agent_of=[OrganisationFactory()]))
    assert cancel_appointment(first, at=MONDAY).cancelled_at == MONDAY
    assert telling_appointments.tell(first.pk)
    assert mailoutbox[1].subject == "Din tid är avbokad"
    assert "STATUS:CANCELLED" in mailoutbox[1].attachments[0][1]
    assert booked(row, email="c@example.org").desk == first.desk  # free for others again
    with pytest.raises(Invalid):
        cancel_appointment(second, at=TEN)

    look_at_the_clock(TEN + timedelta(days=14))
    assert Appointment.objects.filter(name="Aino").exists()
    look_at_the_clock(TEN + timedelta(days=14, hours=2))
    assert not Appointment.objects.exclude(email="", name="", note="").exists()
    assert forget_appointments(TEN + timedelta(days=15)) == 0


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_for_the_last_two_desks():
    row = kind()
    found = at_once(lambda: booked(row, email=f"{uuid.uuid4().hex}@example.org"), times=8)
    made = [one for one in found if isinstance(one, Appointment)]
    assert sorted(one.desk for one in made) == [1, 2]
    assert sum(isinstance(one, SlotTaken) for one in found) == 6
    key = uuid.uuid4()
    nine = TEN.replace(hour=9)
    booker = Booker(email="d@example.org")
    same = at_once(lambda: book(row, starts_at=nine, key=key, booker=booker, at=MONDAY), times=4)
    assert {one.pk for one in same} == {Appointment.objects.get(key=key).pk}


@pytest.mark.django_db
def test_the_pages_of_booking(client, rf):
    kind()
    page = client.get("/sv/book/advice/").content.decode()
    slot = re.search(r"/sv/book/advice/(\S+?Z)/", page)[1]
    address = f"/sv/book/advice/{slot}/"
    key = re.search(r'name="key" value="(\S+)"', client.get(address).content.decode())[1]
    filled = {"slot": slot, "key": key, "name": "Aino", "email": "", "phone": "040 123 4567", "note": "Blankett"}
    assert client.post(address, filled | {"phone": "12"}).status_code == 422
    assert client.post(address, filled | {"phone": ""}).status_code == 422
    assert client.post(address, filled | {"key": "x"}).status_code == 422
    assert client.post(address, filled | {"website": "spam"}).status_code == 422
    assert not Appointment.objects.exists()
    person = PersonFactory()
    client.force_login(person)
    sent = client.post(address, filled)
    made = Appointment.objects.get()
    assert sent["Location"] == client.post(address, filled)["Location"] == f"{path_of(made, 'sv')}?booked=1"
    assert (made.phone, made.language, made.person) == ("+358401234567", "sv", person)
    page = client.get(sent["Location"]).content.decode()
    assert "Tiden är bokad för dig" in page
    calendar = client.get(path_of(made, "sv", "appointment-calendar"))
    assert calendar["Content-Type"].startswith("text/calendar")
    wrong = path_of(made, "sv").replace(path_of(made).rsplit("/", 2)[1], "a" * 26)
    assert client.get(wrong).status_code == client.post(f"{wrong}cancel/").status_code == 404
    AppointmentKind.objects.update(desks=1)
    taken = client.post(address, filled | {"key": str(uuid.uuid4()), "email": "b@example.org"})
    assert taken.status_code == 409
    assert "Välj en annan tid" in taken.content.decode()
    assert "Blankett" in taken.content.decode()  # what was written stays
    assert client.get(address).status_code == 200

    request = rf.get("/")
    request.user = person
    assert parts.own_appointments(request)["lines"][0]["row"] == made
    (export, forget) = next((one.export, one.erase) for one in parts.PARTS.personal if one.key == "appointments")
    assert export(person)[0]["note"] == "Blankett"

    agent, other = (
        PersonFactory(agent_of=[OrganisationFactory(city=CityFactory(code=code))]) for code in ("helsinki", "oulu")
    )
    for who, sees in ((agent, True), (other, False)):
        client.force_login(who)
        assert ("+358401234567" in client.get("/fi/work/appointments/").content.decode()) is sees
    assert client.post(f"/fi/work/appointments/{made.uuid}/cancel/").status_code == 404
    client.force_login(agent)
    assert "ei antanut" in client.post(f"/fi/work/appointments/{made.uuid}/cancel/", follow=True).content.decode()
    made.refresh_from_db()
    assert made.cancelled_at is not None
    assert "peruttu" in client.get(path_of(made, "fi")).content.decode()
    assert client.post(f"{path_of(made, 'fi')}cancel/").status_code == 302  # again: no trouble
    Appointment.objects.update(person=person)
    forget(person, MONDAY)
    assert not Appointment.objects.exclude(name="", email="", phone="", note="").exists()
    assert not Appointment.objects.filter(cancelled_at=None).exists()


@pytest.mark.django_db
def test_who_has_only_a_telephone_is_told_by_text_or_called(client, settings, tmp_path):
    row = kind()
    agent = PersonFactory(agent_of=[OrganisationFactory(city=CityFactory(code="helsinki"))])
    now = timezone.now()
    soon = {"starts_at": now + timedelta(days=2), "ends_at": now + timedelta(days=2, hours=1)}
    phone = {"email": "", "phone": "+358401234567"}
    texted, called, own = (
        Appointment.objects.create(
            kind=row, desk=desk, language="fi", booked_at=now, key=uuid.uuid4(), name="Aino", **phone, **soon
        )
        for desk in (1, 2, 3)
    )
    cancel_appointment(own, at=now)
    cancel_appointment(called, by=agent, at=now)
    assert not telling_appointments.tell(called.pk), "nobody sends text messages here"
    client.force_login(agent)
    page = "/fi/work/appointments/"
    assert client.get(page).content.decode().count("/told/") == 1
    stranger = PersonFactory(agent_of=[OrganisationFactory(city=CityFactory(code="oulu"))])
    with pytest.raises(NotAllowed):
        told_of_cancelling(called, by=stranger, at=now)
    for _twice in range(2):
        client.post(f"{page}{called.uuid}/told/")
    assert "/told/" not in client.get(page).content.decode()
    settings.DEMO, settings.OUTBOX = True, tmp_path
    for _twice in range(2):
        telling_appointments.tell(texted.pk)
    cancel_appointment(texted, by=agent, at=now)
    assert "/told/" not in client.get(page).content.decode(), "a text message is on its way"
    telling_appointments.tell(texted.pk)
    letters = [message_from_bytes(one.read_bytes(), policy=default) for one in sorted(tmp_path.glob("*.sms"))]
    assert [letter["To"] for letter in letters] == ["+358401234567"] * 2
    assert "on peruttu" in letters[1].get_content()
    assert "Aino" not in letters[1].get_content()
