"""How one city's table becomes a part of a harmonised one: the mapping, and reading it from YAML."""

import re
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from typing import Any

import yaml

from kuutio.core.problems import Invalid

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
ANY = "*"
"""In a list of codes: what every value gets that has no code of its own."""

_WORDS = {"city", "dataset", "columns", "only", "geometry"}
_WAYS = ("from", "format", "value")
_COLUMN_WORDS = {*_WAYS, "unit", "codes", "date", "true", "false"}


class BadMapping(Invalid):
    """The mapping can't be understood; `errors` say where."""

    kind = "bad-mapping"


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Where the values of one harmonised column come from: exactly one of `source`, `template` and `value`.

    Attributes:
        target: the harmonised column.
        source: the city's column.
        template: text with the city's columns in braces: "{street} {number}".
        value: the same for every row.
        unit: of the source's numbers; turned to the harmonised column's.
        codes: the city's value -> the harmonised one; "*" stands for all others.
        date: how the source's text writes a date or time, as strptime has it: "%d.%m.%Y".
        true: the source's texts that mean yes, without regard to case.
        false: those that mean no.
    """

    target: str
    source: str | None = None
    template: str | None = None
    value: str | int | float | bool | None = None
    unit: str | None = None
    codes: Dictionary[str, str] | None = None
    date: str | None = None
    true: tuple[str, ...] = ()
    false: tuple[str, ...] = ()

    def sources(self) -> tuple[str, ...]:
        """The city's columns that are read."""
        if self.source is not None:
            return (self.source,)
        return tuple(PLACEHOLDER.findall(self.template or ""))


@dataclass(frozen=True, slots=True)
class Mapping:
    """One city's part of a harmonised table.

    Attributes:
        city: the city's code; the value of the column `city`.
        dataset: the city's table, as its id.
        columns: the harmonised columns that the city has.
        only: the city's column -> the values of which rows are taken; rows of others are left out.
        geometry: take the city's geometry.
    """

    city: str
    dataset: str
    columns: tuple[ColumnMap, ...]
    only: Dictionary[str, tuple[str, ...]] = field(default_factory=dict)
    geometry: bool = True

    def as_json(self) -> dict[str, Any]:
        """JSON values, nothing that isn't said; `parse` reads it back."""
        whole: dict[str, Any] = {"city": self.city, "dataset": self.dataset}
        whole["columns"] = {column.target: _column_as_json(column) for column in self.columns}
        if self.only:
            whole["only"] = {name: list(values) for name, values in self.only.items()}
        return whole if self.geometry else whole | {"geometry": False}


def parse(source: str | Dictionary[str, Any]) -> Mapping:
    """A mapping from YAML, JSON or what they hold.

        city: espoo
        dataset: espoo-leikkipaikat
        columns:
          name: nimi
          area: {from: ala_ha, unit: ha}
          surface: {from: alusta, codes: {Hiekka: sand, "*": other}}
          opened: {from: avattu, date: "%d.%m.%Y"}
          lit: {from: valaistu, "true": [K], "false": [E]}
          address: {format: "{katu} {numero}"}
          operator: {value: Espoon kaupunki}
        only: {tyyppi: [leikkipaikka]}

    Raises:
        BadMapping: with a pointer to each thing that can't be understood.
    """
    if isinstance(source, str):
        try:
            source = yaml.safe_load(source)
        except yaml.YAMLError as error:
            raise BadMapping("The mapping isn't valid YAML.", errors=[_error("", str(error))]) from None
    reader = _Reader()
    mapping = reader.mapping(source)
    if reader.errors:
        raise BadMapping("The mapping can't be understood.", errors=reader.errors)
    return mapping


class _Reader:
    """Reads what it can and gathers what it can't, so that all of it is told at once."""

    def __init__(self) -> None:
        self.errors: list[dict[str, str]] = []

    def mapping(self, said: Any) -> Mapping:
        if not isinstance(said, Dictionary):
            self.wrong("", "A mapping with city, dataset and columns.")
            said = {}
        else:
            self.known(said, _WORDS, "")
            for word in ("city", "dataset"):
                if not isinstance(said.get(word), str) or not said[word]:
                    self.wrong(f"/{word}", "Text.")
        columns = said.get("columns") or {}
        if not isinstance(columns, Dictionary):
            self.wrong("/columns", "A mapping from harmonised columns to the city's.")
            columns = {}
        geometry = said.get("geometry", True)
        if not isinstance(geometry, bool):
            self.wrong("/geometry", "true or false.")
        return Mapping(
            city=str(said.get("city", "")),
            dataset=str(said.get("dataset", "")),
            columns=tuple(
                column
                for target, how in columns.items()
                if (column := self.column(str(target), how, f"/columns/{target}"))
            ),
            only=self.only(said.get("only")),
            geometry=geometry is not False,
        )

    def column(self, target: str, said: Any, where: str) -> ColumnMap | None:
        if isinstance(said, str):
            said = {"from": said}
        if not isinstance(said, Dictionary):
            self.wrong(where, "The city's column, or a mapping with from, format or value.")
            return None
        # YAML reads a bare `true:` as a truth value.
        said = {str(word).lower() if isinstance(word, bool) else word: how for word, how in said.items()}
        self.known(said, _COLUMN_WORDS, where)
        if sum(said.get(word) is not None for word in _WAYS) != 1:
            self.wrong(where, "Exactly one of from, format and value.")
            return None
        if said.get("from") is None:
            for word in ("unit", "codes", "date", "true", "false"):
                if word in said:
                    self.wrong(f"{where}/{word}", "Only together with from.")
        value = said.get("value")
        if value is not None and not isinstance(value, str | int | float | bool):
            value = str(value)  # a date, as YAML reads it
        template = self.text(said.get("format"), f"{where}/format")
        if template is not None and not PLACEHOLDER.search(template):
            self.wrong(f"{where}/format", "Text with the city's columns in braces.")
        return ColumnMap(
            target=target,
            source=self.text(said.get("from"), f"{where}/from"),
            template=template,
            value=value,
            unit=self.text(said.get("unit"), f"{where}/unit"),
            codes=self.codes(said.get("codes"), f"{where}/codes"),
            date=self.text(said.get("date"), f"{where}/date"),
            true=self.texts(said.get("true"), f"{where}/true"),
            false=self.texts(said.get("false"), f"{where}/false"),
        )

    def only(self, said: Any) -> dict[str, tuple[str, ...]]:
        if said is None:
            return {}
        if not isinstance(said, Dictionary):
            self.wrong("/only", "A mapping from the city's column to the values that are taken.")
            return {}
        return {str(name): self.texts(values, f"/only/{name}") for name, values in said.items()}

    def codes(self, said: Any, where: str) -> dict[str, str] | None:
        if said is None:
            return None
        if not isinstance(said, Dictionary) or not said:
            self.wrong(where, "A mapping from the city's values to the harmonised ones.")
            return None
        return {_word(code): _word(value) for code, value in said.items()}

    def text(self, said: Any, where: str) -> str | None:
        if said is not None and (not isinstance(said, str) or not said):
            self.wrong(where, "Text.")
            return None
        return said

    def texts(self, said: Any, where: str) -> tuple[str, ...]:
        said = [] if said is None else said if isinstance(said, list) else [said]
        if not all(isinstance(value, str | int | float | bool) for value in said):
            self.wrong(where, "A list of values.")
            return ()
        return tuple(_word(value) for value in said)

    def known(self, said: Dictionary[str, Any], words: set[str], where: str) -> None:
        for word in said:
            if word not in words:
                self.wrong(f"{where}/{word}", f"Unknown; known are: {', '.join(sorted(words))}.")

    def wrong(self, where: str, what: str) -> None:
        self.errors.append(_error(where, what))


def _column_as_json(column: ColumnMap) -> Any:
    said = {
        "from": column.source,
        "format": column.template,
        "value": column.value,
        "unit": column.unit,
        "codes": dict(column.codes) if column.codes is not None else None,
        "date": column.date,
        "true": list(column.true) or None,
        "false": list(column.false) or None,
    }
    said = {word: how for word, how in said.items() if how is not None}
    return column.source if set(said) == {"from"} else said


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _error(pointer: str, detail: str) -> dict[str, str]:
    return {"pointer": pointer, "detail": detail}
