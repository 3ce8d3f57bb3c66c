"""The datastore: rows of tables, by CKAN's words. `_id` is the number of a row in its version, from 1."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

import orjson
from django.utils.translation import gettext as _

from kuutio.opendata import counted
from kuutio.opendata import sql as public_sql
from kuutio.opendata.ckan.errors import invalid, missing
from kuutio.opendata.ckan.inputs import Inputs, unpacked
from kuutio.opendata.ckan.registry import Call, reading
from kuutio.opendata.ckan.resources import found as found_resource
from kuutio.opendata.engine import params
from kuutio.opendata.engine.filters import NOTHING, Filter, In, Text, both
from kuutio.opendata.engine.query import Query, Sort
from kuutio.opendata.engine.render import Shape
from kuutio.opendata.engine.snapshot import ID
from kuutio.opendata.engine.table import Table
from kuutio.opendata.engine.typed import MAX_VALUES
from kuutio.opendata.engine.types import Column, ColumnType
from kuutio.opendata.models import Distribution
from kuutio.opendata.tables import current_table

MAX_ROWS = 32_000
_SEPARATORS = {"csv": ",", "tsv": "\t"}
#: Our types by PostgreSQL's names, which CKAN shows.
TYPES = {
    ColumnType.TEXT: "text",
    ColumnType.INTEGER: "int",
    ColumnType.NUMBER: "numeric",
    ColumnType.BOOLEAN: "bool",
    ColumnType.DATE: "date",
    ColumnType.TIME: "time",
    ColumnType.DATETIME: "timestamp",
    ColumnType.GEOMETRY: "json",
}


def opened(call: Call, word: str) -> tuple[Distribution, Table]:
    """The table of a resource.

    Raises:
        Refusal: there is none, or it has no rows here.
    """
    distribution = found_resource(call, word)
    if distribution.kind != Distribution.Kind.TABLE or distribution.current is None:
        raise missing(_('Resource "%(id)s" was not found.') % {"id": word[:100]})
    return distribution, current_table(distribution)


@reading
def datastore_search(call: Call) -> dict[str, Any]:
    """Read rows of a table.

    :param resource_id: the resource's id, or its table's.
    :param q: words that some text column has, or an object of words by column.
    :param filters: an object of values by column; a list of values means any of them.
    :param fields: the columns to show, a list or with commas between; all unless told.
    :param sort: `column desc, other asc`.
    :param limit: rows, 100 unless told, 32,000 at most; more are clipped.
    :param offset: rows to pass over.
    :param distinct: of rows that are equal in the fields only the first.
    :param include_total: whether to count all that match; exact always.
    :param records_format: objects, lists, csv or tsv.
    :returns: fields, records, total, and `_links` to this page and the next.
    """
    data = call.data
    word = data.text("resource_id") or data.text("id") or data.needed("resource_id")
    distribution, table = opened(call, word)
    counted.note(distribution.dataset_id, "ckan")
    form = data.text("records_format") or "objects"
    if form not in {"objects", "lists", *_SEPARATORS}:
        raise invalid(records_format=_("Must be objects, lists, csv or tsv."))
    query, backwards = asked(data, table)
    limit = data.number("limit", 100, most=MAX_ROWS)
    offset = data.number("offset", 0)
    rows, matched = page_of(table, query, limit, offset, backwards=backwards)
    columns = shown_columns(table, query.columns)
    result: dict[str, Any] = {
        "resource_id": str(distribution.pk),
        "fields": fields_of(columns),
        "records": _records(rows, columns, form),
        "records_format": form,
        "limit": limit,
        "offset": offset,
        "include_total": data.flag("include_total", default=True),
        "_links": _links(data, limit, offset),
    }
    if result["include_total"]:
        result |= {"total": matched, "total_was_estimated": False, "total_estimation_threshold": None}
    return result | {name: data.values[name] for name in ("q", "filters", "sort") if data.values.get(name)}


@reading
def datastore_search_sql(call: Call) -> dict[str, Any]:
    """Ask one SELECT over published tables.

    :param sql: in DuckDB's dialect, which is PostgreSQL's for most; tables are named by their resource's id in double
        quotes, or by their own.
    :returns: fields and records; `records_truncated` when there were more rows than one answer holds.
    """
    sql = call.data.needed("sql")
    answer = public_sql.run(sql, person=call.reader, caller=call.caller)
    names = _once_each(column["name"] for column in answer.columns)
    by_word = {str(kind): name for kind, name in TYPES.items()}
    kinds = [by_word.get(column["type"], column["type"]) for column in answer.columns]
    result: dict[str, Any] = {
        "sql": sql,
        "fields": [{"id": name, "type": kind} for name, kind in zip(names, kinds, strict=True)],
        "records": [dict(zip(names, row, strict=True)) for row in answer.rows],
    }
    return result | {"records_truncated": True} if answer.truncated else result


@reading
def datastore_info(call: Call) -> dict[str, Any]:
    """Tell the columns and the size of a table.

    :param id: the resource's id, or its table's.
    :returns: meta (count, size) and fields with their types, which of them have an index, and their titles.
    """
    word = call.data.text("id") or call.data.text("resource_id") or call.data.needed("id")
    distribution, table = opened(call, word)
    size = table.manifest.bytes.get("data", 0)
    return {
        "meta": {
            "id": str(distribution.pk),
            "count": table.store.rows,
            "table_type": "BASE TABLE",
            "size": size,
            "db_size": size,
            "idx_size": 0,
            "aliases": [table.manifest.table],
        },
        "fields": [_described(column, table) for column in shown_columns(table, None) if column.name != ID],
        "schema": {column.name: TYPES[column.type] for column in shown_columns(table, None)},
    }


def asked(data: Inputs, table: Table) -> tuple[Query, bool]:
    """Which rows are asked for, without a page; and whether they are read from the last one backwards.

    Raises:
        Refusal, BadQuery: an unknown column, a value of another type.
    """
    filters: Any = data.mapping("filters")
    parts: list[Filter] = [_words(data, table), params.ckan_filters(_without_id(filters), table.columns)]
    if ID in filters:
        parts.append(_numbered(filters[ID], table))
    columns = _columns(data, table)
    sort, backwards = _sort(data.text("sort"), table)
    query = Query(filter=both(*parts), columns=columns, sort=sort, distinct=data.flag("distinct"))
    return query, backwards


def shown_columns(table: Table, names: tuple[str, ...] | None) -> list[Column]:
    """The columns of an answer in order, the row's number as the first unless others were asked for."""
    number = Column(ID, ColumnType.INTEGER, nullable=False)
    if names is None:
        return [number, *table.manifest.columns]
    return [number if name == ID else table.columns.by_name[name] for name in names]


def fields_of(columns: Iterable[Column]) -> list[dict[str, str]]:
    """Names and types as CKAN has them."""
    return [{"id": column.name, "type": TYPES[column.type]} for column in columns]


def in_lists(rows: Iterable[bytes], columns: list[Column]) -> Iterator[list[Any]]:
    """Rendered rows as values in the order of the columns."""
    names = [column.name for column in columns]
    for row in rows:
        values = orjson.loads(row)
        yield [values[name] for name in names]


def cell(value: Any) -> Any:
    """A value as CSV has it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return orjson.dumps(value).decode() if isinstance(value, dict | list) else value


def _records(rows: list[bytes], columns: list[Column], form: str) -> Any:
    if form == "objects":
        return orjson.Fragment(b"[%b]" % b",".join(rows))
    if form == "lists":
        return list(in_lists(rows, columns))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=_SEPARATORS[form], lineterminator="\n")
    writer.writerows([cell(value) for value in values] for values in in_lists(rows, columns))
    return text.getvalue()


def page_of(table: Table, query: Query, limit: int, offset: int, *, backwards: bool) -> tuple[list[bytes], int]:
    """The rows of a page and how many match."""
    if not backwards:
        page = table.page(_with_page(query, limit, offset), Shape.NUMBERED)
        return page.rows, page.matched
    matched = table.page(_with_page(query, 0, 0), Shape.NUMBERED).matched
    end = max(matched - offset, 0)
    start = max(end - limit, 0)
    return table.page(_with_page(query, end - start, start), Shape.NUMBERED).rows[::-1], matched


def _with_page(query: Query, limit: int, offset: int) -> Query:
    return Query(
        filter=query.filter,
        columns=query.columns,
        sort=query.sort,
        limit=limit,
        offset=offset,
        distinct=query.distinct,
    )


def _words(data: Inputs, table: Table) -> Filter:
    value = unpacked(data.values.get("q"))
    if isinstance(value, dict):
        parts: list[Filter] = []
        for name, text in value.items():
            column = table.columns.get(name, "/q")
            if not isinstance(text, str | int | float):
                raise invalid(q=_("Must be a text."))
            words = params.words(str(text))
            is_text = column.type is ColumnType.TEXT and isinstance(words, Text)
            parts.append(
                Text(words.words, (name,))  # type: ignore[union-attr]  # it is a Text
                if is_text
                else params.ckan_filters({name: str(text)}, table.columns, "/q")
            )
        return both(*parts)
    return params.words(data.text("q"))


def _without_id(filters: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in filters.items() if name != ID}


def _numbered(wanted: Any, table: Table) -> Filter:
    """The rows of these numbers, as a filter on the ids that they have."""
    values = wanted if isinstance(wanted, list) else [wanted]
    numbers = {int(value) for value in values if _is_number(value)}
    if len(values) > MAX_VALUES:
        raise invalid(filters=_("Too many values."))
    here = [number - 1 for number in sorted(numbers) if 0 < number <= table.store.rows]
    return In(ID, tuple(orjson.loads(row[1]) for row in table.store.numbered(here))) if here else NOTHING


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        return value.isascii() and value.isdigit() and len(value) < 19
    return isinstance(value, int) and not isinstance(value, bool)


def _columns(data: Inputs, table: Table) -> tuple[str, ...] | None:
    names = data.texts("fields")
    if not names:
        return None
    unknown = [name for name in names if name not in table.columns]
    if unknown:
        raise invalid(fields=[_('field "%(name)s" not in table') % {"name": name[:100]} for name in unknown[:20]])
    return tuple(dict.fromkeys(names))


def _sort(text: str, table: Table) -> tuple[tuple[Sort, ...], bool]:
    """The order, and whether it is to be read from its end; after a row's number nothing else can matter.

    Equal rows stand in the order of their numbers. Where these are to fall, the order is turned round whole and read backwards.
    """
    keys = params.sort_ckan(text, table.columns)
    for position, key in enumerate(keys):
        if key.column == ID:
            before = keys[:position]
            turned = tuple(Sort(one.column, not one.descending) for one in before)
            return (turned, True) if key.descending else (before, False)
    return keys, False


def _links(data: Inputs, limit: int, offset: int) -> dict[str, str]:
    """Addresses of this list's start and of the pages around, without the site's part, as CKAN has them."""
    asked_for = {
        name: value if isinstance(value, str) else orjson.dumps(value).decode()
        for name, value in data.values.items()
        if name != "offset" and value is not None
    }
    base = "/api/3/action/datastore_search?"
    links = {"start": base + urlencode(asked_for), "next": base + urlencode({**asked_for, "offset": offset + limit})}
    if offset > 0:
        links["prev"] = base + urlencode({**asked_for, "offset": max(offset - limit, 0)})
    return links


def _described(column: Column, table: Table) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": column.name,
        "type": TYPES[column.type],
        "schema": {
            "native_type": TYPES[column.type],
            "notnull": not column.nullable,
            "is_index": column.name in table.store.indexed,
            "index_name": None,
            "uniquekey": table.manifest.key == [column.name],
        },
    }
    if column.title and column.title != column.name:
        described["info"] = {"label": column.title}
    return described


def _once_each(names: Iterable[str]) -> list[str]:
    """Names of columns, numbered where one repeats: an object has each once."""
    found: dict[str, None] = {}
    for name in names:
        candidate, n = name, 1
        while candidate in found:
            n += 1
            candidate = f"{name}_{n}"
        found[candidate] = None
    return list(found)
