"""How many took part, by channel, city and district: small numbers left out, and those that would give them away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count as Counted

from kuutio.core.disclosure import FEWEST, hidden
from kuutio.participation.models import Budget, Pass

Cell = tuple[str, ...]


def turnout_of(budget: Budget) -> dict[str, Any]:
    """The table of a budget's passes as JSON; None stands for a number that isn't shown."""
    rows = Pass.objects.filter(budget=budget).order_by().values_list("city", "district", "channel")
    counted = rows.annotate(voters=Counted("pk")).values_list("city", "district", "channel", "voters")
    return table(list(counted))


def table(counted: list[tuple[str, str, str, int]]) -> dict[str, Any]:
    """The table of counts by city, district and channel.

    Args:
        counted: city, district, channel, voters.
    """
    counts: dict[Cell, int] = {("all",): 0}
    for city, district, channel, voters in counted:
        for cell in (("all",), ("city", city), ("district", city, district), ("channel", channel)):
            counts[cell] = counts.get(cell, 0) + voters
    cities = [cell for cell in counts if cell[0] == "city"]
    sums: list[tuple[Cell, tuple[Cell, ...]]] = [
        (("all",), tuple(cities)),
        (("all",), tuple(cell for cell in counts if cell[0] == "channel")),
    ]
    sums += [(city, tuple(cell for cell in counts if cell[:2] == ("district", city[1]))) for city in cities]
    kept_back = hidden(counts, [line for line in sums if line[1]], k=FEWEST)
    shown: Mapping[Cell, int | None] = {cell: None if cell in kept_back else number for cell, number in counts.items()}
    return {
        "all": shown[("all",)],
        "channels": {cell[1]: number for cell, number in sorted(shown.items()) if cell[0] == "channel"},
        "cities": [
            {
                "city": city[1],
                "voters": shown[city],
                "districts": [
                    {"district": cell[2], "voters": number}
                    for cell, number in sorted(shown.items())
                    if cell[:2] == ("district", city[1])
                ],
            }
            for city in sorted(cities)
        ],
        "least": FEWEST,
    }
