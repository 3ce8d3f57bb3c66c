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
    return table(_counted(budget))


def rounded_turnout_of(budget: Budget) -> dict[str, Any]:
    """The same while the vote goes on: every number rounded down to fives by itself.

    Numbers of two evenings, or a sum and its parts, then tell of nobody when they voted: an exact number would.
    """
    counts: dict[Cell, int] = {("all",): 0}
    for city, district, channel, voters in _counted(budget):
        for cell in (("all",), ("city", city), ("district", city, district), ("channel", channel)):
            counts[cell] = counts.get(cell, 0) + voters
    down = {cell: number - number % FEWEST for cell, number in sorted(counts.items())}
    return {
        "all": down[("all",)],
        "channels": {cell[1]: number for cell, number in down.items() if cell[0] == "channel"},
        "cities": [
            {
                "city": cell[1],
                "voters": number,
                "districts": [
                    {"district": one[2], "voters": voters}
                    for one, voters in down.items()
                    if one[:2] == ("district", cell[1])
                ],
            }
            for cell, number in down.items()
            if cell[0] == "city"
        ],
        "step": FEWEST,
    }


def _counted(budget: Budget) -> list[tuple[str, str, str, int]]:
    rows = Pass.objects.filter(budget=budget).order_by().values_list("city", "district", "channel")
    return list(rows.annotate(voters=Counted("pk")).values_list("city", "district", "channel", "voters"))


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
