"""Data sets of every sort for the tests: whole ones in the database, and varied ones that only live in memory."""

import uuid
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from kuutio.opendata.models import Dataset, Distribution, LinkCheck, Snapshot
from kuutio.opendata.vocabularies import FORMATS, FREQUENCIES, HVD_CATEGORIES, LICENCES, THEMES
from tests.factories import CityFactory, DatasetFactory, DistributionFactory, OrganisationFactory

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
#: All that a publisher can say.
WHOLE: dict[str, Any] = {
    "title": {"fi": "Leikkipuistot", "sv": "Lekparker", "en": "Playgrounds"},
    "notes": {"fi": "Kaikki leikkipuistot.", "sv": "Alla lekparker.", "en": "All the playgrounds."},
    "keywords": {"fi": ["leikkipuisto", "puisto"], "sv": ["lekpark"], "en": ["playground"]},
    "themes": ["ENVI", "REGI"],
    "licence": "cc-by-4.0",
    "rights": {"fi": "Mainitse lähde: Helsingin kaupunki.", "en": "Name the source: City of Helsinki."},
    "frequency": "DAILY",
    "contact_name": "Avoin data",
    "contact_email": "avoindata@example.org",
    "contact_page": "https://example.org/kysy",
    "author": "Kaupunkiympäristö",
    "author_email": "kymp@example.org",
    "languages": ["fi", "sv"],
    "coverage": ["091", "Espoo", "Kauniainen"],
    "bbox": [24.78, 59.92, 25.25, 60.3],
    "temporal_start": date(2020, 1, 1),
    "temporal_end": date(2026, 10, 31),
    "landing_page": "https://example.org/leikkipuistot",
    "external_urls": ["https://example.org/ohje"],
    "version": "2",
    "provenance": {"fi": "Paikkatietorekisteristä."},
    "issued_at": AT,
    "created_at": AT,
    "modified_at": AT,
}


def snapshot_of(distribution: Distribution, content: str, **fields: Any) -> Snapshot:
    """A served version of a table; the last one made is the current one."""
    made = Snapshot.objects.create(
        distribution=distribution,
        content=content,
        **{
            "state": "served",
            "created_at": AT,
            "served_at": AT,
            "rows_in": 3,
            "rows": 3,
            "rejects": 0,
            "size": 999,
            "bbox": [24.8, 60.1, 25.0, 60.2],
            "columns": [
                {"name": "name", "type": "text", "title": "Nimi"},
                {"name": "geometry", "type": "geometry", "title": ""},
            ],
            "exports": {"csv": 120},
            **fields,
        },
    )
    Distribution.objects.filter(pk=distribution.pk).update(current=made)
    distribution.current = made
    return made


def whole_dataset(**changes: Any) -> Dataset:
    """A data set that says everything, with a table of two versions and an address elsewhere that answers."""
    dataset = DatasetFactory(**{**WHOLE, **changes})
    table = DistributionFactory(
        dataset=dataset,
        kind="table",
        table=f"{dataset.name}-all",
        url="",
        title={"fi": "Puistot"},
        created_at=AT,
        modified_at=AT,
    )
    snapshot_of(table, "0" * 16, served_at=datetime(2026, 1, 2, tzinfo=UTC))
    snapshot_of(table, "1" * 16)
    link = DistributionFactory(
        dataset=dataset, position=1, url="https://example.org/puistot.geojson", format="GeoJSON", size=4000, sha256="ab" * 32,
        created_at=AT, modified_at=AT,
    )  # fmt: skip
    LinkCheck.objects.create(distribution=link, checked_at=AT, status=200)
    return dataset


_words = st.text(max_size=40)
_translated = st.one_of(
    st.just({}), _words, st.dictionaries(st.sampled_from(["fi", "sv", "en", "se", "x y"]), _words, max_size=4)
)
_address = st.sampled_from(
    [
        "",
        'https://example.org/a b?x=<1>&y="2"',
        "http://example.org/ä/{id}|`^",
        "relative/path",
        "https://example.org/plain.csv",
        "ftp://example.org/file",
        "javascript:alert(1)",
    ]
)
_day = st.none() | st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1))
_box = st.none() | st.just([24.0, 60.0, 25.0, 61.0]) | st.just([24.0, 60.0, float("nan"), 61.0])


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    """A data set in memory of any combination of fields, from its mandatory ones alone to all of them."""
    city = draw(st.sampled_from([None, "helsinki", "oulu"]))
    publisher = OrganisationFactory.build(city=CityFactory.build(code=city or "turku"), home_page=draw(_address))
    dataset = Dataset(
        id=uuid.UUID(int=draw(st.integers(0, 2**40))),
        name="helsinki-things",
        city=publisher.city if city else None,
        publisher=publisher,
        state="published",
        title=draw(_translated),
        notes=draw(_translated),
        keywords=draw(st.dictionaries(st.sampled_from(["fi", "sv", "en"]), st.lists(_words, max_size=2), max_size=3)),
        themes=draw(st.lists(st.sampled_from([*THEMES, "XXXX"]), max_size=3)),
        licence=draw(st.sampled_from(["", "cc-by", "hri-nimea", "https://example.org/licence", *LICENCES])),
        access="PUBLIC",
        rights=draw(_translated),
        frequency=draw(st.sampled_from(["", "SOMETIMES", *FREQUENCIES])),
        hvd_category=draw(st.sampled_from(["", "", "c_unknown", *HVD_CATEGORIES])),
        contact_name=draw(_words),
        contact_email=draw(st.sampled_from(["", "a@example.org", "a b@example.org"])),
        contact_page=draw(_address),
        author=draw(_words),
        landing_page=draw(_address),
        external_urls=draw(st.lists(_address, max_size=2)),
        languages=draw(st.lists(st.sampled_from(["fi", "FIN", "sv", "xx"]), max_size=2)),
        coverage=draw(st.lists(st.sampled_from(["091", "Espoo", "Esbo", "nowhere"]), max_size=2)),
        bbox=draw(_box),
        temporal_start=draw(_day),
        temporal_end=draw(_day),
        version=draw(_words),
        provenance=draw(_translated),
        issued_at=AT,
        created_at=AT,
        modified_at=AT,
    )
    parts = [draw(_distributions(dataset, number)) for number in range(draw(st.integers(0, 3)))]
    dataset._prefetched_objects_cache = {"distributions": parts}  # type: ignore[attr-defined]
    return dataset


@st.composite
def _distributions(draw: st.DrawFn, dataset: Dataset, number: int) -> Distribution:
    kind = draw(st.sampled_from(["table", "file", "link"]))
    part = Distribution(
        id=uuid.UUID(int=2**100 + number),
        dataset=dataset,
        kind=kind,
        table=f"helsinki-things-{number}" if kind == "table" else None,
        title=draw(_translated),
        notes=draw(_translated),
        format=draw(st.sampled_from(["", "CSV", "PRJ", ".geojson", *(known.name for known in FORMATS.values())])),
        media_type=draw(st.sampled_from(["", "text/csv; charset=utf-8", "nonsense", "a/b c"])),
        url=draw(_address) if kind == "link" else "",
        file="ab/cd/Tiedosto ä.pdf" if kind == "file" else "",
        file_name="Tiedosto ä.pdf" if kind == "file" else "",
        size=draw(st.none() | st.integers(0, 2**60)),
        sha256=draw(st.sampled_from(["", "ab" * 32, "AB" * 32, "md5-or-so"])),
        temporal_start=draw(_day),
        created_at=AT,
        modified_at=AT,
    )
    part.served_snapshots = []
    if kind == "table" and draw(st.booleans()):
        versions = [
            Snapshot(
                id=one + 1,
                content=f"{one:016x}",
                served_at=AT,
                created_at=AT,
                bbox=draw(_box),
                columns=[],
                exports={"csv": 5},
            )
            for one in range(draw(st.integers(1, 3)))
        ]
        part.served_snapshots, part.current = versions, versions[0]
    return part
