"""What a process needs to locate: the borders in force, built once and again when other ones come into force."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kuutio.cities.border_versions import BorderVersion
from kuutio.cities.layer import ACCURACY_M
from kuutio.cities.places import Municipality

if TYPE_CHECKING:
    from kuutio.core.places import Locator

LOOKED_AT_EVERY_S = 5.0
"""So soon every process locates by new borders; to look costs one short query."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The borders of one version: the locator, and within how many metres of a line it asks instead of guessing."""

    version: int | None
    locator: Locator
    unsure_m: float


_lock = threading.Lock()
_held: Drawn | None = None
_looked_at = 0.0


def locator() -> Locator:
    """The process's one locator over the borders in force; built at first use and after a change (some 0.2 s)."""
    return drawn().locator


def unsure_m() -> float:
    """Within how many metres of another municipality a place is asked about, by the borders in force."""
    return drawn().unsure_m


def drawn() -> Drawn:
    """The borders in force, at most five seconds late."""
    global _held, _looked_at
    now = time.monotonic()
    held = _held
    if held is not None and now - _looked_at < LOOKED_AT_EVERY_S:
        return held
    with _lock:  # one builds, the others wait for it
        version = in_force()
        if _held is None or _held.version != (version.pk if version else None):
            _held = _build(version)
        _looked_at = now
        return _held


def forget_drawn() -> None:
    """Look and build anew at the next question."""
    global _held
    with _lock:
        _held = None


def in_force() -> BorderVersion | None:
    """The version that the borders are of; None: those that come with Kuutio."""
    return BorderVersion.objects.filter(in_force_at__isnull=False).order_by("-in_force_at", "-pk").first()


def _build(version: BorderVersion | None) -> Drawn:
    # numpy and shapely: 15 MB, not for every web process
    from kuutio.core.borderlines import unsure_m
    from kuutio.core.places import Locator

    rows = Municipality.objects.filter(ended_on=None)
    located = Locator([(row.code, bytes(row.border)) for row in rows])
    return Drawn(version.pk if version else None, located, unsure_m(version.accuracy_m if version else ACCURACY_M))
