"""Reading a contract as people write it, in YAML or JSON, and telling them what isn't understood."""

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar

import yaml

from kuutio.core.problems import Invalid
from kuutio.opendata.engine.contract.declared import READERS, ColumnRule, Contract, Every
from kuutio.opendata.engine.types import ColumnType

Chosen = TypeVar("Chosen", Every, ColumnType)

_WORDS = {"columns", "key", "rows", "every", "extra"}
_COLUMN_WORDS = set(ColumnRule.__slots__)
_FLAGS = ("required", "optional", "unique")


class BadContract(Invalid):
    """The declared contract isn't one; `errors` say where."""

    kind = "bad-contract"


def parse(source: str | Mapping[str, Any]) -> Contract:
    """A contract from YAML, JSON or what they hold.

        columns:
          - {name: height, type: number, unit: m, required: true, min: 0, max: 60, title: {fi: korkeus}}
          - {name: species, codes: {B: birch, P: pine}}
        key: [id]
        rows: {min: 1}
        every: weekly
        extra: false

    Raises:
        BadContract: with a pointer to each thing that can't be understood.
    """
    if isinstance(source, str):
        try:
            source = yaml.safe_load(source)
        except yaml.YAMLError as error:
            raise BadContract("The contract isn't valid YAML.", errors=[_error("", str(error))]) from None
    source = {} if source is None else source
    if not isinstance(source, Mapping):
        said = "A contract is a mapping with columns, key, rows, every, extra."
        raise BadContract("The contract can't be understood.", errors=[_error("", said)])
    reader = _Reader()
    contract = reader.contract(source)
    if reader.errors:
        raise BadContract("The contract can't be understood.", errors=reader.errors)
    return contract


def parse_declared(said: Any) -> dict[str, Contract]:
    """What a data set declares: one contract for all of its tables (under ""), or under `tables` one for each by name.

    Raises:
        BadContract: with a pointer to each thing that can't be understood.
    """
    if not isinstance(said, Mapping) or "tables" not in said:
        return {"": parse(said)}
    tables = said["tables"]
    errors = [_error(f"/{word}", "Beside tables stands nothing else.") for word in said if word != "tables"]
    if not isinstance(tables, Mapping):
        errors.append(_error("/tables", "A mapping from a table's name to its contract."))
        tables = {}
    found = {}
    for name, one in tables.items():
        try:
            found[str(name)] = parse(one)
        except BadContract as bad:
            errors += [_error(f"/tables/{name}{error['pointer']}", error["detail"]) for error in bad.errors]
    if errors:
        raise BadContract("The contract can't be understood.", errors=errors)
    return found


class _Reader:
    """Reads what it can and gathers what it can't, so that all of it is told at once."""

    def __init__(self) -> None:
        self.errors: list[dict[str, str]] = []

    def contract(self, said: Mapping[str, Any]) -> Contract:
        self._known(said, _WORDS, "")
        columns = said.get("columns") or []
        if not isinstance(columns, list):
            self._wrong("/columns", "A list of columns.")
            columns = []
        rules = [rule for n, column in enumerate(columns) if (rule := self._column(column, f"/columns/{n}"))]
        names = [rule.name for rule in rules]
        for n, name in enumerate(names):
            if name in names[:n]:
                self._wrong(f"/columns/{n}/name", f"The column {name} has a rule already.")
        rows = said.get("rows") or {}
        if not isinstance(rows, Mapping):
            self._wrong("/rows", "A mapping with min and max.")
            rows = {}
        self._known(rows, {"min", "max"}, "/rows")
        least, most = self._count(rows, "min"), self._count(rows, "max")
        if least is not None and most is not None and least > most:
            self._wrong("/rows/max", "The most is less than the fewest.")
        return Contract(
            columns=tuple(rules),
            key=self._key(said.get("key")),
            rows_min=least,
            rows_max=most,
            every=self._choice(Every, said.get("every"), "/every"),
            extra=self._flag(said, "extra", "", default=True),
        )

    def _column(self, said: Any, where: str) -> ColumnRule | None:
        if not isinstance(said, Mapping) or not isinstance(said.get("name"), str) or not said["name"]:
            self._wrong(where, "A column is a mapping with a name.")
            return None
        self._known(said, _COLUMN_WORDS, where)
        kind = self._choice(ColumnType, said.get("type"), f"{where}/type")
        least, most = (self._bound(said.get(word), kind, f"{where}/{word}") for word in ("min", "max"))
        # Bounds of one type compare as themselves: numbers, or ISO text whose order is that of time.
        if least is not None and type(least) is type(most) and least > most:  # type: ignore[operator]
            self._wrong(f"{where}/max", "The greatest value is less than the least.")
        flags = {word: self._flag(said, word, where, default=False) for word in _FLAGS}
        return ColumnRule(
            name=said["name"],
            type=kind,
            unit=self._text(said.get("unit"), f"{where}/unit"),
            codes=self._codes(said.get("codes"), f"{where}/codes"),
            min=least,
            max=most,
            pattern=self._pattern(said.get("pattern"), f"{where}/pattern"),
            title=self._title(said.get("title"), f"{where}/title"),
            **flags,
        )

    def _bound(self, said: Any, kind: ColumnType | None, where: str) -> float | str | None:
        if said is None:
            return None
        # YAML reads 2024-01-01 as a date.
        if isinstance(said, date | datetime):
            said = said.isoformat()
        if isinstance(said, str) and (kind in READERS or kind is None):
            for reader in [READERS[kind]] if kind else list(READERS.values()):
                try:
                    reader(said)
                except ValueError:
                    continue
                return said
        number = isinstance(said, int | float) and not isinstance(said, bool) and math.isfinite(said)
        if number and kind in (ColumnType.INTEGER, ColumnType.NUMBER, None):
            return said  # type: ignore[no-any-return]
        self._wrong(where, "A number, or a date or time in ISO form, as the column's type is.")
        return None

    def _codes(self, said: Any, where: str) -> dict[str, str] | None:
        if said is None:
            return None
        if isinstance(said, list):
            said = dict.fromkeys(said, "") if all(isinstance(code, str | int) for code in said) else None
        if not isinstance(said, Mapping) or not said:
            self._wrong(where, "A list of codes, or a mapping from a code to what it means.")
            return None
        return {_code(code): "" if meaning is None else str(meaning) for code, meaning in said.items()}

    def _title(self, said: Any, where: str) -> dict[str, str] | None:
        if said is None:
            return None
        if not isinstance(said, Mapping) or not all(isinstance(text, str) for text in said.values()):
            self._wrong(where, "A mapping from a language to text.")
            return None
        return {str(language): text for language, text in said.items()}

    def _pattern(self, said: Any, where: str) -> str | None:
        pattern = self._text(said, where)
        if pattern is None:
            return None
        import duckdb

        try:
            with duckdb.connect(":memory:") as connection:
                connection.execute("SELECT regexp_full_match('', ?)", [pattern]).fetchall()
        except duckdb.Error:
            self._wrong(where, "This isn't a regular expression (RE2's syntax).")
            return None
        return pattern

    def _key(self, said: Any) -> tuple[str, ...]:
        said = [said] if isinstance(said, str) else said or []
        if not isinstance(said, list) or not all(isinstance(name, str) and name for name in said):
            self._wrong("/key", "A column's name, or a list of them.")
            return ()
        if len(set(said)) != len(said):
            self._wrong("/key", "A column stands twice in the key.")
        return tuple(said)

    def _count(self, rows: Mapping[str, Any], word: str) -> int | None:
        said = rows.get(word)
        if said is not None and (not isinstance(said, int) or isinstance(said, bool) or said < 0):
            self._wrong(f"/rows/{word}", "A whole number, zero or more.")
            return None
        return said

    def _text(self, said: Any, where: str) -> str | None:
        if said is not None and not isinstance(said, str):
            self._wrong(where, "Text.")
            return None
        return said or None

    def _flag(self, said: Mapping[str, Any], word: str, where: str, *, default: bool) -> bool:
        value = said.get(word, default)
        if not isinstance(value, bool):
            self._wrong(f"{where}/{word}", "true or false.")
            return default
        return value

    def _choice(self, kinds: type[Chosen], said: Any, where: str) -> Chosen | None:
        if said is None:
            return None
        try:
            return kinds(said)
        except ValueError:
            self._wrong(where, f"One of: {', '.join(kinds)}.")
            return None

    def _known(self, said: Mapping[str, Any], words: set[str], where: str) -> None:
        for word in said:
            if word not in words:
                self._wrong(f"{where}/{word}", f"Unknown; known are: {', '.join(sorted(words))}.")

    def _wrong(self, where: str, what: str) -> None:
        self.errors.append(_error(where, what))


def _code(code: Any) -> str:
    # A column of booleans has its codes as YAML has them: true, false.
    return str(code).lower() if isinstance(code, bool) else str(code)


def _error(pointer: str, detail: str) -> dict[str, str]:
    return {"pointer": pointer, "detail": detail}
