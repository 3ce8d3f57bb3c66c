"""`/datastore/dump/RESOURCE`: all rows of a table as one stream, in constant memory."""

import csv
import io
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from kuutio.core.problems import BadQuery, NotFound, Problem
from kuutio.opendata.answers import answered, reading
from kuutio.opendata.ckan.datastore import asked, cell, fields_of, in_lists, opened, page_of, shown_columns
from kuutio.opendata.ckan.errors import BadRequest, Refusal
from kuutio.opendata.ckan.inputs import Inputs, inputs_of
from kuutio.opendata.ckan.registry import Call
from kuutio.opendata.engine.query import Query
from kuutio.opendata.engine.render import Shape
from kuutio.opendata.engine.snapshot import ID
from kuutio.opendata.engine.table import Table
from kuutio.opendata.engine.types import Column

_BOM = b"\xef\xbb\xbf"
_CHUNK = 1000
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "json": "application/json",
    "xml": "text/xml; charset=utf-8",
}
#: The parameters of CKAN's dump, and those of `datastore_search` that say which rows.
_KNOWN = frozenset(
    {"format", "bom", "offset", "limit", "q", "filters", "fields", "sort", "distinct", "plain", "language", "lang"}
)
Rows = Iterator[list[Any]]


@csrf_exempt  # it changes nothing, and says so to other methods
@reading
def dump(request: HttpRequest, word: str) -> HttpResponseBase:
    """The rows of a table: `format` csv, tsv, json or xml, `bom`, and what `datastore_search` takes of rows.

    Raises:
        NotFound: there is no such table, or not for everybody.
        BadQuery: a parameter can't be understood.
    """
    try:
        data = inputs_of(request, reads=True)
        if unknown := [name for name in data if name not in _KNOWN]:
            errors = [{"pointer": f"/{name}", "detail": "There is no such parameter."} for name in unknown]
            raise BadQuery("Some parameters of the address can't be used.", errors=errors)
        form = (data.text("format") or "csv").lower()
        if form not in _TYPES:
            raise BadQuery("format is csv, tsv, json or xml.", errors=[{"pointer": "/format", "detail": form[:60]}])
        call = Call(data, None, frozenset(), timezone.now(), "", "")
        distribution, table = opened(call, word)
        query, backwards = asked(data, table)
        stream = _stream(table, query, data, form, backwards=backwards)
    except BadRequest as bad:
        raise BadQuery(str(bad)) from bad
    except Refusal as refusal:
        raise _problem(refusal) from refusal

    def make() -> HttpResponse:
        response = StreamingHttpResponse(stream, content_type=_TYPES[form])
        response["Content-Disposition"] = f'attachment; filename="{distribution.table}.{form}"'
        return response  # type: ignore[return-value]  # a stream is as good an answer

    return answered(request, table.manifest.id, make)


def _problem(refusal: Refusal) -> Problem:
    if refusal.status == 404:
        return NotFound(str(refusal.error.get("message", "")))
    errors = [
        {"pointer": f"/{field}", "detail": " ".join(map(str, said))}
        for field, said in refusal.error.items()
        if isinstance(said, list)
    ]
    return BadQuery(str(refusal.error.get("message") or "Some parameters can't be used."), errors=errors)


def _stream(table: Table, query: Query, data: Inputs, form: str, *, backwards: bool) -> Iterator[bytes]:
    """The pieces of the answer; what is wrong with the question is told before the first of them."""
    columns = shown_columns(table, query.columns)
    rows = _from_the_end(table, query) if backwards else chain.from_iterable(table.stream(query, Shape.NUMBERED))
    first = data.number("offset", 0)
    limit = data.number("limit", 0) if data.text("limit") else None
    part = islice(rows, first, None if limit is None else first + limit)
    writer: Callable[[Rows, list[Column]], Iterator[bytes]] = {
        "csv": lambda rows, columns: _separated(rows, columns, ","),
        "tsv": lambda rows, columns: _separated(rows, columns, "\t"),
        "json": _json,
        "xml": _xml,
    }[form]
    pieces = writer(in_lists(part, columns), columns)
    return chain([_BOM], pieces) if data.flag("bom") and form in {"csv", "tsv"} else pieces


def _from_the_end(table: Table, query: Query) -> Iterator[bytes]:
    """The rows of an answer backwards, a page at a time; the question is checked at the call."""
    first, matched = page_of(table, query, _CHUNK, 0, backwards=True)
    following = (page_of(table, query, _CHUNK, offset, backwards=True)[0] for offset in range(_CHUNK, matched, _CHUNK))
    return chain(first, chain.from_iterable(following))


def _separated(rows: Rows, columns: list[Column], separator: str) -> Iterator[bytes]:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerow([column.name for column in columns])
    for piece in _pieces(rows):
        writer.writerows([cell(value) for value in values] for values in piece)
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()


def _json(rows: Rows, columns: list[Column]) -> Iterator[bytes]:
    yield b'{\n  "fields": ' + orjson.dumps(fields_of(columns)) + b',\n  "records": ['
    comma = b"\n    "
    for piece in _pieces(rows):
        yield comma + b",\n    ".join(orjson.dumps(values) for values in piece)
        comma = b",\n    "
    yield b"\n]}\n"


def _xml(rows: Rows, columns: list[Column]) -> Iterator[bytes]:
    """A column's name may be no name of XML's, so it stands as an attribute then, as CKAN has it."""
    yield b'<data xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
    for piece in _pieces(rows):
        yield "".join(_xml_row(columns, values) for values in piece).encode()
    yield b"</data>\n"


def _xml_row(columns: list[Column], values: list[Any]) -> str:
    number, parts = "", []
    for column, value in zip(columns, values, strict=True):
        if column.name == ID:
            number = f" _id={quoteattr(str(value))}"
            continue
        tag = column.name if _is_name(column.name) else None
        opening = tag or f"value key={quoteattr(_printable(column.name))}"
        if value is None:
            parts.append(f'<{opening} xsi:nil="true"></{tag or "value"}>')
        else:
            parts.append(f"<{opening}>{escape(_printable(str(cell(value))))}</{tag or 'value'}>")
    return f"<row{number}>{''.join(parts)}</row>\n"


def _is_name(text: str) -> bool:
    return (
        text.isascii() and text.replace("_", "a").replace("-", "a").isalnum() and (text[0].isalpha() or text[0] == "_")
    )


def _printable(text: str) -> str:
    """Without the control characters that XML can't hold."""
    return "".join(letter for letter in text if letter >= " " or letter in "\t\n\r")


def _pieces(rows: Rows) -> Iterator[list[list[Any]]]:
    while piece := list(islice(rows, _CHUNK)):
        yield piece
