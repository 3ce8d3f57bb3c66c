"""The parts that `config` gathered from the domains, for the joint pages to show."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from django.urls import NoReverseMatch, get_urlconf, reverse

from kuutio.core.parts import Parts

_parts = Parts()


class _Linked(Protocol):
    @property
    def url(self) -> str: ...


Linked = TypeVar("Linked", bound=_Linked)


def install(parts: Parts) -> None:
    """Set the parts, once, when the process starts."""
    global _parts  # the one place where config hands them over
    _parts = parts


def parts() -> Parts:
    """What the domains declared."""
    return _parts


def has_page(name: str) -> bool:
    """Whether a page of this name stands; a room that isn't built yet has none."""
    return _stands(name, get_urlconf())


@lru_cache(maxsize=256)
def _stands(name: str, urls: str | None) -> bool:
    """Remembered: each page asks for each entry of its menu, and no page comes or goes while a process lives."""
    try:
        reverse(name, urls)
    except NoReverseMatch:
        return False
    return True


def reachable(things: Iterable[Linked]) -> list[Linked]:
    """Those doors or menu entries whose page stands."""
    return [thing for thing in things if has_page(thing.url)]


def shown(things: Iterable[Any], request: Any) -> list[dict[str, Any]]:
    """Each part that has something to show to this reader, with what its template needs."""
    found = []
    for part in things:
        if not getattr(part, "allowed", _anybody)(request.user):
            continue
        context = part.context(request)
        if context is not None:
            found.append({"part": part, "context": context})
    return found


def _anybody(person: Any) -> bool:
    return True
