"""What innovation publishes of itself."""

from __future__ import annotations

from collections.abc import Iterable

from kuutio.core.published import Published, Publisher
from kuutio.innovation import public_more, public_trials


def tables() -> Iterable[Published]:
    """The tables as they are declared now."""
    yield from public_trials.tables()
    yield from public_more.tables()


PUBLISHED = Publisher(tables=tables)
