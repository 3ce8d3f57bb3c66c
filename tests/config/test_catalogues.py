"""Translations: nothing missing, nothing stale, and what is written is what GNU gettext reads."""

import gettext
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuutio.config import catalogues
from kuutio.config.catalogues import BadPart, Entry, Message

texts = st.text(st.characters(exclude_characters="\0\x04", exclude_categories=["Cs"]), min_size=1, max_size=30)


def entry(en: str, *fi: str, plural: str = "", ctx: str = "") -> Entry:
    return Entry(Message(en, plural, ctx), {"fi": fi, "sv": fi}, "test.toml")


def read(*entries: Entry) -> gettext.GNUTranslations:
    return gettext.GNUTranslations(BytesIO(catalogues.mo(entries, "fi")))


@given(st.dictionaries(texts, texts))
def test_what_is_written_is_what_is_read(pairs: dict[str, str]) -> None:
    found = read(*(entry(en, fi) for en, fi in pairs.items()))
    assert all(found.gettext(en) == fi for en, fi in pairs.items())


def test_plurals_and_contexts_are_read() -> None:
    found = read(
        entry("%(n)s row", "%(n)s rivi", "%(n)s riviä", plural="%(n)s rows"),
        entry("May", "toukokuu", ctx="month"),
        entry("May", "Maija"),
    )
    assert found.ngettext("%(n)s row", "%(n)s rows", 1) == "%(n)s rivi"
    assert found.ngettext("%(n)s row", "%(n)s rows", 5) == "%(n)s riviä"
    assert found.pgettext("month", "May") == "toukokuu"
    assert found.gettext("May") == "Maija"


def test_a_po_keeps_quotes_and_lines() -> None:
    text = catalogues.po([entry('Say "hi"\nthen go', "Sano")], "fi")
    assert 'msgid "Say \\"hi\\"\\nthen go"' in text
    assert "Language: fi" in text


@pytest.mark.parametrize(
    "toml",
    [
        '[[t]]\nen = "a"\nfi = "b"',
        '[[t]]\nen = "a"\nfi = "b"\nsv = ""',
        '[[t]]\nen = "a"\nen_plural = "as"\nfi = "b"\nsv = ["c", "d"]',
        '[[t]]\nen = "a"\nfi = "b"\nsv = "c"\nde = "d"',
        "not toml",
    ],
)
def test_a_part_that_lacks_something_is_refused_with_its_name(tmp_path: Path, toml: str) -> None:
    path = tmp_path / "area.toml"
    path.write_text(toml)
    with pytest.raises(BadPart, match=r"area\.toml"):
        catalogues.read_part(path)


def test_two_parts_that_disagree_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('[[t]]\nen = "State"\nfi = "Tila"\nsv = "Läge"')
    (tmp_path / "b.toml").write_text('[[t]]\nen = "State"\nfi = "Valtio"\nsv = "Stat"')
    (told,) = catalogues.disagreements(tmp_path)
    assert "a.toml" in told
    assert "b.toml" in told
    assert [entry.texts["fi"] for entry in catalogues.gather(tmp_path)] == [("Tila",)]


def test_every_way_of_saying_is_found_in_python() -> None:
    source = """
from django.utils.translation import gettext as _, gettext_lazy as later, ngettext, pgettext
from django.utils import translation
_("one" " and the rest")
later("two")
ngettext("%(n)s row", "%(n)s rows", n)
pgettext("month", "May")
translation.gettext("three")
print("not this")
"""
    assert set(catalogues.in_python(source)) == {
        Message("one and the rest"),
        Message("two"),
        Message("%(n)s row", "%(n)s rows"),
        Message("May", ctx="month"),
        Message("three"),
    }


def test_every_way_of_saying_is_found_in_templates() -> None:
    source = """{% load i18n %}
<c-button label="{% translate "Send (now)" %}">it's</c-button>
   {% blocktranslate count n=rows trimmed %}One
   row{% plural %}{{ n }} rows{% endblocktranslate %}
{% translate "May" context "month" %} {{ _("Filtered")|upper }}
  {% if x == _("Compared") %}{% endif %}"""
    assert set(catalogues.in_template(source)) == {
        Message("Send (now)"),
        Message("One row", "%(n)s rows"),
        Message("May", ctx="month"),
        Message("Filtered"),
        Message("Compared"),
    }


def test_faults_are_found(tmp_path: Path) -> None:
    source, parts = tmp_path / "src", tmp_path / "parts"
    source.mkdir()
    parts.mkdir()
    (source / "a.py").write_text(
        'from django.utils.translation import gettext as _\n_("Said")\n_("Missing")\n_("Of %(n)s")\n_("From %(n)s")'
    )
    (parts / "a.toml").write_text(
        '[[t]]\nen = "Said"\nfi = "Sanottu"\nsv = "Sagd"\n[[t]]\nen = "Old"\nfi = "Vanha"\nsv = "Gammal"\n'
        '[[t]]\nen = "Of %(n)s"\nfi = "Osa"\nsv = "Av %(n)s"\n[[t]]\nen = "From %(n)s"\nfi = "%(m)s %(n)s"\nsv = "Från %(n)s"'
    )
    faults = "\n".join(catalogues.faults(source, parts))
    assert "'Missing'" in faults
    assert "'Old'" in faults
    assert "lacks a placeholder" in faults
    assert "a placeholder of its own" in faults
    assert "'Said'" not in faults
