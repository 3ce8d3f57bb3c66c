"""Searching packages: `package_search`, and the short forms of it that complete what somebody types."""

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OrderBy, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from kuutio.core.language import LANGUAGES, Language
from kuutio.opendata import findable
from kuutio.opendata.ckan import asked, facets, shelved
from kuutio.opendata.ckan.errors import unreadable_search
from kuutio.opendata.ckan.inputs import Inputs
from kuutio.opendata.ckan.registry import Call, reading
from kuutio.opendata.ckan.shapes import by_language, package, plainly
from kuutio.opendata.models import Dataset
from kuutio.opendata.queries import datasets_seen_by, whole
from kuutio.search.models import Entry

MAX_ROWS = 1000
_DEFAULT_SORT = "score desc, metadata_modified desc"
_SORTS = {
    "id": "pk",
    "name": "name",
    "title": "in_order",
    "title_string": "in_order",
    "metadata_modified": "modified_at",
    "metadata_created": "created_at",
    "date_released": "issued_at",
    "organization": "publisher__slug",
    "score": "score",
    "relevance": "score",
}
_SORT = re.compile(r"\s*(\w+)(?:\s+(asc|desc))?\s*", re.IGNORECASE)


def listed(call: Call) -> QuerySet[Dataset]:
    """What a list shows: what is public, and what the caller sees and asked to have with it."""
    rows = datasets_seen_by(call.reader)
    if not call.data.flag("include_private"):
        rows = rows.filter(access=Dataset.Access.PUBLIC)
    if not call.data.flag("include_drafts"):
        rows = rows.exclude(state=Dataset.State.DRAFT)
    if not call.data.flag("include_deleted"):
        rows = rows.exclude(state=Dataset.State.DELETED)
    return rows


@reading
def package_search(call: Call) -> dict[str, Any]:
    """Find packages by words and by fields.

    :param q: words, or Solr's language (`title:puu*`, `"two words"`, `-tags:x`); empty or `*:*` for all.
    :param fq: conditions in Solr's language: `organization:a OR organization:b`, `-groups:x`, `res_format:CSV`,
        `metadata_modified:[2026-11-24T00:00:00Z TO *]`; parts with spaces between all have to fit.
    :param fq_list: a list of such.
    :param sort: `id asc`, `name asc`, `title_string asc`, `metadata_modified desc`, `score desc`, with commas between.
    :param rows: how many, 10 unless told, 1000 at most; more are clipped.
    :param start: how many to pass over.
    :param facet: whether to count by fields; `facet.field` a list of organization, tags, res_format, license_id and
        groups, `facet.limit` values of each, 50 unless told, `facet.mincount` packages a value needs.
    :param include_private, include_drafts: with a key: also what isn't public.
    :param ext_bbox: `west,south,east,north` in degrees: extents that meet the box.
    :returns: count, sort, facets, search_facets and results. Rows that are equal in the order are in the order of ids.
    """
    data = call.data
    order = data.text("sort").strip() or _DEFAULT_SORT
    start, wanted = data.number("start", 0), data.number("rows", 10, most=MAX_ROWS)
    answer = _from_shelves(call, order, start, wanted) or _from_database(call, order, start, wanted)
    return {
        "count": answer.count,
        "sort": order,
        "facets": {field: {name: count for name, _shown, count in items} for field, items in answer.items.items()},
        "search_facets": {field: facets.shown(field, items) for field, items in answer.items.items()},
        "results": answer.results,
    }


@dataclass(frozen=True, slots=True)
class _Answer:
    """How many were found, the part of them that was asked for, and of each facet the values to be shown."""

    count: int
    results: list[dict[str, Any]]
    items: dict[str, list[facets.Item]]


def _from_shelves(call: Call, order: str, start: int, wanted: int) -> _Answer | None:
    """The answer of the index of public data sets; None when that doesn't know all that is asked."""
    data, text = call.data, asked.query(call.data.text("q"))
    if not _asks_for_public(call) or data.text("ext_bbox").strip():
        return None
    sorts, fields = _sorts(order), _facet_fields(data)
    limits = _facet_limits(data) if fields else {"most": 0}
    try:
        parts = [*text.parts, *shelved.nodes(_conditions(data))]
        found = shelved.answer(
            shelved.Question(text.words, parts, sorts, start, wanted, fields, limits["most"], _reader(call))
        )
    except shelved.Unknown:
        return None
    if found.keys is not None:
        # Whatever the index says, only what the caller may see is shown.
        shown = {str(one.pk): one for one in whole(listed(call).filter(pk__in=found.keys))}
        results = [package(shown[key]) for key in found.keys if key in shown]
    else:
        by_score = bool(text.words) and any(field == "score" for field, _descending in sorts)
        if found.among is None or by_score:
            rows = _found(call, order)
        else:
            rows = _ordered(listed(call).filter(pk__in=found.among), order, scored=False)
        results = _page(rows, start, wanted)
    items = {field: facets.arranged(found.items.get(field, []), **limits) for field in fields}
    return _Answer(found.count, results, items)


def _from_database(call: Call, order: str, start: int, wanted: int) -> _Answer:
    """The same, asked of the database alone."""
    rows = _found(call, order)
    plain = rows.order_by()
    items = {field: facets.facet(field, plain, **_facet_limits(call.data)) for field in _facet_fields(call.data)}
    return _Answer(plain.count(), _page(rows, start, wanted), items)


def _page(rows: QuerySet[Dataset], start: int, wanted: int) -> list[dict[str, Any]]:
    return [package(one) for one in whole(rows)[start : start + wanted]] if wanted else []


def _asks_for_public(call: Call) -> bool:
    """Whether what `listed` gives is what everybody may see."""
    flags = ("include_private", "include_drafts", "include_deleted")
    known = call.reader is not None and call.reader.is_active
    return not known or not any(call.data.flag(name) for name in flags)


def _found(call: Call, order: str) -> QuerySet[Dataset]:
    """What is found, in its order."""
    data = call.data
    text = asked.query(data.text("q"))
    condition = text.condition(call.at) & asked.filters(_conditions(data), call.at)
    rows = listed(call).filter(condition & _in_box(data.text("ext_bbox")))
    if text.words:
        rows = findable.ranked(rows, text.words, _reader(call))
    return _ordered(rows, order, scored=bool(text.words))


def _conditions(data: Inputs) -> list[str]:
    given = data.texts("fq") if isinstance(data.values.get("fq"), list) else [data.text("fq")]
    return [*given, *_fq_list(data)]


@reading
def package_autocomplete(call: Call) -> list[dict[str, Any]]:
    """Packages whose name or title begins to be what somebody types.

    :param q: the beginning.
    :param limit: how many, 10 unless told, 1000 at most.
    :returns: name, title, match_field and match_displayed of each.
    """
    typed = call.data.needed("q") if "q" in call.data else call.data.text("q")
    limit = call.data.number("limit", 10, most=MAX_ROWS)
    title = asked.filters([f'title:"{asked.quoted(typed)}"'], call.at)
    rows = listed(call).filter(Q(name__icontains=typed) | title).order_by("name")[:limit]
    return [_completed(row, typed) for row in rows]


def _completed(row: Dataset, typed: str) -> dict[str, Any]:
    title = plainly(by_language(row.title)) or row.name
    in_name = typed.lower() in row.name
    return {
        "name": row.name,
        "title": title,
        "match_field": "name" if in_name else "title",
        "match_displayed": row.name if in_name else f"{title} ({row.name})",
    }


def _fq_list(data: Inputs) -> list[str]:
    value = data.values.get("fq_list")
    if isinstance(value, str) and value.strip()[:1] != "[":
        return [value]  # a comma in it belongs to the query
    return data.texts("fq_list")


def _facet_fields(data: Inputs) -> list[str]:
    if not data.flag("facet", default=True):
        return []
    return list(dict.fromkeys(data.texts("facet.field")))[:20]


def _facet_limits(data: Inputs) -> dict[str, int]:
    return {
        "most": data.number("facet.limit", 50, least=-1, most=10_000),
        "least": data.number("facet.mincount", 1),
    }


def _sorts(order: str) -> list[tuple[str, bool]]:
    """The fields of an order, each with whether it descends.

    Raises:
        Refusal: there is no such order.
    """
    sorts = []
    for part in order.split(","):
        if not part.strip():
            continue
        match = _SORT.fullmatch(part)
        field = _SORTS.get(match[1].lower()) if match else None
        if match is None or field is None:
            raise unreadable_search(f'Invalid "sort" parameter: {part.strip()[:60]!r}')
        sorts.append((field, (match[2] or "asc").lower() == "desc"))
    return sorts


def _ordered(rows: QuerySet[Dataset], order: str, *, scored: bool) -> QuerySet[Dataset]:
    keys: list[Any] = []
    for field, descending in _sorts(order):
        if field == "score" and not scored:
            continue
        if field == "in_order":
            rows = rows.annotate(in_order=Subquery(_sort_keys().values("sort_key")[:1]))
        keys.append(OrderBy(F(field), descending=descending, nulls_last=True))
    return rows.order_by(*keys, "pk")


def _sort_keys() -> QuerySet[Entry]:
    """The key of the Finnish order that the search index keeps of a title."""
    return Entry.objects.filter(kind=findable.KIND, key=Cast(OuterRef("pk"), TextField()), language="fi")


def _reader(call: Call) -> Language:
    """The language of whom the answer is for, if it is one that is searched in."""
    code = call.language[:2]
    return next((language for language in LANGUAGES if language == code), "fi")


def _in_box(text: str) -> Q:
    """Extents that meet a box, edges included."""
    if not text.strip():
        return Q()
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise unreadable_search(_("ext_bbox has four numbers: west, south, east, north.")) from None
    if not all(-1e6 < edge < 1e6 for edge in (west, south, east, north)):
        raise unreadable_search(_("ext_bbox has four numbers: west, south, east, north."))
    return Q(bbox__0__lte=east, bbox__2__gte=west, bbox__1__lte=north, bbox__3__gte=south)
