"""Data sets: list, one, make, change, publish, withdraw."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from ninja import Field, Query, Router, Schema, Status

from kuutio.cities.models import City, Organisation
from kuutio.opendata import addresses, findable, queries
from kuutio.opendata.actions import catalogue
from kuutio.opendata.api.access import caller, publishing
from kuutio.opendata.models import Dataset, Distribution

router = Router()


class DistributionOut(Schema):
    """A table, a file or an address of a data set."""

    id: UUID
    kind: str
    table: str | None
    title: dict[str, str]
    format: str
    url: str
    rows: int | None
    snapshot: str | None
    size: int | None
    modified_at: datetime


class DatasetOut(Schema):
    """A data set as the catalogue describes it."""

    id: UUID
    name: str
    title: dict[str, str]
    notes: dict[str, str]
    keywords: dict[str, list[str]]
    city: str | None
    publisher: str
    state: str
    access: str
    licence: str
    themes: list[str]
    frequency: str
    coverage: list[str]
    bbox: list[float] | None
    temporal_start: date | None
    temporal_end: date | None
    is_made: bool
    quality_points: int
    issued_at: datetime | None
    modified_at: datetime
    data_changed_at: datetime | None
    page: str
    distributions: list[DistributionOut]


class DatasetsOut(Schema):
    """A page of data sets."""

    matched: int
    next: str | None
    datasets: list[DatasetOut]


class DatasetChange(Schema):
    """What can be said of a data set; what isn't given stays as it is."""

    title: dict[str, str] | None = None
    notes: dict[str, str] | None = None
    keywords: dict[str, list[str]] | None = None
    themes: list[str] | None = None
    licence: str | None = Field(None, max_length=60)
    access: str | None = None
    frequency: str | None = Field(None, max_length=20)
    contact_name: str | None = Field(None, max_length=200)
    contact_email: str | None = Field(None, max_length=254)
    landing_page: str | None = Field(None, max_length=1000)
    coverage: list[str] | None = None
    temporal_start: date | None = None
    temporal_end: date | None = None
    provenance: dict[str, str] | None = None
    contract: dict[str, Any] | None = None
    rights: dict[str, str] | None = None
    collection_type: str | None = Field(None, max_length=30)
    hvd_category: str | None = Field(None, max_length=20, description="high-value category of (EU) 2023/138")
    contact_page: str | None = Field(None, max_length=500)
    author: str | None = Field(None, max_length=200)
    author_email: str | None = Field(None, max_length=254)
    external_urls: list[str] | None = None
    languages: list[str] | None = Field(None, description="ISO 639-1 or 639-3 codes, such as fi")
    valid_from: date | None = None
    valid_till: date | None = None
    version: str | None = Field(None, max_length=60)
    project: str | None = Field(None, max_length=60, description="the code of the project that made it")


class DistributionChange(Schema):
    """What can be said of a table, a file or an address; what isn't given stays as it is."""

    title: dict[str, str] | None = None
    notes: dict[str, str] | None = None
    format: str | None = Field(None, max_length=60, description="such as CSV")
    media_type: str | None = Field(None, max_length=120)
    url: str | None = Field(None, max_length=2000, description="where it is, if elsewhere")
    position: int | None = Field(None, ge=0, le=100_000, description="its place among the others, from 0")


class DistributionIn(DistributionChange):
    """An address to be catalogued; tables and files come by `files`."""

    url: str = Field(min_length=1, max_length=2000)


class DatasetIn(DatasetChange):
    """A new data set."""

    name: str = Field(max_length=100)
    publisher: str = Field(max_length=80, description="the organisation's slug")
    city: str | None = Field(None, max_length=30)
    title: dict[str, str]


class Asked(Schema):
    """Which data sets."""

    q: str = Field("", max_length=500, description="words, in any of the languages and any form")
    city: str = Field("", max_length=30)
    theme: str = Field("", max_length=4)
    format: str = Field("", max_length=60)
    publisher: str = Field("", max_length=80)
    limit: int = Field(50, ge=1, le=500)
    after: str = Field("", max_length=100, description="the name of the last data set of the page before")
    offset: int = Field(0, ge=0, le=1_000_000, description="with q, whose results are in order of fitness")


def texts(value: Any) -> dict[str, str]:
    """A translated text by language; languages without one are left out."""
    data = getattr(value, "data", value)
    if isinstance(data, dict):
        return {str(code): str(text) for code, text in data.items() if text}
    return {"fi": str(data)} if data else {}


def distribution_out(one: Distribution) -> DistributionOut:
    """A distribution as the interface shows it."""
    return DistributionOut(
        id=one.pk,
        kind=one.kind,
        table=one.table,
        title=texts(one.title),
        format=one.format,
        url=addresses.table_download(one.table) if one.table else one.url,
        rows=one.current.rows if one.current else None,
        snapshot=one.current.content if one.current else None,
        size=one.size,
        modified_at=one.modified_at,
    )


def dataset_out(one: Dataset) -> DatasetOut:
    """A data set as the interface shows it."""
    plain = {
        name: getattr(one, name)
        for name in [
            "id",
            "name",
            "keywords",
            "state",
            "access",
            "licence",
            "themes",
            "frequency",
            "coverage",
            "bbox",
            "temporal_start",
            "temporal_end",
            "is_made",
            "quality_points",
            "issued_at",
            "modified_at",
            "data_changed_at",
        ]
    }
    return DatasetOut(
        **plain,
        title=texts(one.title),
        notes=texts(one.notes),
        city=one.city_id,
        publisher=one.publisher.slug,
        page=addresses.dataset_page(one),
        distributions=[distribution_out(part) for part in one.distributions.all()],
    )


@router.get("/datasets", response=DatasetsOut, summary="Find data sets")
def list_datasets(request: HttpRequest, asked: Query[Asked]) -> DatasetsOut:
    """The public data sets, by name; with `q` the best fit first."""
    rows = queries.whole(queries.public_datasets())
    if asked.city:
        rows = rows.filter(city_id=asked.city)
    if asked.theme:
        rows = rows.filter(themes__contains=[asked.theme.upper()])
    if asked.publisher:
        rows = rows.filter(publisher__slug=asked.publisher)
    if asked.format:
        rows = rows.filter(distributions__format__iexact=asked.format).distinct()
    if asked.q:
        found = findable.ranked(rows, asked.q, (get_language() or "fi")[:2])  # type: ignore[arg-type]
        page = list(found[asked.offset : asked.offset + asked.limit])
        return DatasetsOut(matched=found.count(), next=None, datasets=[dataset_out(one) for one in page])
    matched = rows.count()
    rows = rows.order_by("name")
    if asked.after:
        rows = rows.filter(name__gt=asked.after)
    page = list(rows[: asked.limit + 1])
    more = len(page) > asked.limit
    page = page[: asked.limit]
    return DatasetsOut(
        matched=matched, next=page[-1].name if more else None, datasets=[dataset_out(one) for one in page]
    )


@router.get("/datasets/{name}", response=DatasetOut, summary="One data set")
def show_dataset(request: HttpRequest, name: str) -> DatasetOut:
    """By its name or its UUID."""
    return dataset_out(get_object_or_404(queries.whole(queries.named(queries.public_datasets(), name))))


def _own(request: HttpRequest, name: str) -> Dataset:
    """The data set that the caller may see, drafts of their organisations too."""
    return get_object_or_404(queries.named(queries.datasets_seen_by(caller(request)), name))


def _whole(dataset: Dataset) -> DatasetOut:
    return dataset_out(queries.whole(Dataset.objects.filter(pk=dataset.pk)).get())


@router.post("/datasets", response={201: DatasetOut}, auth=publishing, summary="Make a data set, as a draft")
def post_dataset(request: HttpRequest, body: DatasetIn) -> Status[DatasetOut]:
    """Then bring files to it, and publish it."""
    given = body.dict(exclude_unset=True)
    publisher = get_object_or_404(Organisation, slug=given.pop("publisher"))
    city = given.pop("city", None)
    dataset = catalogue.create_dataset(
        name=given.pop("name"),
        publisher=publisher,
        city=get_object_or_404(City, code=city) if city else None,
        by=caller(request),
        at=timezone.now(),
        **{name: value for name, value in given.items() if value is not None},
    )
    return Status(201, _whole(dataset))


@router.patch("/datasets/{name}", response=DatasetOut, auth=publishing, summary="Change what is said of a data set")
def patch_dataset(request: HttpRequest, name: str, body: DatasetChange) -> DatasetOut:
    """Only the fields given are changed."""
    changes = {field: value for field, value in body.dict(exclude_unset=True).items() if value is not None}
    return _whole(catalogue.change_dataset(_own(request, name), changes, by=caller(request), at=timezone.now()))


def _part(request: HttpRequest, name: str, distribution_id: UUID) -> Distribution:
    return get_object_or_404(Distribution, pk=distribution_id, dataset=_own(request, name))


@router.post(
    "/datasets/{name}/distributions",
    response={201: DistributionOut},
    auth=publishing,
    summary="Add an address to a data set",
)
def post_distribution(request: HttpRequest, name: str, body: DistributionIn) -> Status[DistributionOut]:
    """Of a file, an interface or a page elsewhere; what is kept here comes by `files`."""
    given = {field: value for field, value in body.dict().items() if value is not None}
    made = catalogue.add_distribution(
        _own(request, name), kind=Distribution.Kind.LINK, by=caller(request), at=timezone.now(), **given
    )
    return Status(201, distribution_out(made))


@router.patch(
    "/datasets/{name}/distributions/{distribution_id}",
    response=DistributionOut,
    auth=publishing,
    summary="Change what is said of a distribution",
)
def patch_distribution(
    request: HttpRequest, name: str, distribution_id: UUID, body: DistributionChange
) -> DistributionOut:
    """Only the fields given are changed."""
    changes = {field: value for field, value in body.dict(exclude_unset=True).items() if value is not None}
    found = _part(request, name, distribution_id)
    return distribution_out(catalogue.change_distribution(found, changes, by=caller(request), at=timezone.now()))


@router.delete(
    "/datasets/{name}/distributions/{distribution_id}",
    response={204: None},
    auth=publishing,
    summary="Take a distribution out of its data set",
)
def delete_distribution(request: HttpRequest, name: str, distribution_id: UUID) -> Status[None]:
    """With its versions; it can't be brought back."""
    found = _part(request, name, distribution_id)
    catalogue.remove_distribution(found, by=caller(request), at=timezone.now())
    return Status(204, None)


@router.post("/datasets/{name}/publish", response=DatasetOut, auth=publishing, summary="Publish a data set")
def post_publish(request: HttpRequest, name: str) -> DatasetOut:
    """Twice is as good as once."""
    return _whole(catalogue.publish_dataset(_own(request, name), by=caller(request), at=timezone.now()))


@router.post("/datasets/{name}/withdraw", response=DatasetOut, auth=publishing, summary="Withdraw a data set")
def post_withdraw(request: HttpRequest, name: str) -> DatasetOut:
    """Twice is as good as once."""
    return _whole(catalogue.withdraw_dataset(_own(request, name), by=caller(request), at=timezone.now()))
