"""Names that programs use: slugs, the ids of data sets and tables, their UUIDs, Finnish Business IDs."""

from __future__ import annotations

import re
from uuid import UUID, uuid5

from stdnum.exceptions import ValidationError
from stdnum.fi import ytunnus

from kuutio.core.language import fold

TABLES = UUID("6c1f0f7e-8a53-5f0e-9d34-3a7d5b6f2c10")
"""The namespace of the tables' UUIDs; it must never change, since harvesters know the tables by them."""

LONGEST_SLUG = 80
ASCII = str.maketrans({"å": "a", "ä": "a", "ö": "o"})
BUSINESS_ID = re.compile(r"(\d{6,7})-?(\d)", re.ASCII)


def slug(text: str, *, longest: int = LONGEST_SLUG) -> str:
    """A text as part of an address: lower-case ASCII words joined by hyphens; ä and å become a, ö becomes o.

    What is too long is cut between words where that's possible. "" when ASCII can write none of it.
    """
    made = "-".join(re.findall(r"[a-z0-9]+", fold(text).translate(ASCII)))
    if len(made) <= longest:
        return made
    return made[: longest + 1].rpartition("-")[0] or made[:longest]


def dataset_name(city: str, what: str) -> str:
    """The name of a city's data set, `CITY-WHAT`; a name that begins with the city keeps it once."""
    name = slug(what)
    return name if not city or name == city or name.startswith(f"{city}-") else f"{city}-{name}"


def table_id(dataset: str, table: str = "") -> str:
    """The id of a published table, the same at every door: `CITY-DATASET`, or `CITY-DATASET-TABLE` where there are several.

    Args:
        dataset: the name of the data set, with its city (`dataset_name`).
    """
    return "-".join(part for part in (dataset, slug(table)) if part)


def table_uuid(table: str) -> UUID:
    """The UUID of a table, for the doors that want one; a pure function of its id."""
    return uuid5(TABLES, table)


def business_id(text: str) -> str:
    """A Finnish Business ID in its written form, `2077474-0`: an old one of six digits gets its zero, a missing hyphen is put in.

    Raises:
        ValueError: it isn't one, or its check digit is wrong.

    Source: the check digit of the Y-tunnus, as python-stdnum's `fi.ytunnus` computes it.
    """
    match = BUSINESS_ID.fullmatch(text.strip())
    if not match:
        raise ValueError(f"Not a Finnish Business ID: {text!r}")
    number = match[1].zfill(7) + match[2]
    try:
        ytunnus.validate(number)
    except ValidationError as error:
        raise ValueError(f"The check digit of {text!r} is wrong.") from error
    return f"{number[:7]}-{number[7]}"


def is_business_id(text: str) -> bool:
    """Whether a text is a Finnish Business ID in its written form, `1234567-8`, with the right check digit."""
    try:
        return business_id(text) == text
    except ValueError:
        return False


def time_ordered_uuid(at_ns: int, random: bytes) -> UUID:
    """A UUID that sorts by the time it was made: version 7, with the microseconds' part of a millisecond in `rand_a`.

    Args:
        at_ns: nanoseconds since 1970.
        random: at least 8 bytes.

    Source: RFC 9562, sections 5.7 and 6.2 (method 3).
    """
    milliseconds, rest = divmod(at_ns, 1_000_000)
    fraction = rest * 4096 // 1_000_000
    tail = int.from_bytes(random[:8], "big") & (2**62 - 1)
    return UUID(int=(milliseconds & (2**48 - 1)) << 80 | 7 << 76 | fraction << 64 | 2 << 62 | tail)
