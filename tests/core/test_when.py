from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuutio.core.when import ago, clock, day, moment, span

EVENING = datetime(2026, 11, 30, 18, 0, tzinfo=UTC)


def test_moments_stand_in_finnish_time_in_each_language():
    assert moment(EVENING, "fi") == "30.11.2026 klo 20.00"
    assert moment(EVENING, "sv") == "30.11.2026 kl. 20.00"
    assert moment(EVENING, "en") == "30 November 2026, 8 pm"
    assert moment(datetime(2026, 6, 30, 21, 5, tzinfo=UTC), "fi") == "1.7.2026 klo 0.05"
    assert day(datetime(2026, 6, 30, 21, 5, tzinfo=UTC), "en") == "1 July 2026"


@pytest.mark.parametrize(
    ("hour", "minute", "said"), [(22, 0, "12 am"), (10, 30, "12.30 pm"), (6, 5, "8.05 am"), (21, 59, "11.59 pm")]
)
def test_english_clock_has_noon_and_midnight_right(hour, minute, said):
    assert clock(datetime(2026, 1, 1, hour, minute, tzinfo=UTC), "en") == said


def test_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        moment(datetime(2026, 1, 1), "fi")  # noqa: DTZ001


@pytest.mark.parametrize(
    ("first", "last", "fi", "en"),
    [
        (date(2026, 11, 28), date(2026, 11, 28), "28.11.2026", "28 November 2026"),
        (date(2026, 11, 28), date(2026, 11, 30), "28.–30.11.2026", "28–30 November 2026"),
        (date(2026, 11, 28), date(2026, 12, 2), "28.11.–2.12.2026", "28 November – 2 December 2026"),
        (date(2026, 12, 28), date(2027, 1, 2), "28.12.2026 – 2.1.2027", "28 December 2026 – 2 January 2027"),
    ],
)
def test_span_says_nothing_twice(first, last, fi, en):
    assert (span(first, last, "fi"), span(first, last, "en")) == (fi, en)


def test_span_backwards_is_refused():
    with pytest.raises(ValueError, match="before"):
        span(date(2026, 1, 2), date(2026, 1, 1), "fi")


@pytest.mark.parametrize(
    ("before", "fi", "sv", "en"),
    [
        (timedelta(seconds=30), "juuri nyt", "just nu", "just now"),
        (timedelta(minutes=1), "1\u00a0minuutti sitten", "för 1\u00a0minut sedan", "1\u00a0minute ago"),
        (timedelta(hours=3), "3\u00a0tuntia sitten", "för 3\u00a0timmar sedan", "3\u00a0hours ago"),
        (timedelta(days=1), "eilen", "i går", "yesterday"),
        (timedelta(days=5), "5\u00a0päivää sitten", "för 5\u00a0dagar sedan", "5\u00a0days ago"),
        (timedelta(days=60), "1.10.2026", "1.10.2026", "1 October 2026"),
        (-timedelta(minutes=10), "10\u00a0minuutin kuluttua", "om 10\u00a0minuter", "in 10\u00a0minutes"),
        (-timedelta(days=1), "huomenna", "i morgon", "tomorrow"),
        (-timedelta(days=3), "3\u00a0päivän kuluttua", "om 3\u00a0dagar", "in 3\u00a0days"),
    ],
)
def test_distance_in_time_is_said_as_people_say_it(before, fi, sv, en):
    assert [ago(EVENING - before, EVENING, lang) for lang in ("fi", "sv", "en")] == [fi, sv, en]


def test_yesterday_is_the_day_before_and_the_late_evening_is_still_hours_away():
    morning = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)
    assert ago(morning - timedelta(hours=12), morning, "en") == "yesterday"
    assert (
        ago(datetime(2026, 11, 29, 21, 0, tzinfo=UTC), datetime(2026, 11, 29, 23, 0, tzinfo=UTC), "en")
        == "2\u00a0hours ago"
    )


@given(st.integers(-(10**8), 10**8), st.sampled_from(["fi", "sv", "en"]))
def test_any_distance_can_be_said(seconds, lang):
    assert ago(EVENING - timedelta(seconds=seconds), EVENING, lang)
