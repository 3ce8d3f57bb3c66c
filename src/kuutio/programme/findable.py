"""The strategy in the search over everything."""

from datetime import datetime

from django.urls import reverse
from django.utils import translation

from kuutio.core.language import LANGUAGES, Language
from kuutio.programme.models import FocusArea, Programme
from kuutio.search.actions import Words, put

KIND = "strategy"


def refresh(programme: Programme, *, at: datetime) -> None:
    """Put the strategy's page and those of its focus areas into the index."""
    with_language = {language: _strategy(programme, language) for language in LANGUAGES}
    put(KIND, programme.slug, with_language, at=at, boost=1.3)
    for area in programme.focus_areas.select_related("spearhead"):
        put(KIND, f"{programme.slug}/{area.slug}", {language: _area(area, language) for language in LANGUAGES}, at=at)


def _strategy(programme: Programme, language: Language) -> Words:
    with translation.override(language):
        body = [str(programme.kind), str(programme.principle), *(str(goal.text) for goal in programme.goals.all())]
        body += [str(source.name) for source in programme.funding_sources.all()]
        keywords = ["6Aika", str(programme.part_of), *(str(city.name) for city in programme.cities.all())]
        return Words(str(programme.name), reverse("programme:strategy"), " ".join(keywords), ". ".join(body))


def _area(area: FocusArea, language: Language) -> Words:
    with translation.override(language):
        body = [str(promise.text) for promise in area.promises.all()]
        for part in area.spearhead.parts.all():
            body += [str(part.responsible), str(part.unit), str(part.contact_organisation)]
        body += [str(project.name) for project in area.spearhead.projects.all()]
        codes = [project.code for project in area.spearhead.projects.all()]
        keywords = " ".join(["6Aika", str(area.also_called or ""), *codes])
        path = reverse("programme:focus-area", kwargs={"area": area.slug})
        return Words(str(area.name), path, keywords, " ".join(text for text in body if text))
