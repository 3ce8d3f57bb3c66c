"""What other rooms offer to firms and groups, such as the programme's calls; `config` names who is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kuutio.core.language import Language


@dataclass(frozen=True, slots=True)
class Offer:
    """Something open that isn't kept here.

    Attributes:
        kind: such as `call`.
        title, path: by language.
        kinds: the kinds of organisations (`cities.Organisation.Kind`) that may take it up; the others see why not.
        closes_at: nobody can take it up after this.
        text: what it is about, in any language.
    """

    kind: str
    key: str
    title: Mapping[Language, str]
    path: Mapping[Language, str]
    kinds: frozenset[str]
    cities: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    technologies: tuple[str, ...] = ()
    text: str = ""
    closes_at: datetime | None = None
    changed_at: datetime | None = None


Provider = Callable[[datetime], Sequence[Offer]]
_providers: list[Provider] = []


def install(*providers: Provider) -> None:
    """Name those who are asked, once, when the process starts."""
    _providers[:] = providers


def offers(at: datetime) -> list[Offer]:
    """All that is open at a moment."""
    return [offer for provider in _providers for offer in provider(at)]
