"""The strategy's pilot projects as the official list has them, and where its actors and contact roles are (`data/README.md`)."""

import tomllib
from typing import Any

from django.db import transaction
from django.utils import timezone

from kuutio.cities.models import City, Unit
from kuutio.programme import findable
from kuutio.programme.demo import DATA, SLUG
from kuutio.programme.demo_list import NAME
from kuutio.programme.models import (
    FocusArea,
    ListedProject,
    PartImplementation,
    Partner,
    Programme,
    Project,
    ProjectKind,
    Source,
)

LIST = NAME.removeprefix("projektilista-")


@transaction.atomic
def load() -> int:
    """Bring in the pilot projects that the list names; how many came, 0 when they are there or nothing is to build on.

    Raises:
        KeyError: an organisation or a focus area that we don't know.
    """
    programme = Programme.objects.filter(slug=SLUG).first()
    listed = {row.code: row for row in ListedProject.objects.filter(list=LIST)}
    if programme is None or not listed:
        return 0
    facts = tomllib.loads((DATA / "six_city_projects.toml").read_text(encoding="utf-8"))
    told = [project for project in facts["project"] if project["code"] in listed]
    new = [row for row in told if not Project.objects.filter(code=row["code"]).exists()]
    if new:
        source = _source()
        areas = {area.slug: area for area in programme.focus_areas.select_related("spearhead")}
        for project in new:
            _project(programme, listed[project["code"]], project, areas, source)
    _place(facts["cities"])
    _desks()
    if new:
        findable.refresh(programme, at=timezone.now())
    return len(new)


def _source() -> Source:
    source, _made = Source.objects.get_or_create(
        key="project-list-2016",
        defaults={
            "title": {
                "fi": "Luettelo rakennerahastohankkeista 2014–2020 (rakennerahastot.fi), syksy 2016",
                "sv": "Förteckningen över strukturfondsprojekt 2014–2020 (rakennerahastot.fi), hösten 2016",
                "en": "The list of structural funds projects 2014–2020 (rakennerahastot.fi), autumn 2016",
            }
        },
    )
    return source


def _project(
    programme: Programme, listed: ListedProject, facts: dict[str, Any], areas: dict[str, FocusArea], source: Source
) -> None:
    area = facts.get("focus_area")
    if listed.starts_on is None or listed.ends_on is None:
        return  # of these projects the list tells both
    project = Project.objects.create(
        programme=programme,
        kind=ProjectKind.PILOT,
        spearhead=areas[area].spearhead if area else None,
        told_by=facts.get("told_by", ""),
        is_alone=facts.get("alone", False),
        code=listed.code,
        name={"fi": listed.name},
        objective=facts.get("objective", ""),
        starts_on=listed.starts_on,
        ends_on=listed.ends_on,
        source=source,
    )
    partners = [(listed.lead, facts["lead"]), *facts.get("partners", [])]
    Partner.objects.bulk_create(
        Partner(project=project, name=name, business_id=business_id, is_lead=at == 0)
        for at, (name, business_id) in enumerate(partners)
    )


def _place(cities: dict[str, str]) -> None:
    """Tell each partner's city, by where its organisation has its office."""
    codes = set(City.objects.values_list("pk", flat=True))
    for business_id, code in cities.items():
        if code in codes:
            Partner.objects.filter(business_id=business_id, city=None).update(city=code)


def _desks() -> None:
    """Give each contact role the unit that answers for its part, so that what is written to it arrives somewhere."""
    parts = PartImplementation.objects.filter(desk=None).select_related("spearhead__focus_area", "city")
    for part in parts:
        unit, _made = Unit.objects.get_or_create(
            slug=f"{part.city_id}-{part.spearhead.focus_area.slug}",
            defaults={
                "city": part.city,
                "name": part.unit if str(part.unit) else part.responsible,
                "languages": ["fi", "sv", "en"],
            },
        )
        part.desk = unit
        part.save(update_fields=["desk"])
