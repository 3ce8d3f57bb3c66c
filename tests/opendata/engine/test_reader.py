"""DuckDB in a process of its own: the same answers, a parent that stays small, and one that outlives the child."""

import os
import signal
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kuutio.opendata.engine import diff, duck, exports
from kuutio.opendata.engine.exports import Form
from kuutio.opendata.engine.filters import Compare, Like
from kuutio.opendata.engine.query import Query, Sort
from kuutio.opendata.engine.reader import Failed, Reader
from kuutio.opendata.engine.table import Table
from tests.opendata.engine.snapshots import KINDS, make_snapshot, open_table

VIEW = Query(filter=Like("nimi", "%x"), sort=(Sort("määrä", True),))


@pytest.fixture
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.close()


@pytest.fixture
def apart(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> Reader:
    """This process reads as a web process does."""
    monkeypatch.setattr(duck, "_reader", reader)
    monkeypatch.setattr(duck, "_local", threading.local())
    return reader


@pytest.fixture
def table(snapshots_root: Path) -> Table:
    rows = [{"nimi": f"{n} " + "ä" * 200 + "x", "määrä": n} for n in range(20_000)]
    return open_table(make_snapshot(snapshots_root, [KINDS[0], KINDS[2]], rows, table="virta", row_group=5000))


def text(table: Table, form: Form, query: Query) -> bytes:
    return b"".join(exports.stream(table, form, query))


def test_answers_are_those_of_this_process(table: Table, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    sorted_page = Query(filter=Compare("määrä", ">", 7), sort=(Sort("nimi"),), limit=50)

    def answers() -> list[object]:
        page = table.page(sorted_page)
        return [page.rows, page.matched, *(text(table, form, VIEW) for form in (Form.CSV, Form.JSONL, Form.JSON))]

    here = answers()
    monkeypatch.setattr(duck, "_reader", reader)
    monkeypatch.setattr(duck, "_local", threading.local())
    table.finder.counts.path.unlink(missing_ok=True)
    table.finder.counts._kept.clear()  # what was counted here would not be asked there
    assert answers() == here
    assert reader.pid is not None


def test_every_way_to_fetch_gives_every_row_once(reader: Reader, snapshots_root: Path) -> None:
    with closing(reader.cursor(snapshots_root)) as cursor:
        for count in (0, 1, 1999, 2000, 2001, 4000, 7000):
            ask = f"SELECT i, 'r' || i FROM range({count}) t(i)"
            wanted = [(i, f"r{i}") for i in range(count)]
            assert cursor.execute(ask).fetchall() == wanted
            cursor.execute(ask)
            pieces = []
            while piece := cursor.fetchmany(1500):
                pieces.append(piece)
            assert [row for piece in pieces for row in piece] == wanted
            assert all(len(piece) == 1500 for piece in pieces[:-1])
            assert cursor.execute(ask).fetchone() == (wanted[0] if wanted else None)
            assert cursor.fetchall() == wanted[1:]
            assert cursor.fetchall() == []


def test_streams_are_small_here(table: Table, apart: Reader) -> None:
    for form in (Form.CSV, Form.JSONL, Form.JSON):
        tracemalloc.start()
        length = sum(map(len, exports.stream(table, form, VIEW)))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert length > 8_000_000
        assert peak < 6_000_000


def test_long_rows_come_in_small_messages(apart: Reader, snapshots_root: Path) -> None:
    with closing(apart.cursor(snapshots_root)) as cursor:
        tracemalloc.start()
        cursor.execute("SELECT i, repeat('x', 100000) FROM range(1000) t(i)")
        found = []
        while rows := cursor.fetchmany(10):
            found += [number for number, _text in rows]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert found == list(range(1000))
    assert peak < 25_000_000  # of 100


def test_a_web_process_never_loads_duckdb(table: Table) -> None:
    # What a web process holds is told by what it loads: the library alone is 50 MB.
    program = """
import sys
from pathlib import Path
from kuutio.opendata.engine import diff, duck, exports
from kuutio.opendata.engine.exports import Form
from kuutio.opendata.engine.query import Query, Sort
from kuutio.opendata.engine.table import Table
duck.read_apart()
table = Table.open(Path(sys.argv[1]), Path(sys.argv[2]))
query = Query(sort=(Sort("nimi"),))
assert table.page(query).returned == 100
for form in (Form.CSV, Form.JSON, Form.JSONL):
    assert sum(map(len, exports.stream(table, form, query))) > 1_000_000
index = Path(sys.argv[2]).with_name("changes.parquet")
assert duck.run(diff.changes, Path(sys.argv[1]), Path(sys.argv[1]), after=None, limit=10, index=index) == []
print(sorted({"duckdb", "pyarrow", "numpy"} & set(sys.modules)))
"""
    source = str(Path(duck.__file__).parents[3])
    told = subprocess.run(
        [sys.executable, "-c", program, str(table.snapshot), str(table.store.path)],
        env=os.environ | {"PYTHONPATH": source},
        capture_output=True,
        check=True,
        text=True,
    )
    assert told.stdout == "[]\n"


def test_a_child_that_was_killed_is_started_again(apart: Reader, table: Table) -> None:
    first = table.page(Query(sort=(Sort("nimi"),)))
    killed = apart.pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    assert table.page(Query(sort=(Sort("nimi"),))).rows == first.rows
    assert apart.pid not in {None, killed}


def test_a_stream_whose_child_dies_breaks_off(apart: Reader, table: Table) -> None:
    # What was sent must not be taken for the whole.
    pieces = exports.stream(table, Form.CSV, VIEW)
    while len(next(pieces)) < 1000:
        pass
    assert apart.pid is not None
    os.kill(apart.pid, signal.SIGKILL)
    with pytest.raises((EOFError, ConnectionError)):
        list(pieces)


def test_a_refusal_of_duckdb_is_told_and_the_cursor_goes_on(reader: Reader, snapshots_root: Path) -> None:
    with closing(reader.cursor(snapshots_root)) as cursor:
        with pytest.raises(Failed, match="no_such_column"):
            cursor.execute("SELECT no_such_column FROM range(3)")
        assert cursor.execute("SELECT ?", [5]).fetchall() == [(5,)]


def test_the_child_reads_nothing_but_the_tables(reader: Reader, snapshots_root: Path) -> None:
    with closing(reader.cursor(snapshots_root)) as cursor, pytest.raises(Failed, match="PermissionException"):
        cursor.execute("SELECT * FROM read_text('/etc/passwd')")


def test_two_cursors_read_at_once(reader: Reader, snapshots_root: Path) -> None:
    with closing(reader.cursor(snapshots_root)) as one, closing(reader.cursor(snapshots_root)) as other:
        one.execute("SELECT i FROM range(9000) t(i)")
        other.execute("SELECT -i FROM range(9000) t(i)")
        found = [(one.fetchmany(3000), other.fetchmany(3000)) for _ in range(3)]
    assert [row for piece, _ in found for row in piece] == [(i,) for i in range(9000)]
    assert [row for _, piece in found for row in piece] == [(-i,) for i in range(9000)]


def test_a_child_without_questions_ends(snapshots_root: Path) -> None:
    with closing(Reader(idle_s=0.2)) as reader, closing(reader.cursor(snapshots_root)) as cursor:
        assert cursor.execute("SELECT 1").fetchall() == [(1,)]
        until = time.monotonic() + 20
        while reader.pid is not None and time.monotonic() < until:
            time.sleep(0.05)
        assert reader.pid is None
        assert cursor.execute("SELECT 2").fetchall() == [(2,)]


def test_the_child_ends_with_its_parent(snapshots_root: Path) -> None:
    program = """
import os, sys, time
from pathlib import Path
from kuutio.opendata.engine.reader import Reader
reader = Reader()
reader.cursor(Path(sys.argv[1])).execute("SELECT 1")
print(reader.pid, flush=True)
os.kill(os.getpid(), 9)
"""
    source = str(Path(duck.__file__).parents[3])
    told = subprocess.run(
        [sys.executable, "-c", program, str(snapshots_root)],
        env=os.environ | {"PYTHONPATH": source},
        capture_output=True,
        text=True,
    )
    child = Path(f"/proc/{int(told.stdout)}")
    until = time.monotonic() + 20
    while child.exists() and "\nState:\tZ" not in (child / "status").read_text() and time.monotonic() < until:
        time.sleep(0.05)
    assert not child.exists() or "\nState:\tZ" in (child / "status").read_text()


def test_versions_are_compared_there(apart: Reader, table: Table, snapshots_root: Path) -> None:
    rows = [{"nimi": "a", "määrä": n} for n in range(3)]
    other = make_snapshot(snapshots_root, [KINDS[0], KINDS[2]], rows, table="toinen")
    found = duck.run(diff.compare, table.snapshot, other)
    assert found == diff.compare(table.snapshot, other)
    assert found.added + found.changed > 0 or found.removed > 0
    assert duck.run(diff.changes, table.snapshot, other, limit=5) == diff.changes(table.snapshot, other, limit=5)
    assert apart.pid is not None


def test_a_function_runs_there(reader: Reader) -> None:
    assert reader.call(os.getppid) == os.getpid()
    with pytest.raises(Failed, match="FileNotFoundError"):
        reader.call(os.stat, "/no/such/file")
