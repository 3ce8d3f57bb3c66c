"""When a place is open: held against a count of single minutes, and Hauki's own cases."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuutio.core.opening import Context, Group, Interval, Period, Rule, Span, State, Subject
from kuutio.core.opening_times import around, fits, in_force, intervals, next_change, pieces_on, state_at
from kuutio.core.osm_hours import osm_intervals

HELSINKI = ZoneInfo("Europe/Helsinki")
DAYS = st.dates(date(2026, 3, 27), date(2026, 3, 31)) | st.dates(date(2026, 10, 23), date(2026, 10, 27))
STATES = st.sampled_from([State.OPEN, State.SELF_SERVICE, State.CLOSED])


@st.composite
def spans(draw):
    opens = draw(st.integers(0, 95)) * 15
    closes = opens + draw(st.integers(1, 96)) * 15
    return Span(opens, closes, draw(st.frozensets(st.integers(1, 7), max_size=4)), draw(STATES))


@st.composite
def periods(draw):
    first = draw(st.none() | DAYS)
    last = draw(
        st.none() | (DAYS.filter(lambda day: day >= first) if first and first < date(2026, 10, 27) else st.none())
    )
    groups = draw(st.lists(st.builds(Group, st.lists(spans(), max_size=3).map(tuple)), max_size=2).map(tuple))
    return Period(first, last, draw(st.booleans()), draw(STATES), groups)


def by_the_minute(rows, at):
    """The states at a moment by looking at nothing but the clock on the wall that shows it."""
    wall = at.astimezone(HELSINKI)
    told = set()
    for back in (0, 1, 2):
        day = wall.date() - timedelta(days=back)
        minute = back * 1440 + wall.hour * 60 + wall.minute
        found = [
            span
            for period in in_force(rows, day)
            for span in (
                [span for group in period.groups for span in group.spans]
                or ([Span(0, 1440, state=period.state)] if not period.groups else [])
            )
            if (not span.weekdays or day.isoweekday() in span.weekdays) and span.opens <= minute < span.closes
        ]
        if not any(span.state is State.CLOSED for span in found):
            told |= {span.state for span in found}
    return told


@settings(max_examples=120, deadline=None)
@given(st.lists(periods(), max_size=4), DAYS, st.integers(0, 48 * 4 - 1))
def test_intervals_are_what_a_clock_on_the_wall_says(rows, day, quarter):
    """Every state of every quarter, through both changes of the clock. Hours that it shows twice are left to the next test."""
    at = datetime(day.year, day.month, day.day, tzinfo=HELSINKI).astimezone(UTC) + timedelta(minutes=15 * quarter)
    wall = at.astimezone(HELSINKI)
    if wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset():
        return
    found = intervals(rows, day - timedelta(days=2), day + timedelta(days=3))
    assert {one.state for one in found if one.starts_at <= at < one.ends_at} == by_the_minute(rows, at)
    assert found == sorted(found, key=lambda one: (one.starts_at, one.ends_at))
    assert all(one.starts_at < one.ends_at for one in found)
    change = next_change(found, at)
    if change is not None:
        before = state_at(found, at)
        assert state_at(found, change) is not before
        assert state_at(found, change - timedelta(minutes=1)) is before


def test_the_clock_s_own_changes():
    """A night of 22-06 has its hours on the wall; one that begins in the skipped hour begins at the change."""
    nights = [Period(groups=(Group((Span(22 * 60, 30 * 60),)),))]
    spring = intervals(nights, date(2026, 3, 28), date(2026, 3, 28))
    autumn = intervals(nights, date(2026, 10, 24), date(2026, 10, 24))
    assert [one.ends_at - one.starts_at for one in spring + autumn] == [timedelta(hours=7), timedelta(hours=9)]
    skipped = intervals([Period(groups=(Group((Span(210, 300),)),))], date(2026, 3, 29), date(2026, 3, 29))
    assert skipped == [Interval(datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 3, 29, 2, tzinfo=UTC))]
    shown_twice = intervals([Period(groups=(Group((Span(180, 240),)),))], date(2026, 10, 25), date(2026, 10, 25))
    assert [one.ends_at - one.starts_at for one in shown_twice] == [timedelta(hours=2)]


def test_the_shortest_override_wins_and_holidays_are_closed():
    """Midsummer within the summer's hours, as Kallio's library has them."""
    weekly = (Group((Span(480, 1200, frozenset({1, 2, 3, 4, 5})),)),)
    ordinary = Period(groups=weekly, skips_holidays=True)
    summer = Period(date(2026, 6, 1), date(2026, 8, 9), True, groups=(Group((Span(600, 1080),)),))
    midsummer = Period(date(2026, 6, 18), date(2026, 6, 21), True, State.CLOSED)
    rows = [ordinary, summer, midsummer]
    assert [(piece.opens, piece.closes) for piece in pieces_on(rows, date(2026, 6, 17))] == [(600, 1080)]
    assert pieces_on(rows, date(2026, 6, 19)) == []
    assert [piece.opens for piece in pieces_on(rows, date(2026, 6, 22))] == [600]
    assert pieces_on(rows, date(2026, 12, 24)) == []  # Christmas eve, a Thursday
    at = datetime(2026, 12, 23, 19, tzinfo=UTC)  # Wednesday evening, closed until Monday the 28th
    assert next_change(around(rows, at), at) == datetime(2026, 12, 28, 6, tzinfo=UTC)
    assert next_change(around([Period(state=State.OPEN)], at), at) != at


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        (Rule(Context.YEAR, Subject.WEEK, parity=0), {date(2026, 11, 23): True, date(2026, 11, 30): False}),
        (Rule(Context.MONTH, Subject.MONDAY, start=2), {date(2026, 11, 9): True, date(2026, 11, 16): False}),
        (Rule(Context.MONTH, Subject.FRIDAY, start=-1), {date(2026, 11, 27): True, date(2026, 11, 20): False}),
        (Rule(Context.MONTH, Subject.DAY, start=-1), {date(2026, 2, 28): True, date(2026, 2, 27): False}),
        (Rule(Context.YEAR, Subject.WEEK, start=-1), {date(2026, 12, 31): True, date(2026, 12, 25): False}),
        (Rule(Context.PERIOD, Subject.WEEK, start=1, every=3), {date(2026, 6, 22): True, date(2026, 6, 8): False}),
        (Rule(Context.PERIOD, Subject.DAY, parity=1), {date(2026, 6, 1): True, date(2026, 6, 2): False}),
        (Rule(Context.YEAR, Subject.MONTH, start=1, every=2), {date(2026, 7, 9): True, date(2026, 8, 9): False}),
        (Rule(Context.MONTH, Subject.WEEK, start=-1), {date(2026, 11, 30): True, date(2026, 11, 29): False}),
    ],
)
def test_rules_choose_their_days(rule, days):
    period = Period(date(2026, 6, 1), None)
    assert {day: fits(rule, period, day) for day in days} == days


def test_what_is_no_rule_and_no_hours_is_refused():
    for wrong in (
        lambda: Rule(Context.PERIOD, Subject.DAY, start=-1),
        lambda: Rule(Context.MONTH, Subject.DAY, start=0),
        lambda: Span(600, 600),
        lambda: Span(600, 600 + 1441),
        lambda: osm_intervals("open sometimes", date(2026, 12, 1), date(2026, 12, 2)),
        lambda: osm_intervals("Mo " * 400, date(2026, 12, 1), date(2026, 12, 2)),
    ):
        with pytest.raises(ValueError):  # each says its own
            wrong()


def test_openstreetmap_s_words_with_finnish_holidays():
    found = osm_intervals("Mo-Fr 08:00-16:00; Sa 22:00-26:00; PH off", date(2026, 12, 4), date(2026, 12, 8))
    assert [(one.starts_at.astimezone(HELSINKI).isoformat()[5:16], one.state) for one in found] == [
        ("12-04T08:00", "open"),
        ("12-05T22:00", "open"),
        ("12-07T08:00", "open"),
        ("12-08T08:00", "open"),
    ]
