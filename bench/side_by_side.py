"""Kuutio beside pygeoapi and datasette in one run: `python bench/side_by_side.py [--rows 200000] [--seconds 5]`.

Makes the same points for all three, starts each with two workers on this machine (datasette with its one), asks the same
questions one after another with `wrk -t1 -c4`, and prints one JSON object on stdout: requests per second, p50 and p99 in
milliseconds, answers that were not 2xx, `numberMatched`, and the ratios. The rows "..., each different" ask another question
at each request (`questions.lua`, the same for both), so that no kept answer fits and every page is computed; some of Kuutio's
answers are compared with the points themselves, by their number and by what they hold. Peers are installed into `var/peers` on first use;
pygeoapi runs on the system's Python, whose SQLite can load SpatiaLite (Debian: libsqlite3-mod-spatialite, wrk).

Kuutio runs with KUUTIO_READS_PER_MINUTE=100000000: its limit of reads for each client would end the run otherwise.
"""

import argparse
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PEERS = Path(os.environ.get("KUUTIO_PEERS") or ROOT / "var" / "peers")
CITIES = ("Helsinki", "Espoo", "Vantaa", "Tampere", "Turku", "Oulu")
KUUTIO, PYGEOAPI, DATASETTE = 5701, 5702, 5703
BOX = "24,60,26,62"
QUESTIONS = Path(__file__).with_name("questions.lua")
DIFFERENT = {
    "first page of 100, each different": "pages",
    "1,000 in a box, each different": "boxes",
    "attribute filter, each different": "filters",
}


def say(text: str) -> None:
    """Progress, on stderr."""
    print(text, file=sys.stderr, flush=True)


def look_for_tools() -> None:
    """End at once, with what to install, where a tool of Debian is missing that the peers or the clock need."""
    loads = "import sqlite3; c = sqlite3.connect(':memory:'); c.enable_load_extension(True); c.load_extension('mod_spatialite')"
    if shutil.which("wrk") is None or subprocess.run(["/usr/bin/python3", "-c", loads], capture_output=True).returncode:
        raise SystemExit(
            "This needs Debian's wrk, libsqlite3-mod-spatialite, python3 and python3-venv: install them first."
        )


def peer(name: str, python: str, *packages: str) -> Path:
    """The folder of a peer's environment, made on first use."""
    home = PEERS / name
    if not (home / "done").exists():
        say(f"installing {name}")
        subprocess.run([python, "-m", "venv", str(home)], check=True)
        subprocess.run([str(home / "bin" / "pip"), "install", "--quiet", *packages], check=True, stdout=sys.stderr)
        (home / "done").touch()
    return home


def make_points(folder: Path, rows: int) -> Path:
    """The same points as CSV, GeoPackage and SQLite."""
    import pyogrio
    import shapely
    from pyarrow import csv, table

    chance = random.Random(6)
    columns = {
        "id": list(range(rows)),
        "city": [chance.choice(CITIES) for _ in range(rows)],
        "kind": [chance.choice(("tree", "lamp", "bench", "bin")) for _ in range(rows)],
        "name": [f"Kohde {n}" for n in range(rows)],
        "height": [round(chance.random() * 30, 2) for _ in range(rows)],
        "year": [1950 + n % 75 for n in range(rows)],
        "note": ["Lorem ipsum dolor sit amet" for _ in range(rows)],
        "lon": [round(21 + chance.random() * 8, 6) for _ in range(rows)],
        "lat": [round(60 + chance.random() * 6, 6) for _ in range(rows)],
    }
    made = table(columns)
    csv.write_csv(made, folder / "assets.csv")
    points = shapely.to_wkb(shapely.points(columns["lon"], columns["lat"]))
    pyogrio.write_arrow(
        made.append_column("geom", [points.tolist()]),
        folder / "assets.gpkg",
        geometry_name="geom",
        geometry_type="Point",
        crs="EPSG:4326",
        layer="assets",
    )
    with sqlite3.connect(folder / "assets.db") as database:
        names = list(columns)
        # With types: datasette compares a column without any to its next page's key as text, and ends after one page.
        kinds = {int: "INTEGER", float: "REAL", str: "TEXT"}
        typed = ", ".join(f"{name} {kinds[type(values[0])]}" for name, values in columns.items())
        database.execute(f"CREATE TABLE assets ({typed}, PRIMARY KEY (id))")
        database.executemany(
            f"INSERT INTO assets VALUES ({', '.join('?' * len(names))})", zip(*columns.values(), strict=True)
        )
        database.execute("CREATE INDEX assets_city ON assets (city)")
    return folder / "assets.csv"


@contextmanager
def running(
    command: list[str], ready: str, env: dict[str, str], cwd: Path = ROOT
) -> "Iterator[subprocess.Popen[bytes]]":
    """A server, from the moment that it answers."""
    process = subprocess.Popen(
        command, env=env, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        until = time.monotonic() + 120
        while True:
            try:
                urllib.request.urlopen(ready, timeout=5).close()
                break
            except OSError:
                if time.monotonic() > until or process.poll() is not None:
                    raise SystemExit(f"{command[0]} did not come up") from None
                time.sleep(0.3)
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def asked(address: str, seconds: int, *, different: str = "") -> dict[str, float | int | None]:
    """What `wrk` measures of one address, or of another question at each request.

    Args:
        different: a kind of `questions.lua`; the address ends in "?" or "&".
    """
    question = "limit=100" if different else ""
    with urllib.request.urlopen(address + question, timeout=60) as response:
        first = response.read()
    command = ["wrk", "-t1", "-c4", f"-d{seconds}s", "--timeout", "30s", "--latency"]
    command += ["-s", str(QUESTIONS), address, "--", different] if different else [address]
    matched = re.search(rb'"numberMatched":\s*(\d+)', first)
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def number(pattern: str) -> float | None:
        found = re.search(pattern, told)
        if not found:
            return None
        scale = {"us": 0.001, "ms": 1.0, "s": 1000.0}.get(
            found[2] if found.lastindex and found.lastindex > 1 else "", 1.0
        )
        return round(float(found[1]) * scale, 3)

    return {
        "per_second": number(r"Requests/sec:\s+([\d.]+)"),
        "p50_ms": number(r"50%\s+([\d.]+)(us|ms|s)"),
        "p99_ms": number(r"99%\s+([\d.]+)(us|ms|s)"),
        "not_2xx": int(number(r"Non-2xx or 3xx responses:\s+(\d+)") or 0),
        "bytes": len(first),
        "number_matched": int(matched[1]) if matched else None,
    }


def check(items: str, points: Path) -> int:
    """Ask Kuutio some questions like those of `questions.lua` and compare with the points; how many there were.

    Raises:
        SystemExit: an answer has another number, or other rows, than the points have.
    """
    chance, count = random.Random(7), 0
    with sqlite3.connect(points) as database:
        for _ in range(10):
            west, south = round(21 + chance.random() * 6, 6), round(60 + chance.random() * 4, 6)
            box, city = (west, south, round(west + 2, 6), round(south + 2, 6)), chance.choice(CITIES)
            inside = "lon >= ? AND lat >= ? AND lon <= ? AND lat <= ?"
            for words, where, values in (
                (f"bbox={','.join(map(str, box))}", inside, box),
                (f"city={city}", "city = ?", (city,)),
                (f"city={city}&bbox={','.join(map(str, box))}", f"city = ? AND {inside}", (city, *box)),
            ):
                rows = {n for (n,) in database.execute(f"SELECT id FROM assets WHERE {where}", values)}
                address = f"{items}?{words}&limit={chance.randrange(90, 1000)}&offset={chance.randrange(100)}"
                with urllib.request.urlopen(address) as response:
                    answer = json.load(response)
                given = {feature["properties"]["id"] for feature in answer["features"]}
                if answer["numberMatched"] != len(rows) or len(given) != answer["numberReturned"] or not given <= rows:
                    raise SystemExit(f"{address} has {answer['numberMatched']} rows of {len(rows)}, or others")
                count += 1
    return count


def seconds_for(address: str, lines: int) -> float:
    """How long the whole of an answer takes, the best of three.

    Raises:
        SystemExit: it hasn't so many lines.
    """
    best = float("inf")
    for _ in range(3):
        begun, seen = time.perf_counter(), 0
        with urllib.request.urlopen(address, timeout=300) as response:
            while piece := response.read(1 << 20):
                seen += piece.count(b"\n")
        best = min(best, time.perf_counter() - begun)
        if seen != lines:
            raise SystemExit(f"{address} has {seen} lines of {lines}")
    return round(best, 3)


PYGEOAPI_CONFIG = """
server:
  bind: {{host: 127.0.0.1, port: {port}}}
  url: http://127.0.0.1:{port}
  mimetype: application/json; charset=UTF-8
  encoding: utf-8
  languages: [en-US]
  limits: {{default_items: 10, max_items: 10000}}
  map: {{url: "https://example.org/{{z}}/{{x}}/{{y}}.png", attribution: none}}
logging: {{level: ERROR}}
metadata:
  identification: {{title: bench, description: bench, keywords: [bench], keywords_type: theme, terms_of_service: none, url: http://example.org}}
  license: {{name: CC0, url: http://example.org}}
  provider: {{name: bench, url: http://example.org}}
  contact: {{name: bench, position: bench}}
resources:
  assets:
    type: collection
    title: assets
    description: assets
    keywords: [assets]
    links: []
    extents: {{spatial: {{bbox: [-180, -90, 180, 90], crs: "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}}}}
    providers:
      - type: feature
        name: SQLiteGPKG
        data: {data}
        id_field: id
        table: assets
"""


def measure_kuutio(folder: Path, csv: Path, rows: int, seconds: int) -> dict[str, object]:
    """Kuutio, with the file brought by its own command."""
    data = folder / "kuutio"
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "KUUTIO_DATA": str(data),
        "KUUTIO_READS_PER_MINUTE": "100000000",
    }
    env.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "kuutio"]
    with running([*command, "up", "--empty", "--port", str(KUUTIO)], f"http://127.0.0.1:{KUUTIO}/readyz", env):
        subprocess.run(
            [*command, "load", str(csv), "--city", "helsinki", "--dataset", "assets", "--key", "id"],
            env=env,
            cwd=ROOT,
            check=True,
        )
        time.sleep(20)  # ready files and tiles are made after publication; they must not share the processors
        items = f"http://127.0.0.1:{KUUTIO}/api/ogc/collections/helsinki-assets/items"
        last, address = items, f"{items}?limit=100&offset={rows - 200}"
        with urllib.request.urlopen(address) as response:
            for link in json.load(response)["links"]:
                if link["rel"] == "next":
                    last = link["href"].replace("localhost", "127.0.0.1")
        base = f"http://127.0.0.1:{KUUTIO}"
        return {
            "first page of 100": asked(f"{items}?limit=100", seconds),
            "1,000 in a box": asked(f"{items}?limit=1000&bbox={BOX}", seconds),
            "attribute filter": asked(f"{items}?limit=100&city=Oulu", seconds),
            **{name: asked(f"{items}?", seconds, different=kind) for name, kind in DIFFERENT.items()},
            "answers compared with the points": check(items, folder / "assets.db"),
            "last page": asked(last, seconds),
            "item by id": asked(f"{items}/777", seconds),
            "rows as JSON": asked(f"{base}/api/v1/tables/helsinki-assets/rows?limit=100", seconds),
            "all rows as CSV, s": seconds_for(f"{base}/data/helsinki-assets.csv", rows + 1),
            "a view of all rows as CSV, s": seconds_for(f"{base}/data/helsinki-assets.csv?skipGeometry=true", rows + 1),
        }


def measure_pygeoapi(folder: Path, rows: int, seconds: int) -> dict[str, object]:
    """pygeoapi with its GeoPackage provider, two gunicorn workers."""
    home = peer("pygeoapi", "/usr/bin/python3", "pygeoapi==0.21.0", "gunicorn")
    config, description = folder / "pygeoapi.yml", folder / "openapi.yml"
    config.write_text(PYGEOAPI_CONFIG.format(port=PYGEOAPI, data=folder / "assets.gpkg"))
    env = {
        **os.environ,
        "PYGEOAPI_CONFIG": str(config),
        "PYGEOAPI_OPENAPI": str(description),
        "SPATIALITE_LIBRARY_PATH": "mod_spatialite.so",
    }
    env.pop("PYTHONPATH", None)
    subprocess.run(
        [str(home / "bin" / "pygeoapi"), "openapi", "generate", str(config), "--output-file", str(description)],
        env=env, check=True, stdout=sys.stderr,
    )  # fmt: skip
    command = [str(home / "bin" / "gunicorn"), "-w", "2", "-b", f"127.0.0.1:{PYGEOAPI}", "pygeoapi.flask_app:APP"]
    items = f"http://127.0.0.1:{PYGEOAPI}/collections/assets/items"
    with running(command, f"http://127.0.0.1:{PYGEOAPI}/", env, folder):
        return {
            "first page of 100": asked(f"{items}?f=json&limit=100", seconds),
            "1,000 in a box": asked(f"{items}?f=json&limit=1000&bbox={BOX}", seconds),
            "attribute filter": asked(f"{items}?f=json&limit=100&city=Oulu", seconds),
            **{name: asked(f"{items}?f=json&", seconds, different=kind) for name, kind in DIFFERENT.items()},
            "last page": asked(f"{items}?f=json&limit=100&offset={rows - 100}", seconds),
            "item by id": asked(f"{items}/777?f=json", seconds),
        }


def measure_datasette(folder: Path, rows: int, seconds: int) -> dict[str, object]:
    """datasette, one process as it is made."""
    home = peer("datasette", sys.executable, "datasette==0.65.5")
    command = [str(home / "bin" / "datasette"), "serve", str(folder / "assets.db"), "-p", str(DATASETTE)]
    command += ["--setting", "max_csv_mb", "0", "--setting", "sql_time_limit_ms", "20000"]
    env = {word: value for word, value in os.environ.items() if word != "PYTHONPATH"}
    base = f"http://127.0.0.1:{DATASETTE}/assets/assets"
    with running(command, f"http://127.0.0.1:{DATASETTE}/", env, folder):
        return {
            "rows as JSON": asked(f"{base}.json?_shape=array&_size=100", seconds),
            "all rows as CSV, s": seconds_for(f"{base}.csv?_stream=on", rows + 1),
        }


def ratios(ours: dict[str, object], theirs: dict[str, object]) -> dict[str, float]:
    """How many times the peer's figure ours is; for seconds, how many times faster."""
    made: dict[str, float] = {}
    for question, answer in theirs.items():
        mine = ours[question]
        if isinstance(answer, dict) and isinstance(mine, dict):
            made[question] = round(mine["per_second"] / answer["per_second"], 1)
        elif isinstance(answer, float) and isinstance(mine, float):
            made[question] = round(answer / mine, 1)
    return made


def main() -> None:
    """Measure all three and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--seconds", type=int, default=5)
    options = parser.parse_args()
    look_for_tools()
    with tempfile.TemporaryDirectory(prefix="kuutio-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        csv = make_points(folder, options.rows)
        steps: dict[str, Callable[[], dict[str, object]]] = {
            "kuutio": lambda: measure_kuutio(folder, csv, options.rows, options.seconds),
            "pygeoapi": lambda: measure_pygeoapi(folder, options.rows, options.seconds),
            "datasette": lambda: measure_datasette(folder, options.rows, options.seconds),
        }
        figures: dict[str, dict[str, object]] = {}
        for who, measure in steps.items():
            say(f"measuring {who}")
            figures[who] = measure()
    json.dump(
        {
            "rows": options.rows,
            "figures": figures,
            "times pygeoapi": ratios(figures["kuutio"], figures["pygeoapi"]),
            "times datasette": ratios(figures["kuutio"], figures["datasette"]),
        },
        sys.stdout,
        indent=1,
    )
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
