"""Identifiers: Business IDs, slugs, the ids of tables."""

import re
import unicodedata

from stdnum.exceptions import ValidationError
from stdnum.fi import ytunnus

_LETTERS = str.maketrans(
    {"ä": "a", "å": "a", "ö": "o", "ø": "o", "æ": "ae", "ß": "ss", "đ": "d", "ð": "d", "þ": "th", "ł": "l"}
)


def is_business_id(text: str) -> bool:
    """Whether a text is a Finnish Business ID in its written form, `1234567-8`, with the right check digit.

    Source: the check digit of the Y-tunnus, as python-stdnum's `fi.ytunnus` computes it.
    """
    if not re.fullmatch(r"\d{7}-\d", text):
        return False
    try:
        ytunnus.validate(text)
    except ValidationError:
        return False
    return True


def slug(text: str, *, longest: int = 80) -> str:
    """A text as part of an address: ASCII letters in lower case, digits, single hyphens; "" when nothing is left."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:longest].rstrip("-")


def dataset_name(city: str, what: str) -> str:
    """The name of a city's data set, `CITY-WHAT`; a name that begins with the city keeps it once."""
    name = slug(what)
    return name if not city or name == city or name.startswith(f"{city}-") else f"{city}-{name}"
