"""What every kind of source says of a data set, in one form. Values only: nothing here reads from the net or writes.

A reader turns the bytes of one page into a `Page`. The address of the next page is all the state there is, so that a harvest
that was interrupted goes on from the address it had kept.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias
from urllib.parse import urljoin, urlsplit

import orjson

Texts: TypeAlias = Mapping[str, str]
"""The same text by language: `fi`, `sv`, `en`, each only if there is one."""

LANGUAGES = ("fi", "sv", "en")
THREE_LETTERS = {"fin": "fi", "swe": "sv", "eng": "en"}
MOST_PAGES = 10_000
RAW_KEPT = 2_000


class Unreadable(ValueError):
    """A record, or a whole page, that isn't what it should be; the message says why, in a sentence."""


@dataclass(frozen=True, slots=True)
class Agent:
    """Who publishes a data set, or answers for it."""

    name: Texts = field(default_factory=dict)
    uri: str = ""
    email: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class RemoteDistribution:
    """One form of a data set.

    Attributes:
        url: the page, file or interface (access); `download` the file itself, "" if there is none.
        format: short and in capitals where the source says so: `CSV`, `WFS`.
        size: bytes.
    """

    remote_id: str
    url: str
    download: str = ""
    title: Texts = field(default_factory=dict)
    text: Texts = field(default_factory=dict)
    format: str = ""
    media_type: str = ""
    licence: str = ""
    size: int | None = None
    modified: datetime | None = None
    conforms_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoteDataset:
    """A data set as its source describes it.

    Attributes:
        remote_id: by which the source will know it the next time.
        name: the short name in its address there, "" for none.
        licence: an id, an address or a name, as the source writes it; likewise `rhythm`, `themes`, `access_rights`.
        places: names or addresses of places; `bbox` west, south, east, north in degrees.
        period: first and last moment that it tells of.
        legislation: addresses of laws; `languages` and `high_value` (categories of (EU) 2023/138) codes or addresses.
    """

    remote_id: str
    title: Texts
    name: str = ""
    text: Texts = field(default_factory=dict)
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    licence: str = ""
    publisher: Agent | None = None
    contact: Agent | None = None
    themes: tuple[str, ...] = ()
    rhythm: str = ""
    issued: datetime | None = None
    modified: datetime | None = None
    page: str = ""
    places: tuple[str, ...] = ()
    bbox: tuple[float, float, float, float] | None = None
    period: tuple[datetime | None, datetime | None] = (None, None)
    version: str = ""
    access_rights: str = ""
    legislation: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    rights: Texts = field(default_factory=dict)
    high_value: tuple[str, ...] = ()
    distributions: tuple[RemoteDistribution, ...] = ()

    def fingerprint(self) -> str:
        """Changes when, and only when, the description changes: so a second harvest finds nothing to do."""
        return hashlib.sha256(orjson.dumps(asdict(self), option=orjson.OPT_SORT_KEYS)).hexdigest()


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A record that can't be taken in; the rest of the page can.

    Attributes:
        remote_id: "" when not even that could be read.
        raw: the beginning of it as it came.
    """

    remote_id: str
    reason: str
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a source.

    Attributes:
        next: the address of the page after it; None after the last.
        total: how many records the source says it has, None if it doesn't.
        mentioned: records that are named here, described here or elsewhere.
        partial: whether something may be missing although the source doesn't say so.
    """

    records: tuple[RemoteDataset, ...]
    quarantined: tuple[Quarantined, ...] = ()
    next: str | None = None
    total: int | None = None
    mentioned: frozenset[str] = frozenset()
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """All pages of a source. Only after a `complete` one may a record be taken for deleted."""

    records: tuple[RemoteDataset, ...]
    quarantined: tuple[Quarantined, ...]
    complete: bool


Get: TypeAlias = Callable[[str], bytes]
Parse: TypeAlias = Callable[[bytes, str], Page]


def walk(get: Get, parse: Parse, first: str) -> Iterator[Page]:
    """The pages from an address on; stops, with a `partial` page, when the source leads in a circle.

    Args:
        get: address -> body; its failures pass through.
        parse: body and address -> page.
    """
    address: str | None = first
    visited: set[str] = set()
    while address is not None:
        visited.add(address)
        page = parse(get(address), address)
        yield page
        address = page.next
        if address in visited or len(visited) >= MOST_PAGES:
            yield Page((), partial=True)
            return


def listing(pages: Iterable[Page]) -> Listing:
    """Pages put together, each record once: the first description of it stands."""
    records: dict[str, RemoteDataset] = {}
    quarantined: list[Quarantined] = []
    mentioned: set[str] = set()
    partial, total = False, None
    for page in pages:
        for record in page.records:
            records.setdefault(record.remote_id, record)
        quarantined += page.quarantined
        mentioned |= page.mentioned
        partial |= page.partial or any(not entry.remote_id for entry in page.quarantined)
        total = page.total if page.total is not None else total
    met = records.keys() | {entry.remote_id for entry in quarantined}
    complete = not partial and mentioned <= met and (total is None or len(met) >= total)
    return Listing(tuple(records.values()), tuple(quarantined), complete)


# From what sources write to values.


def language(tag: str | None) -> str:
    """`fi` of `fi-FI`, `fin`; "" for a language that Kuutio doesn't speak."""
    code = (tag or "").lower().replace("_", "-").partition("-")[0]
    code = THREE_LETTERS.get(code, code)
    return code if code in LANGUAGES else ""


def texts(pairs: Iterable[tuple[str | None, Any]], default: str) -> dict[str, str]:
    """Texts by language, in a steady order.

    A text without a language is in the source's own, `default`, unless that has one already. A text in a language that Kuutio
    doesn't speak stands there only if there is nothing else: better in Catalan than not at all.
    """
    known: dict[str, str] = {}
    untold, foreign = "", ""
    for tag, value in pairs:
        text = str(value).strip() if isinstance(value, str) else ""
        if not text:
            continue
        if not tag:
            untold = untold or text
        elif code := language(tag):
            known.setdefault(code, text)
        else:
            foreign = foreign or text
    if untold:
        known.setdefault(default, untold)
    if not known and foreign:
        known[default] = foreign
    return {code: known[code] for code in LANGUAGES if code in known}


def moment(value: Any) -> datetime | None:
    """A moment from an ISO date or time, in UTC where it names no zone; None when it isn't one."""
    text = str(value or "").strip()
    match = re.fullmatch(r"(\d{4})(?:-(\d{2}))?", text)
    if match:
        text = f"{match[1]}-{match[2] or '01'}-01"
    try:
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def whole(value: Any) -> int | None:
    """A count of bytes, however written; None when it isn't one."""
    text = str(value or "").strip()
    match = re.fullmatch(r"(\d{1,15})(?:\.0*)?", text)
    return int(match[1]) if match else None


def box(value: Any) -> tuple[float, float, float, float] | None:
    """West, south, east, north of a WKT or GeoJSON geometry in degrees; None when it isn't one."""
    text = value if isinstance(value, str) else orjson.dumps(value).decode() if isinstance(value, Mapping) else ""
    text = re.sub(r"^\s*<[^>]*>\s*", "", text).strip()  # GeoSPARQL writes the CRS in front
    if not text or len(text) > 1_000_000:
        return None
    import shapely  # 15 MB with numpy: only where an extent is read, not in every web process

    try:
        shape = shapely.from_geojson(text) if text.startswith("{") else shapely.from_wkt(text)
    except shapely.errors.ShapelyError:
        return None
    if shape is None or shape.is_empty:
        return None
    west, south, east, north = (round(float(side), 7) for side in shape.bounds)
    inside = -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    return (west, south, east, north) if inside else None


def web_address(value: Any, base: str = "") -> str:
    """An http(s) address, "" for anything else.

    Args:
        base: what a relative one is relative to.
    """
    text = str(value or "").strip()
    try:
        parts = urlsplit(urljoin(base, text) if base and text else text)
    except ValueError:
        return ""
    return parts.geturl() if parts.scheme in ("http", "https") and parts.netloc and " " not in parts.netloc else ""


def short_format(value: Any) -> str:
    """`CSV` of `csv`, `.csv` or an address of the EU's list of file types."""
    text = str(value or "").strip().rstrip("/")
    return (
        text.rpartition("/")[2].lstrip(".").upper()[:40]
        if "/" in text and "://" in text
        else text.lstrip(".").upper()[:40]
    )


def raw_of(value: Any) -> str:
    """The beginning of a broken record, to be shown to its keeper."""
    text = value if isinstance(value, str) else orjson.dumps(value, default=str).decode()
    return text[:RAW_KEPT]
