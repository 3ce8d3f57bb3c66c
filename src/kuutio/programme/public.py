"""What the programme publishes of itself, where there is an organisation that publishes for all."""

from __future__ import annotations

from collections.abc import Iterator

from kuutio.cities.joint import desk_of_all
from kuutio.core.published import Published, Publisher
from kuutio.programme import public_calls, public_grants, public_strategy


def tables() -> Iterator[Published]:
    """All tables of the programme."""
    if (desk := desk_of_all()) is not None:
        yield from public_strategy.tables(desk.slug)
        yield from public_grants.tables(desk.slug)
        yield from public_calls.tables(desk.slug)


PUBLISHED = Publisher(tables=tables)
