"""What the catalogue's list shows, kept in each process: every public data set with its facets and its places in the orders.

It is read once and then follows `opendata_touched`, the database's log of changed data sets, before every question: an answer
is never older than its question. A search comes from the search index and is laid over it.
"""

import sys
import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from kuutio.core.language import LANGUAGES, Language, sort_key
from kuutio.core.shelves import Part, Place, Shelves, Thing
from kuutio.opendata import findable
from kuutio.opendata.addresses import GEOMETRY_FORMATS, TABLE_FORMATS
from kuutio.opendata.quality import rating_of
from kuutio.opendata.vocabularies import FORMATS, LICENCE_ALIASES, format_of

FACETS = ("city", "theme", "format", "licence", "publisher", "rhythm", "harmonised", "hvd", "quality")
#: Orders beside the best match; of names one for each language.
ORDERS = ("newest", "quality", "used", *(f"name-{language}" for language in LANGUAGES))
#: What other doors ask for: the publisher's id, the licence and formats as they are said, a licence kept among the extras.
FURTHER = ("publisher_id", "licence_code", "licence_extra", "format_said")
#: The latest change first, equal ones by id; names by their characters.
FURTHER_ORDERS = ("modified", "slug")
#: The keywords in the first language that has any; those in all languages.
LABELS = ("tag", "keyword")
#: A data set that no single city has.
JOINT = "joint"
#: Of a search that finds more than these, only so many are ranked one by one: those with the words in their title, then
#: the ones that are described best. (Ranking 300 takes as long as finding 30,000.)
RANKED = 300
#: Words that so many have tell little, wherever they stand: whose titles have them isn't looked up.
TELLING = 30_000
#: The log of changes is kept for a day; who hasn't looked for half of it reads everything anew.
_TOO_OLD_S = 12 * 3600.0
#: So many changed data sets take longer one by one than all of them anew.
_MANY = 2000

_ROWS = """
SELECT d.id::text, d.name, d.city_id, publisher.slug, d.themes, d.licence, d.frequency, d.hvd_category, d.quality_points,
    d.used, d.title, extract(epoch FROM coalesce(d.data_changed_at, d.issued_at))::float8,
    ARRAY(SELECT DISTINCT p.format FROM opendata_distribution p WHERE p.dataset_id = d.id AND p.format <> ''),
    (SELECT max(CASE WHEN p.columns @> '[{"type": "geometry"}]' THEN 2 ELSE 1 END) FROM opendata_distribution p
        WHERE p.dataset_id = d.id AND p.kind = 'table' AND p.current_id IS NOT NULL),
    ARRAY(SELECT DISTINCT m.city_id FROM opendata_mapping m WHERE m.joint_id = d.id),
    d.publisher_id::text, d.keywords::text, (extract(epoch FROM d.modified_at) * 1000000)::bigint,
    ARRAY[(d.extras->'license_id')::text, (d.extras->'_fields'->'license_id')::text]
FROM opendata_dataset d JOIN cities_organisation publisher ON publisher.id = d.publisher_id
WHERE d.state = 'published' AND d.access = 'PUBLIC'
"""
_CHANGES = """
SELECT pg_snapshot_xmin(pg_current_snapshot())::text,
    (SELECT array_agg(ARRAY[id::text, dataset::text]) FROM opendata_touched WHERE transaction >= %s::xid8)
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asks of the list.

    Attributes:
        choices: the values chosen in each facet.
        order: "best" for a search, else one of newest, quality, used, name.
        after, before: the place of the last or first data set of another part of the same list.
    """

    text: str = ""
    choices: Mapping[str, Collection[str]] = field(default_factory=dict)
    order: str = "newest"
    limit: int = 20
    after: Place | None = None
    before: Place | None = None
    reader: Language = "fi"


@dataclass(frozen=True, slots=True)
class Listed:
    """A part of the list.

    Attributes:
        total: the data sets of the whole list.
        counts: of each facet, how many each value would give.
        corrected: words that were read as others.
        everything: how many data sets the catalogue has.
    """

    part: Part
    total: int
    counts: dict[str, dict[str, int]]
    corrected: tuple[tuple[str, str], ...]
    everything: int


class Index:
    """The process's own index; every use of it holds the lock."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        self.shelves = Shelves((*FACETS, *FURTHER), (*ORDERS, *FURTHER_ORDERS), LABELS)
        self.seen_up_to: str | None = None
        self.seen: set[str] = set()
        self.looked_at = 0.0

    def follow(self) -> None:
        """Bring the index to what is committed now."""
        with connection.cursor() as cursor:
            if self.seen_up_to is None or time.monotonic() - self.looked_at > _TOO_OLD_S:
                self._read_all(cursor)
                return
            cursor.execute(_CHANGES, [self.seen_up_to])
            up_to, lines = cursor.fetchone()
            fresh = {dataset for line, dataset in lines or () if line not in self.seen}
            if fresh:
                self._renew(cursor, fresh)
            # Transactions that were open then may still commit lines below those seen: they are asked for again.
            self.seen = {line for line, _dataset in lines or ()}
            self.seen_up_to, self.looked_at = up_to, time.monotonic()

    def found(self, numbers: Sequence[int]) -> int:
        """The set of what a search found."""
        try:
            return self.shelves.with_tickets(numbers)
        except LookupError:
            # Changed since, or not on the shelves.
            for key, number in findable.numbered(self.shelves.without_thing(numbers)):
                self.shelves.ticket(key, number)
            gone = set(self.shelves.without_thing(numbers))
            return self.shelves.with_tickets(number for number in numbers if number not in gone)

    def _renew(self, cursor: Any, fresh: set[str]) -> None:
        if len(fresh) > _MANY:
            self._read_all(cursor)
            return
        cursor.execute(f"{_ROWS} AND d.id = ANY(%s::uuid[])", [list(fresh)])
        things = [_thing(*row) for row in cursor.fetchall()]
        for gone in fresh - {thing.key for thing in things}:
            self.shelves.drop(gone)
        for thing in things:
            self.shelves.put(thing)

    def _read_all(self, cursor: Any) -> None:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
        (self.seen_up_to,) = cursor.fetchone()
        self.seen, self.looked_at = set(), time.monotonic()
        with connection.chunked_cursor() as rows:
            rows.execute(_ROWS)
            self.shelves.fill(_thing(*row) for row in iter_rows(rows))
        for key, number in findable.numbered():
            self.shelves.ticket(key, number)


_index = Index()


def forget() -> None:
    """Read everything anew at the next question; for tests, whose changes are taken back unseen."""
    with _index.lock:
        _index.clear()


@contextmanager
def kept() -> Iterator[Index]:
    """The index as of now, for this thread alone until it leaves; what is asked of it should be short."""
    with _index.lock:
        _index.follow()
        yield _index


def listed(asked: Asked) -> Listed:
    """The part of the list that was asked for, with the counts of every facet: four to ten queries, whatever the size."""
    found = findable.found(asked.text) if asked.text.strip() else None
    by_match = found is not None and asked.order == "best"
    many = found is not None and by_match and RANKED < len(found.numbers) <= TELLING
    in_titles = found.in_titles(asked.reader) if found is not None and many else ()
    with kept() as index:
        shelves = index.shelves
        within = shelves.all if found is None else index.found(found.numbers)
        matched = shelves.chosen(asked.choices, within)
        counts = shelves.counts(asked.choices, within, FACETS)
        total, everything = matched.bit_count(), len(shelves)
        if by_match:
            ahead = _to_rank(shelves, matched, index.found(in_titles) if in_titles else 0)
            behind = _behind(shelves, matched, ahead, asked) if total > len(ahead) else _NOTHING
        else:
            part = shelves.part(matched, order_of(asked), asked.limit, after=asked.after, before=asked.before)
    if found is not None and by_match:
        part = (
            behind
            if _beyond(asked) and behind.keys
            else _ranked(found.ranks(ahead, asked.reader), ahead, behind, asked)
        )
    return Listed(part, total, counts, found.corrected if found else (), everything)


#: The order by which those to be ranked are chosen, and in which the others follow them.
_BEFORE_RANKS = "quality"
#: Places of ranked data sets are at most 0; those of the others are moved behind them.
_BEHIND = 1000
_NOTHING = Part([], None, None, False)


def _to_rank(shelves: Shelves, matched: int, in_titles: int) -> list[str]:
    """The data sets that are ranked one by one, in no order that means anything."""
    titled = shelves.part(matched & in_titles, _BEFORE_RANKS, RANKED).keys
    return titled + shelves.part(matched & ~in_titles, _BEFORE_RANKS, RANKED - len(titled)).keys


def _beyond(asked: Asked) -> bool:
    """Whether a place among those that aren't ranked is asked for."""
    place = asked.after or asked.before
    return place is not None and place[0] > 0


def _behind(shelves: Shelves, matched: int, ahead: Collection[str], asked: Asked) -> Part:
    """Of those that match but are too many to be ranked: the part that is asked for, else their first one."""
    others = matched & ~shelves.among(ahead)
    after, before = (
        (place[0] - _BEHIND, place[1]) if place is not None and place[0] > 0 else None
        for place in (asked.after, asked.before)
    )
    part = shelves.part(others, _BEFORE_RANKS, asked.limit, after=after, before=before)
    if part.first is None or part.last is None:
        return _NOTHING
    first, last = ((place[0] + _BEHIND, place[1]) for place in (part.first, part.last))
    return Part(part.keys, first, last, part.more or (before is not None and after is None))


def _ranked(ranks: Mapping[str, float], ahead: Collection[str], behind: Part, asked: Asked) -> Part:
    """A page of the ranked ones, best first; after their last one the others begin."""
    places = sorted((-round(ranks.get(key, 0.0), 9), key) for key in ahead)
    if asked.before is not None and asked.after is None:
        earlier = [place for place in places if place < asked.before]
        chosen, more = earlier[-asked.limit :], len(earlier) > asked.limit
    else:
        later = [place for place in places if asked.after is None or place > asked.after]
        chosen, more = later[: asked.limit], len(later) > asked.limit or bool(behind.keys)
        if not chosen:
            return behind
    ends = (chosen[0], chosen[-1]) if chosen else (None, None)
    return Part([key for _rank, key in chosen], ends[0], ends[1], more)


def iter_rows(cursor: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of an answer, some at a time."""
    while rows := cursor.fetchmany(2000):
        yield from rows


def order_of(asked: Asked) -> str:
    """The order's name in the index: names are ordered by the reader's language, a search of no word has no best match."""
    if asked.order == "name":
        return f"name-{asked.reader}"
    return asked.order if asked.order in ORDERS else "newest"


def _thing(
    key: str, name: str, city: str | None, publisher: str, themes: list[str], licence: str, rhythm: str, hvd: str,
    points: int, used: int, title: str, changed: float | None, formats: list[str], table: int | None, joined: list[str],
    publisher_id: str, keywords: str, modified_us: int, licences: list[str | None],
) -> Thing:  # fmt: skip
    values = {
        "city": [city] if city else [JOINT, *joined],
        "theme": themes,
        "format": formats_of(formats, table),
        "licence": [LICENCE_ALIASES.get(licence, licence) or "notspecified"],
        "publisher": [publisher],
        "rhythm": [rhythm] if rhythm else [],
        "harmonised": ["yes"] if joined else [],
        "hvd": ["yes"] if hvd else [],
        "quality": [rating_of(points)],
        "publisher_id": [publisher_id],
        "licence_code": [licence],
        "licence_extra": [said for kept in licences if kept and isinstance(said := orjson.loads(kept), str)],
        "format_said": formats,
    }
    sorts: dict[str, Any] = {"newest": -(changed or 0.0), "quality": -points, "used": -used, "slug": name}
    # One number: less for a later change, then for a lesser id.
    sorts["modified"] = UUID(key).int - (modified_us << 128)
    titles = findable.titles(title)
    keys: dict[str, str] = {}
    for language in LANGUAGES:
        shown = next((titles[code] for code in (language, *LANGUAGES) if titles.get(code)), name)
        sorts[f"name-{language}"] = keys.get(shown) or keys.setdefault(shown, sort_key(shown)[:80])
    return Thing(key, name, values, sorts, _labels(orjson.loads(keywords)))


def _labels(keywords: Any) -> dict[str, tuple[str, ...]]:
    found = [tuple(_texts(keywords.get(language))) for language in LANGUAGES] if isinstance(keywords, dict) else []
    words = [some for some in found if some]
    if not words:
        return {}
    return {"tag": words[0], "keyword": words[0] if len(words) == 1 else tuple({*chain.from_iterable(words)})}


def _texts(words: Any) -> Iterator[str]:
    """The texts of a list, each kept once for all data sets that have it."""
    return (sys.intern(word) for word in words if isinstance(word, str)) if isinstance(words, list) else iter(())


def formats_of(named: Collection[str], table: int | None) -> list[str]:
    """The formats that a data set can be had in, by their names for people.

    Args:
        named: what its publisher says of each distribution.
        table: 1 when it has a table that is served, 2 when that has places, None without.
    """
    found = {(known.name if (known := format_of(word)) else word.strip()[:30]) for word in named}
    if table:
        found |= {FORMATS[form].name for form in TABLE_FORMATS if table == 2 or form not in GEOMETRY_FORMATS}
    return sorted(found)
