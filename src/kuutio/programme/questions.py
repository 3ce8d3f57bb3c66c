"""A call's own questions: a short list as JSON, read as strictly as any input; and the answers to them.

    {"key": "users", "kind": "text", "text": {"fi": "…", "en": "…"}, "needed": true, "longest": 1000}

`kind` is `text`, `number`, `yes-no` or `choice`; a choice has `"choices": [{"key": "a", "text": {…}}]`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from kuutio.core.problems import Invalid
from kuutio.programme.written import lacking, written
from kuutio.ui.wording import localized

KINDS = ("text", "number", "yes-no", "choice")
MOST = 20
LONGEST_ANSWER = 4000
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)


def read(value: Any) -> list[dict[str, Any]]:
    """The questions as they are kept.

    Raises:
        Invalid: a question can't be understood; the errors say which and why.
    """
    if not isinstance(value, list) or len(value) > MOST:
        raise Invalid(_("The questions are a list of at most %(most)s.") % {"most": MOST})
    errors: list[dict[str, Any]] = []
    kept: list[dict[str, Any]] = []
    for at, one in enumerate(value):
        wrong = _wrong(one, {row["key"] for row in kept})
        if wrong:
            errors.append({"pointer": f"/questions/{at}", "detail": wrong})
            continue
        row = {
            "key": one["key"],
            "kind": one["kind"],
            "text": written(one["text"]),
            "needed": bool(one.get("needed")),
            "longest": one.get("longest") or 1000,
        }
        if one["kind"] == "choice":
            row["choices"] = [{"key": each["key"], "text": written(each["text"])} for each in one["choices"]]
        kept.append(row)
    if errors:
        raise Invalid(_("Some questions can't be understood."), errors=errors)
    return kept


def _wrong(one: Any, taken: set[str]) -> str:
    if not isinstance(one, Mapping):
        return _("A question is an object.")
    if not isinstance(one.get("key"), str) or not _KEY.fullmatch(one["key"]) or one["key"] in taken:
        return _("A question needs a key of its own of small letters and digits.")
    if one.get("kind") not in KINDS:
        return _("The kind of a question is one of: %(kinds)s.") % {"kinds": ", ".join(KINDS)}
    if not written(one.get("text")):
        return _("A question needs its words.")
    longest = one.get("longest") or 1000
    if not isinstance(longest, int) or isinstance(longest, bool) or not 1 <= longest <= LONGEST_ANSWER:
        return _("An answer has from 1 to %(most)s characters.") % {"most": LONGEST_ANSWER}
    if one["kind"] == "choice":
        told = one.get("choices")
        choices: list[Any] = told if isinstance(told, list) else []
        fits = 2 <= len(choices) <= 20
        if not fits or any(
            not isinstance(each, Mapping) or not _KEY.fullmatch(str(each.get("key"))) or not written(each.get("text"))
            for each in choices
        ):
            return _("A choice needs from 2 to 20 choices, each with a key and its words.")
        if len({each["key"] for each in choices}) < len(choices):
            return _("Two choices have the same key.")
    return ""


def said(question: Mapping[str, Any], answer: Any) -> str:
    """An answer as people read it: a choice by its words, not by its key."""
    if question["kind"] == "yes-no":
        return {"yes": _("Yes"), "no": _("No")}.get(str(answer), "")
    if question["kind"] == "choice":
        words = next((one["text"] for one in question["choices"] if one["key"] == answer), "")
        return localized(words)[0]
    return "" if answer is None else str(answer)


def missing_languages(questions: Sequence[Mapping[str, Any]], languages: Sequence[str]) -> set[str]:
    """The languages in which some question isn't written."""
    texts = [one["text"] for one in questions]
    texts += [each["text"] for one in questions for each in one.get("choices", ())]
    return {code for text in texts for code in lacking(text, languages)}


def unanswered(questions: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]) -> list[str]:
    """The keys of questions that must be answered and aren't."""
    return [one["key"] for one in questions if one["needed"] and answers.get(one["key"]) in (None, "")]
