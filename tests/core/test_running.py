"""Where a service would run: what is lacking is told, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuutio.core.running import Fault, Lack, Need, Offer, lacks_of

NOON = datetime(2026, 11, 29, 10, tzinfo=UTC)
TREES = Need(1, ("trees",), {"trees": ("species", "height")})
GOOD = Offer(columns=frozenset({"species", "height", "id"}), updated_at=NOON)


def test_a_city_with_all_that_is_needed_runs_it():
    assert lacks_of([TREES], {"trees": GOOD}, NOON) == ()


@pytest.mark.parametrize(
    ("offer", "lack"),
    [
        (Offer(is_public=False), Lack(1, Fault.NOT_PUBLIC, "trees")),
        (Offer(is_broken=True), Lack(1, Fault.BROKEN, "trees")),
        (Offer(has_data=False), Lack(1, Fault.NO_DATA, "trees")),
        (Offer(answers=False), Lack(1, Fault.NO_ANSWER, "trees")),
        (Offer(columns=frozenset({"species"})), Lack(1, Fault.NO_FIELD, "trees", ("height",))),
        (
            Offer(columns=frozenset({"species", "height"}), empty=frozenset({"height", "other"})),
            Lack(1, Fault.EMPTY_FIELD, "trees", ("height",)),
        ),
        (Offer(columns=frozenset({"species", "height"}), is_late=True), Lack(1, Fault.OLD, "trees")),
    ],
)
def test_each_fault_is_told_by_its_name(offer, lack):
    assert lacks_of([TREES], {"trees": offer}, NOON) == (lack,)


def test_a_city_without_any_of_the_data_sets_lacks_the_data_set():
    assert lacks_of([TREES], {"other": GOOD}, NOON) == (Lack(1, Fault.NO_DATASET),)


def test_how_old_is_too_old_is_the_service_s_own_affair_where_it_says_so():
    week = Need(1, ("trees",), {}, most_days=7)
    fresh, old = Offer(updated_at=NOON - timedelta(days=7), is_late=True), Offer(updated_at=NOON - timedelta(days=8))
    assert lacks_of([week], {"trees": fresh}, NOON) == ()
    assert lacks_of([week], {"trees": old}, NOON) == (Lack(1, Fault.OLD, "trees"),)


def test_of_several_offers_the_one_that_lacks_least_counts():
    either = Need(1, ("trees", "woods"), {"trees": ("species",), "woods": ("kind",)})
    bad, worse = Offer(columns=frozenset()), Offer(is_public=False)
    assert lacks_of([either], {"trees": worse, "woods": bad}, NOON) == (Lack(1, Fault.NO_FIELD, "woods", ("kind",)),)
    assert lacks_of([either], {"trees": worse, "woods": Offer(columns=frozenset({"kind"}))}, NOON) == ()


OFFERS = st.builds(
    Offer,
    is_public=st.booleans(),
    has_data=st.booleans(),
    is_broken=st.booleans(),
    answers=st.booleans(),
    columns=st.none() | st.frozensets(st.sampled_from("abcd")),
    empty=st.frozensets(st.sampled_from("abcd")),
    updated_at=st.none() | st.just(NOON - timedelta(days=9)) | st.just(NOON),
    is_late=st.booleans(),
)
NEEDS = st.lists(
    st.builds(
        Need,
        st.integers(1, 9),
        st.just(("x", "y")),
        st.fixed_dictionaries({"x": st.just(("a", "b")), "y": st.just(("c",))}),
        st.none() | st.integers(1, 20),
    ),
    max_size=4,
)


@given(NEEDS, st.dictionaries(st.sampled_from(["x", "y"]), OFFERS), OFFERS)
def test_a_further_offer_never_makes_it_worse_where_nothing_was_lacking(needs, offers, further):
    if not lacks_of(needs, offers, NOON):
        assert not lacks_of(needs, {**{"y": further}, **offers}, NOON)


@given(NEEDS, st.dictionaries(st.sampled_from(["x", "y"]), OFFERS))
def test_every_lack_belongs_to_a_need_and_names_a_data_set_that_is_there(needs, offers):
    for lack in lacks_of(needs, offers, NOON):
        assert lack.need in {need.key for need in needs}
        assert lack.dataset in {"", *offers}
        assert bool(lack.fields) == (lack.fault in {Fault.NO_FIELD, Fault.EMPTY_FIELD})
