"""The strategy in the search over everything."""

from datetime import datetime

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from kuutio.core.language import LANGUAGES, Language
from kuutio.programme.models import FocusArea, Programme, Project
from kuutio.search.actions import Words, put
from kuutio.ui.wording import localized

KIND = "strategy"


def refresh(programme: Programme, *, at: datetime) -> None:
    """Put the strategy's page and those of its focus areas into the index."""
    with_language = {language: _strategy(programme, language) for language in LANGUAGES}
    put(KIND, programme.slug, with_language, at=at, boost=1.3)
    for area in programme.focus_areas.select_related("spearhead"):
        put(KIND, f"{programme.slug}/{area.slug}", {language: _area(area, language) for language in LANGUAGES}, at=at)
    for name, words in (("promises", _promises), ("money", _money)):
        put(KIND, f"{programme.slug}/{name}", {language: words(programme, language) for language in LANGUAGES}, at=at)
    for project in programme.projects.prefetch_related("partners"):
        texts = {language: _project(project, language) for language in LANGUAGES}
        put(KIND, f"{programme.slug}/{project.code}", texts, at=at, boost=0.8)


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


def _promises(programme: Programme, language: Language) -> Words:
    with translation.override(language):
        body = ". ".join(str(promise.text) for promise in programme.promises.all())
        return Words(_("Promises"), reverse("programme:promises"), "6Aika", body)


def _money(programme: Programme, language: Language) -> Words:
    with translation.override(language):
        sources = " ".join(str(source.name) for source in programme.funding_sources.all())
        return Words(_("Where the money went"), reverse("programme:money"), "6Aika", sources)


def _project(project: Project, language: Language) -> Words:
    with translation.override(language):
        path = reverse("programme:project", kwargs={"code": project.code})
        partners = " ".join(partner.name for partner in project.partners.all())
        return Words(localized(project.name)[0], path, f"6Aika {project.code}", partners)
