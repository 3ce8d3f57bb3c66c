"""A city's look is fit to read, and its address names it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuutio.ui import theming

HOUSE = {
    "light": {"brand": "#1b3fae", "brand_strong": "#122c7c", "brand_soft": "#e7edff", "on_brand": "#ffffff"},
    "dark": {"brand": "#8fa8ff", "brand_strong": "#b9c8ff", "brand_soft": "#1c2a55", "on_brand": "#0c1330"},
}
colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    # By hand: white has luminance 1, black 0: 1.05 / 0.05. #777777 is W3C's known near miss of 4.5.
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert theming.contrast(one, other) == pytest.approx(ratio, abs=0.005)


@given(colours, colours)
def test_contrast_has_no_order_and_stays_in_its_range(one: str, other: str) -> None:
    assert theming.contrast(one, other) == theming.contrast(other, one)
    assert 1 <= theming.contrast(one, other) <= 21


def test_the_house_own_colours_are_fit() -> None:
    assert theming.faults(HOUSE) == []
    assert theming.faults({}) == []
    assert theming.faults({"light": HOUSE["light"]}) == []


def test_amber_on_white_is_refused_with_the_ratio() -> None:
    amber = HOUSE["light"] | {"brand": "#edae49"}
    (on_paper, on_button) = theming.faults({"light": amber})
    assert "brand" in on_paper
    assert "2.0" in on_paper
    assert "on_brand" in on_button


@pytest.mark.parametrize(
    "theme",
    [
        ["light"],
        {"sepia": HOUSE["light"]},
        {"light": {"brand": "#000000"}},
        {"light": HOUSE["light"] | {"brand": "blue"}},
        {"light": HOUSE["light"] | {"brand": "#fff;}body{display:none"}},
    ],
)
def test_what_is_no_theme_is_refused(theme: object) -> None:
    assert theming.faults(theme)


def test_another_theme_has_another_address_and_the_same_one_the_same() -> None:
    other = {"light": HOUSE["light"] | {"brand": "#122c7c"}, "dark": HOUSE["dark"]}
    assert theming.fingerprint(HOUSE) == theming.fingerprint({"dark": HOUSE["dark"], "light": HOUSE["light"]})
    assert theming.fingerprint(HOUSE) != theming.fingerprint(other)


def test_a_light_part_alone_leaves_the_dark_to_the_house() -> None:
    text = theming.stylesheet({"light": HOUSE["light"]})
    assert text.startswith("@media not (prefers-color-scheme:dark)")
    assert "--brand-soft:#e7edff" in text
