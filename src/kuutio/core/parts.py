"""What a domain gives to the pages that join several domains: the front page, the search, *my page*, the workspace.

Each domain has a `parts.py` with `PARTS = Parts(cards=(...), doors=(...))`; `config` adds them up and `web` shows them, so
that no domain imports upwards and a new one only adds its own. A part names the domain's template; `web` renders it with what
`context` gives. A `context` of None means: nothing to show to this reader now, leave the part out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from kuutio.core.evidence import Evidence, Gap
from kuutio.core.problems import Text

Request: TypeAlias = Any
"""The framework's request; `core` doesn't know the framework."""

Person: TypeAlias = Any
"""Who is asking: a signed-in person or the anonymous one."""

Context: TypeAlias = Callable[[Request], "dict[str, Any] | None"]


class Face(StrEnum):
    """The lit face of the cube in an icon: which room of the house a thing belongs to."""

    DATA = "data"
    PARTICIPATION = "participation"
    INNOVATION = "innovation"
    PROGRAMME = "programme"
    SERVICE = "service"


def anybody(person: Person) -> bool:
    """A part that every reader may see."""
    return True


@dataclass(frozen=True, slots=True)
class Card:
    """One thing of "happening now" on the front page.

    Attributes:
        key: stable and unique, `domain-thing`.
        template: the domain's own template, rendered with what `context` gives.
        order: the smaller is shown first; equal ones by `key`.
    """

    key: str
    template: str
    context: Context
    order: int = 100


@dataclass(frozen=True, slots=True)
class Door:
    """One of the front page's doors: what a reader can come for.

    Attributes:
        go: the words of the link, a verb and its object.
        url: the name of a page without arguments, for example `opendata:catalogue`.
    """

    key: str
    title: Text
    text: Text
    go: Text
    url: str
    face: Face
    order: int = 100


@dataclass(frozen=True, slots=True)
class SearchSource:
    """One kind of thing that the search over everything finds.

    Attributes:
        kind: the `kind` of its rows in the index.
        label, plural: one such thing, many of them, in the reader's language.
    """

    kind: str
    label: Text
    plural: Text
    face: Face
    order: int = 100


@dataclass(frozen=True, slots=True)
class MinePart:
    """A section of *my page*: what a person has done or waits for here."""

    key: str
    title: Text
    template: str
    context: Context
    allowed: Callable[[Person], bool] = anybody
    order: int = 100


@dataclass(frozen=True, slots=True)
class WorkPart:
    """A section of the officers' workspace: what waits for somebody's work.

    Attributes:
        allowed: who has such work at all; asked before `context`.
    """

    key: str
    title: Text
    template: str
    context: Context
    allowed: Callable[[Person], bool]
    order: int = 100


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of "how well we serve", computed from live data.

    Attributes:
        compute: the value as a reader sees it, None while there is nothing to count: then the figure is left out.
        url: the name of the page that shows where it comes from, or "".
    """

    key: str
    label: Text
    compute: Callable[[], Text | None]
    url: str = ""
    order: int = 100


@dataclass(frozen=True, slots=True)
class Menu:
    """An entry of the main menu; `url` is the name of a page without arguments."""

    key: str
    title: Text
    url: str
    order: int = 100


@dataclass(frozen=True, slots=True)
class Personal:
    """What a domain keeps about a person: their copy of it, and what becomes of it when they leave.

    Attributes:
        export: the person's own data as JSON values.
        erase: takes out or makes nameless what may not stay, inside the transaction in which the account is removed; None
            where the account's own removal takes all with it.
        kept: what of it stays for a while all the same and until when, as sentences for the person who is about to leave.
    """

    key: str
    export: Callable[[Person], Any]
    erase: Callable[[Person, datetime], None] | None = None
    order: int = 100
    kept: Callable[[Person], list[str]] | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """All that one domain, or all of them added up, gives to the joint pages. Each tuple is kept in order of `order`, `key`."""

    cards: tuple[Card, ...] = ()
    doors: tuple[Door, ...] = ()
    searches: tuple[SearchSource, ...] = ()
    mine: tuple[MinePart, ...] = ()
    work: tuple[WorkPart, ...] = ()
    figures: tuple[Figure, ...] = ()
    menu: tuple[Menu, ...] = ()
    personal: tuple[Personal, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    gaps: tuple[Gap, ...] = ()

    def __post_init__(self) -> None:
        for field in fields(self):
            parts = getattr(self, field.name)
            keys = [key_of(part) for part in parts]
            if len(set(keys)) < len(keys):
                raise ValueError(f"{field.name}: a key is used twice: {sorted(keys)}")
            object.__setattr__(self, field.name, tuple(sorted(parts, key=lambda part: (part.order, key_of(part)))))

    def __add__(self, other: Parts) -> Parts:
        return Parts(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


def key_of(part: Any) -> str:
    """What a part is known by among its like."""
    return part.kind if isinstance(part, SearchSource) else str(part.key)
