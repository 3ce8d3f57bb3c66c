"""How much memory a web process holds: `python bench/memory.py [--rows 200000] [--at-once 2]`, on Linux.

Starts `./kuutio up` with a table of made-up points (or takes the address of a site that runs here: `--url
http://127.0.0.1:8000 --table helsinki-assets`), and walks: front page, catalogue, data sets, search, OGC pages, questions
that DuckDB answers, SQL, changes between versions, and every format of a filtered, sorted view of the whole table. After each
step it reads /proc of each process that listens, and prints one JSON object on stdout, in MB:

- `rss`: all that is in memory, files that other processes share included (`VmRSS`); `anon`: without any file (`RssAnon`)
- `pss`: shared pages divided by those who share them; `uss`: what ending the process would give back
- `peak`: the most `rss` within the step, as the kernel counted it (`VmHWM`, set back before each step), and `anon_peak`, as
  seen fifty times a second
- `children`: the most that all processes started by the web processes held together within the step; `largest_child`: one
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from side_by_side import ROOT, make_points, running, say

PORT = 5704
PAGE = os.sysconf("SC_PAGE_SIZE")
FORMATS = ("csv", "json", "jsonl", "geojson", "xlsx", "gpkg", "fgb", "parquet")


def listening(port: int) -> list[int]:
    """The processes that take connections at a port of this machine.

    Source: proc(5), /proc/net/tcp: state 0A is LISTEN.
    """
    sockets = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and int(words[1].rpartition(":")[2], 16) == port:
                sockets.add(f"socket:[{words[9]}]")
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                if any(str(link.readlink()) in sockets for link in (process / "fd").iterdir()):
                    found.append(int(process.name))
            except OSError:
                continue  # it ended, or isn't ours
    return sorted(found)


def held(pid: int) -> dict[str, int]:
    """What a process holds now, MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()

    def kib(text: str, word: str) -> int:
        found = re.search(rf"^{word}:\s+(\d+) kB", text, re.MULTILINE)
        return int(found[1]) if found else 0

    own = kib(rollup, "Private_Clean") + kib(rollup, "Private_Dirty")
    read = {"rss": kib(status, "VmRSS"), "anon": kib(status, "RssAnon"), "pss": kib(rollup, "Pss"), "uss": own}
    return {word: round(value / 1024) for word, value in read.items() | {("peak", kib(status, "VmHWM"))}}


def now_held(pid: int) -> tuple[int, int]:
    """Bytes: all, and without files; zeros when it has ended."""
    try:
        _all, resident, shared, *_ = Path(f"/proc/{pid}/statm").read_text().split()
    except OSError:
        return 0, 0
    return int(resident) * PAGE, (int(resident) - int(shared)) * PAGE


def descendants(pids: list[int]) -> list[int]:
    """The processes that these started, and those that they started."""
    parents: dict[int, list[int]] = {}
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                told = (process / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(told[1]), []).append(int(process.name))
    found, waiting = [], list(pids)
    while waiting:
        below = parents.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


class Watch:
    """The most that web processes and their children held since the last look."""

    def __init__(self, pids: list[int]) -> None:
        self.pids, self.ended = pids, threading.Event()
        self.forget()
        threading.Thread(target=self._look, daemon=True).start()

    def forget(self) -> None:
        """Begin again, in the kernel too."""
        self.anon = dict.fromkeys(self.pids, 0)
        self.children = self.largest = 0
        for pid in self.pids:
            Path(f"/proc/{pid}/clear_refs").write_text("5")  # proc(5): sets VmHWM to what is held now

    def _look(self) -> None:
        looks = 0
        while not self.ended.wait(0.02):
            for pid in self.pids:
                self.anon[pid] = max(self.anon[pid], now_held(pid)[1])
            looks += 1
            if looks % 5 == 0:
                all_of_them = [now_held(pid)[0] for pid in descendants(self.pids)]
                self.children = max(self.children, sum(all_of_them))
                self.largest = max([self.largest, *all_of_them])

    def told(self) -> dict[str, object]:
        """Of each process and of all children."""
        workers = {str(pid): held(pid) | {"anon_peak": round(self.anon[pid] / 2**20)} for pid in self.pids}
        return {"workers": workers, "children": self.children >> 20, "largest_child": self.largest >> 20}


def read(address: str) -> int:
    """Ask one address and read all of the answer; its status."""
    try:
        with urllib.request.urlopen(address, timeout=300) as response:
            while response.read(1 << 18):
                pass
            return int(response.status)
    except urllib.error.HTTPError as error:
        error.read()
        return error.code


def steps(base: str, table: str, condition: str, sort: str) -> dict[str, list[str]]:
    """What is asked, in order."""
    with urllib.request.urlopen(f"{base}/api/v1/tables/{table}") as response:
        dataset = json.load(response)["dataset"]
    items, shown = f"{base}/api/ogc/collections/{table}/items", f"{base}/fi/data/{dataset}/"
    some = urllib.parse.quote(condition)
    pages = [f"{base}/{language}/{page}" for language in ("fi", "sv", "en") for page in ("", "data/", "search/?q=puu")]
    pages += [f"{shown}{part}" for part in ("", "map/", "table/", "versions/", "quality/", "use/", "sql/")]
    pages += [f"{base}/api/", f"{base}/catalog.ttl", f"{base}/sitemap.xml", f"{base}/fi/status/", f"{base}/fi/search/"]
    ogc = [f"{base}/api/ogc/", f"{base}/api/ogc/collections", f"{items}?limit=100", f"{items}?limit=1000"]
    ogc += [f"{items}?limit=1000&bbox=24,60,26,62", f"{base}/api/v1/tables/{table}/rows?limit=1000", f"{items}/777"]
    ogc += [f"{items}?limit=10&crs=http://www.opengis.net/def/crs/EPSG/0/3067"]
    ogc += [f"{items}?limit=10&filter=S_INTERSECTS(geometry,POLYGON((24%2060,26%2060,26%2062,24%2060)))"]
    duck = [f"{items}?limit=100&filter={some}", f"{items}?limit=100&sortby={sort}", f"{items}?limit=100&sortby=-{sort}"]
    duck += [f"{items}?limit=100&filter={some}&sortby={sort}", f"{items}?limit=100&q=lorem"]
    with urllib.request.urlopen(f"{base}/api/v1/tables/{table}/versions") as response:
        kept = [one["snapshot"] for one in json.load(response) if one["kept"] and not one["current"]]
    question = urllib.parse.quote(f'SELECT count(*) FROM "{table}"')  # a bench's own table
    found = {"pages": pages, "OGC pages": ogc, "filters and sorts": duck, "SQL": [f"{base}/api/v1/sql?sql={question}"]}
    if kept:
        found["changes"] = [f"{base}/api/v1/tables/{table}/changes?since={kept[0]}&limit=1000"]
    view = f"filter={some}&sortby={sort}"
    for form in FORMATS:
        found[f"view as {form}"] = [f"{base}/data/{table}.{form}?{view}"]
    moved = f"{view}&crs=http://www.opengis.net/def/crs/EPSG/0/3067"
    found["view as csv, in metres"] = [f"{base}/data/{table}.csv?{moved}"]
    return found


def measure(base: str, table: str, condition: str, sort: str, at_once: int) -> dict[str, object]:
    """All steps, the figures after each, and the greatest of all."""
    pids = listening(urllib.parse.urlsplit(base).port or 80)
    watch, told, seconds = Watch(pids), {}, {}
    told["start"] = watch.told()
    for name, addresses in steps(base, table, condition, sort).items():
        watch.forget()
        times = at_once if name.startswith("view") else 3 * len(pids)  # each process gets its share of small ones
        began = time.perf_counter()
        with ThreadPoolExecutor(at_once) as pool:
            asked = [address for address in addresses for _ in range(times)]
            statuses = dict(zip(asked, pool.map(read, asked), strict=True))
        for address, status in statuses.items():
            if status != 200:
                say(f"{status} {address}")
        seconds[name] = round(time.perf_counter() - began, 2)
        told[name] = watch.told() | {"seconds": seconds[name], "not_200": sum(s != 200 for s in statuses.values())}
        say(f"{name}: {told[name]}")
    watch.forget()
    time.sleep(5)
    told["after"] = watch.told()
    watch.ended.set()

    def most(word: str, which: str) -> int:
        return max(w[word] for name, step in told.items() if name.startswith(which) for w in step["workers"].values())  # type: ignore[attr-defined, index]

    summary = {
        "start_rss": most("rss", "start"),
        "after_pages_rss": most("rss", "pages"),
        "after_pages_pss": most("pss", "pages"),
        "after_filters_and_sorts_rss": most("rss", "filters"),
        "streaming_peak_rss": most("peak", "view"),
        "streaming_peak_anon": most("anon_peak", "view"),
        "after_rss": most("rss", "after"),
        "after_pss": most("pss", "after"),
        "most_in_children": max(step["children"] for step in told.values()),  # type: ignore[type-var]
    }
    return {"summary": summary, "steps": told}


@contextmanager
def own_site(rows: int) -> Iterator[str]:
    """A site with one table of made-up points, in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="kuutio-memory-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        made = {
            "PYTHONPATH": str(ROOT / "src"),
            "KUUTIO_DATA": str(folder / "kuutio"),
            "KUUTIO_READS_PER_MINUTE": "100000000",
        }
        env = {**os.environ, **made}
        env.pop("DATABASE_URL", None)
        command, base = [sys.executable, "-m", "kuutio"], f"http://127.0.0.1:{PORT}"
        points = make_points(folder, rows)
        with running([*command, "up", "--empty", "--port", str(PORT)], f"{base}/readyz", env):
            # Two versions, that there is a difference to ask for.
            earlier = folder / "earlier.csv"
            earlier.write_text("".join(points.read_text("utf-8").splitlines(keepends=True)[:-1]), "utf-8")
            for file in (earlier, points):
                load = [*command, "load", str(file), "--city", "helsinki", "--dataset", "assets", "--key", "id"]
                subprocess.run(load, env=env, cwd=ROOT, check=True, stdout=sys.stderr)
            yield base


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200_000, help="of the table that is made (default 200000)")
    parser.add_argument("--url", help="a site that runs on this machine already; its processes must be yours")
    parser.add_argument("--table", default="helsinki-assets", help="its table (default helsinki-assets)")
    parser.add_argument("--filter", default="height > 3", help="in CQL2, of the view (default 'height > 3')")
    parser.add_argument("--sort", default="name", help="a column (default name)")
    parser.add_argument("--at-once", type=int, default=2, help="requests at a time (default 2)")
    options = parser.parse_args()
    asked = (options.table, options.filter, options.sort, options.at_once)
    if options.url:
        found = measure(options.url.rstrip("/"), *asked)
    else:
        with own_site(options.rows) as base:
            found = measure(base, *asked)
    json.dump(found, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
