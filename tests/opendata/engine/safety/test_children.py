"""How many children there are, what they cost a question's time, and when they end: with children made of nothing."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from kuutio.core.problems import Problem
from kuutio.opendata.engine.sandbox import BadSql, Limits, Sandbox, SqlBusy, SqlTooLarge, SqlTooSlow
from kuutio.opendata.engine.sandbox.child import Child, Late
from kuutio.opendata.engine.sandbox.children import Children, NoneFree
from kuutio.opendata.engine.sandbox.functions import ALLOWED, ALLOWED_IN_FROM
from kuutio.opendata.engine.sandbox.refusals import Refused
from kuutio.opendata.engine.sandbox.statement import understand
from kuutio.opendata.engine.sandbox.tree import check_tree
from tests.opendata.engine.safety.test_hostile_sql import REFUSED

SOON = 10.0


class Nursery:
    """Makes children that start when `gate` is open and answer when `answers` is; keeps count."""

    def __init__(self) -> None:
        self.made: list[Made] = []
        self.gate, self.answers = threading.Event(), threading.Event()
        self.gate.set()
        self.broken = False

    def __call__(self, folder: str) -> "Made":
        if self.broken:
            raise OSError("no more processes")
        self.made.append(Made(self))
        return self.made[-1]

    @property
    def living(self) -> "list[Made]":
        return [child for child in self.made if not child.ended]


class Made:
    """A child that is none."""

    def __init__(self, nursery: Nursery) -> None:
        self.nursery = nursery
        self.used, self.killed, self.ended = 0, False, False
        self.given_s: list[float] = []

    def wait_until_ready(self) -> None:
        if not self.nursery.gate.wait(SOON):
            raise Late

    def ask(self, job: dict[str, Any], *, limit_s: float, most_bytes: int) -> dict[str, Any]:
        self.used += 1
        self.given_s.append(limit_s)
        if not self.nursery.answers.wait(limit_s):
            raise Late
        return {"columns": [], "rows": [[job["sql"]]], "truncated": False, "elapsed_ms": 1.0}

    def kill(self) -> None:
        self.killed = True

    def end(self) -> None:
        self.ended = True

    def disown(self) -> None:
        self.ended = True


class Clock:
    """Stands still until it is told."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def until(true: Callable[[], bool]) -> bool:
    """Wait for what a thread does by itself."""
    end = time.monotonic() + SOON
    while not true() and time.monotonic() < end:
        time.sleep(0.005)
    return true()


def later() -> float:
    return time.monotonic() + SOON


@pytest.fixture
def nursery() -> Nursery:
    return Nursery()


def run(sandbox: Sandbox, sql: str = "SELECT 1", **options: Any) -> Any:
    try:
        return sandbox.run(sql, {"places": Path("/nowhere")}, **options).rows
    except Problem as problem:
        return type(problem)


def asking(sandbox: Sandbox, sql: str = "SELECT 1", caller: str | None = None) -> tuple[threading.Thread, list[Any]]:
    """A question that somebody else asks meanwhile, and what comes of it."""
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.append(run(sandbox, sql, caller=caller)), daemon=True)
    thread.start()
    return thread, answers


def at_work(nursery: Nursery) -> int:
    return sum(child.used for child in nursery.living)


# What needs a child

SAID_BY_DUCKDB = {
    "a path as a list",
    "EXPORT",
    "IMPORT",
    "SHOW in FROM",
    "getenv by name in a list",
    "a catalogue table before the WITH that hides it",
    "a catalogue table in its own WITH",
    "a catalogue table in its own recursion",
    "a bracket to break out",
    "a bracket to break out, in a comment",
}


@pytest.mark.parametrize("trick", sorted(REFUSED.keys() - SAID_BY_DUCKDB))
def test_what_the_first_sieve_refuses_starts_no_child(nursery: Nursery, trick: str) -> None:
    with Sandbox(start=nursery) as sandbox, pytest.raises((BadSql, SqlTooLarge)):
        sandbox.run(REFUSED[trick], {"places": Path("/nowhere")})
    assert nursery.made == []


def test_what_cant_be_read_is_refused_even_when_no_child_can_say_why(nursery: Nursery) -> None:
    nursery.gate.clear()
    with Sandbox(Limits(answer_s=0.6), start=nursery) as sandbox:
        assert run(sandbox, "SELECT 1) UNION (SELECT 2") is BadSql
        assert run(sandbox, "SELECT 1") is SqlBusy
        nursery.gate.set()


@pytest.mark.parametrize(
    "level",
    ["DECIMAL({})", "ROW({})", "ARRAY[{}]", "VARCHAR({})", "TIMESTAMP({})", "f({})", "({})", "CASE WHEN {} END"],
)
def test_no_nesting_takes_the_first_sieve_more_steps_than_it_has(nursery: Nursery, level: str) -> None:
    """Each level of some of these doubles what sqlglot does: 30 of them would take hours."""
    sql = "1"
    for _ in range(30):
        sql = level.replace("{}", sql)
    nursery.answers.set()
    with Sandbox(start=nursery) as sandbox:
        run(sandbox, f"SELECT {sql}")  # it ends


def test_too_many_words_are_refused(nursery: Nursery) -> None:
    with Sandbox(start=nursery) as sandbox:
        assert run(sandbox, "SELECT " + "1," * 9_000 + "1") is BadSql
    assert nursery.made == []


def test_the_first_sieve_refuses_nothing_that_the_second_lets_through() -> None:
    """Every function and keyword of DuckDB, where a function, a type, a name and a source may stand."""
    shapes = [
        "SELECT {}(name) FROM places",
        "SELECT {}(1, 2)",
        "SELECT * FROM {}(1)",
        "SELECT 1::{}(2)",
        "SELECT * FROM (SELECT 1) {}(x)",
        "SELECT {} (SELECT 1)",
        "SELECT * {} (name) FROM places",
    ]
    passed = 0
    with duckdb.connect() as connection:
        found = connection.execute("SELECT keyword_name FROM duckdb_keywords()").fetchall()
        for word in {row[0] for row in found} | ALLOWED | ALLOWED_IN_FROM:
            for sql in [shape.replace("{}", word) for shape in shapes if word.isidentifier()]:
                with contextlib.suppress(Refused):
                    check_tree(connection, sql, ["places"])
                    passed += 1
                    try:
                        understand(sql, ["places"])
                    except Refused as refused:
                        pytest.fail(f"{sql}: {refused}")
    assert passed > 2000


# The time of an answer


def test_a_question_behind_busy_children_is_refused_by_its_deadline(nursery: Nursery) -> None:
    with Sandbox(Limits(places=1, queue=1, answer_s=3, wait_s=0.05), start=nursery) as sandbox:
        first, answers = asking(sandbox)
        assert until(lambda: at_work(nursery) == 1)
        assert run(sandbox) is SqlBusy
        nursery.answers.set()
        first.join()
        assert answers == [[["SELECT 1"]]]


def test_starting_a_child_is_part_of_the_time_of_an_answer(nursery: Nursery) -> None:
    nursery.gate.clear()
    with Sandbox(Limits(answer_s=0.7), start=nursery) as sandbox:
        assert run(sandbox) is SqlBusy
        assert at_work(nursery) == 0
        nursery.gate.set()
        nursery.answers.set()
        assert until(lambda: len(sandbox.children.idle) == 1)  # the one that came too late is there for the next
        assert run(sandbox) == [["SELECT 1"]]


def test_a_query_runs_in_what_its_waiting_has_left(nursery: Nursery) -> None:
    nursery.gate.clear()
    with Sandbox(Limits(answer_s=4), start=nursery) as sandbox:
        asked, answers = asking(sandbox)
        assert until(lambda: len(nursery.made) == 1)
        time.sleep(0.3)
        nursery.gate.set()
        assert until(lambda: at_work(nursery) == 1)
        nursery.answers.set()
        asked.join()
        assert answers == [[["SELECT 1"]]]
        assert nursery.made[0].given_s[0] < 4 - 0.3


def test_a_query_that_takes_too_long_is_stopped_and_its_child_killed_and_replaced(nursery: Nursery) -> None:
    with Sandbox(Limits(answer_s=0.6), start=nursery) as sandbox:
        assert run(sandbox) is SqlTooSlow
        assert nursery.made[0].killed
        assert until(lambda: nursery.made[0].ended)
        assert until(lambda: len(sandbox.children.idle) == 1)
        nursery.answers.set()
        assert run(sandbox) == [["SELECT 1"]]


def test_places_are_few_first_come_first_served_and_then_refused(nursery: Nursery) -> None:
    with Sandbox(Limits(places=1, queue=1, wait_s=SOON, answer_s=2 * SOON), start=nursery) as sandbox:
        first, answers = asking(sandbox)
        assert until(lambda: at_work(nursery) == 1)
        second, later_answers = asking(sandbox, "SELECT 2")
        assert until(lambda: len(sandbox._queue) == 1)
        assert run(sandbox, "SELECT 3") is SqlBusy
        assert later_answers == []
        nursery.answers.set()
        first.join()
        second.join()
        assert (answers, later_answers) == ([[["SELECT 1"]]], [[["SELECT 2"]]])


def test_one_caller_runs_one_query_at_a_time(nursery: Nursery) -> None:
    with Sandbox(Limits(answer_s=SOON), start=nursery) as sandbox:
        first, _ = asking(sandbox, caller="a")
        assert until(lambda: at_work(nursery) == 1)
        with pytest.raises(SqlBusy, match="previous query"):
            sandbox.run("SELECT 1", {}, caller="a")
        other, answers = asking(sandbox, caller="b")
        assert until(lambda: at_work(nursery) == 2)
        nursery.answers.set()
        first.join()
        other.join()
        assert answers == [[["SELECT 1"]]]
        assert run(sandbox, caller="a") == [["SELECT 1"]]


# How many there are, and for how long


def test_none_before_the_first_question_then_a_spare_one_and_never_more_than_the_most(nursery: Nursery) -> None:
    children = Children(3, idle_s=60, start=nursery, clock=Clock())
    assert children.count == 0
    taken = []
    for busy in (1, 2, 3):
        taken.append(children.take(later()))
        assert until(
            lambda busy=busy: children.count == min(busy + 1, 3) and len(children.idle) == children.count - busy
        )
    with pytest.raises(NoneFree):
        children.take(time.monotonic() + 0.05)
    assert len(nursery.made) == 3
    for child in taken:
        children.give_back(child, sound=True)
    assert len(children.idle) == 3
    children.close()
    assert nursery.living == []


def test_idle_children_end_and_the_next_question_starts_one(nursery: Nursery) -> None:
    clock = Clock()
    children = Children(3, idle_s=60, start=nursery, clock=clock)
    one, two = children.take(later()), children.take(later())
    assert until(lambda: len(children.idle) == 1)
    children.give_back(one, sound=True)
    clock.at = 50
    children.give_back(two, sound=True)
    clock.at = 61
    children.tend()
    assert children.idle == [two]
    clock.at = 111
    children.tend()
    assert until(lambda: nursery.living == [])
    assert children.count == 0
    made = len(nursery.made)
    again = children.take(later())
    assert again is nursery.made[made]
    children.give_back(again, sound=True)
    children.close()


def test_the_one_that_was_used_last_is_used_again(nursery: Nursery) -> None:
    children = Children(3, idle_s=60, start=nursery, clock=Clock())
    one, two = children.take(later()), children.take(later())
    children.give_back(one, sound=True)
    children.give_back(two, sound=True)
    assert children.take(later()) is two
    children.give_back(two, sound=True)
    children.close()


def test_a_child_that_was_starting_while_all_were_closed_ends(nursery: Nursery) -> None:
    nursery.gate.clear()
    children = Children(3, idle_s=60, start=nursery, clock=Clock())
    with pytest.raises(NoneFree):
        children.take(time.monotonic() + 0.05)
    assert until(lambda: len(nursery.made) == 1)
    children.close()
    nursery.gate.set()
    assert until(lambda: nursery.living == [])
    assert children.count == 0


def test_a_machine_without_room_for_a_process_is_asked_again(nursery: Nursery) -> None:
    clock = Clock()
    children = Children(3, idle_s=60, start=nursery, clock=clock)
    nursery.broken = True
    with pytest.raises(NoneFree):
        children.take(time.monotonic() + 0.05)
    assert until(lambda: children.count == 0)
    nursery.broken = False
    clock.at = 2
    children.give_back(children.take(later()), sound=True)
    children.close()


def test_killing_a_child_ends_what_it_has_started(tmp_path: Path) -> None:
    child = Child(str(tmp_path))
    child.wait_until_ready()
    helper = subprocess.Popen(["sleep", "60"], process_group=child.pid)
    child.kill()
    assert helper.wait(SOON) == -signal.SIGKILL
    child.end()
    child.kill()  # nothing is left to be killed, and nobody else is


def test_a_child_that_doesnt_listen_holds_nobody_up(tmp_path: Path) -> None:
    child = Child(str(tmp_path))
    child.wait_until_ready()
    os.kill(child.pid, signal.SIGSTOP)
    with pytest.raises(Late):
        child.ask({"sql": "x" * 1_000_000}, limit_s=0.2, most_bytes=1000)
    child.end()
