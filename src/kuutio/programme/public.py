"""What the programme publishes of itself, where there is an organisation that publishes for all."""

from __future__ import annotations

from collections.abc import Iterator

from kuutio.cities.models import Organisation
from kuutio.core.published import Published, Publisher
from kuutio.programme import public_strategy


def tables() -> Iterator[Published]:
    """All tables of the programme."""
    desk = Organisation.objects.filter(kind=Organisation.Kind.PUBLIC, roles__role="office").order_by("slug").first()
    if desk is not None:
        yield from public_strategy.tables(desk.slug)


PUBLISHED = Publisher(tables=tables)
