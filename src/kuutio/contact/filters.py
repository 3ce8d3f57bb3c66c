"""What an officer asks of the queue: read from an address or a saved view, and written back to either."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from urllib.parse import urlencode

from kuutio.contact.models import Case, Channel
from kuutio.contact.models.cases import LANGUAGES

VIEWS = ("open", "mine", "new", "late", "offered", "hand", "given", "done", "chats", "all")
"""The views that everybody has; `all` is for a saved view that looks at settled cases too."""
STATES = frozenset(Case.State.values)
SORTS = ("due", "newest", "oldest", "changed", "settled")
LONGEST_SEARCH = 100
_SLUG = re.compile(r"[-a-zA-Z0-9_]{1,80}")


@dataclass(frozen=True, slots=True)
class Filters:
    """Which cases, and in what order. An empty member asks for nothing.

    Attributes:
        view: one of VIEWS.
        city: the slug of the organisation that is responsible.
        due: `late`, or `soon`: within a day, or late.
        officer: `me`, or `nobody` for what no one has taken.
        q: a number, a telephone number, an address of mail, words.
        sort: one of SORTS; "" for what suits the view.
    """

    view: str = "open"
    state: str = ""
    category: str = ""
    unit: str = ""
    city: str = ""
    language: str = ""
    channel: str = ""
    due: str = ""
    officer: str = ""
    q: str = ""
    sort: str = ""

    @classmethod
    def read(cls, said: Mapping[str, object]) -> Filters:
        """The filters of an address or a saved view; what isn't understood is left out, since both outlive their words."""
        told = {row.name: said.get(row.name) for row in fields(cls)}
        words = {name: value.replace("\0", "").strip() for name, value in told.items() if isinstance(value, str)}
        return cls(
            view=_one_of(words.get("view"), VIEWS) or "open",
            state=_one_of(words.get("state"), STATES),
            category=_slug(words.get("category")),
            unit=_slug(words.get("unit")),
            city=_slug(words.get("city")),
            language=_one_of(words.get("language"), LANGUAGES),
            channel=_one_of(words.get("channel"), Channel.values),
            due=_one_of(words.get("due"), ("late", "soon")),
            officer=_one_of(words.get("officer"), ("me", "nobody")),
            q=words.get("q", "")[:LONGEST_SEARCH],
            sort=_one_of(words.get("sort"), SORTS),
        )

    def written(self) -> dict[str, str]:
        """The members that ask for something, as JSON."""
        return {row.name: value for row in fields(self) if (value := getattr(self, row.name))}

    @property
    def query(self) -> str:
        """The same as the query string of an address."""
        return urlencode(self.written())

    @property
    def narrows(self) -> bool:
        """Whether more is asked for than one of the views that everybody has."""
        return bool(self.written().keys() - {"view", "sort"})


def _one_of(word: str | None, allowed: Collection[str]) -> str:
    return word if word and word in allowed else ""


def _slug(word: str | None) -> str:
    return word if word and _SLUG.fullmatch(word) else ""
