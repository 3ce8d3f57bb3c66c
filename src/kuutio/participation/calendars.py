"""Meetings as iCalendar: one as a file, all of them as a feed to subscribe to.

Source: RFC 5545; RFC 7986, section 5 (NAME, REFRESH-INTERVAL).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from kuutio.core.when import HELSINKI
from kuutio.participation.models import Meeting
from kuutio.ui.wording import localized


def calendar(meetings: Iterable[Meeting], name: str = "") -> bytes:
    """Meetings as a calendar, in the reader's language."""
    found = Calendar()
    found.add("prodid", "-//Kuutio//participation//")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    if name:
        found.add("name", name)
        found.add("x-wr-calname", name)
        found.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for meeting in meetings:
        found.add_component(_event(meeting))
    found.add_missing_timezones()
    return bytes(found.to_ical())


def _event(meeting: Meeting) -> Event:
    event = Event()
    page = f"{settings.SITE_URL}{reverse('participation:meeting', args=[meeting.uuid])}"
    event.add("uid", f"{meeting.uuid}@kuutio")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", meeting.changed_at)
    event.add("last-modified", meeting.changed_at)
    event.add("dtstart", meeting.starts_at.astimezone(HELSINKI))
    event.add("dtend", meeting.ends_at.astimezone(HELSINKI))
    event.add("summary", localized(meeting.title)[0])
    event.add("status", "CANCELLED" if meeting.is_cancelled else "CONFIRMED")
    place = localized(meeting.place)[0] or meeting.link
    event.add("location", place)
    text = localized(meeting.text)[0]
    event.add(
        "description", "\n\n".join(part for part in (text, meeting.link, _("More: %(page)s") % {"page": page}) if part)
    )
    event.add("url", page)
    return event
