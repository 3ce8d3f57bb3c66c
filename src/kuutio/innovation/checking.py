"""The fields of testbeds, challenges and trials as they are kept, and what is wrong with what came in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from kuutio.core.identifiers import slug as slug_of
from kuutio.core.language import LANGUAGES
from kuutio.core.problems import Invalid
from kuutio.innovation.models import Technology, Theme, TrialKind
from kuutio.innovation.texts import LONGEST_TEXT, LONGEST_TITLE, written

RESERVED = frozenset({"new", "calendar", "places"})
"""Addresses of pages that aren't one thing's."""

Errors = list[dict[str, str]]

_LISTS: Mapping[str, Any] = {
    "themes": Theme,
    "technologies": Technology,
    "trial_kinds": TrialKind,
}


def wrong(pointer: str, detail: object) -> dict[str, str]:
    """One part of the input that must be mended."""
    return {"pointer": pointer, "detail": str(detail)}


def refuse(errors: Errors) -> None:
    """Refuse what has errors.

    Raises:
        Invalid: there are some.
    """
    if errors:
        raise Invalid(_("Some things are missing or don’t fit."), errors=errors)


def texts(told: Mapping[str, Any], titles: Iterable[str], longer: Iterable[str], errors: Errors) -> dict[str, Any]:
    """The texts among what came in, cleaned; those that are too long are errors."""
    fields: dict[str, Any] = {}
    for names, longest in ((titles, LONGEST_TITLE), (longer, LONGEST_TEXT)):
        for name in names:
            if name not in told:
                continue
            fields[name] = written(told[name])
            errors += [
                wrong(f"/{name}/{code}", _("This is too long: at most %(most)s characters.") % {"most": longest})
                for code, text in fields[name].items()
                if len(text) > longest
            ]
    return fields


def lists(told: Mapping[str, Any], errors: Errors) -> dict[str, Any]:
    """The choices among what came in; an unknown one is an error."""
    fields: dict[str, Any] = {}
    for name, choices in _LISTS.items():
        if name not in told:
            continue
        fields[name] = list(dict.fromkeys(told[name]))
        if not set(fields[name]) <= set(choices.values):
            errors.append(wrong(f"/{name}", _("Choose from the list.")))
    return fields


def readiness(told: Mapping[str, Any], errors: Errors) -> dict[str, int]:
    """The technology readiness from and to, 1 to 9."""
    fields = {name: int(told[name]) for name in ("trl_from", "trl_to") if name in told}
    if any(not 1 <= value <= 9 for value in fields.values()) or fields.get("trl_from", 1) > fields.get("trl_to", 9):
        errors.append(wrong("/trl_to", _("Readiness goes from 1 to 9, and not backwards.")))
    return fields


def address(told: str, title: Any, errors: Errors) -> str:
    """The part of an address: the given one, else one made of the title."""
    there = written(title)
    named = slug_of(told or next(iter(there.values()), ""))[:80].strip("-")
    if not named or named in RESERVED:
        errors.append(wrong("/slug" if told else "/title", _("Write letters a–z and digits.")))
    return named


def is_same(there: Any, told: Any, names: Iterable[str]) -> bool:
    """Whether a draft that has an address is the very one that is begun: the same form sent twice, by the same person."""

    def value(row: Any, name: str) -> Any:
        found = getattr(row, name)
        return written(found) if isinstance(found, dict) or hasattr(found, "data") else found

    return (
        there.state == "draft"
        and there.created_by_id == told.created_by_id
        and all(value(there, name) == value(told, name) for name in names)
    )


def is_email(text: str) -> bool:
    """Whether a text is an e-mail address that a mail could be sent to, and that a row can hold."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254


def known_language(code: str) -> str:
    """A language of ours; Finnish where it is none."""
    return code if code in LANGUAGES else "fi"
