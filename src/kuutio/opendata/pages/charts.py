"""A chart of a table: what the reader chose, its figures, and the specification that draws them.

The parameters: `x`, `y` (empty: rows are counted), `agg`, `part`, `color`, `kind`, beside the table's own filters. What doesn't
fit is put right rather than refused: an address shared last year still shows something.
"""

import math
from dataclasses import dataclass
from typing import Any

import orjson
from django.http import QueryDict
from django.utils.translation import gettext as _

from kuutio.cities.places import City
from kuutio.opendata.engine.filters import And, Filter, In, IsNull, Not
from kuutio.opendata.engine.query import Query
from kuutio.opendata.engine.render import Shape
from kuutio.opendata.engine.summary import MAX_GROUPS, Aggregate, Asked, Grouping, Part, summarise
from kuutio.opendata.engine.table import Table
from kuutio.opendata.engine.types import Column, ColumnType
from kuutio.opendata.pages import chart_words as words
from kuutio.opendata.pages import choosing
from kuutio.opendata.pages.choosing import COLOURS, Choice
from kuutio.opendata.pages.values import shown_value
from kuutio.ui.wording import localized

BARS, POINTS, DOTS, BINS = 20, 1200, 2000, 24
ROWS = "rows"
_X, _Y, _COLOR = "x", "y", "color"
_AXIS = {Part.WEEKDAY, Part.HOUR_OF_DAY}


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its figures.

    Attributes:
        spec: what `kuutio-chart` draws.
        columns: names of the columns of its figures; `rows`: the figures as text, `values` as JSON values.
        title: what it shows, in words.
        note: what is left out of it, or "".
    """

    choice: Choice
    spec: dict[str, Any]
    columns: list[str]
    rows: list[list[str]]
    values: list[list[Any]]
    title: str
    note: str


def chosen(given: QueryDict, table: Table) -> Choice | None:
    """What an address asks for, completed by what suits the table; None when no chart shows it."""
    usual = choosing.suggested(table)
    columns = {column.name: column for column in table.manifest.columns if choosing.along(column)}
    x = given.get("x", "")
    if x not in columns:
        return choosing.fitted(usual, table) if usual and "x" not in given else usual and choosing.fitted(usual, table)
    y = columns.get(given.get("y", ""))
    measure = y if y is not None and y.type in (ColumnType.INTEGER, ColumnType.NUMBER) else None
    aggregates = {str(one): one for one in Aggregate}
    parts = {str(one): one for one in Part}
    choice = Choice(
        given.get("kind", ""),
        x,
        parts.get(given.get("part", "")),
        aggregates.get(given.get("agg", ""), choosing.usual_aggregate(measure)),
        measure.name if measure else None,
        given.get("color") or None,
    )
    return choosing.fitted(choice, table)


def parameters(choice: Choice) -> dict[str, str]:
    """The address's parameters of a choice."""
    named = {
        "x": choice.x,
        "y": choice.y or "",
        "agg": str(choice.aggregate) if choice.y else "",
        "part": str(choice.part or ""),
        "color": choice.color or "",
        "kind": choice.kind,
    }
    return {name: value for name, value in named.items() if value}


def draw(table: Table, choice: Choice, tree: Filter, cities: list[City]) -> Chart:
    """The chart of a choice over the rows of a filter."""
    if choice.kind == "dot":
        return _dots(table, choice, tree, cities)
    if choice.kind == "histogram":
        return _histogram(table, choice, tree)
    return _groups(table, choice, tree, cities)


def _groups(table: Table, choice: Choice, tree: Filter, cities: list[City]) -> Chart:
    columns = {column.name: column for column in table.manifest.columns}
    x = columns[choice.x]
    series, left_out = _series(table, choice, tree)
    if series is not None and choice.color:
        tree = And((tree, In(choice.color, tuple(series))))
    step = None
    if choice.kind == "bar" and x.type in (ColumnType.INTEGER, ColumnType.NUMBER) and x.distinct > BARS:
        step = nice_step(x, BARS)
    grouping = Grouping(choice.x, choice.part, step)
    names: tuple[Grouping, ...] = (grouping, Grouping(choice.color)) if choice.color else (grouping,)
    ordered = choice.part is not None or step is not None or x.type not in (ColumnType.TEXT, ColumnType.BOOLEAN)
    notes = [left_out] if left_out else []
    if not ordered and choice.color:
        # The largest bars are chosen first: a bar's colours belong together.
        largest = summarise(table, Asked((grouping,), choice.aggregate, choice.y, tree, BARS, True))
        kept = tuple(group.names[0] for group in largest.groups if group.names[0] is not None)
        tree = And((tree, In(choice.x, kept))) if kept else tree
        notes += _fewer(len(largest.groups), largest.total)
        found = summarise(table, Asked(names, choice.aggregate, choice.y, tree, MAX_GROUPS))
        place = {name: position for position, name in enumerate(kept)}
        found.groups.sort(key=lambda group: place.get(group.names[0], len(place)))
    else:
        limit = BARS if not ordered else POINTS
        found = summarise(table, Asked(names, choice.aggregate, choice.y, tree, limit, not ordered))
        notes += _fewer(len(found.groups), found.total)
    groups = [group for group in found.groups if group.value is not None and None not in group.names]
    values = [[*group.names, group.value] for group in groups]
    keys = [_X, *([_COLOR] if choice.color else []), _Y]
    data = [dict(zip(keys, row, strict=True)) for row in values]
    named = {str(row[0]): words.x_words(x, choice.part, step, row[0]) for row in values}
    if choice.kind == "bar" or choice.part in _AXIS:
        for row in data:
            row[_X] = named[str(row[_X])]
    elif choice.part is Part.HOUR:
        for row in data:
            row[_X] = f"{row[_X]}Z"  # the axis is written in UTC: so the clock that was grouped by is shown
    y_title = words.value_words(choice, columns)
    spec: dict[str, Any] = {"type": choice.kind, "x": _X, "y": _Y, "data": data, "labels": {"x": "", "y": y_title}}
    if choice.color:
        spec |= _colours(columns[choice.color], data, series or [], cities)
    elif choice.kind == "bar" and (own := _as_cities([row[0] for row in values], cities)):
        # Bars of cities have the cities' names and colours.
        for row, (value, *_rest) in zip(data, values, strict=True):
            row[_X] = named[str(value)] = localized(own[value].name)[0]
        spec |= {"color": _X, "order": [localized(city.name)[0] for city in cities]}
    titles = [words.x_title(x, choice.part), *([words.label(columns[choice.color])] if choice.color else []), y_title]
    rows = [
        [
            named[str(row[0])],
            *([words.word(columns[choice.color or ""], row[1])] if choice.color else []),
            words.number(row[-1]),
        ]
        for row in values
    ]
    return Chart(choice, spec, titles, rows, values, words.title(choice, columns), " ".join(notes))


def _series(table: Table, choice: Choice, tree: Filter) -> tuple[list[Any] | None, str]:
    """The values that get a colour: those with the most rows, at most as many as there are colours."""
    if not choice.color:
        return None, ""
    found = summarise(
        table,
        Asked(
            (Grouping(choice.color),), filter=And((tree, Not(IsNull(choice.color)))), limit=COLOURS, largest_first=True
        ),
    )
    names = [group.names[0] for group in found.groups]
    if found.total <= len(names):
        return names, ""
    return names, _("Colours: the %(shown)d of %(all)d values with the most rows.") % {
        "shown": len(names),
        "all": found.total,
    }


def _fewer(shown: int, total: int) -> list[str]:
    if total <= shown:
        return []
    return [_("Shown are the %(shown)d largest of %(all)d.") % {"shown": shown, "all": total}]


def _dots(table: Table, choice: Choice, tree: Filter, cities: list[City]) -> Chart:
    columns = {column.name: column for column in table.manifest.columns}
    names = [choice.x, choice.y or choice.x, *([choice.color] if choice.color else [])]
    series, left_out = _series(table, choice, tree)
    tree = And((tree, *(Not(IsNull(name)) for name in names)))
    if series and choice.color:
        tree = And((tree, In(choice.color, tuple(series))))
    matched = table.count(tree)
    # Evenly spread over the whole: every hundredth row, say, and which ones doesn't change.
    every = max(1, math.ceil(matched / DOTS))
    values: list[list[Any]] = []
    position = 0
    for chunk in table.stream(Query(filter=tree, columns=tuple(dict.fromkeys(names)), geometry=False), Shape.RECORD):
        for row in chunk:
            if position % every == 0:
                record = orjson.loads(row)
                values.append([record[name] for name in names])
            position += 1
    keys = [_X, _Y, *([_COLOR] if choice.color else [])]
    data = [dict(zip(keys, row, strict=True)) for row in values]
    spec: dict[str, Any] = {
        "type": "dot",
        "x": _X,
        "y": _Y,
        "data": data,
        "labels": {"x": words.label(columns[choice.x]), "y": words.label(columns[choice.y or choice.x])},
    }
    if choice.color:
        spec |= _colours(columns[choice.color], data, series or [], cities)
    note = _("Every %(every)d. row is drawn, evenly over the whole table.") % {"every": every} if every > 1 else ""
    rows = [[shown_value(columns[name], value).text for name, value in zip(names, row, strict=True)] for row in values]
    title = _("%(y)s by %(x)s") % {"y": words.label(columns[choice.y or choice.x]), "x": words.label(columns[choice.x])}
    titles = [words.label(columns[name]) for name in names]
    return Chart(choice, spec, titles, rows, values, title, " ".join(filter(None, [left_out, note])))


def _histogram(table: Table, choice: Choice, tree: Filter) -> Chart:
    column = next(one for one in table.manifest.columns if one.name == choice.x)
    step = nice_step(column, BINS)
    found = summarise(
        table, Asked((Grouping(choice.x, step=step),), filter=And((tree, Not(IsNull(choice.x)))), limit=MAX_GROUPS)
    )
    values = [[group.names[0], group.rows] for group in found.groups]
    data = [{"from": start, "to": start + step, "count": count} for start, count in values]
    spec: dict[str, Any] = {"type": "steps", "x": "from", "x2": "to", "y": "count", "data": data}
    spec["labels"] = {"x": words.label(column), "y": _("Rows")}
    rows = [[words.x_words(column, None, step, start), words.number(count)] for start, count in values]
    title = _("How the values of %(x)s are spread") % {"x": words.label(column)}
    return Chart(choice, spec, [words.label(column), _("Rows")], rows, values, title, "")


def nice_step(column: Column, most: int) -> float:
    """A round width that cuts a column's values into at most so many steps: 1, 2, 2.5 or 5 times a power of ten."""
    least, greatest = column.min, column.max
    if not isinstance(least, int | float) or not isinstance(greatest, int | float) or greatest <= least:
        return 1.0
    raw = (greatest - least) / (most - 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(times * power for times in (1, 2, 2.5, 5, 10) if times * power >= raw * (1 - 1e-9))
    return max(step, 1.0) if column.type is ColumnType.INTEGER else step


def _colours(column: Column, data: list[dict[str, Any]], series: list[Any], cities: list[City]) -> dict[str, Any]:
    """The order of the colours: the cities' own where the values are cities, else the commonest value first."""
    found = _as_cities(series, cities)
    if found:
        spoken = {city.code: value for value, city in found.items()}
        order = [spoken.get(city.code, city.code) for city in cities]
        names = {str(value): localized(city.name)[0] for value, city in found.items()}
    else:
        order = [str(value) for value in series]
        names = {str(value): words.word(column, value) for value in series}
    for row in data:
        row[_COLOR] = str(row[_COLOR])
    return {"color": _COLOR, "order": [str(one) for one in order], "names": names}


def _as_cities(values: list[Any], cities: list[City]) -> dict[Any, City]:
    """The city that each value means, by its name in any language, its code or its municipality's; none unless all do."""
    known = {
        word.lower(): city
        for city in cities
        for word in (city.code, city.municipality_id, *words.city_names(city))
        if word
    }
    found = {value: known.get(str(value).lower()) for value in values}
    return {value: city for value, city in found.items() if city} if found and all(found.values()) else {}
