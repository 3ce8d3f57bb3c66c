"""What the strategy's pages read, in few questions to the database."""

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet, Sum

from kuutio.cities.places import City
from kuutio.programme.models import (
    FocusArea,
    FundingSource,
    PartImplementation,
    Partner,
    PlannedShare,
    Programme,
    Project,
    ProjectKind,
    Spearhead,
)


@dataclass(frozen=True, slots=True)
class CityPart:
    """A city's place in a spearhead; `part` is None while its unit and contact are not in our sources."""

    city: City
    part: PartImplementation | None


@dataclass(frozen=True, slots=True)
class CityRow:
    """A city over all the spearheads, in the order of the focus areas."""

    city: City
    parts: tuple[PartImplementation | None, ...]

    @property
    def is_silent(self) -> bool:
        """Our sources tell nothing of this city's units."""
        return not any(self.parts)


@dataclass(frozen=True, slots=True)
class FundingPlan:
    """The planned money and what comes beside it.

    Attributes:
        total_cents: the sum of the shares alone; never the on-top sources.
    """

    shares: tuple[PlannedShare, ...]
    total_cents: int
    on_top: tuple[FundingSource, ...]
    sources: tuple[FundingSource, ...]


def current_programme() -> Programme | None:
    """The strategy that this Kuutio shows: the newest one; None in an empty installation."""
    return Programme.objects.select_related("source", "approval__source").first()


def focus_areas_of(programme: Programme) -> list[FocusArea]:
    """The focus areas in their order, with their spearheads, the cities' parts and the projects that carry them out."""
    return list(
        FocusArea.objects.filter(programme=programme)
        .select_related("spearhead__source")
        .prefetch_related(
            "promises",
            Prefetch("spearhead__parts", PartImplementation.objects.select_related("city", "source", "desk")),
            Prefetch("spearhead__projects", _projects()),
        )
    )


def _projects() -> QuerySet[Project]:
    return Project.objects.select_related("source").prefetch_related(
        Prefetch("partners", Partner.objects.select_related("organisation__city"))
    )


def office_project_of(programme: Programme) -> Project | None:
    """The project that paid for the strategy's office."""
    return _projects().filter(programme=programme, kind=ProjectKind.OFFICE).first()


def city_parts_of(spearhead: Spearhead, cities: list[City]) -> list[CityPart]:
    """Each city of the strategy with its part, in the order of the cities; a city without one is there too."""
    parts = {part.city_id: part for part in spearhead.parts.all()}
    return [CityPart(city, parts.get(city.pk)) for city in cities]


def city_rows_of(areas: list[FocusArea], cities: list[City]) -> list[CityRow]:
    """The cities with their parts of every spearhead."""
    columns = [city_parts_of(area.spearhead, cities) for area in areas]
    return [CityRow(city, tuple(column[at].part for column in columns)) for at, city in enumerate(cities)]


def cities_of(programme: Programme) -> list[City]:
    """The cities of the strategy in their order."""
    return list(programme.cities.all())


def funding_plan_of(programme: Programme) -> FundingPlan:
    """Who pays what. A fund that comes on top is told beside the plan and is in no sum."""
    sources = tuple(
        FundingSource.objects.filter(programme=programme).select_related("authority__organisation", "share")
    )
    shares = (
        PlannedShare.objects.filter(programme=programme)
        .select_related("source")
        .prefetch_related("funding_sources__authority__organisation")
    )
    total = shares.aggregate(total=Sum("amount_cents"))["total"] or 0
    return FundingPlan(tuple(shares), total, tuple(source for source in sources if source.on_top), sources)
