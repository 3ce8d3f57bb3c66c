"""The one free text of a case that the world may read: what an officer published of it, and what may never be in it.

The same rule stands at the verb, which refuses, and at every public door, which leaves such a text out: what comes into the
database some other way isn't shown either.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from kuutio.opendata.engine.detectors import Kind, Level, Sign, masked, signs

CASES = "service-cases"
"""What the data set of a city's cases is called, after the city."""

LONGEST = 1000
"""A summary is a few sentences, characters."""


# A mistyped identity code tells of its person as well as a right one; a plate is one without its hyphen, too.
_FORMS = (
    (Kind.IDENTITY_CODE, re.compile(r"(?<!\w)\d{6}[-−–+A-FU-Y]\d{3}[0-9A-Z](?!\w)", re.IGNORECASE)),
    (Kind.PLATE, re.compile(r"(?<!\w)[A-ZÅÄÖ]{3}[- ]?\d{3}(?!\w)")),
)


def never_public(text: str) -> list[Sign]:
    """What can't be published: identity codes, people's names, addresses and telephone numbers, bank accounts, any plate."""
    found = [sign for sign in signs(text) if sign.level is Level.STRONG or sign.kind is Kind.PLATE]
    known = {sign.text for sign in found}
    like = [Sign(kind, Level.STRONG, match[0]) for kind, form in _FORMS for match in form.finditer(text)]
    return found + [sign for sign in like if sign.text not in known]


def doubtful(text: str) -> list[Sign]:
    """What is most likely an organisation's: an officer looks again."""
    return [sign for sign in signs(text) if sign.level is Level.WEAK and sign.kind is not Kind.PLATE]


def public_words(text: str) -> str:
    """A published summary as it may be shown; "" where there is none, or one that must not be."""
    return "" if not text or never_public(text) else text


_KINDS = {
    Kind.IDENTITY_CODE: _("a personal identity code"),
    Kind.EMAIL: _("an e-mail address"),
    Kind.PHONE: _("a telephone number"),
    Kind.PLATE: _("a registration plate"),
    Kind.NAME: _("a person’s name"),
    Kind.IBAN: _("a bank account"),
}


def kinds_of(found: list[Sign]) -> list[str]:
    """What was found, in words, each kind once and with the places masked: enough to find them in one's own text."""
    told: dict[Kind, list[str]] = {}
    for sign in found:
        told.setdefault(sign.kind, []).append(masked(sign))
    return [f"{_KINDS[kind]} ({', '.join(dict.fromkeys(places))})" for kind, places in told.items()]
