"""How often a stranger may do something on a page, told by their address; a soft bound, shared by all processes."""

from __future__ import annotations

import hashlib
import time

from django.core.cache import caches
from django.http import HttpRequest

from kuutio.ui.clients import address_of


def is_within(request: HttpRequest, what: str, *, most: int, minutes: int) -> bool:
    """Count one more act of a client; whether it is among the `most` of these minutes."""
    cache, window = caches["default"], int(time.time() // (60 * minutes))
    who = hashlib.sha256(address_of(request).encode()).hexdigest()[:24]
    key = f"limit:{what}:{who}:{window}"
    cache.add(key, 0, 60 * minutes)
    try:
        return cache.incr(key) <= most
    except ValueError:  # it ran out between the two lines
        return True
