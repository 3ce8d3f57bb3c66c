"""Opening hours in the reader's words: a week as lines, and how a unit is open now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kuutio.cities.hours import HoursState
from kuutio.cities.openings import Hours, Now
from kuutio.core.opening import Interval, State
from kuutio.core.when import DASH, clock, here
from kuutio.ui import wording

DAYS = 7


@dataclass(frozen=True, slots=True)
class Line:
    """One day of a week.

    Attributes:
        times: its opening times in words, each with its state where that isn't plainly open; empty: closed.
        name: of the exception by which the day goes.
    """

    day: date
    weekday: str
    date: str
    times: list[str]
    name: str
    is_today: bool


def week(hours: Hours, at: datetime) -> list[Line]:
    """Today and the six days after it."""
    today = here(at).date()
    found = hours.between(today, today + timedelta(days=DAYS - 1))
    lines = []
    for number in range(DAYS):
        day = today + timedelta(days=number)
        times = [_times(one) for one in found if here(one.starts_at).date() == day]
        weekday = date_format(day, "l").capitalize()
        lines.append(Line(day, weekday, f"{day.day}.{day.month}.", times, hours.name_of(day), number == 0))
    return lines


def _times(one: Interval) -> str:
    language = wording.language()
    if one.ends_at - one.starts_at >= timedelta(hours=24) and here(one.starts_at).time() == datetime.min.time():
        said = _("all day")
    else:
        said = f"{clock(one.starts_at, language)}{DASH}{clock(one.ends_at, language)}"
    return said if one.state is State.OPEN else f"{said} ({HoursState(str(one.state)).label.lower()})"


def now_in_words(now: Now, at: datetime) -> str:
    """Such as: Open until 16.00. / Closed, opens on Monday at 8.00."""
    if now.state is State.UNKNOWN:
        return _("Opening hours aren’t known")
    label = str(HoursState(str(now.state)).label)
    if now.until is None:
        return label
    when = _when(now.until, at)
    if now.state is State.CLOSED:
        return _("Closed, opens %(when)s") % {"when": when}
    return _("%(state)s until %(when)s") % {"state": label, "when": when}


def _when(moment: datetime, at: datetime) -> str:
    language = wording.language()
    time, days = clock(moment, language), (here(moment).date() - here(at).date()).days
    if days == 0:
        return _("%(time)s") % {"time": time}
    if days == 1:
        return _("tomorrow at %(time)s") % {"time": time}
    if days < DAYS:
        return _("%(on_weekday)s at %(time)s") % {"on_weekday": _on(here(moment).weekday()), "time": time}
    return wording.moment(moment)


def _on(weekday: int) -> str:
    """A weekday as it stands in a sentence: Finnish has a form of its own for *on Monday*."""
    days = (
        *(_("on Monday"), _("on Tuesday"), _("on Wednesday"), _("on Thursday")),
        *(_("on Friday"), _("on Saturday"), _("on Sunday")),
    )
    return days[weekday]
