"""New rows that name each other, put into the database by one statement: what opens a case makes seven."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, models


def insert_together(*rows: models.Model) -> None:
    """Insert rows of any models, each of which may name those before it; they know their ids afterwards.

    Rows of one model get rising ids in their order where they stand side by side. No signal is sent.

    Raises:
        IntegrityError: a constraint refuses one of them; none is there.
    """
    groups: list[list[models.Model]] = []
    for row in rows:
        if groups and type(groups[-1][0]) is type(row):
            groups[-1].append(row)
        else:
            groups.append([row])
    places = {id(group[0]): at for at, group in enumerate(groups) if len(group) == 1}
    values: list[Any] = []
    shapes = [_shape(group, places, values) for group in groups]
    with connection.cursor() as cursor:
        cursor.execute(_statement(tuple(shapes)), values)
        found = cursor.fetchone()
    for group, ids in zip(groups, found, strict=True):
        for row, pk in zip(group, sorted(ids), strict=True):
            row.pk = pk
            row._state.adding, row._state.db = False, connection.alias
            for field in row._meta.concrete_fields:
                if (
                    isinstance(field, models.ForeignKey)
                    and (named := field.get_cached_value(row, default=None)) is not None
                ):
                    setattr(row, field.name, named)  # with the id that it has now


Shape = tuple[type[models.Model], tuple[tuple[int | None, ...], ...]]
"""A model, and for each of its rows and fields the group whose id it names; None for a value."""


def _shape(group: Sequence[models.Model], places: dict[int, int], values: list[Any]) -> Shape:
    """What of the statement depends on the rows; their values are added to those of the statement."""
    shape = []
    for row in group:
        named: list[int | None] = []
        for field in _fields(type(row)):
            other = field.get_cached_value(row, default=None) if isinstance(field, models.ForeignKey) else None
            place = places.get(id(other)) if other is not None and other.pk is None else None
            named.append(place)
            if place is None:
                values.append(field.get_db_prep_save(field.pre_save(row, add=True), connection))
        shape.append(tuple(named))
    return type(group[0]), tuple(shape)


@lru_cache(maxsize=64)
def _fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if not field.primary_key]


@lru_cache(maxsize=256)
def _statement(shapes: tuple[Shape, ...]) -> str:
    """Each group as a part of one statement, and at last the ids of all."""
    quoted = connection.ops.quote_name
    parts = []
    for at, (model, rows) in enumerate(shapes):
        columns = ", ".join(quoted(str(field.column)) for field in _fields(model))
        lines = ", ".join("(" + ", ".join(_value(place) for place in named) + ")" for named in rows)
        table = quoted(model._meta.db_table)
        # The names are those of our own models.
        parts.append(f"made{at} AS (INSERT INTO {table} ({columns}) VALUES {lines} RETURNING id)")  # noqa: S608
    ids = ", ".join(f"(SELECT array_agg(id) FROM made{at})" for at in range(len(shapes)))  # noqa: S608
    return f"WITH {', '.join(parts)} SELECT {ids}"


def _value(place: int | None) -> str:
    return "%s" if place is None else f"(SELECT id FROM made{place})"  # noqa: S608  # a number
