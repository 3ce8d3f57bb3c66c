"""Conditions that are reckoned row by row, kept from the database's planner, which misjudges them."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Case as Choice
from django.db.models import Model, Q, QuerySet, Value, When

Row = TypeVar("Row", bound=Model)


def opaque(condition: Q) -> Q:
    """The same condition as one that the planner takes to hold for every other row, and finds in no index.

    Of five reckoned comparisons it would believe that hardly a row is left, and sort all of a city's instead of walking from
    the newest on; a common word it would look up in its index anew for each row of a list.
    """
    return Q(Choice(When(condition, then=Value(True)), default=Value(False)))


def holding(rows: QuerySet[Row], condition: Q) -> QuerySet[Row]:
    """The rows of which a reckoned condition holds."""
    return rows.filter(opaque(condition))
