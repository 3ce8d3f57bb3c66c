"""A search of packages answered from the index of public data sets that each process keeps, where it knows all that is asked.

The answer is the same as the database's; whatever isn't known here (a pattern, a field among the extras, words in one field)
is left to that. What a part of the question needs from the database is read before the index is taken, since it serves one
thread at a time.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from kuutio.cities.models import Organisation
from kuutio.core.language import Language
from kuutio.core.problems import BadQuery
from kuutio.opendata import findable, listing
from kuutio.opendata.ckan import facets
from kuutio.opendata.ckan.asked import compared, is_word
from kuutio.opendata.ckan.shapes import STATES, theme_of
from kuutio.opendata.engine import fq
from kuutio.opendata.models import Dataset, Group
from kuutio.opendata.queries import uuid_of
from kuutio.opendata.vocabularies import LICENCE_ALIASES, LICENCES

#: Finds the set of data sets that fit; called while the index is held.
Part = Callable[[listing.Index], int]
#: Fields of an order, each with whether it descends.
Sorts = Sequence[tuple[str, bool]]
#: So many are named one by one to the database, when it has to order them.
FEW = 5000


class Unknown(Exception):
    """The index doesn't know what is asked."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found.

    Attributes:
        count: how many.
        keys: the ids of the part that was asked for, in their order; None when the index doesn't know the order.
        among: the ids of all, when the order isn't known and they are few.
        items: of each facet, its most frequent values in no order; all those that are as frequent as the last one.
    """

    count: int
    keys: list[str] | None
    among: list[str] | None
    items: dict[str, list[facets.Item]]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    Attributes:
        words: for the text search; "" for none.
        parts: the rest of `q`, and what each of `fq` and `fq_list` asks.
        sorts: the order; data sets that are equal in it stand by id.
        start, rows: the part of the list.
        fields: the facets to be counted.
        most: values at most of each, below 0 for all.
        reader: whose language ranks first.
    """

    words: str
    parts: Sequence[fq.Node]
    sorts: Sorts
    start: int
    rows: int
    fields: Sequence[str]
    most: int
    reader: Language


def answer(question: Question) -> Answer:
    """Answer from the index.

    Raises:
        Unknown: it doesn't know all of what is asked.
    """
    parts = [_part(node) for node in question.parts]
    found = findable.found(question.words) if question.words else None
    order = _order(question.sorts, scored=found is not None)
    ranks_all = found is None or len(found.numbers) <= findable._RANKED  # the same as in the database
    titled = found.in_titles(question.reader) if found and order and order.scored and not ranks_all else ()
    members = _members() if "groups" in question.fields else {}
    keys: list[str] | None = None
    with listing.kept() as index:
        shelves = index.shelves
        within = shelves.all if found is None else index.found(found.numbers)
        for part in parts:
            within &= part(index)
        count = within.bit_count()
        if order is None:
            among = list(shelves.keys(within)) if count <= FEW else None
        else:
            among = None
            keys = _first(index, within, order, question, titled, to_rank=order.scored and ranks_all)
        counted = {field: _COUNTED[field](index, within) for field in question.fields if field in _COUNTED}
        grouped = {name: (shelves.among(ids) & within).bit_count() for name, (_title, ids) in members.items()}
    if keys and found and order and order.scored and ranks_all:
        ranks = found.ranks(keys, question.reader)
        keys.sort(key=lambda key: -ranks.get(key, 0.0))
        keys = keys[question.start : question.start + question.rows]
    items = {field: _items(field, _leading(counts, question.most)) for field, counts in counted.items()}
    if "groups" in items:
        made = ((name, title, grouped[name]) for name, (title, _ids) in members.items())
        items["groups"] += [facets.group(name, title, count) for name, title, count in made if count]
    return Answer(count, keys, among, items)


@dataclass(frozen=True, slots=True)
class _Order:
    """An order that the index has; `scored`: the best match comes before it."""

    name: str
    backwards: bool
    scored: bool


def _order(sorts: Sorts, *, scored: bool) -> _Order | None:
    left = [(field, descending) for field, descending in sorts if field != "score" or scored]
    by_score = bool(left) and left[0] == ("score", True)
    match left[1:] if by_score else left:
        case [("modified_at", True)]:
            return _Order("modified", False, by_score)
        case [("name", descending), *_]:  # no two have the same name
            return _Order("slug", descending, by_score)
    return None


def _first(
    index: listing.Index, within: int, order: _Order, question: Question, titled: Sequence[int], *, to_rank: bool
) -> list[str]:
    """The part that is asked for, or all of those that have yet to be ranked."""
    shelves, start, rows = index.shelves, question.start, question.rows
    if not rows:
        return []
    if to_rank:
        return shelves.slice(within, order.name, 0, within.bit_count(), backwards=order.backwards)
    ahead = within & index.found(titled) if titled else 0
    keys = shelves.slice(ahead, order.name, start, rows, backwards=order.backwards) if ahead else []
    behind = max(start - ahead.bit_count(), 0)
    return keys + shelves.slice(within & ~ahead, order.name, behind, rows - len(keys), backwards=order.backwards)


def nodes(texts: Iterable[str]) -> list[fq.Node]:
    """The trees of some conditions.

    Raises:
        Unknown: one can't be read.
    """
    try:
        return [fq.parse(text) for text in texts]
    except BadQuery as error:
        raise Unknown from error


def _part(node: fq.Node) -> Part:
    match node:
        case fq.All(parts):
            words = " ".join(part.text for part in parts if isinstance(part, fq.Term) and is_word(part))
            every = [_part(part) for part in parts if not is_word(part)] + ([_found(words)] if words else [])
            return lambda index: _all_of(index, every)
        case fq.Any(parts):
            some = [_part(part) for part in parts]
            return lambda index: _some_of(index, some)
        case fq.Never(part):
            inner = _part(part)
            return lambda index: index.shelves.all & ~inner(index)
        case fq.Exists(field):
            return _exists(field)
        case fq.Term(pattern=None, field=None):
            return _found(node.text)
        case fq.Term(field=str(field)) if field in _KNOWN:
            return _KNOWN[field](node)
    raise Unknown


def _all_of(index: listing.Index, parts: Iterable[Part]) -> int:
    within = index.shelves.all
    for part in parts:
        within &= part(index)
    return within


def _some_of(index: listing.Index, parts: Iterable[Part]) -> int:
    either = 0
    for part in parts:
        either |= part(index)
    return either


def _everything(index: listing.Index) -> int:
    return index.shelves.all


def _nothing(_index: listing.Index) -> int:
    return 0


def _exists(field: str | None) -> Part:
    if field is None or field in {"id", "title", "organization", "owner_org", "state", "private", "capacity"}:
        return _everything
    if field == "res_format":
        return lambda index: index.shelves.with_value("format_said", bool)
    raise Unknown


def _found(words: str) -> Part:
    if not words.strip():
        return _everything
    numbers = findable.found(words).numbers
    return lambda index: index.found(numbers)


def _plainly(term: fq.Term) -> str:
    """The term's text, where letters' cases are the same here and in the database."""
    if term.pattern is not None or not term.text.isascii():
        raise Unknown
    return term.text.upper()


def _among(facet: str, wanted: str) -> Part:
    """What has a value that is the same but for the cases of its letters."""
    return lambda index: index.shelves.with_value(facet, lambda value: value.upper() == wanted)


def _organization(term: fq.Term) -> Part:
    return _published(compared("slug", term))


def _owner(term: fq.Term) -> Part:
    uuid = uuid_of(term.text)
    return _published(Q(uuid=uuid)) if uuid else _organization(term)


def _published(condition: Q) -> Part:
    """What organizations publish; their names are the database's to know, for they may change."""
    ids = {str(pk) for pk in Organisation.objects.filter(condition).values_list("pk", flat=True)}
    return lambda index: index.shelves.chosen({"publisher_id": ids}, index.shelves.all) if ids else 0


def _group(term: fq.Term) -> Part:
    code, members = theme_of(term.text), _members(Q(name=term.text.lower()))
    made = [key for _title, ids in members.values() for key in ids]
    return lambda index: (
        (index.shelves.chosen({"theme": [code]}, index.shelves.all) if code else 0) | index.shelves.among(made)
    )


def _members(condition: Q | None = None) -> dict[str, tuple[object, list[str]]]:
    """Titles and data sets' ids of the groups that somebody made and that have any, by name."""
    rows = Group.objects.filter(condition or Q(), datasets__isnull=False).order_by()
    # The log of changes, which the index follows, doesn't tell of these.
    ids = ArrayAgg(Cast("datasets", TextField()))
    return {name: (title, keys) for name, title, keys in rows.annotate(ids=ids).values_list("name", "title", "ids")}


def _tag(term: fq.Term) -> Part:
    if term.pattern is not None:
        raise Unknown
    return lambda index: index.shelves.with_label("keyword", term.text)


def _format(term: fq.Term) -> Part:
    return _among("format_said", _plainly(term))


def _licence(term: fq.Term) -> Part:
    code = term.text.lower()
    known = _among("licence_code", _plainly(fq.Term(None, LICENCE_ALIASES.get(code, code), pattern=term.pattern)))
    return lambda index: known(index) | index.shelves.with_value("licence_extra", term.text.__eq__)


def _city(term: fq.Term) -> Part:
    """What one city has; one table of several cities is no single one's."""
    wanted = _among("city", _plainly(term))
    return lambda index: wanted(index) & ~index.shelves.with_value("city", listing.JOINT.__eq__)


def _state(term: fq.Term) -> Part:
    return _everything if term.text.lower() == STATES[Dataset.State.PUBLISHED] else _nothing


def _private(term: fq.Term) -> Part:
    return _everything if term.text.lower() in {"false", "public"} else _nothing


def _kind(term: fq.Term) -> Part:
    return _everything if term.text.lower() in {"dataset", "package"} else _nothing


def _open(term: fq.Term) -> Part:
    wanted = term.text.lower() == "true"

    def is_open(index: listing.Index) -> int:
        found = index.shelves.with_value("licence_code", lambda code: code in LICENCES and LICENCES[code].is_open)
        return found if wanted else index.shelves.all & ~found

    return is_open


_KNOWN: Mapping[str, Callable[[fq.Term], Part]] = {
    "text": lambda term: _found(term.text),
    "organization": _organization,
    "owner_org": _owner,
    "groups": _group,
    "tags": _tag,
    "keywords": _tag,
    "res_format": _format,
    "license_id": _licence,
    "license": _licence,
    "city": _city,
    "state": _state,
    "private": _private,
    "capacity": _private,
    "isopen": _open,
    "type": _kind,
    "dataset_type": _kind,
    "entity_type": _kind,
}


def _counted_values(facet: str) -> Callable[[listing.Index, int], dict[str, int]]:
    return lambda index, within: index.shelves.counts({}, within, (facet,))[facet]


_COUNTED: Mapping[str, Callable[[listing.Index, int], dict[str, int]]] = {
    "organization": _counted_values("publisher_id"),
    "license_id": _counted_values("licence_code"),
    "res_format": _counted_values("format_said"),
    "tags": lambda index, within: index.shelves.count_labels("tag", within),
    "groups": _counted_values("theme"),
}


def _leading(counts: Mapping[str, int], most: int) -> Mapping[str, int]:
    """The most frequent values, with all that are as frequent as the last of them: only these need names."""
    if not 0 < most < len(counts):
        return counts
    least = nlargest(most + 1, counts.values())[-1]  # one more: a value without a name isn't shown
    return {value: count for value, count in counts.items() if count >= least}


def _items(field: str, counts: Mapping[str, int]) -> list[facets.Item]:
    match field:
        case "organization":
            rows = Organisation.objects.filter(pk__in=counts).values_list("pk", "slug", "name")
            return [facets.organization(slug, name, counts[str(pk)]) for pk, slug, name in rows]
        case "license_id":
            return [facets.licence(code, count) for code, count in counts.items()]
        case "groups":
            return [facets.theme(code, count) for code, count in counts.items()]
    return [(value, value, count) for value, count in counts.items()]
