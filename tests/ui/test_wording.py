"""What readers of three languages see of numbers, times and translated texts."""

import datetime as dt

import pytest
from django.template import engines
from django.utils import timezone, translation
from i18nfield.strings import LazyI18nString

from kuutio.ui import wording


@pytest.mark.parametrize(
    ("language", "number", "money"),
    [
        ("fi", "1\u00a0284\u00a0930,5", "1\u00a0200\u00a0000\u00a0€"),
        ("sv", "1\u00a0284\u00a0930,5", "1\u00a0200\u00a0000\u00a0€"),
        ("en", "1,284,930.5", "€1,200,000"),
    ],
)
def test_numbers_and_money_follow_the_page(language: str, number: str, money: str) -> None:
    with translation.override(language):
        assert wording.number(1284930.5) == number
        assert wording.money(120_000_000) == money


def test_what_is_no_number_says_nothing() -> None:
    assert wording.number(None) == wording.number(float("nan")) == wording.money(None) == ""


def test_a_text_comes_in_the_readers_language_and_says_when_it_does_not() -> None:
    text = LazyI18nString({"fi": "Leikkipuistot", "sv": "Lekparker", "en": ""})
    with translation.override("sv"):
        assert wording.localized(text) == ("Lekparker", "sv")
        assert render("{{ text|localized }}", text=text) == "Lekparker"
    with translation.override("en"):
        assert wording.localized(text) == ("Leikkipuistot", "fi")
        assert '<span lang="fi">Leikkipuistot</span>' in render("{{ text|localized }}", text=text)
        assert render("{{ text|localized_text }}", text=text) == "Leikkipuistot"


def test_a_translated_text_is_escaped_in_every_language() -> None:
    text = LazyI18nString({"fi": "<script>"})
    for language in ("fi", "en"):
        with translation.override(language):
            assert "<script>" not in render("{{ text|localized }}", text=text)


def test_a_time_is_said_by_its_distance_and_carries_the_exact_one() -> None:
    moment = timezone.now() - dt.timedelta(days=2)
    with translation.override("fi"):
        html = render("{{ moment|when }}", moment=moment)
    assert f'datetime="{moment.isoformat(timespec="seconds")}"' in html
    assert f'title="{wording.when.moment(moment, "fi")}"' in html
    assert "sitten" in html


def render(source: str, **context: object) -> str:
    return engines["django"].from_string(source).render(context)
