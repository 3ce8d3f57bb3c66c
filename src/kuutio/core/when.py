"""Dates and times as people of each language read them, always in the time of Finland."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from kuutio.core.language import Language

HELSINKI = ZoneInfo("Europe/Helsinki")

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
DASH = "\u2013"


def here(moment: datetime) -> datetime:
    """The moment on a Finnish clock.

    Raises:
        ValueError: the moment has no time zone, so nobody knows when it is.
    """
    if moment.tzinfo is None:
        raise ValueError("A moment must know its time zone.")
    return moment.astimezone(HELSINKI)


def days_since(since: datetime, at: datetime) -> int:
    """How many days have begun on a Finnish calendar from one moment to another; none where it lies ahead."""
    return max(0, (here(at).date() - here(since).date()).days)


def day(on: date, lang: Language) -> str:
    """`30.11.2026`, in English `30 November 2026`; a moment gives its day in Finland."""
    if isinstance(on, datetime):
        on = here(on).date()
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}" if lang == "en" else f"{on.day}.{on.month}.{on.year}"


def clock(moment: datetime, lang: Language) -> str:
    """`20.00`, in English `8 pm` or `8.15 pm`."""
    local = here(moment)
    if lang != "en":
        return f"{local.hour}.{local.minute:02}"
    minutes = f".{local.minute:02}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes} {'am' if local.hour < 12 else 'pm'}"


def moment(at: datetime, lang: Language) -> str:
    """`30.11.2026 klo 20.00`, `30.11.2026 kl. 20.00`, `30 November 2026, 8 pm`."""
    between = {"fi": " klo ", "sv": " kl. ", "en": ", "}[lang]
    return f"{day(at, lang)}{between}{clock(at, lang)}"


def span(first: date, last: date, lang: Language) -> str:
    """Two days and what lies between, without saying anything twice: `28.11.–2.12.2026`, `28 November – 2 December 2026`.

    Raises:
        ValueError: the last day is before the first.
    """
    first, last = (here(on).date() if isinstance(on, datetime) else on for on in (first, last))
    if last < first:
        raise ValueError("A span can't end before it begins.")
    if first == last:
        return day(first, lang)
    if first.year != last.year:
        return f"{day(first, lang)} {DASH} {day(last, lang)}"
    if lang == "en":
        if first.month == last.month:
            return f"{first.day}{DASH}{day(last, lang)}"
        return f"{first.day} {MONTHS[first.month - 1]} {DASH} {day(last, lang)}"
    start = f"{first.day}." if first.month == last.month else f"{first.day}.{first.month}."
    return f"{start}{DASH}{day(last, lang)}"


def ago(then: datetime, now: datetime, lang: Language) -> str:
    """How long ago, or how soon: `5 minuuttia sitten`, `eilen`, `om 3 dagar`; the day itself from four weeks on.

    Hours within a day are counted; days are those of the calendar, so that *yesterday* is the day before today.
    """
    seconds = (now - then).total_seconds()
    past, distance = seconds >= 0, abs(seconds)
    if distance < 60:
        return NOW[lang]
    days = abs((here(now).date() - here(then).date()).days)
    if distance < 3600:
        return _counted(int(distance // 60), "minute", past, lang)
    if days == 0 or distance < timedelta(hours=6).total_seconds():
        return _counted(int(distance // 3600), "hour", past, lang)
    if days == 1:
        return BESIDE_TODAY[lang][0 if past else 1]
    return _counted(days, "day", past, lang) if days < 28 else day(then, lang)


NOW: dict[Language, str] = {"fi": "juuri nyt", "sv": "just nu", "en": "just now"}
BESIDE_TODAY: dict[Language, tuple[str, str]] = {
    "fi": ("eilen", "huomenna"),
    "sv": ("i går", "i morgon"),
    "en": ("yesterday", "tomorrow"),
}
# One, many; in Finnish another case for what is still to come.
UNITS: dict[Language, dict[str, tuple[str, str, str, str]]] = {
    "fi": {
        "minute": ("minuutti", "minuuttia", "minuutin", "minuutin"),
        "hour": ("tunti", "tuntia", "tunnin", "tunnin"),
        "day": ("päivä", "päivää", "päivän", "päivän"),
    },
    "sv": {
        "minute": ("minut", "minuter", "minut", "minuter"),
        "hour": ("timme", "timmar", "timme", "timmar"),
        "day": ("dag", "dagar", "dag", "dagar"),
    },
    "en": {
        "minute": ("minute", "minutes", "minute", "minutes"),
        "hour": ("hour", "hours", "hour", "hours"),
        "day": ("day", "days", "day", "days"),
    },
}
PAST: dict[Language, str] = {"fi": "{} sitten", "sv": "för {} sedan", "en": "{} ago"}
FUTURE: dict[Language, str] = {"fi": "{} kuluttua", "sv": "om {}", "en": "in {}"}


def _counted(count: int, unit: str, past: bool, lang: Language) -> str:
    word = UNITS[lang][unit][(0 if past else 2) + (0 if count == 1 else 1)]
    return (PAST if past else FUTURE)[lang].format(f"{count}\u00a0{word}")
