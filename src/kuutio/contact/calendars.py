"""iCalendar files: an appointment, and the opening hours of a unit.

Source: RFC 5545; METHOD and STATUS of a cancelled event by RFC 5546, section 3.2.5.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vGeo, vText

from kuutio.cities.models import Unit
from kuutio.contact.models import Appointment
from kuutio.core.opening import Interval, State
from kuutio.ui.wording import localized

TYPE = "text/calendar; charset=utf-8"


def of_appointment(appointment: Appointment, *, link: str) -> bytes:
    """The booked time as an event in the active language; a cancelled one takes itself out of the reader's calendar."""
    unit, cancelled_at = appointment.kind.unit, appointment.cancelled_at
    calendar = _calendar("CANCEL" if cancelled_at else "PUBLISH")
    event = Event()
    event.add("uid", f"appointment-{appointment.uuid}@{_domain()}")
    event.add("dtstamp", (cancelled_at or appointment.booked_at).astimezone(UTC))
    event.add("sequence", 1 if cancelled_at else 0)
    event.add("status", "CANCELLED" if cancelled_at else "CONFIRMED")
    event.add("dtstart", appointment.starts_at.astimezone(UTC))
    event.add("dtend", appointment.ends_at.astimezone(UTC))
    event.add("summary", f"{localized(appointment.kind.name)[0]}, {localized(unit.name)[0]}")
    _place(event, unit)
    if link:
        event.add("url", link)
        event.add("description", _("To cancel or to see the time: %(link)s") % {"link": link})
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def of_hours(unit: Unit, found: Iterable[Interval], *, words: dict[State, str], at: datetime) -> bytes:
    """A unit's open times as events that take no time of the reader's own, in the active language.

    Args:
        words: what each state is called.
    """
    calendar = _calendar("PUBLISH")
    name = localized(unit.name)[0]
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval;value=duration", "P1D")
    for one in found:
        event = Event()
        event.add("uid", f"hours-{unit.slug}-{one.starts_at:%Y%m%dT%H%M%S}-{one.state}@{_domain()}")
        event.add("dtstamp", at.astimezone(UTC))
        event.add("dtstart", one.starts_at)
        event.add("dtend", one.ends_at)
        event.add("summary", f"{name}: {words[one.state]}")
        event.add("transp", "TRANSPARENT")
        _place(event, unit)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Kuutio//Kuutio//FI")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def _place(event: Event, unit: Unit) -> None:
    event.add(
        "location", vText(", ".join(text for text in (localized(unit.name)[0], localized(unit.address)[0]) if text))
    )
    if unit.lat is not None and unit.lon is not None:
        event.add("geo", vGeo((unit.lat, unit.lon)))


def _domain() -> str:
    return settings.SITE_URL.rpartition("/")[2].partition(":")[0]
