"""Counts are kept in the process and on disk, and losing them loses time only."""

from pathlib import Path

import pytest

from kuutio.opendata.engine import counts
from kuutio.opendata.engine.counts import Counts
from kuutio.opendata.engine.filters import And, Compare
from kuutio.opendata.engine.query import Query
from kuutio.opendata.engine.table import Table
from tests.opendata.engine.snapshots import KINDS, make_snapshot, open_table, sample_rows


def never() -> int:
    raise AssertionError("counted again")


def test_a_count_is_made_once(tmp_path: Path) -> None:
    kept = Counts(tmp_path / "a.counts")
    assert kept.of("question", lambda: 5) == 5
    assert kept.of("question", never) == 5


def test_what_took_long_survives_the_process(tmp_path: Path) -> None:
    Counts(tmp_path / "a.counts").keep("long", 7, took_s=1)
    Counts(tmp_path / "a.counts").keep("short", 8, took_s=0)
    again = Counts(tmp_path / "a.counts")
    assert again.of("long", never) == 7
    assert again.get("short") is None


def test_the_oldest_are_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "MAX_IN_PROCESS", 3)
    monkeypatch.setattr(counts, "MAX_ON_DISK", 5)
    kept = Counts(tmp_path / "a.counts")
    for n in range(20):
        kept.keep(str(n), n, took_s=1)
    assert list(kept._kept) == ["17", "18", "19"]
    again = Counts(tmp_path / "a.counts")
    assert [n for n in range(20) if again.get(str(n)) is not None] == [15, 16, 17, 18, 19]


@pytest.mark.parametrize("content", [b"", b"nonsense" * 1000])
def test_a_broken_file_is_begun_again(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.counts"
    path.write_bytes(content)
    kept = Counts(path)
    assert kept.get("question") is None
    kept.keep("other", 1, took_s=1)
    kept.keep("question", 9, took_s=1)
    assert Counts(path).get("question") == 9


def test_a_place_that_can_t_be_written_is_no_matter(tmp_path: Path) -> None:
    kept = Counts(tmp_path / "missing" / "a.counts")
    kept.keep("question", 9, took_s=1)
    assert kept.get("question") == 9


def test_filters_that_mean_the_same_share_a_count(snapshots_root: Path) -> None:
    table = open_table(make_snapshot(snapshots_root, KINDS, sample_rows(5100), table="laskettu"))
    a, b = Compare("korkeus", ">", 3.0), Compare("auki", "=", True)
    right = table.count(And((a, b)))
    table.finder._count = never  # type: ignore[method-assign, assignment]
    assert table.count(And((b, And((a, b))))) == right
    assert table.page(Query(And((b, a)), limit=3)).matched == right


def test_counts_of_a_declared_filter_are_made_with_the_file(large_table: Table) -> None:
    assert set(large_table.store.tallied) == {"city", "määrä"}
    assert (
        sum(
            large_table.count(Compare("city", "=", city))
            for city in ("Helsinki", "Espoo", "Vantaa", "Tampere", "Turku", "Oulu")
        )
        == 6000
    )
