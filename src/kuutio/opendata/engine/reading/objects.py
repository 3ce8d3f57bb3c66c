"""JSON: an array of objects, such an array one level down, JSON Lines, GeoJSON. Read in pieces, whatever its size."""

import json
import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import TextIOWrapper
from json.decoder import JSONDecodeError
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from kuutio.opendata.engine.limits import Limits, Options
from kuutio.opendata.engine.reading.raw import SHAPE, RawColumn, RawTable, RawWriter, Rejects, check_columns, raw_writer
from kuutio.opendata.engine.reading.text import Utf8, as_utf8
from kuutio.opendata.engine.refusals import BrokenFile, NotATable

_LISTS = ("features", "data", "results", "records", "items", "value", "values", "rows", "result", "objects")
_GEOMETRIES = {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"}
_SHAPES = ("geometry", "location", "geom")
_PIECE = 1024 * 1024
_BLANK = " \t\r\n\x1e\ufeff"  # RFC 8142 puts a record separator before each text
_BATCH = 5_000
_LINES = {".jsonl", ".ndjson", ".geojsonl", ".geojsons"}
_NOT_JSON = "json: The line is not a JSON object."
_NOT_OBJECT = "json: The element is not a JSON object."

decoder = json.JSONDecoder(strict=False)


@dataclass
class _Found:
    """What a first reading found.

    Attributes:
        geo: the objects are GeoJSON features.
        lines: each stands on a line of its own.
        crs: in GeoJSON's old `crs` member.
        titles: members in the order of their first appearance.
        shape: the member that holds GeoJSON geometries and nothing else.
    """

    geo: bool = False
    lines: bool = False
    crs: str | None = None
    titles: list[str] = field(default_factory=list)
    shape: str | None = None


def read(path: Path, name: str, options: Options, limits: Limits, work: Path) -> RawTable:
    """The table of a JSON file: a row for each object, a column for each member, nested values as JSON text.

    Raises:
        BrokenFile: it is cut short, or not JSON.
        NotATable: there are no objects in it.
    """
    text = as_utf8(path, options, work)
    found = _survey(text, limits, lines=path.suffix.lower() in _LINES)
    rejects = Rejects(work / f"{name}.rejects.parquet")
    has_shape = found.geo or found.shape is not None
    raw = work / f"{name}.raw.parquet"
    with raw_writer(raw, [pa.string()] * len(found.titles), limits, shape=has_shape) as writer:
        _write(_elements(text, _Found(lines=found.lines)), found, writer, rejects)
    rejects.close()
    return RawTable(
        name=name,
        format="geojson" if found.geo else "jsonl" if found.lines else "json",
        path=raw,
        columns=[RawColumn(title, n) for n, title in enumerate(found.titles)],
        rows=writer.rows,
        rejects=rejects,
        has_shape=has_shape,
        crs=found.crs,
        encoding=text.encoding,
    )


def _survey(text: Utf8, limits: Limits, *, lines: bool) -> _Found:
    """Read all of it once for its members and where its geometry is.

    Args:
        lines: the file's name says that each line is an object.
    """
    found = _Found(lines=lines and _is_lines(text, alone=True))
    titles: dict[str, None] = {}
    values, shapes = Counter[str](), Counter[str]()
    for element in _elements(text, found):
        members = _members(element)
        if members is None:
            continue
        found.geo = found.geo or members is not element
        titles.update(dict.fromkeys(members))
        check_columns(len(titles), limits)
        for name in _SHAPES:
            value = members.get(name)
            values[name] += value is not None
            shapes[name] += _is_geometry(value)
    if not found.geo:
        found.shape = next((name for name in _SHAPES if shapes[name] and shapes[name] == values[name]), None)
        titles.pop(found.shape or "", None)
    if not titles and not found.geo and not found.shape:
        raise NotATable("There are no objects in the JSON file.")
    found.titles = list(titles)
    return found


def _write(elements: Iterator[Any], found: _Found, writer: RawWriter, rejects: Rejects) -> None:
    rows: list[tuple[int, Any, list[str | None], Any]] = []
    for number, element in enumerate(elements, start=1):
        members = _members(element)
        if members is None:
            wrong = isinstance(element, _Wrong)
            rejects.add(number, _NOT_JSON if wrong else _NOT_OBJECT, element.text if wrong else _json(element))
            continue
        shape = element.get("geometry") if found.geo else element.get(found.shape)
        rows.append((number, element, [_text(members.get(title)) for title in found.titles], shape))
        if len(rows) == _BATCH:
            _flush(rows, writer, rejects)
    _flush(rows, writer, rejects)


def _flush(rows: list[tuple[int, Any, list[str | None], Any]], writer: RawWriter, rejects: Rejects) -> None:
    """Write the rows whose geometry can be read; log the others."""
    kept = [(cells, None) for _, _, cells, _ in rows]
    if SHAPE in writer.schema.names:
        kept = []
        # NaN is no JSON: GEOS refuses it, and `_fault` says why.
        texts = [None if shape is None else json.dumps(shape) for *_, shape in rows]
        shapes = shapely.from_geojson(np.array(texts, object), on_invalid="ignore")
        wkb = shapely.to_wkb(shapes, flavor="iso")
        for (number, element, cells, geometry), shape, data in zip(rows, shapes, wkb, strict=True):
            if geometry is not None and (shape is None or _fault(geometry)):
                rejects.add(number, f"geometry: {_fault(geometry) or 'It can not be read.'}", _json(element))
            else:
                kept.append((cells, data))
    if kept:
        columns: list[Any] = [list(column) for column in zip(*[cells for cells, _ in kept], strict=True)]
        if SHAPE in writer.schema.names:
            columns.append([data for _, data in kept])
        writer.write(columns)
    rows.clear()


def _members(element: Any) -> dict[str, Any] | None:
    """The columns of an object: of a feature, its properties; None when it is no object."""
    if not isinstance(element, dict):
        return None
    if element.get("type") != "Feature" or "geometry" not in element:
        return element
    properties = element.get("properties") or {}
    if not isinstance(properties, dict):
        return None
    return ({"id": element["id"]} if "id" in element and "id" not in properties else {}) | properties


def _is_geometry(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.get("type") in _GEOMETRIES
        and ("coordinates" in value or "geometries" in value)
    )


def _text(value: Any) -> str | None:
    """A value as text; types are found from text whatever the format."""
    match value:
        case None:
            return None
        case str():
            return value.replace("\0", "")
        case bool():
            return "true" if value else "false"
        case float() if not math.isfinite(value):
            return None
        case int() | float():
            return str(value)
        case _:
            return _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _fault(geometry: Any) -> str | None:
    """What is wrong with a GeoJSON geometry, in words; None when its structure is right.

    Source: RFC 7946, section 3.1.
    """
    if not isinstance(geometry, dict) or geometry.get("type") not in _GEOMETRIES:
        return "It is no GeoJSON geometry."
    if geometry["type"] == "GeometryCollection":
        parts = geometry.get("geometries")
        if not isinstance(parts, list):
            return "The collection has no geometries."
        return next((fault for fault in map(_fault, parts) if fault), None)
    depth = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
    kind = geometry["type"]
    return _coordinates(geometry.get("coordinates"), depth[kind], "Polygon" in kind, "Line" in kind)


def _coordinates(value: Any, depth: int, rings: bool, lines: bool) -> str | None:
    if not isinstance(value, list):
        return "Coordinates are missing."
    if depth == 0:
        if not value:
            return None
        if len(value) < 2 or not all(isinstance(n, int | float) and not isinstance(n, bool) for n in value[:3]):
            return "A position is not two or three numbers."
        return None if all(map(math.isfinite, value[:3])) else "A coordinate is not a number (NaN or infinite)."
    if depth == 1 and value:
        if rings and (len(value) < 4 or value[0] != value[-1]):
            inner = next((fault for fault in (_coordinates(v, 0, False, False) for v in value) if fault), None)
            return inner or "A ring is not closed or has fewer than four positions."
        if lines and len(value) < 2:
            return "A line has fewer than two positions."
    return next((fault for fault in (_coordinates(v, depth - 1, rings, lines) for v in value) if fault), None)


@dataclass(frozen=True, slots=True)
class _Wrong:
    """A line that isn't JSON."""

    text: str


def _elements(text: Utf8, found: _Found) -> Iterator[Any]:
    """The elements of the file's list of objects."""
    with _opened(text) as file:
        pieces = _Pieces(file)
        first = pieces.peek()
        if first not in ("{", "["):
            raise NotATable("The JSON file has neither a list nor an object.")
        if not (found.lines or (first == "{" and _is_lines(text))):
            yield from _texts(pieces, found)
            return
    found.lines = True
    with _opened(text) as file:
        for line in file:
            if bare := line.strip(_BLANK):
                try:
                    yield decoder.decode(bare)
                except (JSONDecodeError, RecursionError):
                    yield _Wrong(line.rstrip("\n"))


@contextmanager
def _opened(text: Utf8) -> Iterator[TextIOWrapper]:
    with text.path.open("rb") as binary:
        binary.seek(text.start)
        with TextIOWrapper(binary, encoding="utf-8", errors="replace") as file:
            yield file


def _is_lines(text: Utf8, *, alone: bool = False) -> bool:
    """Whether the first line is a whole object and another line follows.

    Args:
        alone: it may be the only line, unless it holds a collection of features.
    """
    with _opened(text) as file:
        lines = (bare for line in file if (bare := line.strip(_BLANK)))
        try:
            first = decoder.decode(next(lines, ""))
            if not isinstance(first, dict):
                return False
            return next(lines, "") != "" or (alone and not isinstance(first.get("features"), list))
        except (JSONDecodeError, RecursionError):
            return False


def _texts(pieces: "_Pieces", found: _Found) -> Iterator[Any]:
    """The objects of the file's text; some files have several texts, one after another, and no row of them is lost."""
    many = False
    while pieces.peek():
        if pieces.peek() == "[":
            yield from pieces.array()
        else:
            yield from _nested(pieces, found, many=many)
        many = True


def _nested(pieces: "_Pieces", found: _Found, *, many: bool) -> Iterator[Any]:
    """The objects of the one list in a text's object; the object itself where it is a feature, or one text of many."""
    rest: dict[str, Any] = {}
    seen = False
    for name in pieces.members():
        if not seen and pieces.peek() == "[" and (name in _LISTS):
            seen = True
            if name == "features":
                found.geo = True
            yield from pieces.array()
        else:
            rest[name] = pieces.value()
    found.crs = found.crs or _crs(rest.get("crs"))
    if seen:
        return
    result = rest.get("result")
    if rest.get("type") == "Feature":
        yield rest
    elif _is_geometry(rest):
        yield {"type": "Feature", "geometry": rest, "properties": {}}
    elif isinstance(result, dict):
        yield from next((value for key, value in result.items() if key in _LISTS and isinstance(value, list)), [])
    elif many or pieces.peek():
        yield rest


def _crs(member: Any) -> str | None:
    """The name in GeoJSON's old `crs` member.

    Source: GeoJSON 2008, section 3; gone from RFC 7946, alive in Finnish files.
    """
    if not isinstance(member, dict) or not isinstance(member.get("properties"), dict):
        return None
    properties = member["properties"]
    name = properties.get("name") or properties.get("code")
    return str(name) if name else None


class _Pieces:
    """A JSON text of which only a part is in memory."""

    def __init__(self, file: TextIOWrapper) -> None:
        self._file = file
        self._text = ""
        self._at = 0
        self._ended = False

    def peek(self) -> str:
        """The next character that isn't white space; "" at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _BLANK:
                    return self._text[self._at]
                self._at += 1
            if not self._more():
                return ""

    def value(self) -> Any:
        """The next value, whole.

        Raises:
            BrokenFile: the text ends before it does, or isn't JSON.
        """
        self.peek()
        while True:
            try:
                value, end = decoder.raw_decode(self._text, self._at)
            except RecursionError:
                raise BrokenFile("The JSON is nested too deeply.") from None
            except JSONDecodeError as error:
                # An error before the end of what is read is one; at the end, more text may mend it.
                near_end = error.pos >= len(self._text) - 16 or error.msg.startswith("Unterminated string")
                if near_end and self._more():
                    continue
                raise self._broken() from None
            # A number that ends with the piece may go on in the next one.
            if end == len(self._text) and not isinstance(value, dict | list | str) and self._more():
                continue
            self._at = end
            return value

    def array(self) -> Iterator[Any]:
        """The elements of the array that comes next."""
        self._take("[")
        if self.peek() == "]":
            self._take("]")
            return
        while True:
            yield self.value()
            if self.peek() == "]":
                self._take("]")
                return
            self._take(",")

    def members(self) -> Iterator[str]:
        """The names of the object that comes next; the caller takes the value after each."""
        self._take("{")
        while self.peek() != "}":
            name = self.value()
            if not isinstance(name, str):
                raise self._broken()
            self._take(":")
            self.peek()
            yield name
            if self.peek() != "}":
                self._take(",")
        self._take("}")

    def _take(self, character: str) -> None:
        if self.peek() != character:
            raise self._broken()
        self._at += 1

    def _more(self) -> bool:
        if self._ended:
            return False
        piece = self._file.read(max(_PIECE, len(self._text) - self._at))
        self._ended = not piece
        self._text = self._text[self._at :] + piece
        self._at = 0
        return bool(piece)

    def _broken(self) -> BrokenFile:
        what = "is cut short" if self._ended and self._at >= len(self._text) - 16 else "is not valid JSON"
        return BrokenFile(f"The file {what}.")
