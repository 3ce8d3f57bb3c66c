"""What the catalogue's list shows, kept in each process: every public data set with its facets and its places in the orders.

It is read once and then follows `opendata_touched`, the database's log of changed data sets, before every question: an answer
is never older than its question. A search comes from the search index and is laid over it.
"""

import threading
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

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
#: A data set that no single city has.
JOINT = "joint"
#: Of a search that finds more than these, only so many are ranked one by one; they are the ones that are described best.
RANKED = 1000
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
    ARRAY(SELECT DISTINCT m.city_id FROM opendata_mapping m WHERE m.joint_id = d.id)
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


class _Index:
    """The process's own index; every use of it holds the lock."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        self.shelves = Shelves(FACETS, ORDERS)
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


_index = _Index()


def forget() -> None:
    """Read everything anew at the next question; for tests, whose changes are taken back unseen."""
    with _index.lock:
        _index.clear()


def listed(asked: Asked) -> Listed:
    """The part of the list that was asked for, with the counts of every facet: four to eleven queries, whatever the size."""
    found = findable.found(asked.text) if asked.text.strip() else None
    by_match = found is not None and asked.order == "best"
    with _index.lock:
        _index.follow()
        shelves = _index.shelves
        within = shelves.all if found is None else shelves.among(found.keys)
        matched = shelves.chosen(asked.choices, within)
        counts = shelves.counts(asked.choices, within)
        total, everything = matched.bit_count(), len(shelves)
        if by_match:
            candidates = shelves.part(matched, _BEFORE_RANKS, RANKED)
            others = _others(shelves, matched, candidates, asked)
        else:
            part = shelves.part(matched, order_of(asked), asked.limit, after=asked.after, before=asked.before)
    if found is not None and by_match:
        among_others = (asked.after or asked.before or _START)[0] > 0 and others.keys
        part = (
            others if among_others else _ranked(found.ranks(candidates.keys, asked.reader), candidates, others, asked)
        )
    return Listed(part, total, counts, found.corrected if found else (), everything)


#: The order by which those to be ranked are chosen, and in which the others follow them.
_BEFORE_RANKS = "quality"
#: Places of ranked data sets are at most 0; those of the others are moved behind them.
_BEHIND, _START = 1000, (0, "")


def _others(shelves: Shelves, matched: int, candidates: Part, asked: Asked) -> Part:
    """Of those that match but are too many to be ranked: the page asked for, else their first one."""
    if not candidates.more or candidates.last is None:
        return Part([], None, None, False)
    part = Part([], None, None, False)
    for place, way in ((asked.after, "after"), (asked.before, "before")):
        if place is not None and place[0] > 0 and not part.keys:
            part = shelves.part(matched, _BEFORE_RANKS, asked.limit, **{way: (place[0] - _BEHIND, place[1])})
    if part.first is None or part.first <= candidates.last:
        if asked.before is not None and part.last is not None and part.last <= candidates.last:
            return Part([], None, None, False)  # back among the ranked
        part = shelves.part(matched, _BEFORE_RANKS, asked.limit, after=candidates.last)
    if part.first is None or part.last is None:
        return Part([], None, None, False)
    first, last = ((place[0] + _BEHIND, place[1]) for place in (part.first, part.last))
    backwards = asked.before is not None and asked.after is None
    return Part(part.keys, first, last, True if backwards else part.more)


def _ranked(ranks: Mapping[str, float], candidates: Part, others: Part, asked: Asked) -> Part:
    """A page of the ranked ones, best first; after their last one the others begin."""
    places = sorted((-round(ranks.get(key, 0.0), 9), key) for key in candidates.keys)
    if asked.before is not None and asked.after is None:
        earlier = [place for place in places if place < asked.before]
        chosen, more = earlier[-asked.limit :], len(earlier) > asked.limit
    else:
        later = [place for place in places if asked.after is None or place > asked.after]
        chosen, more = later[: asked.limit], len(later) > asked.limit or candidates.more
        if not chosen:
            return others
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
    }
    sorts: dict[str, Any] = {"newest": -(changed or 0.0), "quality": -points, "used": -used}
    titles = findable.titles(title)
    keys: dict[str, str] = {}
    for language in LANGUAGES:
        shown = next((titles[code] for code in (language, *LANGUAGES) if titles.get(code)), name)
        sorts[f"name-{language}"] = keys.get(shown) or keys.setdefault(shown, sort_key(shown)[:80])
    return Thing(key, name, values, sorts)


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
