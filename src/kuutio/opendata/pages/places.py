"""Places in a list as text that can stand in an address."""

import base64
import binascii
import math

import orjson

from kuutio.core.shelves import Place


def token(place: Place | None) -> str:
    """A place as text; nothing for none."""
    return "" if place is None else base64.urlsafe_b64encode(orjson.dumps(place)).rstrip(b"=").decode()


def place(text: str | None, order: str) -> Place | None:
    """The inverse of `token`; None for what is no place of this order, so that an old link still shows the list.

    Args:
        order: places by name are texts, all others numbers.
    """
    if not text or len(text) > 1000:
        return None
    try:
        value, name = orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, TypeError):
        return None
    by_name = order.startswith("name")
    fits = isinstance(value, str) if by_name else isinstance(value, int | float) and not isinstance(value, bool)
    if not fits or not isinstance(name, str) or (not by_name and not math.isfinite(value)):
        return None
    return (value, name)
