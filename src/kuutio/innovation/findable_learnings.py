"""Learnings in the search over everything, and among the things that are matched."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import translation

from kuutio.core.language import LANGUAGES, Language
from kuutio.core.texts import written
from kuutio.innovation import things
from kuutio.innovation.models import Learning, Technology, Theme
from kuutio.innovation.said import labels
from kuutio.search.actions import Words, put

KIND = "learning"


def refresh(learning: Learning, *, at: datetime) -> None:
    """Let a published learning be found by all its words."""
    if not learning.is_public:
        return
    cities = [part.city for part in learning.parts.select_related("city")]
    words = {
        language: _words(learning, [str(city) for city in cities], language)
        for language in LANGUAGES
        if language in written(learning.title)
    }
    put(KIND, learning.slug, words, at=at, city=cities[0].pk if len(cities) == 1 else "")
    reused = learning.reuses.values_list("city_id", flat=True)
    things.put(
        KIND,
        learning.slug,
        {language: things.Face(said.title, said.path) for language, said in words.items()},
        themes=learning.themes,
        technologies=learning.technologies,
        cities=[*(city.pk for city in cities), *reused],
        text=" ".join(f"{said.title} {said.body}" for said in words.values()),
        at=at,
    )


def _words(learning: Learning, cities: list[str], language: Language) -> Words:
    with translation.override(language):
        keywords = [*cities, *labels(learning.themes, Theme), *labels(learning.technologies, Technology)]
        keywords += [learning.spearhead, learning.authors]
        path = reverse("innovation:learning", args=[learning.slug])
    texts = (learning.lesson, learning.tried, learning.happened)
    body = "\n".join(text for value in texts if (text := written(value).get(language)))
    return Words(written(learning.title)[language], path, " ".join(keywords), body)
