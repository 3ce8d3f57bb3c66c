"""Ingest in a child: limits hold, refusals come through, nothing is left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kuutio.opendata.engine import confined, snapshot
from kuutio.opendata.engine.confined import run_limited
from kuutio.opendata.engine.limits import MIB, Limits, Options
from kuutio.opendata.engine.refusals import BrokenFile, EmptyFile, TookTooLong, TookTooMuchMemory, TooLarge
from tests.opendata.engine.ingest.geofiles import DEMONSTRATION

DISTRICTS = DEMONSTRATION / "helsinki_city_districts_2021.gpkg"


def run(path, root, **limits):
    options = Options(types={"name": "text"}) if path == DISTRICTS else Options()
    return run_limited(path, root, table_prefix="helsinki-piirit", options=options, limits=Limits(**limits))


def left(root):
    return [path.name for path in root.rglob("*") if path.name.startswith(".")]


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    path = tmp_path_factory.mktemp("large") / "iso.csv"
    with path.open("w") as file:
        file.write("id;nimi;arvo\n")
        for start in range(0, 1_000_000, 10_000):
            file.write("".join(f"{n};nimi numero {n};{n / 7:.6f}\n" for n in range(start, start + 10_000)))
    return path


def test_a_child_does_what_ingest_does(tmp_path):
    outcome = run(DISTRICTS, tmp_path)
    (table,) = outcome.loaded
    assert (table.rows, table.rejects, table.crs) == (8, 0, "EPSG:4326")
    assert table.columns == snapshot.read_manifest(table.path).columns
    assert 50 * MIB < outcome.peak_bytes < 1024 * MIB
    assert 0 < outcome.cpu_s < 60
    assert left(tmp_path) == []


def test_its_peak_is_its_own_and_not_its_parents(tmp_path):
    held = bytearray(1200 * MIB)
    held[::4096] = b"x" * len(held[::4096])
    assert run(DISTRICTS, tmp_path).peak_bytes < 1024 * MIB


def test_refusals_come_through_with_their_facts(tmp_path):
    (tmp_path / "tyhja.csv").write_bytes(b"")
    with pytest.raises(EmptyFile):
        run(tmp_path / "tyhja.csv", tmp_path / "root")
    (tmp_path / "iso.csv").write_text("a;b\n" + "1;2\n" * 100)
    with pytest.raises(TooLarge) as caught:
        run(tmp_path / "iso.csv", tmp_path / "root", max_rows=10)
    assert caught.value.facts == {"limit": 10}


def test_the_clock(large, tmp_path):
    started = time.monotonic()
    with pytest.raises(TookTooLong):
        run(large, tmp_path / "root", wall_s=0.3)
    assert time.monotonic() - started < 5
    assert left(tmp_path / "root") == []


def test_processor_seconds(large, tmp_path):
    with pytest.raises(TookTooLong):
        run(large, tmp_path / "root", cpu_s=1)
    assert left(tmp_path / "root") == []


def test_memory(large, tmp_path):
    with pytest.raises(TookTooMuchMemory):
        run(large, tmp_path / "root", memory_bytes=220 * MIB)
    assert left(tmp_path / "root") == []


def test_a_child_that_stands_still():
    child = subprocess.Popen(["sleep", "60"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        with pytest.raises(TookTooLong, match="stood still"):
            confined.watched(child, b"", Limits(stalled_s=0.5))
    finally:
        child.kill()
        child.communicate()


def test_a_child_that_crashes():
    """What a library's crash looks like: a signal and no answer."""
    with pytest.raises(BrokenFile, match="SIGSEGV"):
        confined._outcome(-signal.SIGSEGV, b"", b"", Limits())
    with pytest.raises(TookTooMuchMemory):
        confined._outcome(-signal.SIGABRT, b"", b"std::bad_alloc", Limits())
    with pytest.raises(RuntimeError, match="a bug"):
        confined._outcome(1, b"", b"a bug", Limits())


def test_a_secret_of_the_parent_is_out_of_reach(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://salaisuus")
    assert "salaisuus" not in json.dumps(confined._environment(tmp_path))


def test_a_killed_parent_leaves_no_reader(large, tmp_path):
    """Kill -9 of the worker: its child dies with it, nothing half is published, and a second run finishes the job."""
    root = tmp_path / "root"
    code = (
        "from pathlib import Path; from kuutio.opendata.engine.confined import run_limited;"
        "from kuutio.opendata.engine.limits import *;"
        f"run_limited(Path({str(large)!r}), Path({str(root)!r}), table_prefix='a', options=Options(), limits=Limits())"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[4] / "src")}
    for pause in (0.8, 1.6, 2.4):
        parent = subprocess.Popen([sys.executable, "-c", code], env=environment)
        time.sleep(pause)
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        deadline = time.monotonic() + 5
        while any(Path(f"/proc/{child}/exe").exists() for child in children) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not any(Path(f"/proc/{child}/exe").exists() for child in children)
        for manifest in snapshot.snapshots(root, "a") if (root / "a").exists() else []:
            assert manifest.rows == 1_000_000
    snapshot.sweep(root, older_than_s=-1)
    assert left(root) == []
    # A fast machine was through before the last kill; then the second run may find its version again.
    before = len(snapshot.snapshots(root, "a")) if (root / "a").exists() else 0
    outcome = run_limited(large, root, table_prefix="a", options=Options(), limits=Limits())
    assert outcome.loaded[0].rows == 1_000_000
    assert max(before, 1) <= len(snapshot.snapshots(root, "a")) <= before + 1
