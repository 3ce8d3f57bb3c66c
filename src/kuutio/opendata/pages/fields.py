"""Filters of a table as a form: for each column what suits its type, read into CQL2 so that the same rows can be had anywhere.

The parameters of a column `x` are `c.x` (a value), `c.x.from` and `c.x.to` (a range); `q` looks for words in all text columns.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import orjson
from django.http import QueryDict
from django.utils.translation import gettext as _

from kuutio.core.problems import BadQuery
from kuutio.opendata.engine import cql2, params
from kuutio.opendata.engine.filters import Filter, both
from kuutio.opendata.engine.table import Table
from kuutio.opendata.engine.types import Column, ColumnType
from kuutio.opendata.pages.values import shown_value

PREFIX = "c."
#: Columns that the form has fields for; beyond these one filters through an interface.
MOST_FIELDS = 40
_NUMBERS, _TIMES = (ColumnType.INTEGER, ColumnType.NUMBER), (ColumnType.DATE, ColumnType.DATETIME)


@dataclass(frozen=True, slots=True)
class Field:
    """One column in the form.

    Attributes:
        kind: text, choice, numbers, dates or times.
        options: of a choice: its values with how many rows have each.
        value, low, high: what is asked for now, as text.
        error: why that can't be used, or "".
    """

    column: Column
    kind: str
    name: str
    options: list[dict[str, Any]]
    value: str
    low: str
    high: str
    error: str
    position: int = 0

    @property
    def anchor(self) -> str:
        """The id of its control."""
        return f"column-{self.position}"

    @property
    def input_type(self) -> str:
        """The browser's own control for its values."""
        return {"dates": "date", "times": "time"}.get(self.kind, "text")

    @property
    def label(self) -> str:
        """The column's name for people."""
        return self.column.title or self.column.name

    @property
    def used(self) -> bool:
        """Something is asked of it."""
        return bool(self.value or self.low or self.high)


@dataclass(frozen=True, slots=True)
class Asked:
    """A form read: the rows it means, the same in CQL2 JSON (None: all), and each field with its error if it has one."""

    filter: Filter
    cql2: dict[str, Any] | None
    words: str
    fields: list[Field]

    @property
    def errors(self) -> list[Field]:
        """The fields that can't be used as they are."""
        return [one for one in self.fields if one.error]

    @property
    def narrowed(self) -> bool:
        """Anything is asked for."""
        return bool(self.words or self.cql2)

    def parameters(self) -> dict[str, str]:
        """The same question for our interfaces and downloads."""
        asked = {"filter": orjson.dumps(self.cql2).decode(), "filter-lang": "cql2-json"} if self.cql2 else {}
        return {**({"q": self.words} if self.words else {}), **asked}


def asked_of(given: QueryDict, table: Table) -> Asked:
    """Read the form; a field that can't be used is left out of the filter and says why."""
    fields: list[Field] = []
    conditions: list[dict[str, Any]] = []
    for column in table.manifest.columns[:MOST_FIELDS]:
        if column.type is ColumnType.GEOMETRY:
            continue
        name = PREFIX + column.name
        value, low, high = (given.get(name + end, "").strip()[:200] for end in ("", ".from", ".to"))
        own, error = _conditions(column, value, low, high), ""
        try:
            for condition in own:
                cql2.from_json(condition, table.columns)
        except BadQuery as problem:
            own, error = [], _error(column) or str(problem.detail)
        conditions += own
        fields.append(Field(column, kind_of(column), name, _options(column), value, low, high, error, len(fields) + 1))
    tree = None if not conditions else conditions[0] if len(conditions) == 1 else {"op": "and", "args": conditions}
    words = " ".join(given.get("q", "").split())[:200]
    try:
        looked_for = params.words(words)
    except BadQuery:
        words, looked_for = "", params.words("")
    narrowed = [cql2.from_json(tree, table.columns)] if tree else []
    return Asked(both(looked_for, *narrowed), tree, words, fields)


def kind_of(column: Column) -> str:
    """How a column is filtered."""
    if column.type in _NUMBERS:
        return "numbers"
    if column.type in _TIMES:
        return "dates"
    if column.type is ColumnType.TIME:
        return "times"
    return "choice" if column.type is ColumnType.BOOLEAN or _few(column) else "text"


def _few(column: Column) -> bool:
    """Every value of the column stands in its profile."""
    return 0 < column.distinct <= len(column.top)


def _options(column: Column) -> list[dict[str, Any]]:
    if kind_of(column) != "choice":
        return []
    return [
        {"value": _written(value), "label": shown_value(column, value).text, "count": count}
        for value, count in sorted(column.top, key=lambda one: str(one[0]))
    ]


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _conditions(column: Column, value: str, low: str, high: str) -> list[dict[str, Any]]:
    """What a field asks for, in CQL2 JSON."""
    own: dict[str, Any] = {"property": column.name}
    kind = kind_of(column)
    made: list[dict[str, Any]] = []
    if value and kind == "text":
        pattern = value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        made.append({"op": "like", "args": [{"op": "casei", "args": [own]}, {"op": "casei", "args": [f"%{pattern}%"]}]})
    elif value:
        made.append({"op": "=", "args": [own, _literal(column, value)]})
    if low and kind != "text":
        made.append({"op": ">=", "args": [own, _literal(column, low)]})
    if high and kind != "text":
        made.append(_up_to(column, own, high))
    return made


def _up_to(column: Column, own: Mapping[str, Any], high: str) -> dict[str, Any]:
    """The end of a range is part of it: of moments, the whole day."""
    if column.type is ColumnType.DATETIME:
        try:
            following = date.fromisoformat(high) + timedelta(days=1)
        except (ValueError, OverflowError):
            return {"op": "<=", "args": [own, _literal(column, high)]}
        return {"op": "<", "args": [own, _literal(column, following.isoformat())]}
    return {"op": "<=", "args": [own, _literal(column, high)]}


def _literal(column: Column, text: str) -> Any:
    match column.type:
        case ColumnType.INTEGER | ColumnType.NUMBER:
            # People write 1 234,5; what is no number is refused with the column's name.
            plain = (
                text.replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace(",", ".").replace("−", "-")
            )
            try:
                return int(plain) if plain.lstrip("+-").isdigit() else float(plain)
            except ValueError:
                return text
        case ColumnType.BOOLEAN:
            return {"true": True, "false": False}.get(text, text)
        case ColumnType.DATE:
            return {"date": text}
        case ColumnType.DATETIME:
            return {"timestamp": f"{text}T00:00:00Z" if len(text) == 10 else text}
    return text


def _error(column: Column) -> str:
    match kind_of(column):
        case "numbers":
            return _("Write a number, such as 12 or 12.5.")
        case "dates":
            return _("Choose a day.")
        case "times":
            return _("Write a time, such as 14:30.")
    return ""


def links_without(asked: Asked, given: QueryDict) -> list[dict[str, str]]:
    """The filters in force in words, each with the address of the page without it."""
    links = []
    if asked.words:
        links.append({"label": f"“{asked.words}”", "url": without(given, "q")})
    for one in asked.fields:
        if one.used and not one.error:
            names = [one.name, f"{one.name}.from", f"{one.name}.to"]
            links.append({"label": f"{one.label}: {_said(one)}", "url": without(given, *names)})
    return links


def without(given: QueryDict, *names: str) -> str:
    """This page without some of its parameters, from its first part on."""
    query = given.copy()
    for name in (*names, "after", "row"):
        query.pop(name, None)
    return f"?{query.urlencode()}"


def _said(one: Field) -> str:
    if one.value:
        chosen = next((option["label"] for option in one.options if option["value"] == one.value), one.value)
        return _("contains “%(text)s”") % {"text": chosen} if one.kind == "text" else str(chosen)
    if one.low and one.high:
        return f"{one.low}–{one.high}"
    return _("from %(value)s") % {"value": one.low} if one.low else _("up to %(value)s") % {"value": one.high}
