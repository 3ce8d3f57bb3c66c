"""Processes in the search over everything: each in the languages that it is written in."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import translation

from kuutio.core.language import LANGUAGES, Language
from kuutio.participation.models import Process
from kuutio.participation.texts import written
from kuutio.search.actions import Words, forget, put

KIND = "process"


def refresh(process: Process, *, at: datetime) -> None:
    """Let a process be found, once it is public."""
    if not process.is_public:
        forget(KIND, process.slug)
        return
    titles = written(process.title)
    words = {language: _words(process, language) for language in LANGUAGES if language in titles}
    cities = list(process.parts.values_list("city_id", flat=True))
    put(KIND, process.slug, words, at=at, city=cities[0] if len(cities) == 1 else "", boost=1.1)


def forget_process(process: Process) -> None:
    """Take a process out of the index."""
    forget(KIND, process.slug)


def _words(process: Process, language: Language) -> Words:
    with translation.override(language):
        names = [str(part.city) for part in process.parts.select_related("city")]
        stages = [str(stage.title) for stage in process.stages.all()]
        keywords = " ".join([*names, str(process.place), str(process.get_theme_display()), *stages])
        texts = [process.summary, process.plain_summary, process.description]
        texts += [part for section in process.sections.all() for part in (section.title, section.text)]
        if process.outcome:
            texts += [process.outcome.decided, process.outcome.why]
        body = "\n".join(text for value in texts if (text := written(value).get(language)))
        path = reverse("participation:process", args=[process.slug])
    return Words(written(process.title)[language], path, keywords, body)
