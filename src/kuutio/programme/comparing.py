"""Two versions of an application, put side by side so that people see what became another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from kuutio.programme.budget_sheet import names_of
from kuutio.programme.core_form import CORE
from kuutio.programme.questions import said as answered
from kuutio.ui.wording import localized, money

_WORDS_AT_MOST = 4000


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words: `same`, `gone` or `new`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs.

    Attributes:
        pieces: the words of both, in their order; empty for figures and short values, which are told whole.
    """

    label: str
    before: str
    after: str
    pieces: tuple[Piece, ...] = ()


def compared(
    before: Mapping[str, Any], after: Mapping[str, Any], questions: Sequence[Mapping[str, Any]] = ()
) -> list[Difference]:
    """Each field that differs between two versions' contents, in the order of the form."""
    old, new = dict(_fields(before, questions)), dict(_fields(after, questions))
    labels = list(dict.fromkeys([*old, *new]))
    return [
        _difference(label, old.get(label, ""), new.get(label, ""))
        for label in labels
        if old.get(label, "") != new.get(label, "")
    ]


def _difference(label: str, before: str, after: str) -> Difference:
    a, b = before.split(), after.split()
    long = len(a) + len(b) > 12
    return Difference(label, before, after, words(a, b) if long and len(a) + len(b) < _WORDS_AT_MOST else ())


def words(before: Sequence[str], after: Sequence[str]) -> tuple[Piece, ...]:
    """The words of two texts as runs; joined without the new ones they are the old text, without the gone ones the new."""
    found = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece("same", " ".join(before[a:b])))
            continue
        if b > a:
            found.append(Piece("gone", " ".join(before[a:b])))
        if d > c:
            found.append(Piece("new", " ".join(after[c:d])))
    return tuple(found)


def _fields(content: Mapping[str, Any], questions: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    found = [
        *((f"{_('Title')} ({code})", text) for code, text in content["title"].items()),
        *((f"{_('Summary')} ({code})", text) for code, text in content["summary"].items()),
        (_("Starts"), content["starts_on"] or ""),
        (_("Ends"), content["ends_on"] or ""),
        (_("Cost model"), content["cost_model"]),
        (_("Support, per cent of net costs"), f"{(content['eu_bp'] + content['state_bp']) / 100:g}"),
        *((str(one.label), content["texts"].get(one.key, "")) for one in CORE),
        *((localized(one["text"])[0], answered(one, content["answers"].get(one["key"]))) for one in questions),
    ]
    names = names_of()
    for partner in content["partners"]:
        name = partner["name"]
        found += [
            (f"{name}: {_('What it does')}", partner["tasks"]),
            (f"{name}: {_('Unit that takes part')}", partner["unit"]),
        ]
        found.append((f"{name}: {_('City or town')}", partner["city"] or partner["place"]))
        found += [(f"{name}: {names.get(code, code)}", money(cents)) for code, cents in partner["costs"].items()]
        if partner["income"]:
            found.append((f"{name}: {names['INCOME']}", money(partner["income"])))
        found.append((name, _("in the consortium")))
    found.append((names["NET"], content["figures"]["net"]))
    found.append((_("Support asked for"), content["figures"]["support"]))
    return found
