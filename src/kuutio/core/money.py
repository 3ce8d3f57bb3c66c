"""Euros as whole cents: split without losing one, read as people write them, shown as they read them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from kuutio.core.language import Language
from kuutio.core.numbers import SPACE, number

BLANKS = re.compile(r"[\s\u00a0\u2009\u202f'’]+")
AMOUNT = re.compile(r"(?P<sign>[-+\u2212\u2013]?)(?:€|EUR)?(?P<digits>[0-9][0-9.,]*)(?:€|EUR)?")
MOST_DIGITS = 15
WRITTEN = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,2})?", re.ASCII)
WHOLE_BP = 10_000
"""All of an amount, in basis points: hundredths of a per cent."""


class NotMoney(ValueError):
    """The text is no amount of euros, or could be two different ones."""


def split(cents: int, weights: Sequence[int | Fraction | Decimal]) -> list[int]:
    """Split an amount in proportion to the weights, to the cent: the parts add up to the amount, always.

    Each gets its share rounded towards zero; the cents left over go one by one to the largest remainders, of equal ones to the
    first.

    Args:
        weights: at least one, none below zero, not all zero.

    Raises:
        ValueError: the weights don't fit.

    Source: the method of the largest remainder (Hamilton); Balinski and Young, Fair Representation (2001), chapter 2.
    """
    exact = [Fraction(weight) for weight in weights]
    whole = sum(exact)
    if whole <= 0 or any(weight < 0 for weight in exact):
        raise ValueError("Weights must not be negative, and one must be above zero.")
    if cents < 0:
        return [-part for part in split(-cents, weights)]
    shares = [cents * weight / whole for weight in exact]
    parts = [share.numerator // share.denominator for share in shares]
    by_remainder = sorted(range(len(parts)), key=lambda at: (parts[at] - shares[at], at))
    for at in by_remainder[: cents - sum(parts)]:
        parts[at] += 1
    return parts


def portion(cents: int, rate: Fraction | Decimal) -> int:
    """A rate of an amount (`Decimal("0.70")` for 70 %), half a cent rounded away from zero."""
    doubled = 2 * abs(cents * Fraction(rate))
    rounded = int((doubled + 1) // 2)
    return rounded if cents * Fraction(rate) >= 0 else -rounded


def floor_share(cents: int, basis_points: int) -> int:
    """So many hundredths of a per cent of an amount, a part of a cent dropped: 6700 of 100.01 € is 67.00 €.

    Support is rounded so that it never passes its share; what is dropped stays with who pays the rest.

    Args:
        cents: not negative.
        basis_points: not negative; 10000 is all of it.

    Raises:
        ValueError: a negative one: the floor would then lie on the other side of the share.
    """
    if cents < 0 or basis_points < 0:
        raise ValueError("A share is taken of an amount that is not negative, by a share that is not negative.")
    return cents * basis_points // WHOLE_BP


def exact(text: str) -> int:
    """An amount as programs write it, in cents: `1234.50`, `1234`, `-0.05`; a point, no spaces, at most two decimals.

    Raises:
        NotMoney: anything else: a third decimal would be rounded, and nobody asked for that.
    """
    if not WRITTEN.fullmatch(text):
        raise NotMoney(f"Not an amount like 1234.50: {text[:40]!r}")
    whole, _, cents = text.partition(".")
    amount = abs(int(whole)) * 100 + int(cents.ljust(2, "0") or 0)
    return -amount if text.startswith("-") else amount


def plain(cents: int) -> str:
    """An amount as programs read it, always with its cents: `1234.50`; what `exact` reads back."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"


def parse(text: str, lang: Language = "fi") -> int:
    """An amount that a person wrote, in cents: `1 234,50 €`, `1.234,50`, `€1,234.50`, `12,5`, `-5`.

    A single mark before exactly three digits separates thousands, unless it's the decimal mark of the language: then nobody can
    know, and it is refused.

    Raises:
        NotMoney: it can't be told what is meant.
    """
    match = AMOUNT.fullmatch(BLANKS.sub("", text))
    if not match:
        raise NotMoney(f"Not an amount: {text!r}")
    whole, cents = _whole_and_cents(match["digits"], "." if lang == "en" else ",")
    if whole is None or len(whole) > MOST_DIGITS:
        raise NotMoney(f"Not an amount, or an unclear one: {text!r}")
    amount = int(whole) * 100 + int(cents.ljust(2, "0"))
    return -amount if match["sign"] not in ("", "+") else amount


def _whole_and_cents(digits: str, decimal_mark: str) -> tuple[str | None, str]:
    marks = [char for char in digits if not char.isdigit()]
    if not marks:
        return digits, ""
    last = marks[-1]
    whole, _, tail = digits.rpartition(last)
    if len(set(marks)) == 2:  # both in use: the last one is the decimal mark, and stands once
        grouping = marks[0]
        fits = marks.count(last) == 1 and len(tail) <= 2 and tail and _grouped(whole, grouping)
        return (whole.replace(grouping, ""), tail) if fits else (None, "")
    if len(marks) == 1 and 1 <= len(tail) <= 2:
        return whole, tail
    unclear = len(marks) == 1 and last == decimal_mark
    return (digits.replace(last, ""), "") if _grouped(digits, last) and not unclear else (None, "")


def _grouped(digits: str, mark: str) -> bool:
    return re.fullmatch(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}})*", digits) is not None


def euros(cents: int, lang: Language, *, always_cents: bool = False) -> str:
    """An amount as it is read: `1 200 000 €` in Finnish and Swedish, `€1,200,000` in English; cents only when there are some."""
    decimals = 2 if always_cents or cents % 100 else 0
    shown = number(abs(Decimal(cents)) / 100, lang, decimals=decimals)
    minus = "\u2212" if cents < 0 else ""
    return f"{minus}€{shown}" if lang == "en" else f"{minus}{shown}{SPACE}€"
