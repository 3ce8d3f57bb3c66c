"""A million rows into a running Kuutio: `python bench/tiles.py [--rows 1000000] [--port 5704] [--keep DIR]`.

Makes the file of `ingest.py`, measures DuckDB's COPY of it and our ingest beside it, then starts an empty Kuutio of its own,
brings the file with `./kuutio load`, and prints JSON: seconds from the command's start until the rows are served with their
exact number and until a tile of them is (the limit is two minutes after the rows), and the most memory that the worker took
with all that it started, by PSS: what several processes share counts once.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ingest
from side_by_side import ROOT, running, say

_EVERY_S = 0.25
_AT_MOST_S = 1800
#: A tile of the middle of the points, at a zoom that every tile set has.
_ZOOM, _ROW, _COLUMN = 6, 17, 36


def children() -> dict[int, list[int]]:
    """The processes of the machine by their parents."""
    found: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended
        found.setdefault(int(words[1]), []).append(int(stat.parent.name))
    return found


def below(process: int) -> list[int]:
    """The process and all that it started."""
    found, family = [process], children()
    for one in found:
        found += family.get(one, [])
    return found


def worker_of(up: int) -> int:
    """The worker that `./kuutio up` started."""
    for one in below(up):
        if Path(f"/proc/{one}/cmdline").read_bytes().rstrip(b"\0").endswith(b"kuutio\0worker"):
            return one
    raise SystemExit("there is no worker")


def memory(process: int) -> tuple[int, int]:
    """Bytes that a process takes, what is shared divided by those who share it, and those of them that no file holds."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0, 0  # it ended
    sizes = {words[0]: int(words[1]) * 1024 for line in lines if (words := line.split())[0].startswith("Pss")}
    return sizes.get("Pss:", 0), sizes.get("Pss_Anon:", 0)


@contextmanager
def watched(worker: int) -> Iterator[dict[str, int]]:
    """The most that the worker's family took at once, and its greatest single process, looked at four times a second."""
    most, over = {"together": 0, "anonymous": 0, "one": 0}, threading.Event()

    def look() -> None:
        while not over.wait(_EVERY_S):
            took = [memory(one) for one in below(worker)]
            all_of_it, anonymous = zip(*took, strict=True)
            most["together"] = max(most["together"], sum(all_of_it))
            most["anonymous"] = max(most["anonymous"], sum(anonymous))
            most["one"] = max(most["one"], *all_of_it)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield most
    finally:
        over.set()
        thread.join()


def got(address: str) -> bytes | None:
    """What is at the address; None while there is nothing."""
    try:
        with urllib.request.urlopen(address, timeout=60) as response:
            return response.read()
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise
        return None


def until(holds: Callable[[], bool], begun: float) -> float:
    """Seconds from the beginning until it holds.

    Raises:
        SystemExit: it takes too long.
    """
    while not holds():
        if time.monotonic() - begun > _AT_MOST_S:
            raise SystemExit(f"not done in {_AT_MOST_S} s")
        time.sleep(_EVERY_S)
    return round(time.monotonic() - begun, 1)


def brought(path: Path, rows: int, port: int, data: Path) -> dict[str, Any]:
    """The file in a Kuutio of its own."""
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "KUUTIO_DATA": str(data), "KUUTIO_READS_PER_MINUTE": "100000"}
    env.pop("DATABASE_URL", None)
    command, here = [sys.executable, "-m", "kuutio"], f"http://127.0.0.1:{port}"
    collection = f"{here}/api/ogc/collections/helsinki-laitteet"
    up = [*command, "up", "--empty", "--port", str(port)]
    with running(up, f"{here}/readyz", env) as process, watched(worker_of(process.pid)) as most:
        begun = time.monotonic()
        load = [*command, "load", str(path), "--city", "helsinki", "--dataset", "laitteet", "--key", "tunnus"]
        with subprocess.Popen(load, env=env, cwd=ROOT, stdout=sys.stderr) as loading:

            def served() -> bool:
                if loading.poll():
                    raise SystemExit("the load failed")
                answer = got(f"{collection}/items?limit=1")
                return answer is not None and json.loads(answer)["numberMatched"] == rows

            served_s = until(served, begun)
            say(f"served after {served_s} s")
            tiles_s = until(lambda: bool(got(f"{collection}/tiles/WebMercatorQuad/{_ZOOM}/{_ROW}/{_COLUMN}")), begun)
        return {
            "served_s": served_s,
            "tiles_s": tiles_s,
            "tiles_after_served_s": round(tiles_s - served_s, 1),
            "worker_peak_mib": round(most["together"] / 2**20),
            "worker_peak_without_mapped_files_mib": round(most["anonymous"] / 2**20),
            "greatest_process_mib": round(most["one"] / 2**20),
        }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=3, help="runs of COPY and ingest before the site is started")
    parser.add_argument("--port", type=int, default=5704)
    parser.add_argument("--keep", type=Path, help="keep the file here")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kuutio-bench-") as temporary:
        Path(temporary).chmod(0o755)
        place = arguments.keep or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        path = place / f"laitteet-{arguments.rows}.csv"
        if not path.exists():
            ingest.write(path, arguments.rows)
        beside = ingest.measured(path, Path(temporary), arguments.times)
        say(f"ingest takes {beside['ratio']} times as long as COPY")
        site = brought(path, arguments.rows, arguments.port, Path(temporary) / "kuutio")
        print(json.dumps({**site, "beside_duckdb": beside}, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
