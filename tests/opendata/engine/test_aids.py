"""With aids every answer is what it is without them: boxes, values in boxes, any filter, any order, every page."""

import json
import random
from datetime import UTC, date, datetime, time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy
import pytest
import shapely
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from kuutio.opendata.engine import finder, serving
from kuutio.opendata.engine.aids import boxes, kept, making, places, scan
from kuutio.opendata.engine.aids.scan import SCAN
from kuutio.opendata.engine.aids.sections import Sections
from kuutio.opendata.engine.aids.wavelet import Wavelet, pack
from kuutio.opendata.engine.filters import And, BBox, Compare, Filter, In, IsNull
from kuutio.opendata.engine.query import Query, Sort
from kuutio.opendata.engine.snapshot import ID
from kuutio.opendata.engine.table import Table
from tests.opendata.engine.naive import in_order
from tests.opendata.engine.snapshots import make_snapshot, open_table
from tests.opendata.engine.test_answers import COLUMNS, expected, numbers_of, sorts, trees

quick = settings(deadline=None, max_examples=30, phases=[Phase.explicit, Phase.reuse, Phase.generate])

XS = [24.0, 24.1, 24.100000000000001, 24.10000001, 24.2, 24.3, -179.9, 179.9]
YS = [60.0, 60.1, 60.10000000000001, 60.1000001, 60.2, 60.3]


@settings(deadline=None, max_examples=20)
@given(length=st.integers(0, 1100), dice=st.randoms())
@example(length=480, dice=random.Random(1))
@example(length=481, dice=random.Random(2))
def test_a_wavelet_counts_what_a_list_does(length: int, dice: random.Random) -> None:
    some = list(range(length))
    dice.shuffle(some)
    values = numpy.array(some, numpy.uint32)
    zeros, levels = pack(values)
    content = b"".join(level.tobytes() for level in levels)
    wavelet = Wavelet(lambda at, size: content[at : at + size], length, zeros)
    for _ in range(20):
        first, end, low, high = (dice.randint(0, length) for _ in range(4))
        right = (values[first:end] >= low) & (values[first:end] < high)
        assert wavelet.between(first, end, low, high) == right.sum()


def made_up(count: int) -> list[dict[str, Any]]:
    """Rows of every kind of column, with ties, missing values, and places that float32 can't tell apart."""
    dice = random.Random(7)
    kinds: dict[str, list[Any]] = {
        "nimi": ["", "a", "A", "ab", "B1", "Å", "å;%", "b_", "bb" * 50, "ä\\"],
        "koodi": ["1", "a", "b", "%"],
        "määrä": [-(2**63), -1, 0, 1, 2, 2**53, 2**53 + 1, 2**63 - 1],
        "luku": [-1e300, -1.5, 0.0, 0.1, 0.30000000000000004, 0.3, 1e300],
        "auki": [True, False],
        "päivä": [date(1999, 12, 31), date(2000, 1, 1), date(2000, 1, 3)],
        "kello": [time(0), time(9, 30), time(9, 30, 0, 500000)],
        "hetki": [datetime(1969, 12, 31, 23, 59, 59, 999999, UTC), datetime(2024, 2, 29, tzinfo=UTC)],
        "paikallinen": [datetime.fromisoformat("2024-02-29"), datetime.fromisoformat("2024-02-29T00:00:00.000001")],
    }
    rows = [{name: dice.choice([None, *some]) for name, some in kinds.items()} for _ in range(count)]
    at = [
        None if dice.random() < 0.05 else shapely.Point(dice.choice([*XS, 20 + dice.random() * 10]), dice.choice(YS))
        for _ in range(count)
    ]
    at.sort(key=lambda point: (point is None, 0 if point is None else round(point.x), 0 if point is None else point.y))
    return [row | {"geometry": point} for row, point in zip(rows, at, strict=True)]


ROWS = made_up(1500)
PLACED = numpy.array([(-999, -999) if row["geometry"] is None else row["geometry"].coords[0] for row in ROWS])


def inside(box: BBox) -> list[int]:
    """The rows in a box, told by the doubles alone."""
    x, y = PLACED.T
    spans = [(box.west, box.east)] if box.west <= box.east else [(box.west, 180), (-180, box.east)]
    found = sum((x >= west) & (x <= east) for west, east in spans)
    return numpy.flatnonzero((found > 0) & (y >= box.south) & (y <= box.north)).tolist()  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def aided(snapshots_root: Path) -> Table:
    """A table that is cut in slices, and whose boxes are large when they hold 20 rows."""
    directory = make_snapshot(snapshots_root, COLUMNS, ROWS, table="autettu", row_group=400)
    file = snapshots_root.parent / "serving" / "autettu.sqlite"
    serving.ensure(directory, file, filters=["koodi", "auki", "määrä", "päivä", "luku"])
    table = Table(directory, file)
    assert table.finder.aids.places is None
    assert table.finder.aids.scan is None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "SLICE", 640)
        making.build_places(directory, kept.path_of(file), table.store.tallied)
    making.build_scan(directory, directory / SCAN)
    # It was opened before there were any: it finds them.
    assert table.finder.aids.places is not None
    assert table.finder.aids.scan is not None
    table.finder.small = False
    return table


@pytest.fixture(autouse=True, scope="module")
def _large_soon() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        for name, few in (("_LARGE", 20), ("_OFTEN", 1), ("_MANY", 30), ("_FEW", 10)):
            patch.setattr(finder, name, few)
        patch.setattr(boxes, "_UNSURE_AT_ONCE", 2)
        patch.setattr(places, "GROUP", 64)
        yield


@quick
@given(tree=trees, sort=sorts, limit=st.integers(40, 400))
@example(tree=And(()), sort=(Sort("nimi", True),), limit=97)
@example(tree=And(()), sort=(Sort("koodi"), Sort("nimi", True), Sort("määrä")), limit=310)
@example(tree=Compare("nimi", ">", "a"), sort=(Sort("nimi"), Sort(ID, True)), limit=70)
def test_any_filter_in_any_order_is_as_without(aided: Table, tree: Filter, sort: tuple[Sort, ...], limit: int) -> None:
    kept_rows = set(expected(ROWS, tree))
    right = [n for n in in_order([{ID: f"id-{n}", **row} for n, row in enumerate(ROWS)], sort) if n in kept_rows]
    assert numbers_of(aided, Query(tree, sort=sort, limit=limit)) == right
    assert [n for some in aided.finder.all(aided.question(Query(tree, sort=sort))) for n in some] == right


edges_x, edges_y = (
    st.one_of(
        st.sampled_from(some),
        st.sampled_from([float(numpy.nextafter(at, to)) for at in some for to in (-999, 999)]),
        st.floats(*between),
    )
    for some, between in ((XS, (19, 31)), (YS, (59, 61)))
)


@quick
@given(x=st.tuples(edges_x, edges_x), y=st.tuples(edges_y, edges_y), limit=st.integers(1, 300))
def test_boxes_are_counted_and_walked_through_to_the_last_double(
    aided: Table, x: tuple[float, float], y: tuple[float, float], limit: int
) -> None:
    """West may be greater than east: across the antimeridian."""
    box = BBox(x[0], min(y), x[1], max(y))
    wide = BBox(min(x), min(y), max(x), max(y))
    values: list[tuple[Filter, str, tuple[Any, ...]]] = [
        (Compare("koodi", "=", "a"), "koodi", ("a",)),
        (In("koodi", ("a", "b", "?")), "koodi", ("a", "b")),
        (IsNull("koodi"), "koodi", (None,)),
        (Compare("auki", "=", True), "auki", (True,)),
        (Compare("määrä", "=", 2**53 + 1), "määrä", (2**53 + 1,)),
        (Compare("päivä", "=", date(2000, 1, 1)), "päivä", (date(2000, 1, 1),)),
        (Compare("luku", "=", 0.1), "luku", (0.1,)),
    ]
    asked: list[tuple[Filter, list[int]]] = [(box, inside(box)), (wide, inside(wide))]
    asked += [(And((wide, tree)), [n for n in inside(wide) if ROWS[n][name] in some]) for tree, name, some in values]
    for tree, right in asked:
        page = aided.page(Query(tree, limit=limit))
        assert page.matched == len(right), tree
        assert [json.loads(row)["id"] for row in page.rows] == [f"id-{n}" for n in right[:limit]], tree
        following = aided.page(Query(tree, limit=limit, offset=7))
        assert [json.loads(row)["id"] for row in following.rows] == [f"id-{n}" for n in right[7 : 7 + limit]], tree
    assert numbers_of(aided, Query(wide, limit=max(60, limit))) == inside(wide)
    assert aided.finder.boxes.count_valued(wide, "koodi", ["a"]) == len(asked[2][1])
    assert aided.finder.boxes.count_valued(wide, "luku", [0.1]) is None


def test_a_place_in_an_order_that_was_made_without_aids_goes_on_with_them(aided: Table) -> None:
    question = Query(sort=(Sort("nimi", True), Sort("luku")), limit=100)
    without = Table(aided.snapshot, aided.store.path)
    without.finder.aids._path = without.finder.aids._snapshot = Path("/nonexistent")
    without.finder.small = False
    after, pages = None, 0
    while True:
        tables = (aided, without) if pages % 2 else (without, aided)
        a, b = (table.page(Query(sort=question.sort, limit=100, after=after)) for table in tables)
        assert (a.rows, a.next) == (b.rows, b.next)
        after, pages = a.next, pages + 1
        if after is None:
            break
    assert pages == 15


def test_aids_are_made_once_and_again_for_other_filters(snapshots_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = make_snapshot(snapshots_root, COLUMNS, ROWS[:300], table="avut")
    file = snapshots_root.parent / "serving" / "avut.sqlite"
    with pytest.raises(FileNotFoundError):
        making.ensure(directory, file)
    serving.ensure(directory, file)
    assert not making.ensure(directory, file)  # a small table is quick without
    monkeypatch.setattr(making, "LEAST_ROWS", 300)
    path = kept.path_of(file)
    path.write_bytes(b"KUUTIO-1 is how it should begin, and then there is nonsense")
    assert Table(directory, file).page(Query(BBox(0, 0, 90, 90))).matched == len(
        expected(ROWS[:300], BBox(0, 0, 90, 90))
    )
    assert making.ensure(directory, file)
    first = [Sections(path).facts["tallied"], (directory / SCAN).stat().st_ino, path.stat().st_ino]
    assert making.ensure(directory, file)
    assert [Sections(path).facts["tallied"], (directory / SCAN).stat().st_ino, path.stat().st_ino] == first
    serving.ensure(directory, file, filters=["koodi"])
    assert making.ensure(directory, file)
    assert Sections(path).facts["tallied"] == ["koodi"]
    assert (directory / SCAN).stat().st_ino == first[1]
    path.unlink()
    with pytest.raises(making.AidsFailed):
        making.ensure(directory, file, seconds=0.01)
    assert not path.exists()
    assert not list(file.parent.glob(".building-*"))


def test_a_table_of_many_texts_has_some_ranked_and_one_of_many_more_is_not_copied(
    aided: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "_MOST_RANKED", 1500)
    made = scan.scan_of(aided.snapshot, aided.manifest)
    assert made is not None and list(made.ranks) == list(made.small) == ["nimi"]
    assert scan.is_wanted(aided.manifest)
    monkeypatch.setattr(scan, "_MOST_CELLS", 1500 * 9)
    assert not scan.is_wanted(aided.manifest)


def test_blocks_are_walked_in_order_from_any_row(aided: Table) -> None:
    told = aided.finder.aids.places
    assert told is not None
    for first in (0, 130, 1400, 1499):
        runs = list(told.runs((20, 60, 30, 60.2), first))
        assert all(a[1] <= b[0] for a, b in pairwise(runs))
        assert runs == [run for run in told.runs((20, 60, 30, 60.2), 0) if run[1] > first // 128 * 128]


def test_a_table_without_aids_makes_none_of_its_own(snapshots_root: Path) -> None:
    table = open_table(make_snapshot(snapshots_root, COLUMNS, ROWS[:100], table="avutta"))
    assert table.page(Query(BBox(-180, 60, 180, 61), sort=(Sort("nimi"),))).matched > 0
    assert not kept.path_of(table.store.path).exists()
    assert not (table.snapshot / SCAN).exists()
