"""What SQL from outside can do, and how its answers look."""

import contextlib
import datetime
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kuutio.opendata.engine.sandbox import BadSql, Limits, Sandbox, SqlBusy, SqlTooLarge, SqlTooSlow
from kuutio.opendata.engine.sandbox.worker import scrub
from tests.opendata.engine.safety.snapshots import make

TREES = {
    "species": "text",
    "height_m": "number",
    "girth_cm": "integer",
    "planted": "date",
    "seen": "datetime",
    "alive": "boolean",
    "geometry": "geometry",
}
ROWS = [
    ["koivu", 12.5, 80, datetime.date(1999, 5, 1), datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=datetime.UTC), True],
    ["mänty", 20.0, 140, datetime.date(1960, 6, 1), None, True],
    ["koivu", 3.25, 20, datetime.date(2020, 5, 1), None, False],
    ["tammi", None, 200, None, None, True],
]
SLOW = "SELECT count(*) FROM range(1000000000) a, range(1000000) b WHERE a.range % 7 = b.range % 11"


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("published")
    trees = make(root, TREES, [[*row, f"POINT ({24 + n} 60)"] for n, row in enumerate(ROWS)], table="hel-trees")
    names = make(root, {"species": "text", "latin": "text"}, [["koivu", "Betula"], ["mänty", "Pinus"]], table="names")
    return {"hel-trees": trees, "hel_trees": trees, "names": names}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        sandbox.warm()
        yield sandbox


def run_slowly(sandbox: Sandbox, tables: dict[str, Path], caller: str | None = None) -> None:
    with contextlib.suppress(SqlTooSlow):
        sandbox.run(SLOW, tables, caller=caller)


USEFUL = {
    "SELECT count(*) FROM hel_trees": [[4]],
    "SELECT species FROM hel_trees WHERE height_m > 900 OR height_m < -900 LIMIT 3": [],
    "SELECT * FROM hel_trees WHERE height_m > 900 OR height_m < -900 ORDER BY girth_cm LIMIT 3": [],
    'SELECT count(*) AS n FROM "hel-trees" WHERE alive': [[3]],
    "SELECT species, count(*), avg(height_m) FROM hel_trees GROUP BY ALL ORDER BY 1": [
        ["koivu", 2, 7.875],
        ["mänty", 1, 20.0],
        ["tammi", 1, None],
    ],
    "SELECT latin, sum(girth_cm) FROM hel_trees JOIN names USING (species) GROUP BY 1 ORDER BY 2": [
        ["Betula", 100],
        ["Pinus", 140],
    ],
    "SELECT species FROM hel_trees t WHERE NOT EXISTS (SELECT 1 FROM names n WHERE n.species = t.species)": [["tammi"]],
    "WITH tall AS (SELECT * FROM hel_trees WHERE height_m > 10), n AS (SELECT count(*) c FROM tall) SELECT c FROM n": [
        [2]
    ],
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4) SELECT sum(i) FROM n": [[10]],
    "SELECT species, row_number() OVER (PARTITION BY species ORDER BY girth_cm) FROM hel_trees ORDER BY 1, 2": [
        ["koivu", 1],
        ["koivu", 2],
        ["mänty", 1],
        ["tammi", 1],
    ],
    "SELECT year(planted) AS y, date_trunc('month', planted)::DATE FROM hel_trees WHERE planted IS NOT NULL ORDER BY 1": [
        [1960, "1960-06-01"],
        [1999, "1999-05-01"],
        [2020, "2020-05-01"],
    ],
    "SELECT date_diff('day', DATE '2024-01-01', DATE '2024-03-01'), strftime(DATE '2024-03-01', '%d.%m.%Y')": [
        [60, "01.03.2024"]
    ],
    "SELECT seen FROM hel_trees WHERE seen IS NOT NULL": [["2024-01-02T03:04:05Z"]],
    "SELECT geometry FROM hel_trees ORDER BY girth_cm LIMIT 1": [["POINT (26 60)"]],
    "SELECT ST_AsText(geometry), ST_AsGeoJSON(geometry)::VARCHAR LIKE '%Point%' FROM hel_trees LIMIT 1": [
        ["POINT (24 60)", True]
    ],
    "SELECT list(DISTINCT species ORDER BY species) FROM hel_trees": [[["koivu", "mänty", "tammi"]]],
    "SELECT list_transform([1, 2, 3], lambda x: x * 2), [x + 1 FOR x IN [1, 2] IF x > 1]": [[[2, 4, 6], [3]]],
    "SELECT {'a': 1, 'b': [true, NULL]}, MAP {'k': 'v'}": [[{"a": 1, "b": [True, None]}, {"k": "v"}]],
    "SELECT regexp_replace('Mannerheimintie 12', '[0-9]+', 'X'), regexp_extract('a12', '[0-9]+')": [
        ["Mannerheimintie X", "12"]
    ],
    "SELECT '12,5' AS t, replace('12,5', ',', '.')::DOUBLE, TRY_CAST('x' AS INTEGER), '7'::INT": [
        ["12,5", 12.5, None, 7]
    ],
    "SELECT CASE WHEN height_m > 10 THEN 'tall' ELSE 'low' END AS c, count(*) FROM hel_trees GROUP BY c ORDER BY c": [
        ["low", 2],
        ["tall", 2],
    ],
    "SELECT species, sum(girth_cm) s FROM hel_trees GROUP BY ROLLUP (species) ORDER BY s DESC LIMIT 1": [[None, 440]],
    "SELECT median(girth_cm), quantile_cont(girth_cm, 0.5), max_by(species, girth_cm) FROM hel_trees": [
        [110.0, 110.0, "tammi"]
    ],
    "SELECT unnest([1, 2]) AS i UNION ALL SELECT 3 ORDER BY i": [[1], [2], [3]],
    "SELECT * FROM generate_series(1, 3) g(i)": [[1], [2], [3]],
    "FROM names SELECT latin WHERE species ILIKE 'KOI%'": [["Betula"]],
    "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) v(n, t) WHERE n IN (2, 3)": [[2, "b"]],
    "SELECT species FROM hel_trees QUALIFY rank() OVER (ORDER BY girth_cm DESC) = 1": [["tammi"]],
    "SELECT * EXCLUDE (latin, _id) FROM names ORDER BY ALL; -- the end": [["koivu"], ["mänty"]],
    "SELECT 1 AS a, 2 AS a": [[1, 2]],
    "SELECT sum(girth_cm * 1000000000000) FROM hel_trees": [[440000000000000]],
    "SELECT 1.5::DECIMAL(9, 2), 3::DECIMAL(9, 0), 2::HUGEINT, 'NaN'::DOUBLE, TIME '10:00:00'": [
        [1.5, 3, 2, None, "10:00:00"]
    ],
    "SELECT date_add(DATE '2024-02-28', INTERVAL 2 DAY)::DATE, extract(dow FROM DATE '2024-02-28')": [
        ["2024-03-01", 3]
    ],
    "SELECT 'repeat; DROP TABLE x -- no' AS words, 'C:/temp' AS path": [["repeat; DROP TABLE x -- no", "C:/temp"]],
    "SELECT * FROM (SELECT species, alive FROM hel_trees) PIVOT (count(*) FOR alive IN (true, false)) ORDER BY 1 LIMIT 1": [
        ["koivu", 1, 1]
    ],
}


@pytest.mark.parametrize("sql", USEFUL)
def test_useful_questions_are_answered(sandbox: Sandbox, tables: dict[str, Path], sql: str) -> None:
    assert sandbox.run(sql, tables).rows == USEFUL[sql]


def test_only_published_columns_are_there_with_their_types(sandbox: Sandbox, tables: dict[str, Path]) -> None:
    result = sandbox.run("SELECT * FROM hel_trees LIMIT 1", tables)
    assert [(column["name"], column["type"]) for column in result.columns] == [("_id", "text"), *TREES.items()]
    assert not result.truncated
    assert result.elapsed_ms > 0
    with pytest.raises(BadSql, match="_xmin"):
        sandbox.run("SELECT _xmin FROM hel_trees", tables)


def test_a_mistake_is_explained_in_the_writers_own_words(sandbox: Sandbox, tables: dict[str, Path]) -> None:
    with pytest.raises(BadSql, match=r'"specie" not found[\s\S]*species'):
        sandbox.run("SELECT specie FROM hel_trees", tables)
    with pytest.raises(BadSql, match=r'no published table "hel_tree"\. Did you mean "hel_trees"'):
        sandbox.run("SELECT * FROM hel_tree", tables)
    with pytest.raises(BadSql, match="Could not convert string 'koivu'"):
        sandbox.run("SELECT species::INTEGER FROM hel_trees", tables)
    with pytest.raises(BadSql, match=r"Syntax error.*character"):
        sandbox.run("SELECT species FROM hel_trees WHERE (", tables)


def test_a_long_answer_is_cut_and_says_so(tables: dict[str, Path]) -> None:
    with Sandbox(Limits(rows=100, answer_bytes=10_000)) as sandbox:
        exact = sandbox.run("SELECT * FROM range(100)", tables)
        assert (len(exact.rows), exact.truncated) == (100, False)
        more = sandbox.run("SELECT * FROM range(101)", tables)
        assert (more.rows, more.truncated) == ([[n] for n in range(100)], True)
        wide = sandbox.run("SELECT repeat('x', 1000) FROM range(50)", tables)
        assert 5 <= len(wide.rows) < 10
        assert wide.truncated
        with pytest.raises(SqlTooLarge):
            sandbox.run("SELECT repeat('x', 10001)", tables)


def test_the_order_asked_for_is_kept(sandbox: Sandbox, tables: dict[str, Path]) -> None:
    result = sandbox.run("SELECT range AS n FROM range(50000) ORDER BY n DESC", tables)
    assert result.rows == [[n] for n in range(49_999, 39_999, -1)]


def test_a_slow_query_is_stopped_in_time_and_the_next_one_runs(sandbox: Sandbox, tables: dict[str, Path]) -> None:
    started = time.monotonic()
    with pytest.raises(SqlTooSlow):
        sandbox.run(SLOW, tables)
    assert Limits().answer_s <= time.monotonic() - started < 3
    started = time.monotonic()
    assert sandbox.run("SELECT 1", tables).rows == [[1]]
    assert time.monotonic() - started < 1


def test_many_threads_get_their_own_answers(sandbox: Sandbox, tables: dict[str, Path]) -> None:
    wrong: list[object] = []

    def ask(number: int) -> None:
        for turn in range(10):
            try:
                if sandbox.run(f"SELECT {number * 100 + turn}", tables).rows != [[number * 100 + turn]]:
                    wrong.append(number)
            except SqlBusy:
                continue

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_child_that_is_killed_is_replaced(tables: dict[str, Path]) -> None:
    with Sandbox() as sandbox:
        sandbox.warm()
        for child in list(sandbox.children.idle):
            os.kill(child.pid, signal.SIGKILL)
        answers = []
        for _ in range(6):
            try:
                answers.append(sandbox.run("SELECT 1", tables).rows)
            except SqlTooLarge:
                answers.append([])
        assert answers[-1] == [[1]]


def test_children_end_with_the_sandbox_and_with_the_parent(tables: dict[str, Path]) -> None:
    sandbox = Sandbox()
    sandbox.warm()
    pids = [child.pid for child in sandbox.children.idle]
    assert pids
    sandbox.close()
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]

    with Sandbox() as again:
        again.warm()
        child = again.children.idle[0]
        child._process.stdin.close()  # as the kernel does when the parent is gone
        assert child._process.wait(timeout=5) == 0


def test_a_forked_process_makes_its_own_children(tables: dict[str, Path]) -> None:
    with Sandbox() as sandbox:
        assert sandbox.run("SELECT 1", tables).rows == [[1]]
        ours = {child.pid for child in sandbox.children.idle}
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:  # pragma: no cover - in the fork
            fine = b"0"
            try:
                rows = sandbox.run("SELECT 2", tables).rows
                theirs = {child.pid for child in sandbox.children.idle}
                fine = b"1" if rows == [[2]] and not theirs & ours else b"0"
                sandbox.close()
            finally:
                os.write(write, fine)
                os._exit(0)
        os.waitpid(pid, 0)
        os.close(write)
        assert os.read(read, 1) == b"1"
        os.close(read)
        assert sandbox.run("SELECT 3", tables).rows == [[3]]


def test_a_million_rows_take_less_than_a_second(tmp_path: Path) -> None:
    import duckdb

    path = tmp_path / "big.parquet"
    duckdb.sql(
        "SELECT range::VARCHAR AS _id, range * 1.5 AS a, 'n' || range % 7 AS g, range % 900 AS d FROM range(1000000)"
    ).write_parquet(str(path), compression="zstd")
    with Sandbox() as sandbox:
        sandbox.warm()
        started = time.monotonic()
        result = sandbox.run("SELECT g, count(*), avg(a), count(DISTINCT d) FROM big GROUP BY g", {"big": path})
        assert time.monotonic() - started < 1
        assert sum(row[1] for row in result.rows) == 1_000_000


def test_messages_lose_paths_and_settings_but_keep_what_the_caller_wrote() -> None:
    message = (
        'IO Error: could not open "/srv/kuutio/var/snapshots/t/0123/data.parquet": near data/x.csv\n'
        "Set a higher memory_limit with SET memory_limit\nLINE 1: SELECT 'data/x.csv'"
    )
    assert scrub(message, "SELECT 'data/x.csv'") == (
        "IO Error: could not open \"…\": near data/x.csv\nLINE 1: SELECT 'data/x.csv'"
    )
