"""The components' promises that a reader of HTML can check: names, states, and nothing said twice."""

import re
from pathlib import Path

import pytest
from django.template import engines
from django.test import RequestFactory
from django.utils import translation
from django_cotton.compiler_regex import CottonCompiler

from kuutio.ui import base_map

TEMPLATES = Path(base_map.__file__).parent / "templates"
COMPONENTS = sorted(path.stem for path in (TEMPLATES / "cotton").glob("*.html"))


def render(source: str, path: str = "/fi/", **context: object) -> str:
    request = RequestFactory().get(path)
    # Files are compiled by cotton's loader; a text has to be compiled by hand.
    template = engines["django"].from_string(CottonCompiler().process(source))
    html = template.render({"request": request, **context}, request=None)
    return re.sub(r"\s+", " ", html)


@pytest.mark.parametrize("name", COMPONENTS)
def test_every_component_stands_in_the_gallery_and_in_the_reference(name: str) -> None:
    tag = f"c-{name.replace('_', '-')}"
    gallery = (TEMPLATES / "ui" / "gallery.html").read_text()
    reference = (base_map.ROOT / "docs" / "reference" / "components.md").read_text()
    used_by_others = "".join(path.read_text() for path in (TEMPLATES / "cotton").glob("*.html"))
    assert f"<{tag}" in gallery + used_by_others
    assert f"`{tag}`" in reference


def test_no_template_has_an_inline_style_or_script() -> None:
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style", text), path
        assert not re.search(r"<script(?![^>]*(src=|application/json))", text), path


def test_a_component_takes_nothing_from_the_page_around_it() -> None:
    assert "leaked" not in render(
        "<c-card>body</c-card><c-notice>body</c-notice>", title="leaked", href="leaked", tag="leaked"
    )


def test_attributes_are_escaped() -> None:
    html = render('<c-button href="{{ address }}">{{ words }}</c-button>', address='"><script>', words="<b>")
    assert "<script>" not in html
    assert "<b>" not in html


def test_a_sorted_column_says_so_to_screen_readers() -> None:
    assert 'aria-sort="ascending"' in render('<c-sort-header url="?sort=a" sorted="asc">A</c-sort-header>')
    assert "aria-sort" not in render('<c-sort-header url="?sort=a">A</c-sort-header>')


def test_a_tables_scrolling_region_has_a_name_and_takes_the_focus() -> None:
    html = render('<c-table caption="Laskurit"><tbody></tbody></c-table>')
    assert 'role="region" aria-label="Laskurit" tabindex="0"' in html


def test_a_fields_hint_and_error_are_tied_to_its_control() -> None:
    html = render('<c-field label="Sähköposti" name="mail" type="email" hint="H" error="E" />')
    described = re.search(r'aria-describedby="([^"]+)"', html)
    assert described
    for name in described[1].split():
        assert f'id="{name}"' in html
    assert 'aria-invalid="true"' in html


def test_the_page_in_another_language_keeps_its_place_and_its_query() -> None:
    assert render('{% page_in "sv" %}', path="/fi/data/x?sort=-n&page=2") == "/sv/data/x?sort=-n&amp;page=2"
    assert render('{% page_in "sv" %}', path="/ui/?errors=1") == "/ui/?errors=1&amp;lang=sv"
    assert render('{% page_in "sv" %}', path="/figures/") == "/figures/?lang=sv"


def test_a_label_of_another_component_follows_the_language() -> None:
    with translation.override("sv"):
        assert "Brödsmulor" in render('<c-breadcrumbs :items="items" />', items=[{"title": "Data", "url": ""}])
