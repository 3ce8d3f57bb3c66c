"""The Six City Strategy, loaded from the facts that come with Kuutio (`data/README.md` names their source)."""

import json
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from kuutio.cities.models import City, Organisation
from kuutio.programme import findable
from kuutio.programme.models import (
    Approval,
    Authority,
    FocusArea,
    FundingSource,
    Goal,
    KindRule,
    PartImplementation,
    Partner,
    PlannedShare,
    Programme,
    Project,
    ProjectKind,
    Promise,
    Source,
    Spearhead,
)

DATA = Path(__file__).parent / "data"
SLUG = "6aika"
_FACES = {
    "open-data-and-interfaces": FocusArea.Face.DATA,
    "open-participation-and-customership": FocusArea.Face.PARTICIPATION,
    "open-innovation-platforms": FocusArea.Face.INNOVATION,
}
#: Which focus area a promise belongs to, by the word that the promises use; the others are promises of the whole.
_ABOUT = {
    "data": "open-data-and-interfaces",
    "participation": "open-participation-and-customership",
    "service": "open-participation-and-customership",
    "innovation": "open-innovation-platforms",
}
#: How the strategy's names of funding sources are known, and by which planned share each is borne.
_FUNDING = {
    "Euroopan aluekehitysrahasto (EAKR)": ("erdf", "ERDF"),
    "kuutoskaupungit": ("cities", "CITIES_AND_OTHER_PUBLIC"),
    "muut hanketoteuttajat": ("others", "CITIES_AND_OTHER_PUBLIC"),
    "Suomen valtio": ("state", "STATE"),
}
_SHARE_NAMES = {
    "ERDF": "Euroopan aluekehitysrahasto",
    "CITIES_AND_OTHER_PUBLIC": "kuutoskaupungit ja muu julkinen rahoitus",
    "STATE": "Suomen valtio",
}
_ACTORS = {
    "kaupunkiorganisaatiot": Organisation.Kind.CITY,
    "muut julkiset toimijat": Organisation.Kind.PUBLIC,
    "kolmannen sektorin toimijat": Organisation.Kind.THIRD_SECTOR,
}
_AUTHORITY_SLUGS = {"Uudenmaan liitto": "uudenmaan-liitto", "Hämeen ELY-keskus": "hameen-ely-keskus"}

Words = Callable[[str], dict[str, str]]


def _words() -> Words:
    """Turns a Finnish text into its three languages; an untranslated one is a KeyError."""
    rows = tomllib.loads((DATA / "words.toml").read_text(encoding="utf-8"))["t"]
    known = {row["fi"]: row for row in rows}
    return lambda fi: dict(known[fi])


@transaction.atomic
def load() -> Programme | None:
    """Bring in the strategy, whole or not at all; None when it is there already.

    Raises:
        KeyError: a text has no Swedish and English in `data/words.toml`, or a key is one that we don't know.
    """
    if Programme.objects.filter(slug=SLUG).exists():
        return None
    facts = json.loads((DATA / "strategy.json").read_text(encoding="utf-8"))
    words = _words()
    page, other = _sources(facts, words)
    programme = _programme(facts, words, page)
    areas = _focus_areas(programme, facts, words)
    _promises(programme, areas)
    spearheads = {slug: Spearhead.objects.create(focus_area=area, source=page) for slug, area in areas.items()}
    _parts(spearheads, facts, words, page)
    _funding(programme, facts, words, other)
    _projects(programme, spearheads, facts["from_other_public_sources"], words, other)
    findable.refresh(programme, at=timezone.now())
    return programme


def _sources(facts: dict[str, Any], words: Words) -> tuple[Source, Source]:
    page = Source.objects.create(
        key="helsinki-page",
        title=words("Helsingin kaupungin julkinen sivu 6Aika-kärkihankkeista"),
        dated_on=date.fromisoformat(facts["page_dated"]),
        is_own_page=True,
    )
    other = Source.objects.create(
        key="other-public-sources",
        title=words("Muut julkiset lähteet: 6aika.fi ja hankkeiden julkinen rekisteri Eura 2014"),
    )
    return page, other


def _programme(facts: dict[str, Any], words: Words, page: Source) -> Programme:
    told, rule, calls = facts["programme"], facts["consortium_rule"], facts["calls"]
    programme = Programme.objects.create(
        slug=SLUG,
        name=words(told["name_fi"]),
        kind=words("kestävän kaupunkikehittämisen strategia"),
        part_of=words(told["part_of_fi"]),
        principle=words(told["principle_fi"]),
        first_year=told["period"]["start"],
        last_year=told["period"]["end"],
        population_share_percent=told["population_share_of_finland_percent"],
        funding_words=words(facts["funding"]["total_text_fi"]),
        funding_limit_cents=facts["funding"]["upper_bound"] * 100,
        calls_per_year=calls["average_per_year"],
        consortium_rule=words(rule["text_fi"]),
        least_organisations=rule["min_organisations"],
        least_cities=rule["min_member_cities"],
        actor_kinds=[_ACTORS[kind] for kind in rule["allowed_actor_kinds_fi"]],
        source=page,
    )
    programme.cities.set([City.objects.get(code=name.lower()) for name in facts["cities"]])
    for position, text in enumerate(told["goals_fi"], start=1):
        Goal.objects.create(programme=programme, position=position, text=words(text))
    for kind in facts["project_types"]:
        KindRule.objects.create(
            programme=programme,
            kind=ProjectKind(kind["key"].lower()),
            role=words(kind["role_fi"]),
            years=kind.get("duration_years"),
            all_cities=kind.get("cities") == "all six",
            by_call=kind["key"] == calls["for"],
        )
    return programme


def _focus_areas(programme: Programme, facts: dict[str, Any], words: Words) -> dict[str, FocusArea]:
    return {
        area["key"]: FocusArea.objects.create(
            programme=programme,
            slug=area["key"],
            name=words(area["name_fi"]),
            also_called=words(area["also_called_fi"]) if "also_called_fi" in area else "",
            face=_FACES[area["key"]],
            position=position,
        )
        for position, area in enumerate(facts["focus_areas"], start=1)
    }


def _promises(programme: Programme, areas: dict[str, FocusArea]) -> None:
    for position, promise in enumerate(json.loads((DATA / "promises.json").read_text(encoding="utf-8")), start=1):
        about = _ABOUT.get(promise["about"])
        Promise.objects.create(
            programme=programme,
            focus_area=areas[about] if about else None,
            key=promise["key"],
            text={language: promise[language] for language in ("fi", "sv", "en")},
            position=position,
        )


def _parts(spearheads: dict[str, Spearhead], facts: dict[str, Any], words: Words, page: Source) -> None:
    helsinki = City.objects.get(code="helsinki")
    for part in facts["spearheads_helsinki"]:
        PartImplementation.objects.create(
            spearhead=spearheads[part["focus_area"]],
            city=helsinki,
            responsible=words(part["responsible_org_fi"]),
            unit=words(part["unit_fi"]) if "unit_fi" in part else "",
            contact_role=words(part["contact_title_fi"]),
            contact_organisation=words(part["contact_org_fi"]) if "contact_org_fi" in part else "",
            source=page,
        )


def _funding(programme: Programme, facts: dict[str, Any], words: Words, other: Source) -> None:
    planned = facts["from_other_public_sources"]
    euros = planned["planned_shares_eur"]
    shares = {}
    for position, (key, percent) in enumerate(planned["planned_shares_percent"].items(), start=1):
        at_least = f"{key}_MIN" in euros
        shares[key] = PlannedShare.objects.create(
            programme=programme,
            name=words(_SHARE_NAMES[key]),
            amount_cents=euros[f"{key}_MIN" if at_least else key] * 100,
            percent=percent,
            at_least=at_least,
            position=position,
            source=other,
        )
    sources = {}
    for position, name in enumerate(facts["funding"]["sources_fi"], start=1):
        key, share = _FUNDING[name]
        sources[key] = FundingSource.objects.create(
            programme=programme, key=key, name=words(name), share=shares[share], position=position
        )
    sources["esf"] = FundingSource.objects.create(
        programme=programme,
        key="esf",
        name=words(facts["funding"]["additional_fi"]),
        on_top=True,
        position=len(sources) + 1,
    )
    for administrator in facts["administrators"]:
        name = administrator["org_fi"]
        organisation, _made = Organisation.objects.get_or_create(
            slug=_AUTHORITY_SLUGS[name], defaults={"kind": Organisation.Kind.PUBLIC, "name": words(name)}
        )
        Authority.objects.create(funding_source=sources[administrator["fund"].lower()], organisation=organisation)


def _projects(
    programme: Programme, spearheads: dict[str, Spearhead], facts: dict[str, Any], words: Words, other: Source
) -> None:
    approved_on, _rest = facts["approved"].split(" ", 1)
    Approval.objects.create(
        programme=programme,
        approved_on=date.fromisoformat(approved_on),
        approved_by=words("elinkeinoministeri"),
        reference=facts["approved"].rpartition("(")[2].rstrip(")"),
        source=other,
    )
    for project in facts["spearhead_projects"]:
        _project(programme, ProjectKind.SPEARHEAD, spearheads[project["focus_area"]], project, words, other)
    _project(programme, ProjectKind.OFFICE, None, facts["office_project"], words, other)


def _project(
    programme: Programme,
    kind: ProjectKind,
    spearhead: Spearhead | None,
    facts: dict[str, Any],
    words: Words,
    other: Source,
) -> None:
    project = Project.objects.create(
        programme=programme,
        kind=kind,
        spearhead=spearhead,
        code=facts["code"],
        name=words(facts["name_fi"]),
        objective=facts.get("specific_objective", ""),
        starts_on=date.fromisoformat(facts["start"]),
        ends_on=date.fromisoformat(facts["end"]),
        source=other,
    )
    cities = {city.business_id: city for city in Organisation.objects.filter(kind=Organisation.Kind.CITY)}
    partners = [(facts["lead"], facts["lead_business_id"]), *(facts["partners"] or [])]
    for position, (name, business_id) in enumerate(partners):
        Partner.objects.create(
            project=project,
            name=name,
            business_id=business_id,
            is_lead=position == 0,
            organisation=cities.get(business_id),
        )
