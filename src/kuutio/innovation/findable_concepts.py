"""Service concepts in the search over everything, and among the things that are matched."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import translation

from kuutio.core.language import LANGUAGES, Language
from kuutio.core.texts import written
from kuutio.innovation import things
from kuutio.innovation.models import Concept, Technology, Theme
from kuutio.innovation.said import labels
from kuutio.search.actions import Words, put

KIND = "concept"


def refresh(concept: Concept, *, at: datetime) -> None:
    """Let a concept be found, with the words of its newest version."""
    words = {language: _words(concept, language) for language in LANGUAGES if language in written(concept.title)}
    cities = [concept.city_id, *concept.adoptions.values_list("city_id", flat=True)]
    put(KIND, concept.slug, words, at=at, city=concept.city_id)
    if concept.ended_at is not None:
        things.forget(KIND, concept.slug)
        return
    things.put(
        KIND,
        concept.slug,
        {language: things.Face(said.title, said.path) for language, said in words.items()},
        themes=concept.themes,
        technologies=concept.technologies,
        cities=cities,
        text=" ".join(f"{said.title} {said.body}" for said in words.values()),
        at=at,
    )


def _words(concept: Concept, language: Language) -> Words:
    newest = concept.versions.order_by("-number").first()
    with translation.override(language):
        keywords = [str(concept.city), *labels(concept.themes, Theme), *labels(concept.technologies, Technology)]
        path = reverse("innovation:concept", args=[concept.slug])
    body = [written(concept.summary).get(language, "")]
    if newest is not None and newest.language == language:
        body += [newest.users, newest.service]
    return Words(written(concept.title)[language], path, " ".join(keywords), "\n".join(filter(None, body)))
