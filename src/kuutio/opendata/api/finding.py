"""Finding things and places, and asking in SQL."""

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import Field, Query, Router, Schema

from kuutio.cities.drawn import locator
from kuutio.cities.models import City, Municipality
from kuutio.opendata import addresses, sql
from kuutio.opendata.answers import answered
from kuutio.search.queries import find

router = Router()


class Words(Schema):
    """What to look for."""

    q: str = Field(..., min_length=1, max_length=500)
    kind: str = Field("", max_length=30)
    city: str = Field("", max_length=30)
    limit: int = Field(20, ge=1, le=100)
    offset: int = Field(0, ge=0, le=10_000)


class FoundOut(Schema):
    """One thing that was found."""

    kind: str
    title: str
    city: str
    language: str
    page: str


class ResultsOut(Schema):
    """What was found, how many of each kind, and which words were corrected."""

    total: int
    kinds: dict[str, int]
    corrected: dict[str, str]
    results: list[FoundOut]


class Place(Schema):
    """A place in degrees (CRS84)."""

    lon: float = Field(..., ge=-180, le=180)
    lat: float = Field(..., ge=-90, le=90)


class LocatedOut(Schema):
    """The municipality of a place; nothing outside of Finland."""

    municipality: str | None
    name: dict[str, str]
    city: str | None


class CityOut(Schema):
    """A city that runs this Kuutio."""

    code: str
    municipality: str
    name: dict[str, str]
    bbox: list[float]
    home_page: str
    datasets: str


class SqlIn(Schema):
    """One SELECT over published tables, named by their ids in double quotes."""

    sql: str = Field(..., min_length=1, max_length=20_000)


class SqlOut(Schema):
    """The answer; `truncated` when there were more than 10,000 rows."""

    columns: list[dict[str, str]]
    rows: list[list[Any]]
    truncated: bool
    elapsed_ms: float


@router.get("/search", response=ResultsOut, summary="Find anything")
def search(request: HttpRequest, asked: Query[Words]) -> ResultsOut:
    """In any language, any form of a word, with slips of the finger."""
    language = (get_language() or "fi")[:2]
    results = find(
        asked.q.replace("\x00", ""),
        language=language,  # type: ignore[arg-type]
        kind=asked.kind,
        city=asked.city,
        limit=asked.limit,
        offset=asked.offset,
    )
    return ResultsOut(
        total=results.total,
        kinds=results.kinds,
        corrected=dict(results.corrected),
        results=[
            FoundOut(
                kind=row.kind, title=row.title, city=row.city, language=row.language, page=addresses.site(row.path)
            )
            for row in results.rows
        ],
    )


@router.get("/cities", response=list[CityOut], summary="The cities")
def list_cities(request: HttpRequest) -> list[CityOut]:
    """Those that run this Kuutio, in their order."""
    return [
        CityOut(
            code=city.code,
            municipality=city.municipality_id,
            name={str(code): str(text) for code, text in city.name.data.items()},
            bbox=list(city.municipality.bbox),
            home_page=city.home_page,
            datasets=addresses.site(f"/api/v1/datasets?city={city.code}"),
        )
        for city in City.objects.select_related("municipality").defer("municipality__border")
    ]


@router.get("/locate", response=LocatedOut, summary="The municipality of a place")
def locate(request: HttpRequest, place: Query[Place]) -> LocatedOut:
    """By the borders that this installation holds, sea included."""
    code = locator().locate(place.lon, place.lat)
    found = Municipality.objects.defer("border").select_related("city").filter(code=code).first() if code else None
    if found is None:
        return LocatedOut(municipality=None, name={}, city=None)
    city = City.objects.filter(municipality=found).values_list("code", flat=True).first()
    return LocatedOut(municipality=found.code, name={"fi": found.name_fi, "sv": found.name_sv}, city=city)


def _answer(request: HttpRequest, text: str) -> SqlOut:
    result = sql.run(text.replace("\x00", ""), caller=getattr(request, "client", ""))
    return SqlOut(
        columns=result.columns, rows=result.rows, truncated=result.truncated, elapsed_ms=round(result.elapsed_ms, 1)
    )


@router.get("/sql", response=SqlOut, summary="Ask in SQL")
def get_sql(request: HttpRequest, asked: Query[SqlIn]) -> HttpResponse:
    """For links and spreadsheets. The same question over the same versions has the same answer."""
    tables = sorted((name, str(files)) for name, files in sql.published(asked.sql.replace("\x00", "")).items())

    def make() -> HttpResponse:
        return HttpResponse(orjson.dumps(_answer(request, asked.sql).dict()), content_type="application/json")

    return answered(request, repr(tables), make)


@router.post("/sql", response=SqlOut, summary="Ask in SQL, with a long query")
def post_sql(request: HttpRequest, body: SqlIn) -> SqlOut:
    """The same in the body."""
    return _answer(request, body.sql)
