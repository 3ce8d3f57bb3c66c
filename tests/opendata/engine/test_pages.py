"""Pages: exact counts, places that hold, the same rows in every shape."""

import json
import sqlite3
import threading
from pathlib import Path

import pytest
from pyproj import Transformer

from kuutio.core.problems import BadQuery
from kuutio.opendata.engine import crs_out, serving
from kuutio.opendata.engine.filters import And, BBox, Compare, Everything, In, IsNull, Like, Not, Or, Text
from kuutio.opendata.engine.query import MAX_LIMIT, Cursor, Query, Sort, snapshot_of
from kuutio.opendata.engine.render import Shape
from kuutio.opendata.engine.table import Table
from kuutio.opendata.engine.types import Column, ColumnType
from tests.opendata.engine.snapshots import KINDS, make_snapshot, open_table, sample_rows

BERTH = [Column("laituri", ColumnType.TEXT), Column("syvyys", ColumnType.NUMBER)]


def all_pages(table: Table, query: Query, limit: int) -> list[str]:
    """The ids of an answer, by `next` from page to page."""
    found: list[str] = []
    after = None
    while True:
        page = table.page(
            Query(query.filter, query.columns, query.sort, limit, after, distinct=query.distinct), Shape.FEATURE
        )
        found += [json.loads(row)["id"] for row in page.rows]
        after = page.next
        if after is None:
            assert len(found) == page.matched
            return found


FILTERS = [
    Everything(),
    Compare("city", "=", "Oulu"),
    In("city", ("Oulu", "Turku", "Nokia")),
    IsNull("määrä"),
    Compare("määrä", ">", 3),
    BBox(21, 61, 26, 64),
    BBox(200_000, 6_800_000, 400_000, 7_000_000, 3067),
    Not(BBox(21, 61, 26, 64)),
    And((BBox(21, 61, 23, 62), Compare("city", "=", "Oulu"))),
    And((BBox(21, 61, 23, 62), Compare("korkeus", "<", 10.0))),
    Or((Compare("auki", "=", True), Like("nimi", "%3_ å%", True))),
    Text(("ÅKÄSLOMPOLO", "12")),
]


def test_no_row_can_fit_and_none_is_found(table: Table) -> None:
    """What the statistics of the file alone rule out, in one branch or in several, is an empty page."""
    for parts in [(Compare("korkeus", ">", 1e9),), (Compare("korkeus", ">", 1e9), Compare("korkeus", "<", -1e9))]:
        table.finder.small = False
        for limit in (1, 3):  # the second reads with a known count
            page = table.page(Query(filter=Or(parts), limit=limit))
            assert (page.matched, page.rows) == (0, [])


@pytest.mark.parametrize("tree", FILTERS, ids=lambda tree: type(tree).__name__)
@pytest.mark.parametrize("limit", [1, 7, 1000])
def test_next_leads_through_every_row_once(table: Table, tree: object, limit: int) -> None:
    query = Query(filter=tree)  # type: ignore[arg-type]
    if limit == 1:  # one row a page takes long: only the start of the answer
        page = table.page(Query(filter=tree, limit=1))  # type: ignore[arg-type]
        second = table.page(Query(filter=tree, limit=1, after=page.next))  # type: ignore[arg-type]
        assert page.rows + second.rows == table.page(Query(filter=tree, limit=2)).rows  # type: ignore[arg-type]
        return
    found = all_pages(table, query, limit)
    assert len(found) == len(set(found)) == table.count(tree) > 0  # type: ignore[arg-type]
    assert found == sorted(found, key=lambda name: int(name.removeprefix("id-")))


@pytest.mark.parametrize(
    "column", [column.name for column in KINDS if column.type is not ColumnType.GEOMETRY] + ["_id"]
)
@pytest.mark.parametrize("descending", [False, True])
def test_a_sorted_answer_is_whole_at_any_page_size(table: Table, column: str, descending: bool) -> None:
    query = Query(sort=(Sort(column, descending), Sort("city")))
    found = all_pages(table, query, 83)
    assert sorted(found) == sorted(f"id-{n}" for n in range(table.manifest.rows))
    assert found == all_pages(table, query, 1000)


def test_offset_and_next_agree(table: Table) -> None:
    for query in (
        Query(),
        Query(filter=Compare("city", "=", "Oulu")),
        Query(filter=BBox(21, 61, 26, 64)),
        Query(filter=Compare("korkeus", ">", 3.0)),
        Query(filter=And((BBox(21, 61, 27, 65), Compare("city", "=", "Oulu")))),
        Query(sort=(Sort("korkeus", True),)),
    ):
        whole = table.page(Query(query.filter, sort=query.sort, limit=12)).rows
        assert len(whole) > 6
        assert table.page(Query(query.filter, sort=query.sort, limit=4, offset=3)).rows == whole[3:7]
        first = table.page(Query(query.filter, sort=query.sort, limit=3))
        assert table.page(Query(query.filter, sort=query.sort, limit=4, after=first.next)).rows == whole[3:7]


def test_limit_zero_counts_only(table: Table) -> None:
    page = table.page(Query(filter=Compare("korkeus", ">", 3.0), limit=0))
    assert (page.rows, page.next) == ([], None)
    assert page.matched == table.count(Compare("korkeus", ">", 3.0))


def test_past_the_end_is_empty(table: Table) -> None:
    assert table.page(Query(offset=10**9)).rows == []
    assert table.page(Query(filter=Compare("city", "=", "Oulu"), offset=10**9)).rows == []


@pytest.mark.parametrize("limit", [-1, MAX_LIMIT + 1])
def test_a_limit_out_of_range_is_refused(table: Table, limit: int) -> None:
    with pytest.raises(BadQuery) as refused:
        table.page(Query(limit=limit))
    assert refused.value.errors[0]["pointer"] == "/limit"


def test_a_place_of_another_question_is_refused(table: Table) -> None:
    place = table.page(Query(filter=Compare("city", "=", "Oulu"), limit=2)).next
    for other in (Query(after=place), Query(filter=Compare("city", "=", "Turku"), after=place)):
        with pytest.raises(BadQuery):
            table.page(other)


def test_a_place_knows_its_snapshot(table: Table) -> None:
    place = table.page(Query(limit=2)).next
    assert place is not None
    assert snapshot_of(place) == table.manifest.id


@pytest.mark.parametrize("token", ["", "x", "aGVp", "W10", "WzEsMiwzXQ", "é", "A" * 5000, "WyJhIiwiYiIsLTFd"])
def test_a_made_up_token_is_refused(table: Table, token: str) -> None:
    with pytest.raises(BadQuery):
        table.page(Query(after=token))


@pytest.mark.parametrize("keys", [("x",), (None, None), ([],), ({"a": 1},), (True,), ("2024-13-01",)])
def test_made_up_keys_are_refused(table: Table, keys: tuple[object, ...]) -> None:
    """A token can be written by anybody: what it holds is checked as any other input."""
    query = Query(sort=(Sort("rakennettu"),), limit=2)
    name = table.question(query).name
    token = Cursor(table.manifest.id, name, 0, keys).token()
    with pytest.raises(BadQuery):
        table.page(Query(sort=query.sort, after=token))


def test_shapes_say_the_same(table: Table) -> None:
    query = Query(limit=50, offset=3)
    features = json.loads(b"[" + table.page(query).body + b"]")
    records = json.loads(b"[" + table.page(query, Shape.RECORD).body + b"]")
    lists = json.loads(b"[" + table.page(query, Shape.LIST).body + b"]")
    for feature, record, values in zip(features, records, lists, strict=True):
        assert record == {"_id": feature["id"], **feature["properties"], "geometry": feature["geometry"]}
        assert values == [*feature["properties"].values(), feature["geometry"]]
        assert list(feature["properties"]) == [column.name for column in KINDS[:-1]]


def test_chosen_columns_stand_in_the_order_asked(table: Table) -> None:
    query = Query(columns=("määrä", "nimi", "määrä", "_id", "geometry"), limit=9, offset=90)
    record = json.loads(table.page(query, Shape.RECORD).rows[7])
    assert record == {
        "_id": "id-97",
        "määrä": 2**53 + 98,
        "nimi": "Kohde 23 Åkäslompolo",
        "geometry": record["geometry"],
    }
    assert json.loads(table.page(query, Shape.LIST).rows[7]) == [
        2**53 + 98,
        "Kohde 23 Åkäslompolo",
        "id-97",
        record["geometry"],
    ]
    feature = json.loads(table.page(query).rows[7])
    assert feature["properties"] == {"määrä": 2**53 + 98, "nimi": "Kohde 23 Åkäslompolo"}


def test_without_geometry(table: Table) -> None:
    page = table.page(Query(limit=1, offset=1, geometry=False))
    assert json.loads(page.rows[0])["geometry"] is None
    assert "geometry" not in json.loads(table.page(Query(limit=1, geometry=False), Shape.RECORD).rows[0])


def test_values_are_what_was_published(table: Table) -> None:
    shown = json.loads(table.item("id-194") or b"")["properties"]  # 97 * 2: a whole number that no double holds
    assert shown["määrä"] == 2**53 + 1 + 194
    assert shown["havaittu"] == "2024-03-27T02:00:00Z"
    assert shown["paikallinen"] == "2024-03-27T12:00:00"
    assert shown["rakennettu"] == "1999-03-27"
    assert shown["kello"] == "02:14:17.5"
    assert str(2**53 + 1 + 194).encode() in (table.item("id-194", query=Query(columns=("määrä",))) or b"")


def test_an_item_by_id(table: Table) -> None:
    assert json.loads(table.item("id-5") or b"")["id"] == "id-5"
    assert table.item("id-99999999") is None
    assert table.item('id-5" OR 1=1 --') is None


@pytest.mark.parametrize(
    "identifier", ['a"b', "a\\b", "a/b", "ä å 😀", "\u2028", "\x7f", "\t", "1' OR '1'='1", " ", "Á\u0301"]
)
def test_any_id_finds_its_row(snapshots_root: Path, identifier: str) -> None:
    rows = [{"_id": identifier, "laituri": "A"}, {"_id": "other", "laituri": "B"}]
    table = open_table(make_snapshot(snapshots_root, BERTH, rows, table="oudot"))
    item = table.item(identifier)
    assert item is not None
    assert json.loads(item)["id"] == identifier
    assert table.count(Compare("_id", "=", identifier)) == 1
    assert table.count(In("_id", (identifier, "other"))) == 2


def test_a_table_without_geometry_has_features_and_records(snapshots_root: Path) -> None:
    table = open_table(make_snapshot(snapshots_root, BERTH, [{"laituri": "A", "syvyys": 1.5}], table="laiturit"))
    assert not table.located
    assert json.loads(table.page(Query()).rows[0])["geometry"] is None
    assert json.loads(table.page(Query(), Shape.RECORD).rows[0]) == {"_id": "id-0", "laituri": "A", "syvyys": 1.5}
    assert json.loads(table.page(Query(crs=3067)).rows[0])["geometry"] is None
    with pytest.raises(BadQuery):
        table.page(Query(filter=BBox(1, 2, 3, 4)))


def test_an_empty_table_answers(snapshots_root: Path) -> None:
    table = open_table(make_snapshot(snapshots_root, KINDS, [], table="tyhja"))
    for query in (
        Query(),
        Query(filter=Compare("city", "=", "x")),
        Query(filter=BBox(20, 60, 30, 70)),
        Query(sort=(Sort("nimi"),)),
    ):
        page = table.page(query)
        assert (page.rows, page.matched, page.next) == ([], 0, None)


def test_only_a_geometry_column(snapshots_root: Path) -> None:
    rows = [{"geometry": row["geometry"]} for row in sample_rows(30)]
    table = open_table(make_snapshot(snapshots_root, KINDS[-1:], rows, table="paikat"))
    assert json.loads(table.page(Query()).rows[1])["properties"] == {}
    assert set(json.loads(table.page(Query(), Shape.RECORD).rows[1])) == {"_id", "geometry"}


def test_distinct_gives_the_first_of_equals(table: Table) -> None:
    query = Query(columns=("city", "auki"), distinct=True, limit=5)
    assert len(all_pages(table, query, 5)) == 12
    page = table.page(Query(columns=("city",), distinct=True, sort=(Sort("city", True),)), Shape.RECORD)
    cities = [json.loads(row)["city"] for row in page.rows]
    assert cities == ["Vantaa", "Turku", "Tampere", "Oulu", "Helsinki", "Espoo"]
    some = table.page(Query(Compare("city", "<>", "Oulu"), columns=("city",), distinct=True))
    assert some.matched == 5
    with pytest.raises(BadQuery):
        table.page(Query(columns=("city",), distinct=True, sort=(Sort("nimi"),)))


@pytest.mark.parametrize("code", [4326, 3067, 3857, 3873, 3879, 3885])
def test_coordinates_of_another_system_stand_in_the_authority_s_order(table: Table, code: int) -> None:
    plain = [json.loads(row)["geometry"] for row in table.page(Query(limit=40)).rows]
    moved = [json.loads(row)["geometry"] for row in table.page(Query(limit=40, crs=code)).rows]
    authority = Transformer.from_crs("OGC:CRS84", f"EPSG:{code}", always_xy=False)
    for here, there in zip(plain, moved, strict=True):
        if here is None:
            assert there is None
            continue
        assert there["coordinates"] == pytest.approx(authority.transform(*here["coordinates"]), abs=1e-4, rel=0)


def test_a_shape_keeps_its_rings_and_heights_in_another_system() -> None:
    """Every position of every part is moved, in place."""
    source = {
        "type": "GeometryCollection",
        "geometries": [
            {"type": "Polygon", "coordinates": [[[24, 60], [25, 60], [25, 61], [24, 60]], [[24.5, 60.2], [24.6, 60.2], [24.6, 60.3], [24.5, 60.2]]]},
            {"type": "MultiPoint", "coordinates": [[24, 60, 12.5], [25, 61, -3]]},
            {"type": "Point", "coordinates": []},
        ],
    }  # fmt: skip
    moved = json.loads(crs_out.geojson([json.dumps(source).encode()], 3067)[0])
    back = Transformer.from_crs("EPSG:3067", "OGC:CRS84", always_xy=True)
    ring = moved["geometries"][0]["coordinates"][1]
    assert [back.transform(*place) for place in ring] == [
        pytest.approx(p) for p in [(24.5, 60.2), (24.6, 60.2), (24.6, 60.3), (24.5, 60.2)]
    ]
    assert [place[2] for place in moved["geometries"][1]["coordinates"]] == [12.5, -3]
    assert moved["geometries"][2]["coordinates"] == []


def test_a_place_that_a_system_lacks_is_no_place() -> None:
    assert crs_out.geojson([b'{"type":"Point","coordinates":[24.0,90.0]}', b"null"], 3857)[1] == b"null"
    pole = json.loads(crs_out.geojson([b'{"type":"Point","coordinates":[24.0,90.0]}'], 3857)[0])
    assert pole is None or all(abs(number) < 1e12 for number in pole["coordinates"])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("http://www.opengis.net/def/crs/OGC/1.3/CRS84", 0),
        ("http://www.opengis.net/def/crs/EPSG/0/3879", 3879),
        ("https://www.opengis.net/def/crs/EPSG/9.9.1/4326", 4326),
        ("urn:ogc:def:crs:EPSG::3067", 3067),
        ("[EPSG:3857]", 3857),
        ("EPSG:3067", 3067),
        ("OGC:CRS84", 0),
    ],
)
def test_a_system_has_many_names(text: str, code: int) -> None:
    assert crs_out.code_of(text) == code
    assert crs_out.code_of(crs_out.uri(code)) == code


@pytest.mark.parametrize("text", ["", "3067", "EPSG:9999", "EPSG:2393", "http://example.org/3067", "EPSG:3067; DROP"])
def test_an_unknown_system_is_refused(text: str) -> None:
    with pytest.raises(BadQuery):
        crs_out.code_of(text)


@pytest.mark.parametrize("code", [1, 2393, 99999, -1])
def test_a_page_in_an_unknown_system_is_refused(table: Table, code: int) -> None:
    with pytest.raises(BadQuery):
        table.page(Query(crs=code))


def test_threads_share_a_table(large_table: Table) -> None:
    """Connections belong to threads; answers don't mix."""
    wrong: list[object] = []

    def ask(city: str) -> None:
        try:
            for _ in range(15):
                for tree in (
                    Compare("city", "=", city),
                    And((Compare("city", "=", city), Compare("korkeus", ">", 2.0))),
                ):
                    page = large_table.page(Query(tree, limit=30))
                    if {json.loads(row)["properties"]["city"] for row in page.rows} != {city}:
                        wrong.append(city)
        except Exception as problem:  # noqa: BLE001 told to the test's own thread
            wrong.append(problem)

    threads = [threading.Thread(target=ask, args=(city,)) for city in ("Oulu", "Turku", "Espoo", "Vantaa") * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_table_is_remembered_until_its_serving_file_changes(snapshots_root: Path) -> None:
    directory = make_snapshot(snapshots_root, KINDS, sample_rows(40), table="muistettu")
    file = snapshots_root.parent / "serving" / "muistettu.sqlite"
    serving.ensure(directory, file)
    table = Table.open(directory, file)
    assert Table.open(directory, file) is table
    serving.ensure(directory, file)  # nothing to do: the same file
    assert Table.open(directory, file) is table
    serving.ensure(directory, file, filters=["auki"])
    other = Table.open(directory, file)
    assert other is not table
    assert "auki" in other.store.indexed
    # The old one reads the file that it had open.
    assert table.page(Query(limit=5)).rows == other.page(Query(limit=5)).rows


def test_a_file_that_is_no_serving_file_is_made_again(snapshots_root: Path) -> None:
    directory = make_snapshot(snapshots_root, KINDS, sample_rows(41), table="rikki")
    file = snapshots_root.parent / "serving" / "rikki.sqlite"
    for content in (b"", b"not a database at all" * 100):
        file.write_bytes(content)
        with pytest.raises(FileNotFoundError):
            Table.open(directory, file)
        serving.ensure(directory, file)
        assert Table.open(directory, file).page(Query()).matched == 41
    with sqlite3.connect(file) as older:
        older.execute("UPDATE meta SET value = '0' WHERE key = 'layout'")
    older.close()
    serving.ensure(directory, file)
    assert Table.open(directory, file).page(Query()).matched == 41


def test_a_build_that_fails_leaves_nothing(snapshots_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = make_snapshot(snapshots_root, KINDS, sample_rows(42), table="kesken")
    file = snapshots_root.parent / "serving" / "kesken" / "a.sqlite"

    def broken(*args: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(serving, "_fill_tally", broken)
    with pytest.raises(RuntimeError):
        serving.build(directory, file)
    assert list(file.parent.iterdir()) == []


def test_many_columns(snapshots_root: Path) -> None:
    """More columns than SQLite has room for: only the JSON holds them all."""
    columns = [Column(f"s{i}", ColumnType.INTEGER) for i in range(2500)]
    table = open_table(
        make_snapshot(snapshots_root, columns, [{f"s{i}": i + n for i in range(2500)} for n in range(3)], table="lev")
    )
    assert json.loads(table.page(Query()).rows[2])["properties"]["s2499"] == 2501
    assert table.count(Compare("s2400", ">", 2400)) == 2
