"""A granted project as the tests of money need it: two cities, a flat rate, people of each side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from kuutio.cities.models import Organisation, Person, Role
from kuutio.core.grants.budgets import CostModel
from kuutio.programme.actions import awards
from kuutio.programme.actions.awards import Award, AwardedPartner
from kuutio.programme.models import (
    FocusArea,
    FundingSource,
    Grant,
    GrantPart,
    Programme,
    Project,
    ProjectKind,
    Source,
    Spearhead,
)
from tests.factories import CityFactory, OrganisationFactory, PersonFactory

AT = datetime(2027, 3, 1, 9, tzinfo=UTC)
TURKU, OULU = "0204819-8", "0187690-1"


def programme_of() -> Programme:
    """A programme with one focus area, its spearhead and two funds."""
    known = Programme.objects.filter(slug="strategy").first()
    if known:
        return known
    source = Source.objects.create(key="own-page", title={"fi": "Sivu", "sv": "Sida", "en": "Page"}, is_own_page=True)
    made = Programme.objects.create(
        slug="strategy",
        name={"fi": "Strategia", "sv": "Strategi", "en": "Strategy"},
        kind={"fi": "strategia"},
        part_of={"fi": "ohjelma"},
        principle={"fi": "Yhdessä."},
        first_year=2027,
        last_year=2034,
        population_share_percent=30,
        funding_words={"fi": "lähes 80 miljoonaa"},
        funding_limit_cents=80_000_000_00,
        calls_per_year=2,
        consortium_rule={"fi": "Kaksi."},
        least_organisations=2,
        least_cities=2,
        actor_kinds=["city"],
        source=source,
    )
    made.cities.set([CityFactory(code="turku"), CityFactory(code="oulu")])
    area = FocusArea.objects.create(
        programme=made,
        slug="open-data",
        name={"fi": "Avoin data", "sv": "Öppna data", "en": "Open data"},
        face="data",
        position=1,
    )
    Spearhead.objects.create(focus_area=area, source=source)
    FundingSource.objects.create(programme=made, key="erdf", name={"fi": "EAKR", "en": "ERDF"}, position=1)
    FundingSource.objects.create(programme=made, key="esf", name={"fi": "ESR"}, on_top=True, position=2)
    return made


def project_of(code: str = "A80001") -> Project:
    """A pilot project."""
    programme = programme_of()
    return awards.found_project(
        programme,
        code,
        kind=ProjectKind.PILOT,
        spearhead=Spearhead.objects.get(focus_area__programme=programme),
        name={"fi": "Kaksi kaupunkia", "sv": "Två städer", "en": "Two cities"},
        objective="4.1",
        starts_on=date(2027, 1, 1),
        ends_on=date(2028, 12, 31),
        source=Source.objects.get(key="own-page"),
        by=None,
        at=AT,
    )


def office(**fields: object) -> Person:
    """Somebody of the programme office."""
    person = PersonFactory(**fields)
    organisation, _ = Organisation.objects.get_or_create(
        slug="programme-office", defaults={"kind": "public", "name": {"fi": "Strategiatoimisto", "en": "Office"}}
    )
    Role.objects.create(person=person, organisation=organisation, role="office")
    return person


def partners(**changes: object) -> list[AwardedPartner]:
    """Turku leads, Oulu takes part."""
    return [
        AwardedPartner(
            TURKU, "Turun kaupunki", {"STAFF": 100_000_01}, is_lead=True, city="turku", people=changes.get("turku", ())
        ),
        AwardedPartner(OULU, "Oulun kaupunki", {"STAFF": 50_000_00}, city="oulu", people=changes.get("oulu", ())),
    ]


def decision(project: Project, **changes: object) -> Award:
    """Half from the EU, 17 % from the state, 40 % on top of salaries."""
    told: dict[str, object] = {
        "reference": "DEC/1/2027",
        "decided_on": date(2027, 2, 15),
        "project": project,
        "fund": "erdf",
        "cost_model": CostModel.FLAT_40,
        "eu_bp": 5000,
        "state_bp": 1700,
        "starts_on": date(2027, 1, 1),
        "ends_on": date(2028, 12, 31),
        "partners": partners(),
    }
    return Award(**{**told, **changes})  # type: ignore[arg-type]


@dataclass
class Granted:
    """A grant that runs, and the people around it."""

    grant: Grant
    lead: Person
    partner: Person
    office: Person
    turku: GrantPart
    oulu: GrantPart


def granted(reference: str = "DEC/1/2027", code: str = "A80001", **changes: object) -> Granted:
    """A grant that runs; Turku leads."""
    OrganisationFactory(city=CityFactory(code="turku"))
    OrganisationFactory(city=CityFactory(code="oulu"))
    lead, partner = PersonFactory(), PersonFactory()
    told = {"partners": partners(turku=[lead], oulu=[partner]), **changes}
    grant = awards.award(decision(project_of(code), reference=reference, **told), by=None, at=AT)
    Grant.objects.filter(pk=grant.pk).update(state=Grant.State.RUNNING)
    grant.refresh_from_db()
    parts = {part.partner.business_id: part for part in grant.parts.select_related("partner")}
    return Granted(grant, lead, partner, office(), parts[TURKU], parts[OULU])
