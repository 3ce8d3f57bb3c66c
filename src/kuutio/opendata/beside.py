"""What other rooms tell beside a data set, such as the services that use it; `config` names who is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kuutio.core.problems import Text
from kuutio.opendata.models import Dataset


@dataclass(frozen=True, slots=True)
class Link:
    """One line: its words, and the page that it leads to."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Beside:
    """A heading with its links."""

    title: Text
    links: Sequence[Link]


Teller = Callable[[Dataset], "Beside | None"]
_tellers: list[Teller] = []


def install(*tellers: Teller) -> None:
    """Name those who are asked, once, when the process starts."""
    _tellers[:] = tellers


def beside(dataset: Dataset) -> list[Beside]:
    """What there is to tell of a data set."""
    return [told for teller in _tellers if (told := teller(dataset)) is not None and told.links]
