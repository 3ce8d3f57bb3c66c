"""The library of results in the search over everything."""

from datetime import datetime

from django.urls import reverse
from django.utils import translation

from kuutio.core.language import LANGUAGES, Language
from kuutio.programme.models import Result
from kuutio.search.actions import Words, put

KIND = "result"


def refresh(result: Result, *, at: datetime) -> None:
    """Put a result into the index: found by its text in its own language, and by its project's name and code in each."""
    put(KIND, str(result.uuid), {language: _words(result, language) for language in LANGUAGES}, at=at)


def _words(result: Result, language: Language) -> Words:
    with translation.override(language):
        path = reverse("programme:result", kwargs={"result": result.uuid})
        keywords = f"{result.project.code} {result.project.name} {result.focus_area or ''}"
        body = " ".join([result.summary, result.text, *result.learnings])
        return Words(result.title, path, keywords, body)
