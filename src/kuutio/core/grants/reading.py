"""JSON from outside, read field by field: whatever doesn't fit is told with its place, and nothing is guessed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

from kuutio.core.money import NotMoney, exact

LONGEST_TEXT = 400
LONGEST_KEY = 100
MOST_CENTS = 10**15
MOST_DIGITS = 30
MOST_EXPONENT = 20
FIRST_YEAR, LAST_YEAR = 1900, 2200
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
Choice = TypeVar("Choice", bound=StrEnum)


class Unreadable(ValueError):
    """A part of the input that can't be understood; `pointer` says where (RFC 6901)."""

    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__(f"{pointer or '/'}: {detail}")
        self.pointer = pointer
        self.detail = detail


def load(text: str) -> Any:
    """A JSON document whose numbers stay exact: a number with a point is a `Decimal`.

    Raises:
        ValueError: no JSON, a key twice in one object, NaN or Infinity, a number of absurd length, or nested too deeply.
    """
    try:
        return json.loads(text, parse_float=_decimal, parse_int=_whole, parse_constant=_refuse, object_pairs_hook=_once)
    except RecursionError as error:
        raise ValueError("It is nested too deeply.") from error


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no number.")


def _whole(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise ValueError("A number has too many digits.")
    return int(text)


def _decimal(text: str) -> Decimal:
    _, _, exponent = text.lower().partition("e")
    if len(text) > MOST_DIGITS or abs(int(exponent or 0)) > MOST_EXPONENT:
        raise ValueError("A number has too many digits.")
    return Decimal(text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("An object has the same key twice.")
    return made


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the input and where it stands."""

    value: Any
    pointer: str = ""

    def wrong(self, detail: str) -> Unreadable:
        """What to raise about this value."""
        return Unreadable(self.pointer, detail)

    def has(self, key: str) -> bool:
        """Whether an object has a key with a value."""
        return isinstance(self.value, dict) and self.value.get(key) is not None

    def at(self, key: str) -> Node:
        """A field of an object.

        Raises:
            Unreadable: it is no object, or has no such field.
        """
        if not isinstance(self.value, dict):
            raise self.wrong("must be an object.")
        if key not in self.value:
            raise self.wrong(f'has no "{key}".')
        return Node(self.value[key], f"{self.pointer}/{_escaped(key)}")

    def items(self, most: int) -> Iterator[tuple[str, Node]]:
        """The fields of an object."""
        if not isinstance(self.value, dict):
            raise self.wrong("must be an object.")
        if len(self.value) > most:
            raise self.wrong(f"has more than {most} fields.")
        for key in self.value:
            if not isinstance(key, str) or len(key) > LONGEST_KEY:
                raise self.wrong(f"has a name that is no text of at most {LONGEST_KEY} characters.")
            yield key, self.at(key)

    def rows(self, most: int) -> list[Node]:
        """The values of a list."""
        if not isinstance(self.value, list):
            raise self.wrong("must be a list.")
        if len(self.value) > most:
            raise self.wrong(f"has more than {most} items.")
        return [Node(value, f"{self.pointer}/{at}") for at, value in enumerate(self.value)]

    def text(self) -> str:
        """A text of reasonable length."""
        if not isinstance(self.value, str) or len(self.value) > LONGEST_TEXT or "\0" in self.value:
            raise self.wrong(f"must be a text of at most {LONGEST_TEXT} characters.")
        return self.value

    def name(self) -> str:
        """A text that isn't empty, or a number used as one."""
        made = str(self.value) if _is_whole(self.value) else self.text()
        if not made.strip():
            raise self.wrong("must not be empty.")
        return made

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            raise self.wrong("must be true or false.")
        return self.value

    def whole(self, lowest: int, highest: int) -> int:
        """A whole number between two others, both included."""
        if not _is_whole(self.value) or not lowest <= self.value <= highest:
            raise self.wrong(f"must be a whole number from {lowest} to {highest}.")
        return int(self.value)

    def fraction(self) -> Fraction:
        """An exact number: `50`, `0.7`, `"62.5"` or `"125/2"`."""
        if _is_whole(self.value) or isinstance(self.value, Decimal):
            return Fraction(self.value)
        if isinstance(self.value, str) and re.fullmatch(r"-?\d{1,15}(\.\d{1,9}|/[1-9]\d{0,14})?", self.value, re.ASCII):
            return Fraction(self.value)
        raise self.wrong('must be a number like 62.5 or "125/2".')

    def cents(self) -> int:
        """Euros as `"1234.50"`, 1234.50 or 1234, in cents; may be negative, for a rule to say so."""
        value = self.value
        if _is_whole(value) and abs(value) * 100 <= MOST_CENTS:
            return int(value) * 100
        try:
            cents = exact(f"{value:f}" if isinstance(value, Decimal) else value) if _is_amount(value) else None
        except NotMoney:
            cents = None
        if cents is None or abs(cents) > MOST_CENTS:
            raise self.wrong('must be euros like "1234.50", with at most two decimals.')
        return cents

    def day(self) -> date:
        """A day like 2016-05-01."""
        try:
            if isinstance(self.value, str) and DAY.fullmatch(self.value):
                made = date.fromisoformat(self.value)
                if FIRST_YEAR <= made.year <= LAST_YEAR:
                    return made
        except ValueError:
            pass
        raise self.wrong("must be a day like 2016-05-01.")

    def moment(self) -> datetime:
        """A moment with its offset, like 2016-01-15T16:15:00+02:00."""
        try:
            made = datetime.fromisoformat(self.value) if isinstance(self.value, str) else None
        except ValueError:
            made = None
        if made is None or made.tzinfo is None or not FIRST_YEAR <= made.year <= LAST_YEAR:
            raise self.wrong("must be a moment with its offset, like 2016-01-15T16:15:00+02:00.")
        return made

    def choice(self, choices: type[Choice]) -> Choice:
        """One of a list of words."""
        try:
            return choices(self.value)
        except ValueError:
            raise self.wrong(f"must be one of {', '.join(choices)}.") from None


def unique(rows: Iterable[Node], *keys: str) -> None:
    """That no two of these objects have the same names in these fields.

    Raises:
        Unreadable: at the second of them, or a field is no name.
    """
    seen = set()
    for row in rows:
        names = tuple(row.at(key).name() for key in keys)
        if names in seen:
            raise row.wrong(f"has the same {' and '.join(keys)} as another.")
        seen.add(names)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_amount(value: Any) -> bool:
    return isinstance(value, str | Decimal)


def _escaped(key: str) -> str:
    return key[:80].replace("~", "~0").replace("/", "~1")
