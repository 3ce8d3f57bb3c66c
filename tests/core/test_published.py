from math import cos, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuutio.core.positions import METRES_PER_DEGREE
from kuutio.core.published import Field, Kind, Published, RoundedPoint, SmallCount


def texts(text: str) -> dict:
    return {"fi": text, "sv": text, "en": text}


def cases(**changes) -> Published:
    facts = {
        "slug": "cases",
        "title": texts("Cases"),
        "text": texts("All of them."),
        "fields": (
            Field("number", Kind.TEXT, texts("Number")),
            Field("place", Kind.GEOMETRY, texts("Place")),
            Field("people", Kind.INTEGER, texts("People")),
            Field("share", Kind.NUMBER, texts("Share"), "%"),
        ),
        "rows": lambda: iter(
            [
                {"number": "A1", "place": (24.9384, 60.1699), "people": 4, "share": 0.4, "name": "Aino"},
                {"number": "A2", "place": None, "people": 5, "share": 0.5, "name": "Eino"},
                {"number": "A3", "place": (25.0, 65.0), "people": 0, "share": 0.0, "name": "Oiva"},
            ]
        ),
        "key": ("number",),
        "privacy": (RoundedPoint("place", 200), SmallCount("people", with_it=("share",))),
    }
    return Published(**(facts | changes))


def test_only_declared_columns_leave_after_the_rules():
    first, second, third = cases().released()
    assert first["people"] is None and first["share"] is None
    assert (second["people"], second["share"], second["place"]) == (5, 0.5, None)
    assert third["people"] == 0
    assert all(set(row) == {"number", "place", "people", "share"} for row in (first, second, third))
    assert first["place"] != (24.9384, 60.1699)


def test_rule_on_an_unpublished_column_is_refused():
    with pytest.raises(ValueError, match="secret"):
        cases(privacy=(RoundedPoint("secret"),))
    with pytest.raises(ValueError, match="id"):
        cases(key=("id",))


def test_column_named_twice_is_refused():
    field = Field("number", Kind.TEXT, texts("Number"))
    with pytest.raises(ValueError, match="twice"):
        cases(fields=(field, field), privacy=())


def test_row_without_a_declared_column_is_a_bug_and_not_a_gap():
    with pytest.raises(KeyError):
        list(cases(rows=lambda: iter([{"number": "A1"}])).released())


@given(st.floats(19, 32), st.floats(59, 70.2), st.sampled_from([50.0, 200.0, 1000.0]))
def test_rounded_point_is_near_and_rounding_twice_changes_nothing(lon, lat, metres):
    rule = RoundedPoint("p", metres)
    moved = rule.safe({"p": (lon, lat)})["p"]
    north = abs(moved[1] - lat) * METRES_PER_DEGREE
    east = abs(moved[0] - lon) * METRES_PER_DEGREE * cos(radians(lat))
    assert north <= metres / 2 + 0.2 and east <= metres / 2 * 1.01 + 0.2
    assert rule.safe({"p": moved})["p"] == pytest.approx(moved, abs=2e-6)


def test_points_of_one_cell_agree():
    rule = RoundedPoint("p", 500)
    cell = rule.safe({"p": (24.9384, 60.1699)})["p"]
    near = [(cell[0] + dx, cell[1] + dy) for dx in (-0.003, 0.0, 0.003) for dy in (-0.002, 0.0, 0.002)]
    assert {rule.safe({"p": point})["p"] for point in near} == {cell}
