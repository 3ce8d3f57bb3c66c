from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuutio.core.positions import NoPosition, Position, Wrong, read_position, swapped


@pytest.mark.parametrize(
    ("lon", "lat", "expected"),
    [
        ("24.9384", "60.1699", Position(24.9384, 60.1699)),
        (" 24,9384 ", "60,1699", Position(24.9384, 60.1699)),
        (24.9384, 60, Position(24.9384, 60.0)),
        ("-180", "90", Position(-180.0, 90.0)),
        ("2.4e1", "+6e1", Position(24.0, 60.0)),
    ],
)
def test_numbers_are_a_position(lon, lat, expected):
    assert read_position(lon, lat) == expected


@pytest.mark.parametrize(
    ("lon", "lat", "wrong"),
    [
        (None, None, Wrong.MISSING),
        ("", "  ", Wrong.MISSING),
        ("24.9", "", Wrong.HALF),
        (None, 60.1, Wrong.HALF),
        ("east", "60.1", Wrong.NOT_A_NUMBER),
        ("24.9", "nan", Wrong.NOT_A_NUMBER),
        ("inf", "60.1", Wrong.NOT_A_NUMBER),
        ("24.9", "1e400", Wrong.NOT_A_NUMBER),
        ("2_4", "60.1", Wrong.NOT_A_NUMBER),
        ("1,234.5", "60.1", Wrong.NOT_A_NUMBER),
        ("24°56'", "60.1", Wrong.NOT_A_NUMBER),
        (10**400, 60, Wrong.NOT_A_NUMBER),
        ("180.1", "60.1", Wrong.OUT_OF_RANGE),
        ("24.9", "-90.0001", Wrong.OUT_OF_RANGE),
        ("385000", "6672000", Wrong.OUT_OF_RANGE),  # metres of ETRS-TM35FIN
    ],
)
def test_what_is_no_position_says_why(lon, lat, wrong):
    with pytest.raises(NoPosition) as refused:
        read_position(lon, lat)
    assert refused.value.wrong == wrong


def test_swapped_numbers_are_recognised():
    assert read_position("60.45", "22.27").turned == Position(22.27, 60.45)
    assert read_position("22.27", "60.45").turned is None and read_position("22.27", "60.45").in_finland
    assert read_position("18.07", "59.33").turned is None and not read_position("18.07", "59.33").in_finland
    assert not swapped(float("nan"), 24.9)


@given(st.text(max_size=12) | st.floats() | st.none(), st.text(max_size=12) | st.floats() | st.none())
def test_anything_is_a_place_on_earth_or_refused(lon, lat):
    try:
        found = read_position(lon, lat)
    except NoPosition:
        return
    assert isfinite(found.lon) and abs(found.lon) <= 180 and abs(found.lat) <= 90
    assert not (found.in_finland and found.turned)
