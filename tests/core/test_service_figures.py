"""A month of a service in figures: counted by hand, and with nothing small in what is shown."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from kuutio.core.disclosure import FEWEST
from kuutio.core.service_figures import ALL, COUNTS, Act, Course, Passed, nearest_rank, shown, tallied

MONDAY = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
"""Nine o'clock in Finland."""
MARCH = date(2026, 3, 1)
OFFICES = ("helsinki", "vantaa", "espoo")


def after(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def answered(number: int, office: str = "helsinki") -> Course:
    """One that came on Monday at nine and was answered so many hours later."""
    return Course(Act(MONDAY, office), "web", answered=Act(after(number), office), answer_minutes=300)


def test_a_month_by_hand():
    courses = [answered(number) for number in range(1, 11)]  # 1 to 10 hours after nine: 1 to 7 business hours
    told = shown(tallied(courses), MARCH, OFFICES)["helsinki"]
    assert told["received"] == told["answered"] == 10
    assert told["channels"] == {"web": 10}
    assert told["answer_hours_median"] == 5.5
    assert told["answer_hours_p90"] == 9
    assert told["answer_business_hours_median"] == 5.5
    assert told["answer_business_hours_p90"] == 7
    assert told["answered_in_time_percent"] == 50.0
    assert told["close_hours_median"] is None
    assert told["stars_mean"] is None


def test_waiting_for_the_resident_is_not_the_citys_time():
    course = Course(
        Act(MONDAY, "helsinki"),
        "web",
        pauses=[(after(1), after(5))],
        settled=(Act(after(6), "helsinki"),),
        settle_minutes=120,
    )
    assert course.worked(after(6)) == 120
    assert course.settled_in_time() is True
    assert tallied([course])[MARCH, ALL].times["close_hours"] == [6.0]


def test_what_two_cities_touched_is_one_matter_of_the_group_and_told_of_both():
    moved = [
        Course(
            Act(MONDAY, "helsinki"),
            "web",
            passed=(
                Passed(after(1), "helsinki", "vantaa", is_taken=False),
                Passed(after(2), "helsinki", "espoo", is_taken=True),
            ),
            settled=(Act(after(3), "espoo"), Act(after(5), "espoo")),
            reopened=(Act(after(4), "espoo"),),
            stars=(4, Act(after(6), "espoo")),
        )
        for _number in range(6)
    ]
    told = shown(tallied(moved), MARCH, OFFICES)
    assert told[ALL]["received"] == 6
    assert (told["helsinki"]["received"], told["espoo"]["received"]) == (6, 0)
    assert (told["helsinki"]["handed_out"], told["espoo"]["handed_in"], told[ALL]["handed_in"]) == (6, 6, 6)
    assert (told["vantaa"]["returned"], told["vantaa"]["returned_percent"]) == (6, 100.0)
    assert (told["espoo"]["closed"], told["espoo"]["reopened"], told[ALL]["closed"]) == (6, 6, 6)
    assert told["espoo"]["stars_mean"] == 4.0


courses = st.builds(
    Course,
    opened=st.builds(Act, st.just(MONDAY), st.sampled_from(OFFICES)),
    channel=st.sampled_from(["web", "email", "phone"]),
    answered=st.none() | st.builds(Act, st.integers(1, 60).map(after), st.sampled_from(OFFICES)),
    settled=st.lists(st.builds(Act, st.integers(61, 99).map(after), st.sampled_from(OFFICES)), max_size=1).map(tuple),
    passed=st.lists(
        st.builds(Passed, st.just(after(1)), st.just("helsinki"), st.sampled_from(["vantaa", "espoo"]), st.booleans()),
        max_size=2,
    ).map(tuple),
    stars=st.none() | st.tuples(st.integers(1, 5), st.builds(Act, st.just(after(100)), st.sampled_from(OFFICES))),
)


@settings(max_examples=25)
@given(st.lists(courses, max_size=60))
def test_no_small_count_is_shown_or_can_be_subtracted(matters):
    told = shown(tallied(matters), MARCH, OFFICES)
    for row in told.values():
        figures = [*(row[name] for name in COUNTS), *row["channels"].values()]
        assert not [one for one in figures if one is not None and 0 < one < FEWEST]
        for what, of in (("answer_hours_median", "answered"), ("close_hours_p90", "closed"), ("stars_mean", "rated")):
            assert row[what] is None or row[of] >= FEWEST
        for what in ("answered", "closed"):
            parts = [row[what], row[f"{what}_in_time"], row[f"{what}_late"]]
            assert parts.count(None) != 1
            assert None not in parts or row[f"{what}_in_time_percent"] is None
        assert [row["received"], *row["channels"].values()].count(None) != 1
    for name in COUNTS:
        assert [row[name] for row in told.values()].count(None) != 1


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_a_percentile_is_one_of_the_values_and_enough_are_no_greater(values, share):
    found = nearest_rank(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) * (1 - 1e-9)
