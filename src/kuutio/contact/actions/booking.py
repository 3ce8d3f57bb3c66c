"""The verbs of appointments: to book a time, to cancel it; what is told of them, and when their people are forgotten."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.contact import permissions, tasks
from kuutio.contact.actions import texting_out
from kuutio.contact.appointments import free_slots, taken_of
from kuutio.contact.models import Appointment, AppointmentKind
from kuutio.contact.problems import SlotTaken
from kuutio.core.problems import Invalid, NotAllowed
from kuutio.core.slots import taken_desks

MOST_AHEAD = 3
"""How many times one address of mail may have booked ahead at one place: nobody takes all of them."""
KEPT_DAYS = 14
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Booker:
    """Who books: at least an address of mail or a telephone number, by which they are told if it is cancelled."""

    name: str = ""
    email: str = ""
    phone: str = ""
    note: str = ""
    language: str = "fi"
    person: Person | None = None


def book(kind: AppointmentKind, *, starts_at: datetime, key: uuid.UUID, booker: Booker, at: datetime) -> Appointment:
    """Book a time; the same form sent again gives the same booking.

    Args:
        starts_at: the beginning of one of the kind's slots.

    Raises:
        SlotTaken: it isn't free any more, or never was a slot.
        Invalid: no way to reach the booker, or too many times booked already.
    """
    if not (booker.email or booker.phone):
        raise Invalid(
            _("We need an e-mail address or a telephone number, in case the time has to be cancelled."),
            errors=[{"pointer": "/email", "detail": str(_("Give your e-mail address or your telephone number."))}],
        )
    with transaction.atomic():
        # One at a time: the constraint alone would make the slower of two fail, or both wait for each other.
        kind = AppointmentKind.objects.select_for_update(of=("self",)).select_related("unit").get(pk=kind.pk)
        if before := Appointment.objects.filter(key=key).first():
            return before
        return _book(kind, starts_at, key, booker, at)


def _book(kind: AppointmentKind, starts_at: datetime, key: uuid.UUID, booker: Booker, at: datetime) -> Appointment:
    slot = next((slot for slot in free_slots(kind, at=at) if slot.starts_at == starts_at), None)
    if slot is None:
        raise SlotTaken(_("This time can’t be booked any more. Choose another one."))
    ahead = Appointment.objects.filter(kind=kind, cancelled_at=None, starts_at__gt=at)
    own = ahead.filter(email=booker.email.lower()) if booker.email else ahead.filter(phone=booker.phone)
    if own.count() >= MOST_AHEAD:
        raise Invalid(_("You have three times booked here already. Cancel one of them first."))
    taken = taken_desks(taken_of(kind, slot.starts_at, slot.ends_at), slot.starts_at, slot.ends_at)
    made = Appointment.objects.create(
        key=key,
        kind=kind,
        desk=next(desk for desk in range(1, kind.desks + 1) if desk not in taken),
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        person=booker.person,
        name=booker.name[:150],
        email=booker.email.lower(),
        phone=booker.phone,
        note=booker.note[:500],
        language=booker.language,
        booked_at=at,
    )
    record("book_appointment", f"appointment:{made.uuid}", by=booker.person, at=at, kind=kind.slug)
    tasks.tell_of_appointment.defer(appointment_id=made.pk)
    return made


@transaction.atomic
def cancel_appointment(appointment: Appointment, *, at: datetime, by: Person | None = None) -> Appointment:
    """Give a time back; cancelled again, it stays as it is.

    Args:
        by: the officer who cancels for the city; None: the booker, by their link.

    Raises:
        NotAllowed: the officer serves another city.
        Invalid: the time has begun already.
    """
    if by is not None and not permissions.may_see_appointments(by, appointment.kind.unit.city_id):
        raise NotAllowed(_("Appointments are handled by the agents of the city that gives them."))
    appointment = (
        Appointment.objects.select_for_update(of=("self",)).select_related("kind__unit__city").get(pk=appointment.pk)
    )
    if appointment.cancelled_at is not None:
        return appointment
    if appointment.starts_at <= at:
        raise Invalid(_("The time has begun already: it can't be cancelled any more."))
    appointment.cancelled_at = at
    if by is None and not appointment.email:
        appointment.told_cancelled_at = at  # the booker themselves knows
    appointment.save(update_fields=["cancelled_at", "told_cancelled_at"])
    record("cancel_appointment", f"appointment:{appointment.uuid}", by=by, at=at, kind=appointment.kind.slug)
    tasks.tell_of_appointment.defer(appointment_id=appointment.pk)
    return appointment


TEXTED_WITHIN = timedelta(minutes=15)


def to_be_called(cities: Sequence[str], at: datetime) -> list[Appointment]:
    """The cancelled times of some cities, not over yet, whose bookers neither mail nor a text message has told."""
    rows = Appointment.objects.filter(
        cancelled_at__isnull=False, told_cancelled_at=None, email="", ends_at__gt=at, kind__unit__city__in=cities
    )
    waiting = rows.exclude(phone="").select_related("kind__unit").order_by("starts_at", "pk")[:AT_ONCE]
    # A text message that is on its way isn't called after.
    on_its_way = at - TEXTED_WITHIN
    return [
        row
        for row in waiting
        if (row.cancelled_at and row.cancelled_at < on_its_way) or not texting_out.takes_texts(row.phone)
    ]


@transaction.atomic
def told_of_cancelling(appointment: Appointment, *, by: Person, at: datetime) -> None:
    """Note that an officer has called the booker of a cancelled time. Once more changes nothing.

    Raises:
        NotAllowed: the officer serves another city.
    """
    if not permissions.may_see_appointments(by, appointment.kind.unit.city_id):
        raise NotAllowed(_("Appointments are handled by the agents of the city that gives them."))
    done = Appointment.objects.filter(pk=appointment.pk, cancelled_at__isnull=False, told_cancelled_at=None)
    if done.update(told_cancelled_at=at):
        record("tell_of_cancelling", f"appointment:{appointment.uuid}", by=by, at=at, kind=appointment.kind.slug)


def forget_appointments(at: datetime) -> int:
    """Take the person out of appointments that were two weeks ago; tells how many."""
    old = Appointment.objects.filter(forgotten_at=None, ends_at__lt=at - timedelta(days=KEPT_DAYS))
    some = list(old.values_list("pk", flat=True)[:AT_ONCE])
    return Appointment.objects.filter(pk__in=some).update(
        person=None, name="", email="", phone="", note="", forgotten_at=at
    )
