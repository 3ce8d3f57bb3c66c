from decimal import Decimal

import pytest

from kuutio.core.numbers import number, share, size


def test_numbers_have_thin_spaces_that_do_not_break():
    assert number(1284930, "fi") == number(1284930, "sv") == "1\u202f284\u202f930"
    assert number(1284930, "en") == "1,284,930"
    assert (number(1234.5, "fi"), number(1234.5, "en")) == ("1\u202f234,5", "1,234.5")
    assert number(-0.25, "fi") == "\u22120,25"
    assert number(1e21, "fi") == "1" + "\u202f000" * 7


def test_decimals_are_as_asked_and_halves_go_away_from_zero():
    assert [number(Decimal(text), "en", decimals=0) for text in ("0.5", "1.5", "-0.5")] == ["1", "2", "\u22121"]
    assert number(2, "fi", decimals=2) == "2,00"
    assert number(Decimal("2.50"), "fi") == "2,5"
    assert number(-0.4, "fi", decimals=0) == "0"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match="shown"):
        number(value, "fi")


def test_shares_and_sizes():
    assert share(0.125, "fi", decimals=1) == "12,5\u00a0%"
    assert share(0.125, "en") == "13%"
    assert [size(count, "fi") for count in (0, 999, 1000, 999_499, 999_999, 1_250_000)] == [
        *["0\u00a0t", "999\u00a0t", "1,0\u00a0kt", "999\u00a0kt", "1,0\u00a0Mt", "1,3\u00a0Mt"]
    ]
    assert size(12_345_678, "en") == "12\u00a0MB"
    assert size(9_960_000, "sv") == "10\u00a0MB"
