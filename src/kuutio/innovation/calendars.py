"""iCalendar files: a testbed's taken and free times, and one booking.

Source: RFC 5545; METHOD and STATUS of a cancelled event by RFC 5546, section 3.2.5; RFC 7986, section 5.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vGeo, vText

from kuutio.core.slots import Slot
from kuutio.innovation.models import Booking, Testbed
from kuutio.ui.wording import localized

TYPE = "text/calendar; charset=utf-8"


def of_testbed(testbed: Testbed, taken: Iterable[Booking], free: Iterable[Slot], *, at: datetime) -> bytes:
    """When a testbed is taken and when it can be booked, in the active language; who has booked and what for isn't told."""
    calendar = _calendar("PUBLISH")
    name = localized(testbed.name)[0]
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval;value=duration", "PT1H")
    page = f"{settings.SITE_URL}{reverse('innovation:testbed', args=[testbed.slug])}"
    for booking in taken:
        event = _event(
            f"taken-{booking.uuid}", booking.starts_at, booking.ends_at, booking.answered_at or booking.asked_at
        )
        event.add("sequence", booking.sequence)
        event.add("summary", _("%(name)s: taken") % {"name": name})
        event.add("status", "CONFIRMED" if booking.state == Booking.State.CONFIRMED else "TENTATIVE")
        event.add("transp", "OPAQUE")
        _place(event, testbed)
        calendar.add_component(event)
    for slot in free:
        event = _event(f"free-{testbed.slug}-{slot.starts_at:%Y%m%dT%H%M}", slot.starts_at, slot.ends_at, at)
        event.add("summary", _("%(name)s: free") % {"name": name})
        event.add("transp", "TRANSPARENT")
        event.add("url", page)
        _place(event, testbed)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def of_booking(booking: Booking) -> bytes:
    """One booking for who made it; a cancelled or refused one takes itself out of the reader's calendar."""
    is_off = booking.state in (Booking.State.CANCELLED, Booking.State.DECLINED)
    calendar = _calendar("CANCEL" if is_off else "PUBLISH")
    event = _event(
        f"booking-{booking.uuid}", booking.starts_at, booking.ends_at, booking.answered_at or booking.asked_at
    )
    event.add("sequence", booking.sequence)
    states = {Booking.State.CONFIRMED: "CONFIRMED", Booking.State.REQUESTED: "TENTATIVE"}
    event.add("status", states.get(Booking.State(booking.state), "CANCELLED"))
    event.add("summary", localized(booking.testbed.name)[0])
    event.add("url", f"{settings.SITE_URL}{reverse('innovation:booking', args=[booking.uuid])}")
    _place(event, booking.testbed)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Kuutio//innovation//FI")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def _event(uid: str, starts_at: datetime, ends_at: datetime, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", f"{uid}@{settings.SITE_URL.rpartition('/')[2].partition(':')[0]}")
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("dtstart", starts_at.astimezone(UTC))
    event.add("dtend", ends_at.astimezone(UTC))
    return event


def _place(event: Event, testbed: Testbed) -> None:
    words = (localized(testbed.name)[0], localized(testbed.address)[0])
    event.add("location", vText(", ".join(text for text in words if text)))
    if testbed.lon is not None and testbed.lat is not None:
        event.add("geo", vGeo((testbed.lat, testbed.lon)))
