from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuutio.core.money import WHOLE_BP, NotMoney, euros, exact, floor_share, parse, plain, portion, split

cents = st.integers(-(10**12), 10**12)
weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(any)


@given(cents, weights)
def test_no_cent_is_lost_and_nobody_is_off_by_a_whole_one(amount, shares):
    parts = split(amount, shares)
    assert sum(parts) == amount
    assert all(
        abs(part - Fraction(amount * weight, sum(shares))) < 1 for part, weight in zip(parts, shares, strict=True)
    )
    assert all(part == 0 for part, weight in zip(parts, shares, strict=True) if weight == 0)


@given(cents, weights)
def test_larger_weight_never_gets_less(amount, shares):
    pairs = sorted(zip(shares, (abs(part) for part in split(amount, shares)), strict=True))
    for (low, less), (high, more) in pairwise(pairs):
        assert low == high or less <= more


@pytest.mark.parametrize(
    ("amount", "shares", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (10, [Decimal("0.5"), Decimal("0.25"), Decimal("0.25")], [5, 3, 2]),
        (1, [0, 1, 1], [0, 1, 0]),
        (0, [3], [0]),
        (8_000_000_00, [Fraction(1, 6)] * 6, [133_333_334, 133_333_334, *[133_333_333] * 4]),
    ],
)
def test_left_over_cents_go_to_the_largest_remainders_then_to_the_first(amount, shares, parts):
    assert split(amount, shares) == parts


@pytest.mark.parametrize("shares", [[], [0, 0], [1, -1, 3]])
def test_weights_that_say_nothing_are_refused(shares):
    with pytest.raises(ValueError, match="Weights"):
        split(100, shares)


def test_portion_rounds_half_a_cent_away_from_zero():
    assert [portion(cents, Decimal("0.5")) for cents in (1, 3, -1, -3, 2, 0)] == [1, 2, -1, -2, 1, 0]
    assert portion(333_33, Decimal("0.70")) == 233_33
    assert portion(100, Fraction(2, 3)) == 67


@pytest.mark.parametrize(
    ("text", "lang", "amount"),
    [
        ("1 234,50 €", "fi", 123450),
        ("1\u202f234,5", "sv", 123450),
        ("1.234,50", "fi", 123450),
        ("€1,234.50", "en", 123450),
        ("1,234", "en", 123400),
        ("1.234", "fi", 123400),
        ("12.5", "fi", 1250),
        ("12,5", "en", 1250),
        ("1 200 000", "fi", 120000000),
        ("1,200,000", "fi", 120000000),
        ("\u22125", "fi", -500),
        ("+5 EUR", "fi", 500),
        ("0", "fi", 0),
        ("007", "fi", 700),
    ],
)
def test_amounts_are_read_as_people_write_them(text, lang, amount):
    assert parse(text, lang) == amount


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        *[
            ("1,234", "fi"),
            ("1.234", "en"),
            ("", "fi"),
            ("€", "fi"),
            ("1,2345", "fi"),
            ("1.2.3", "fi"),
            ("1,234.5.6", "en"),
        ],
        *[
            ("12,34,56", "fi"),
            ("5 kr", "fi"),
            ("1e5", "fi"),
            ("--5", "fi"),
            ("1.23,456", "fi"),
            ("9" * 16, "fi"),
            ("5,", "fi"),
            (",5", "fi"),
        ],
        *[("NaN", "fi"), ("1.2345,6", "fi"), ("٣", "fi")],
    ],
)
def test_unclear_amounts_are_refused(text, lang):
    with pytest.raises(NotMoney):
        parse(text, lang)


@given(cents, st.sampled_from(["fi", "sv", "en"]), st.booleans())
def test_what_was_shown_is_read_back(amount, lang, always):
    assert parse(euros(amount, lang, always_cents=always), lang) == amount


def test_amounts_are_shown_as_each_language_writes_them():
    assert euros(1_200_000_00, "fi") == euros(1_200_000_00, "sv") == "1\u202f200\u202f000\u00a0€"
    assert euros(-123_450, "fi") == "\u22121\u202f234,50\u00a0€"
    assert euros(-123_450, "en") == "\u2212€1,234.50"
    assert euros(500, "en", always_cents=True) == "€5.00"


@given(st.integers(0, 10**13), st.integers(0, 20_000))
def test_a_share_is_rounded_down_and_parts_never_pass_the_whole(amount, basis_points):
    share = floor_share(amount, basis_points)
    assert share <= Fraction(amount * basis_points, WHOLE_BP) < share + 1
    if basis_points <= WHOLE_BP:
        assert share + floor_share(amount, WHOLE_BP - basis_points) in {amount, amount - 1}


def test_shares_are_of_what_is_not_negative():
    assert floor_share(100_01, 6700) == 67_00
    for amount, basis_points in ((-1, 1), (1, -1)):
        with pytest.raises(ValueError, match="negative"):
            floor_share(amount, basis_points)


@given(cents)
def test_what_programs_write_is_read_back(amount):
    assert exact(plain(amount)) == amount


def test_programs_write_amounts_with_a_point_and_at_most_two_decimals():
    assert [exact(text) for text in ("1234.50", "1234", "-0.05", "0.5", "007")] == [1234_50, 1234_00, -5, 50, 7_00]
    assert [plain(amount) for amount in (0, 5, -5, 123450)] == ["0.00", "0.05", "-0.05", "1234.50"]
    for text in ("1.234", "1,50", "1 234", "", "1.", ".5", "+5", "1e3", "NaN", "٣", "9" * 16, "1\n"):
        with pytest.raises(NotMoney):
            exact(text)
