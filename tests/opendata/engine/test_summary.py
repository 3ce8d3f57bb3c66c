"""Summaries against plain Python over the same rows."""

import math
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuutio.core.problems import BadQuery
from kuutio.opendata.engine.filters import And, Compare, Filter, In, IsNull, Not
from kuutio.opendata.engine.summary import Aggregate, Asked, Grouping, Part, summarise
from kuutio.opendata.engine.table import Table
from tests.opendata.engine.snapshots import KINDS, make_snapshot, open_table, sample_rows

ROWS = sample_rows(700)
HELSINKI = ZoneInfo("Europe/Helsinki")
GROUPINGS = [
    Grouping("city"),
    Grouping("nimi"),
    Grouping("auki"),
    Grouping("määrä"),
    Grouping("korkeus", step=5.0),
    Grouping('outo "nimi"; --'),
    *(Grouping("rakennettu", part) for part in Part if part not in (Part.HOUR, Part.HOUR_OF_DAY)),
    *(Grouping("havaittu", part) for part in Part),
    *(Grouping("paikallinen", part) for part in Part),
]


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    root: Path = tmp_path_factory.mktemp("summary") / "snapshots"
    return open_table(make_snapshot(root, KINDS, ROWS, row_group=128))


def name_of(row: dict[str, Any], grouping: Grouping) -> Any:
    value = row[grouping.column]
    if value is None:
        return None
    if grouping.step:
        return math.floor(value / grouping.step) * grouping.step
    if isinstance(value, datetime) and value.tzinfo:
        value = value.astimezone(HELSINKI)
    if grouping.part is None:
        return value
    day = value.date() if isinstance(value, datetime) else value
    return {
        Part.YEAR: lambda: f"{day.year}",
        Part.QUARTER: lambda: f"{day.year}-{(day.month - 1) // 3 * 3 + 1:02}",
        Part.MONTH: lambda: f"{day.year}-{day.month:02}",
        Part.WEEK: lambda: str(day - timedelta(days=day.weekday())),
        Part.DAY: lambda: str(day),
        Part.HOUR: lambda: f"{day}T{value.hour:02}:00",
        Part.WEEKDAY: lambda: day.isoweekday(),
        Part.HOUR_OF_DAY: lambda: value.hour,
    }[grouping.part]()


def naive(
    groups: tuple[Grouping, ...], aggregate: Aggregate, of: str | None, rows: list[dict[str, Any]]
) -> dict[Any, Any]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[tuple(name_of(row, grouping) for grouping in groups)].append(row[of] if of else True)
    made = {}
    for names, all_values in found.items():
        values = [value for value in all_values if value is not None]
        make: Any = {
            Aggregate.COUNT: len,
            Aggregate.SUM: lambda found: math.fsum(found) if of == "korkeus" else sum(found),
            Aggregate.MEAN: lambda found: math.fsum(found) / len(found),
            Aggregate.MEDIAN: median,
            Aggregate.MIN: min,
            Aggregate.MAX: max,
        }[aggregate]
        made[names] = (make(values) if values or aggregate is Aggregate.COUNT else None, len(all_values))
    return made


def assert_same(found: Any, expected: Any, aggregate: Aggregate) -> None:
    assert (found is None) == (expected is None)
    if expected is not None:
        # Means and medians are doubles; everything else is exact, beyond what a double holds too.
        inexact = isinstance(expected, float) or aggregate in (Aggregate.MEAN, Aggregate.MEDIAN)
        assert math.isclose(found, expected, rel_tol=1e-12) if inexact else found == expected


@settings(deadline=None, max_examples=120)
@given(
    groups=st.lists(st.sampled_from(GROUPINGS), max_size=2, unique_by=lambda grouping: grouping).map(tuple),
    aggregate=st.sampled_from(Aggregate),
    of=st.sampled_from([None, "määrä", "korkeus"]),
    largest_first=st.booleans(),
    narrowed=st.booleans(),
)
def test_every_summary_is_that_of_plain_python(
    table: Table,
    groups: tuple[Grouping, ...],
    aggregate: Aggregate,
    of: str | None,
    largest_first: bool,
    narrowed: bool,
) -> None:
    if of is None:
        aggregate = Aggregate.COUNT
    tree: Filter = Not(IsNull("city"))
    rows = ROWS
    if narrowed:
        tree = And((Compare("määrä", ">", 4), In("city", ("Oulu", "Turku", "Espoo"))))
        rows = [row for row in ROWS if (row["määrä"] or 0) > 4 and row["city"] in ("Oulu", "Turku", "Espoo")]
    expected = naive(groups, aggregate, of, rows)
    found = summarise(table, Asked(groups, aggregate, of, tree, 5000, largest_first))
    assert found.total == len(expected)
    assert {group.names for group in found.groups} == set(expected)
    for group in found.groups:
        value, count = expected[group.names]
        assert_same(group.value, value, aggregate)
        assert group.rows == count
    if largest_first:
        values = [group.value for group in found.groups if group.value is not None]
        assert values == sorted(values, reverse=True)
    elif groups:
        first = [group.names[0] for group in found.groups if group.names[0] is not None]
        assert first == sorted(first)


def test_only_so_many_groups_come_and_all_are_counted(table: Table) -> None:
    found = summarise(table, Asked((Grouping("nimi"),), limit=3, largest_first=True))
    assert len(found.groups) == 3
    assert found.total == len({row["nimi"] for row in ROWS})


def test_no_row_is_one_group_of_nothing(table: Table) -> None:
    nothing = Compare("city", "=", "Rovaniemi")
    assert summarise(table, Asked(aggregate=Aggregate.SUM, of="määrä", filter=nothing)).groups[0].value is None
    assert summarise(table, Asked((Grouping("city"),), filter=nothing)).groups == []


@pytest.mark.parametrize(
    "asked",
    [
        Asked((Grouping("nothing"),)),
        Asked((Grouping("geometry"),)),
        Asked((Grouping("city", Part.YEAR),)),
        Asked((Grouping("rakennettu", Part.HOUR),)),
        Asked((Grouping("city", step=1.0),)),
        Asked((Grouping("korkeus", step=0.0),)),
        Asked((Grouping("korkeus", step=math.nan),)),
        Asked(aggregate=Aggregate.SUM, of="nimi"),
        Asked(aggregate=Aggregate.SUM),
        Asked((Grouping("city"), Grouping("nimi"), Grouping("auki"))),
        Asked(filter=Compare("city", "=", date(2024, 1, 1))),
    ],
)
def test_what_cannot_be_answered_is_refused_with_a_reason(table: Table, asked: Asked) -> None:
    with pytest.raises(BadQuery):
        summarise(table, asked)
