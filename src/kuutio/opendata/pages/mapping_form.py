"""A mapping as a form that anybody can fill in: a row for each harmonised column, to and from the mapping itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kuutio.core.identifiers import slug
from kuutio.opendata.engine import harmonise
from kuutio.opendata.engine.contract import ColumnRule, Contract
from kuutio.opendata.engine.harmonise.units import like
from kuutio.opendata.engine.snapshot import GEOMETRY, Manifest
from kuutio.opendata.engine.types import Column, ColumnType
from kuutio.opendata.pages.values import type_name

#: In the choice of a column: the same value for every row, text made of several columns; columns begin with `_OF`.
_SAME, _MADE, _OF = "=", "{}", "c:"
_TIMES = {ColumnType.DATE, ColumnType.TIME, ColumnType.DATETIME}
_NUMBERS = {ColumnType.NUMBER, ColumnType.INTEGER}

FAULTS: dict[harmonise.Fault, str | Promise] = {
    harmonise.Fault.UNKNOWN_TARGET: gettext_lazy("The harmonised table has no column %(detail)s."),
    harmonise.Fault.MISSING_SOURCE: gettext_lazy("The city’s table has no column %(detail)s."),
    harmonise.Fault.REQUIRED_NOT_MAPPED: gettext_lazy("Every row has to have this. Choose where it comes from."),
    harmonise.Fault.TYPE_DOES_NOT_FIT: gettext_lazy("The values are of another type (%(detail)s)."),
    harmonise.Fault.UNIT_DOES_NOT_FIT: gettext_lazy("The unit can’t be turned into the harmonised one (%(detail)s)."),
    harmonise.Fault.CODE_NOT_IN_LIST: gettext_lazy("%(detail)s is none of the harmonised codes."),
    harmonise.Fault.VALUE_WITHOUT_CODE: gettext_lazy("The city’s value %(detail)s has no code."),
    harmonise.Fault.NO_GEOMETRY: gettext_lazy("The city’s table has no places."),
}


def told(issue: harmonise.Issue) -> str:
    """An issue in the reader's language."""
    return str(FAULTS[issue.fault]) % {"detail": issue.detail}


@dataclass
class Row:
    """Where the values of one harmonised column come from, as the form's fields have it.

    Attributes:
        way: the choice: "", the same value for all, made of several, or one of the city's columns.
        text: the value for all, or the text with columns in braces.
        codes: a line for each code, `city's value = harmonised one`.
        yes, no: values separated by commas.
    """

    rule: ColumnRule
    title: str
    way: str = ""
    text: str = ""
    unit: str = ""
    codes: str = ""
    date: str = ""
    yes: str = ""
    no: str = ""
    ways: list[dict[str, Any]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The harmonised column."""
        return self.rule.name

    @property
    def error(self) -> str:
        """What is wrong, in one line."""
        return " ".join(self.errors)

    @property
    def kind(self) -> str:
        """The type in words, with the unit."""
        return f"{type_name(self.rule.type or ColumnType.TEXT)}{f', {self.rule.unit}' if self.rule.unit else ''}"

    @property
    def wants_text(self) -> bool:
        """There is a value or a text to write."""
        return self.way in {_SAME, _MADE}

    @property
    def units(self) -> list[dict[str, Any]]:
        """The units that can be turned into the column's."""
        known = like(self.rule.unit) if self.rule.unit and self.rule.type in _NUMBERS else []
        return [{"value": unit, "label": unit, "checked": unit == (self.unit or self.rule.unit)} for unit in known]

    @property
    def takes_codes(self) -> bool:
        """Values can be turned one by one."""
        return self.rule.type in (None, ColumnType.TEXT) and bool(self.rule.codes or self.codes)

    @property
    def takes_date(self) -> bool:
        """Text may have to be read as a time."""
        return self.rule.type in _TIMES

    @property
    def takes_truth(self) -> bool:
        """Words may mean yes and no."""
        return self.rule.type is ColumnType.BOOLEAN

    @property
    def known_codes(self) -> str:
        """The harmonised codes, for the hint."""
        return ", ".join(self.rule.codes or ())

    def as_mapping(self) -> Any:
        """What the mapping says of the column; None when the city hasn't got it."""
        if self.way == _SAME:
            return {"value": self.text} if self.text else None
        if self.way == _MADE:
            return {"format": self.text} if self.text else None
        if not self.way.startswith(_OF):
            return None
        made: dict[str, Any] = {"from": self.way.removeprefix(_OF)}
        if self.unit and self.unit != self.rule.unit:
            made["unit"] = self.unit
        if codes := _pairs(self.codes):
            made["codes"] = codes
        if self.date:
            made["date"] = self.date
        truths = {"true": _words(self.yes), "false": _words(self.no)}
        made |= {word: values for word, values in truths.items() if values}
        return made["from"] if len(made) == 1 else made


@dataclass
class Drawn:
    """A mapping as it stands in the form.

    Attributes:
        city, table: whose and which table it is of.
        rows: one for each harmonised column but the place.
        only: lines `column = value, value`: which rows of the city's table are taken.
        places: take the city's places along.
        wants_places: the harmonised table has them.
    """

    city: str
    table: str
    rows: list[Row]
    only: str = ""
    places: bool = True
    wants_places: bool = False

    def as_mapping(self) -> dict[str, Any]:
        """The mapping as `harmonise.parse` reads it."""
        columns = {row.name: said for row in self.rows if (said := row.as_mapping()) is not None}
        made: dict[str, Any] = {"city": self.city, "dataset": self.table, "columns": columns}
        if only := {name: _words(values) for name, values in _pairs(self.only).items()}:
            made["only"] = only
        return made if self.places or not self.wants_places else made | {"geometry": False}

    def as_yaml(self) -> str:
        """The mapping as people write it."""
        return as_yaml(self.as_mapping())

    def tell(self, issues: list[harmonise.Issue]) -> list[str]:
        """Put issues beside the rows that they are about; returns the others in words."""
        by_name = {row.name: row for row in self.rows}
        others = []
        for issue in issues:
            if issue.column in by_name:
                by_name[issue.column].errors.append(told(issue))
            else:
                others.append(told(issue))
        return others


def as_yaml(mapping: Mapping[str, Any]) -> str:
    """A mapping as people write it."""
    return yaml.safe_dump(dict(mapping), allow_unicode=True, sort_keys=False, width=100)


def drawn(mapping: harmonise.Mapping, schema: Contract, there: Manifest, language: str) -> Drawn:
    """The form of a mapping."""
    maps = {column.target: column for column in mapping.columns}
    rows = []
    for row in _rows(schema, language):
        column = maps.get(row.name)
        if column is not None:
            row.way = _OF + column.source if column.source else _MADE if column.template else _SAME
            row.text = column.template or ("" if column.value is None else _word(column.value))
            row.unit, row.date = column.unit or "", column.date or ""
            row.codes = "\n".join(f"{value} = {code}" for value, code in (column.codes or {}).items())
            row.yes, row.no = ", ".join(column.true), ", ".join(column.false)
        rows.append(_with_ways(row, there))
    only = "\n".join(f"{name} = {', '.join(values)}" for name, values in mapping.only.items())
    wants = any(rule.name == GEOMETRY for rule in schema.columns)
    return Drawn(mapping.city, mapping.dataset, rows, only, mapping.geometry, wants)


def sent(city: str, table: str, post: Mapping[str, Any], schema: Contract, there: Manifest, language: str) -> Drawn:
    """The form as a person filled it in."""
    rows = []
    for row in _rows(schema, language):
        for part in ("way", "text", "unit", "codes", "date", "yes", "no"):
            setattr(row, part, str(post.get(f"{part}-{row.name}", "")).strip())
        rows.append(_with_ways(row, there))
    wants = any(rule.name == GEOMETRY for rule in schema.columns)
    return Drawn(city, table, rows, str(post.get("only", "")), "places" in post or not wants, wants)


def suggested(city: str, table: str, there: Manifest, schema: Contract) -> harmonise.Mapping:
    """A first mapping: each harmonised column from the city's column of the same name, in any language."""
    known = {slug(name): column.name for column in there.columns for name in (column.title, column.name)}
    columns: dict[str, Any] = {}
    for rule in schema.columns:
        names = [rule.name, *(rule.title or {}).values()]
        found = next((known[slug(name)] for name in names if slug(name) in known), None)
        if found and rule.name != GEOMETRY:
            columns[rule.name] = found
    places = there.geometry is not None
    return harmonise.parse({"city": city, "dataset": table, "columns": columns, "geometry": places})


def _rows(schema: Contract, language: str) -> list[Row]:
    return [
        Row(rule, (rule.title or {}).get(language) or rule.name) for rule in schema.columns if rule.name != GEOMETRY
    ]


def _with_ways(row: Row, there: Manifest) -> Row:
    """The choices of where the values come from; for a coded column its values stand ready to be given codes."""
    choices = [("", _("Not in our table")), *((_OF + column.name, _named(column)) for column in there.columns if column.type != ColumnType.GEOMETRY)]  # fmt: skip
    choices += [(_MADE, _("Text made of several columns")), (_SAME, _("The same for every row"))]
    if row.way and row.way not in dict(choices):
        choices.append((row.way, row.way.removeprefix(_OF)))
    row.ways = [{"value": value, "label": label, "checked": value == row.way} for value, label in choices]
    source = next((column for column in there.columns if _OF + column.name == row.way), None)
    if source and row.rule.codes and not row.codes:
        own = [str(value) for value, _count in source.top if value is not None]
        if any(value not in row.rule.codes for value in own):
            row.codes = "\n".join(f"{value} = {value if value in row.rule.codes else ''}" for value in own)
    return row


def _named(column: Column) -> str:
    shown = column.title if column.title and column.title != column.name else ""
    return f"{column.name} ({shown})" if shown else column.name


def _pairs(text: str) -> dict[str, str]:
    """Lines `one = other`; a line without its other half says nothing yet."""
    made = {}
    for line in text.splitlines():
        one, sign, other = line.rpartition("=")
        if sign and one.strip() and other.strip():
            made[one.strip()] = other.strip()
    return made


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _word(value: str | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
