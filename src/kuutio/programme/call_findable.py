"""Calls in the search over everything."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import translation

from kuutio.core.language import LANGUAGES, Language
from kuutio.programme.models import Call
from kuutio.search.actions import Words, forget, put
from kuutio.ui.wording import localized

KIND = "call"


def refresh(call: Call, *, at: datetime) -> None:
    """Put a public call into the index."""
    put(KIND, call.slug, {language: _words(call, language) for language in LANGUAGES}, at=at, boost=1.2)


def remove(call: Call) -> None:
    """Take it out."""
    forget(KIND, call.slug)


def _words(call: Call, language: Language) -> Words:
    with translation.override(language):
        body = f"{localized(call.summary)[0]} {localized(call.text)[0]}"
        path = reverse("programme:call", kwargs={"slug": call.slug})
        return Words(localized(call.title)[0], path, str(call.get_fund_display()), body)
