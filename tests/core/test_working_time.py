from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuutio.core.when import HELSINKI
from kuutio.core.working_time import OFFICE, OFFICE_HOURS, OFFICE_WEEK, Calendar, closed_days, due, minutes_between

MINUTE = timedelta(minutes=1)
# Written out from the almanacs, so that the package `holidays` is checked, too.
CLOSED = {
    *("2025-12-24", "2025-12-25", "2025-12-26", "2025-12-06"),
    *("2026-01-01", "2026-01-06", "2026-04-03", "2026-04-06", "2026-05-01", "2026-05-14", "2026-06-19", "2026-12-24"),
    *("2026-12-25", "2027-01-01", "2027-01-06", "2027-03-26", "2027-03-29", "2027-05-06", "2027-06-25", "2027-12-06"),
    *("2027-12-24", "2028-01-06", "2028-04-14", "2028-04-17", "2028-05-01", "2028-05-25", "2028-06-23", "2028-12-06"),
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HELSINKI)


def local(moment: datetime | None) -> str:
    assert moment is not None and moment.utcoffset() == timedelta(0)
    return moment.astimezone(HELSINKI).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        ("2026-11-30 09:00", 60, "2026-11-30 10:00"),
        ("2026-11-30 15:30", 60, "2026-12-01 08:30"),
        ("2026-11-30 08:00", 480, "2026-11-30 16:00"),  # due at closing time, not at the next opening
        ("2026-11-30 16:00", 1, "2026-12-01 08:01"),  # begun at closing time
        ("2026-11-30 16:00", 480, "2026-12-01 16:00"),
        ("2026-11-27 15:59", 2, "2026-11-30 08:01"),  # over a weekend
        ("2026-11-28 12:00", 0, "2026-11-28 12:00"),  # nothing is due at once
        (
            "2026-12-04 15:00",
            120,
            "2026-12-07 09:00",
        ),  # Independence Day is a Sunday in 2026, the Monday is a working day
        ("2026-12-23 15:00", 120, "2026-12-28 09:00"),  # Christmas Eve to the second day of Christmas, and a Sunday
        ("2026-06-18 15:00", 120, "2026-06-22 09:00"),  # midsummer eve
        ("2026-04-02 15:00", 120, "2026-04-07 09:00"),  # Easter
        ("2026-12-31 15:00", 120, "2027-01-04 09:00"),  # a new year
        ("2026-03-27 15:00", 120, "2026-03-30 09:00"),  # summer time begins on the Sunday
        ("2026-10-23 15:00", 120, "2026-10-26 09:00"),  # and ends
    ],
)
def test_promises_that_one_can_count_on_fingers(start, minutes, expected):
    found = due(at(start), minutes)
    assert local(found) == expected
    assert minutes_between(at(start), found) == minutes


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        ([("09:00", "11:00")], "2026-11-30 12:00"),
        ([("09:00", "11:00"), ("10:00", "12:00")], "2026-11-30 13:00"),  # overlapping
        ([("10:00", "11:00"), ("09:00", "10:00")], "2026-11-30 12:00"),  # touching, in any order
        ([("09:00", "15:00"), ("10:00", "11:00")], "2026-11-30 16:00"),  # one in another
        ([("05:00", "07:00"), ("17:00", "20:00")], "2026-11-30 10:00"),  # outside the hours
        ([("10:00", "11:00")], "2026-11-30 10:00"),  # begun when it is due
        ([("10:00", None)], "2026-11-30 10:00"),
        ([("09:00", "09:00")], "2026-11-30 10:00"),  # of no length
        ([("07:00", "08:30")], "2026-11-30 10:30"),  # already paused
        ([("08:00", "16:00")], "2026-12-01 10:00"),
        ([("09:59", None)], None),
        ([("07:00", None), ("08:00", "09:00")], None),
    ],
)
def test_the_clock_stands_still_in_pauses(pauses, expected):
    moments = [(at(f"2026-11-30 {begins}"), at(f"2026-11-30 {ends}") if ends else None) for begins, ends in pauses]
    found = due(at("2026-11-30 08:00"), 120, pauses=moments)
    assert (found and local(found)) == expected


def test_nothing_is_due_at_once_also_in_a_pause():
    assert due(at("2026-11-30 09:00"), 0, pauses=[(at("2026-11-30 08:00"), None)]) == at("2026-11-30 09:00")


def test_elapsed_time_stops_in_a_pause_without_an_end():
    pauses = [(at("2026-11-30 10:00"), None)]
    assert minutes_between(at("2026-11-30 08:00"), at("2027-11-30 08:00"), pauses=pauses) == 120
    assert minutes_between(at("2026-11-30 11:00"), at("2027-11-30 08:00"), pauses=pauses) == 0


def test_seconds_count():
    assert due(at("2026-11-30 15:59:30.250000"), 1) == at("2026-12-01 08:00:30.250000")
    assert minutes_between(at("2026-11-30 15:59:30"), at("2026-12-01 08:00:15")) == 0.75
    assert due(at("2026-11-30 09:00"), 0.5) == at("2026-11-30 09:00:30")


def test_units_have_hours_of_their_own():
    unit = Calendar(
        week=(((600, 1200),),) * 5 + (((600, 840), (900, 960)), ()),
        exceptions={date(2026, 12, 24): ((540, 720),), date(2026, 12, 1): ()},
    )
    assert local(due(at("2026-11-30 19:30"), 60, unit)) == "2026-12-02 10:30"  # an exception closes Tuesday
    assert local(due(at("2026-12-05 13:30"), 60, unit)) == "2026-12-05 15:30"  # two intervals on a Saturday
    assert local(due(at("2026-12-23 19:30"), 60, unit)) == "2026-12-24 09:30"  # an exception opens a holiday
    nowhere = Calendar(country="")
    assert local(due(at("2026-12-24 15:00"), 120, nowhere)) == "2026-12-25 09:00"


def test_a_night_belongs_to_the_day_it_begins_on():
    night = Calendar(week=(((22 * 60, 26 * 60),),) * 7)
    assert minutes_between(at("2026-12-23 12:00"), at("2026-12-24 12:00"), night) == 240  # into Christmas Eve
    assert minutes_between(at("2026-12-24 12:00"), at("2026-12-25 12:00"), night) == 0
    assert minutes_between(at("2025-12-31 12:00"), at("2026-01-01 12:00"), night) == 240  # over the new year


@pytest.mark.parametrize(
    ("on", "hours", "expected"),
    [
        ("2026-03-29", (480, 960), 480),
        ("2026-10-25", (480, 960), 480),
        ("2026-03-29", (0, 1440), 23 * 60),
        ("2026-10-25", (0, 1440), 25 * 60),
        ("2026-03-29", (120, 360), 180),  # 02-06 without 03-04
        ("2026-10-25", (120, 360), 300),  # with 03-04 twice
        ("2026-03-29", (190, 230), 0),  # skipped whole
        ("2026-03-29", (190, 250), 10),
        ("2026-03-29", (120, 210), 60),
        ("2026-10-25", (120, 180), 60),  # closes when the clock shows 03 at first
        ("2026-10-25", (120, 181), 121),  # and at the last 03.01
        ("2026-10-25", (180, 240), 120),
    ],
)
def test_days_when_the_clocks_change_have_their_true_minutes(on, hours, expected):
    calendar = Calendar(week=((hours,),) * 7, country="")
    day = date.fromisoformat(on)
    alone = Calendar(week=((),) * 7, country="", exceptions={day: (hours,)})
    assert minutes_between(at(f"{day} 00:00"), at(f"{day + timedelta(1)} 00:00"), calendar) == expected
    if expected:
        assert minutes_between(at(f"{day} 00:00"), due(at(f"{day} 00:00"), expected, alone), alone) == expected


def test_finland_closes_on_the_eves():
    closed = {day for year in (2026, 2027, 2028) for day in closed_days("FI", year) if day.weekday() < 5}
    assert {str(day) for day in closed} == {day for day in CLOSED if day >= "2026"} | {"2028-12-25", "2028-12-26"}


def test_what_makes_no_sense_is_refused():
    naive = datetime(2026, 11, 30, 9)  # noqa: DTZ001
    now = at("2026-11-30 09:00")
    for wrong in [
        lambda: due(naive, 5),
        lambda: due(now, -1),
        lambda: due(now, float("nan")),
        lambda: due(now, 5, pauses=[(now, now - MINUTE)]),
        lambda: due(now, 5, pauses=[(naive, None)]),
        lambda: due(now, 5, Calendar(week=((),) * 7)),  # never open
        lambda: due(now, 40_000_000),
        lambda: due(now, 10**400),
        lambda: due(now, float("inf")),
        lambda: due(now, 5, pauses=[(now, datetime.max.replace(tzinfo=UTC))]),
        lambda: due(datetime.min.replace(tzinfo=UTC), 5),
        lambda: minutes_between(now, now - MINUTE),
        lambda: Calendar(week=OFFICE_WEEK[:5]),
        lambda: Calendar(week=(((960, 480),),) * 7),
        lambda: Calendar(exceptions={date(2026, 1, 1): ((1440, 1500),)}),
    ]:
        with pytest.raises(ValueError, match=r"\w"):
            wrong()


def test_calendars_are_values():
    assert Calendar() == OFFICE and hash(Calendar()) == hash(OFFICE)
    assert Calendar(exceptions={date(2026, 1, 1): OFFICE_HOURS}) != OFFICE


# Against a count of minutes.

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
LAST = datetime(2028, 12, 20, tzinfo=UTC)
WINDOW = 80 * 1440


@cache
def office_minutes() -> np.ndarray:
    """Each minute from FIRST to LAST: whether an office works in it, by what the clock on its wall shows."""
    hours = []
    moment = FIRST
    while moment < LAST:
        wall = moment.astimezone(HELSINKI)
        hours.append(8 <= wall.hour < 16 and wall.weekday() < 5 and str(wall.date()) not in CLOSED)
        moment += 60 * MINUTE
    return np.repeat(np.array(hours), 60)


def counted(start: int, minutes: int, pauses: list[tuple[int, int | None]]) -> int | None:
    """The number of the minute at which a promise is due, by a count of minutes."""
    works = office_minutes()[start : start + WINDOW].copy()
    for begins, ends in pauses:
        works[max(begins - start, 0) : None if ends is None else max(ends - start, 0)] = False
    if minutes == 0:
        return start
    total = np.cumsum(works)
    if total[-1] >= minutes:
        return start + int(np.searchsorted(total, minutes)) + 1
    assert any(ends is None for _, ends in pauses)
    return None


def agrees(start: int, minutes: int, pauses: list[tuple[int, int | None]]) -> bool:
    moments = [(FIRST + begins * MINUTE, ends if ends is None else FIRST + ends * MINUTE) for begins, ends in pauses]
    found = due(FIRST + start * MINUTE, minutes, pauses=moments)
    expected = counted(start, minutes, pauses)
    if expected is None:
        return found is None
    same = found == FIRST + expected * MINUTE
    return same and minutes_between(FIRST + start * MINUTE, found, pauses=moments) == minutes


def test_ten_thousand_promises_are_those_of_a_count():
    rng = np.random.default_rng(2026)
    summer = [
        (date.fromisoformat(day) - FIRST.date()).days * 1440 for day in ("2026-03-28", "2026-10-24", "2027-03-27")
    ]
    wrong = []
    for number in range(10_000):
        start = int(rng.integers(0, 365 * 1440)) if number % 3 else summer[number % 9 // 3] + int(rng.integers(0, 4320))
        pauses: list[tuple[int, int | None]] = []
        for _ in range(rng.integers(0, 5)):
            begins = start + int(rng.integers(-1440, 6 * 1440))
            pauses.append((begins, begins + int(rng.integers(0, 4 * 1440)) if rng.random() < 0.95 else None))
        minutes = int(rng.integers(0, 3000)) if number % 2 else int(rng.integers(0, 8)) * 480
        if not agrees(start, minutes, pauses):
            wrong.append((start, minutes, pauses))
    assert not wrong


@settings(max_examples=500, deadline=None)
@given(
    st.integers(0, 365 * 1440),
    st.integers(0, 7_000),
    st.lists(st.tuples(st.integers(-3000, 30_000), st.none() | st.integers(0, 9_000)), max_size=6),
)
def test_any_promise_is_that_of_a_count(start, minutes, drawn):
    pauses = [(start + begins, length if length is None else start + begins + length) for begins, length in drawn]
    assert agrees(start, minutes, pauses)


ZONES = [
    HELSINKI,
    ZoneInfo("Asia/Beirut"),
    ZoneInfo("Australia/Lord_Howe"),
    UTC,
]  # gaps at 03, at midnight, of half an hour
days = st.lists(
    st.tuples(st.integers(0, 1439), st.integers(1, 1440)).map(lambda drawn: (drawn[0], drawn[0] + drawn[1])), max_size=3
).map(tuple)


@cache
def shown_from(first: datetime, zone: ZoneInfo) -> np.ndarray:
    """What the wall clock shows in each minute, from three days before `first`."""
    minutes = range(-3 * 1440, 6000)
    walls = [(first + number * MINUTE).astimezone(zone).replace(tzinfo=None) for number in minutes]
    return np.array(walls, dtype="datetime64[m]")


def count_of_any(calendar: Calendar, first: datetime) -> np.ndarray:
    """The minutes from `first` on in which a calendar is open: from when the wall clock first shows the opening time, or a
    later one, until it has shown for the last time one before closing."""
    shown = shown_from(first, calendar.zone)
    works = np.zeros(len(shown), dtype=bool)
    for day in np.unique(shown.astype("datetime64[D]"))[1:]:
        for opens, closes in calendar.hours(day.item()):
            midnight = day.astype("datetime64[m]")
            after = np.flatnonzero(shown >= midnight + opens)
            if len(after):
                works[after[0] : np.flatnonzero(shown < midnight + closes)[-1] + 1] = True
    return works[3 * 1440 :]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.sampled_from(["2026-03-27", "2026-10-23", "2026-04-03", "2026-12-30", "2026-06-18"]),
    st.tuples(*[days] * 7),
    st.dictionaries(st.integers(0, 6), days, max_size=2),
    st.integers(0, 3000),
    st.integers(0, 3000),
)
def test_any_hours_in_any_zone_are_those_of_a_count(zone, day, week, exceptions, start, length):
    first_day = date.fromisoformat(day)
    calendar = Calendar(
        week=week,
        zone=zone,
        country="FI" if zone is HELSINKI else "",
        exceptions={first_day + timedelta(number): hours for number, hours in exceptions.items()},
    )
    first = datetime(first_day.year, first_day.month, first_day.day, tzinfo=UTC)
    works = count_of_any(calendar, first)
    begins, ends = first + start * MINUTE, first + (start + length) * MINUTE
    minutes = int(works[start : start + length].sum())
    assert minutes_between(begins, ends, calendar) == minutes
    if minutes:
        expected = start + int(np.searchsorted(np.cumsum(works[start:]), minutes)) + 1
        assert due(begins, minutes, calendar) == first + expected * MINUTE
