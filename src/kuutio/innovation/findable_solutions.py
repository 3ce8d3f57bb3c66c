"""Solutions in the search over everything, and among the things that are matched."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import translation

from kuutio.core.language import LANGUAGES, Language
from kuutio.core.texts import written
from kuutio.innovation import things
from kuutio.innovation.models import Solution, Technology, Theme
from kuutio.innovation.said import labels
from kuutio.search.actions import Words, forget, put

KIND = "solution"


def refresh(solution: Solution, *, at: datetime) -> None:
    """Let a solution be found once it is public."""
    if not solution.is_public:
        forget(KIND, solution.slug)
        things.forget(KIND, solution.slug)
        return
    words = {language: _words(solution, language) for language in LANGUAGES if language in written(solution.title)}
    put(KIND, solution.slug, words, at=at)
    things.put(
        KIND,
        solution.slug,
        {language: things.Face(said.title, said.path) for language, said in words.items()},
        themes=solution.themes,
        technologies=solution.technologies,
        cities=list(solution.runs_in.values_list("city_id", flat=True)),
        text=" ".join(f"{said.title} {said.body}" for said in words.values()),
        at=at,
    )


def _words(solution: Solution, language: Language) -> Words:
    with translation.override(language):
        keywords = [solution.maker, *labels(solution.themes, Theme), *labels(solution.technologies, Technology)]
        keywords += [needed.name for need in solution.needs.all() for needed in need.datasets.all()]
        path = reverse("innovation:solution", args=[solution.slug])
    return Words(written(solution.title)[language], path, " ".join(keywords), written(solution.text).get(language, ""))
