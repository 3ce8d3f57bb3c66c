"""One page of rows as a question: the answer is a function of the snapshot and of this alone."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any, Self

import orjson

from kuutio.opendata.engine.filters import CRS84, EVERYTHING, Filter
from kuutio.opendata.engine.typed import refuse

MAX_LIMIT, MAX_SORTS = 50_000, 8


@dataclass(frozen=True, slots=True)
class Sort:
    """One key of an order. A missing value is greater than every other, as in PostgreSQL: last, or first descending."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """Which rows, in which order, which part of them, and how they are shown.

    Attributes:
        columns: properties to show, in this order; None: all.
        sort: the order; rows that are equal in it, and all rows without it, stand in the order of the snapshot.
        limit: the most rows on the page, 0 to MAX_LIMIT.
        after: the `next` of another page of the same question; the page starts after that page's last row.
        offset: rows to pass over; costs more the greater it is once there is a filter or a sort.
        distinct: of rows that are equal in `columns` only the first.
        geometry: show geometries.
        crs: the EPSG code of the coordinates shown, in the authority's axis order; CRS84: longitude, latitude.
    """

    filter: Filter = EVERYTHING
    columns: tuple[str, ...] | None = None
    sort: tuple[Sort, ...] = ()
    limit: int = 100
    after: str | None = None
    offset: int = 0
    distinct: bool = False
    geometry: bool = True
    crs: int = CRS84


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in an answer: the last row that was given.

    Attributes:
        snapshot: the snapshot's id.
        question: a short name of filter, order and distinctness; another question has other places.
        n: the row's number.
        keys: the row's values of the sort columns, as JSON values.
    """

    snapshot: str
    question: str
    n: int
    keys: tuple[Any, ...] = ()

    def token(self) -> str:
        """The place as text that can stand in an address."""
        packed = orjson.dumps([self.snapshot, self.question, self.n, *self.keys])
        return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()

    @classmethod
    def read(cls, token: str, pointer: str = "/after") -> Self:
        """The inverse of `token`.

        Raises:
            BadQuery: it is no token.
        """
        try:
            packed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
            snapshot, question, n, *keys = orjson.loads(packed)
        except (binascii.Error, ValueError, TypeError):
            refuse("This is no place in a list of rows: follow a `next` link as it is.", pointer)
        texts = isinstance(snapshot, str) and isinstance(question, str)
        if not texts or type(n) is not int or not 0 <= n < 2**62 or len(keys) > MAX_SORTS:
            refuse("This is no place in a list of rows: follow a `next` link as it is.", pointer)
        return cls(snapshot, question, n, tuple(keys))


def snapshot_of(token: str) -> str:
    """The id of the snapshot that a page's `next` belongs to.

    Raises:
        BadQuery: it is no token.
    """
    return Cursor.read(token).snapshot
