"""Reads of appointments: which times are free, whose a link is, and the calendar file of one."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from kuutio.cities.openings import hours_of
from kuutio.contact.links import is_secret, made_secret
from kuutio.contact.models import Appointment, AppointmentKind
from kuutio.core.slots import Slot, Taken, slots
from kuutio.core.when import here


def taken_of(kind: AppointmentKind, first: datetime, last: datetime) -> list[Taken]:
    """What is booked of a kind between two moments."""
    rows = Appointment.objects.filter(kind=kind, cancelled_at=None, ends_at__gt=first, starts_at__lt=last)
    return list(rows.values_list("starts_at", "ends_at", "desk"))


def free_slots(kind: AppointmentKind, *, at: datetime) -> list[Slot]:
    """The times of a kind that can be booked now, from the notice it needs to as far ahead as it allows."""
    first = at + timedelta(minutes=kind.notice_minutes)
    last = at + timedelta(days=kind.days_ahead)
    if not kind.is_active or not kind.unit.is_active or first >= last:
        return []
    hours = hours_of([kind.unit])[kind.unit_id].between(here(at).date(), here(last).date())
    taken = taken_of(kind, at, last + timedelta(minutes=kind.minutes))
    return slots(hours, taken, minutes=kind.minutes, desks=kind.desks, first=first, last=last)


def secret_of(appointment: Appointment) -> str:
    """The secret part of an appointment's link: made of its id and the installation's key, so that no table holds it."""
    return made_secret("appointment", str(appointment.uuid))


def opens(appointment: Appointment, secret: str) -> bool:
    """Whether a secret is the appointment's own."""
    return is_secret(secret, secret_of(appointment))


def path_of(appointment: Appointment, language: str | None = None, page: str = "appointment") -> str:
    """The path of the booker's page, in the language of the booking if none is named."""
    with translation.override(language or appointment.language):
        kwargs = {"appointment": appointment.uuid, "secret": secret_of(appointment)}
        return reverse(f"contact:{page}", kwargs=kwargs)


def url_of(appointment: Appointment) -> str:
    """The whole address of the booker's page."""
    return f"{settings.SITE_URL}{path_of(appointment)}"
