"""Numbers as people of each language write them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from kuutio.core.language import Language

THIN = "\u202f"  # narrow no-break space
SPACE = "\u00a0"  # no-break space, before a unit
MINUS = "\u2212"


def number(value: int | float | Decimal, lang: Language, *, decimals: int | None = None) -> str:
    """A number with its groups of three: `1 234,5` in Finnish and Swedish (thin spaces that don't break), `1,234.5` in English.

    Args:
        decimals: how many to show, halves rounded away from zero; None: as many as the value has.

    Raises:
        ValueError: the value is not finite.
    """
    exact = Decimal(str(value))
    if not exact.is_finite():
        raise ValueError(f"{value} can't be shown as a number.")
    if decimals is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    digits = f"{abs(exact):,f}"
    if decimals is None and "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    if lang != "en":
        digits = digits.replace(",", THIN).replace(".", ",")
    return (MINUS if exact < 0 else "") + digits


def share(value: float | Decimal, lang: Language, *, decimals: int = 0) -> str:
    """A share of 0 to 1 in per cent: `12,5 %`, in English `12.5%`."""
    shown = number(Decimal(str(value)) * 100, lang, decimals=decimals)
    return f"{shown}%" if lang == "en" else f"{shown}{SPACE}%"


def size(count: int, lang: Language) -> str:
    """Bytes in units of 1,000: `1,2 Mt` in Finnish, `1,2 MB` in Swedish, `1.2 MB` in English."""
    units = ["t", "kt", "Mt", "Gt", "Tt"] if lang == "fi" else ["B", "kB", "MB", "GB", "TB"]
    at, value = 0, Decimal(count)
    # What would be rounded up to a thousand belongs to the next unit already.
    while at + 1 < len(units) and value >= (1000 if at == 0 else Decimal("999.5")):
        at, value = at + 1, value / 1000
    return f"{number(value, lang, decimals=1 if at and value < 9.95 else 0)}{SPACE}{units[at]}"
