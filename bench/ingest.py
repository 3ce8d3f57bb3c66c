"""A million-row CSV to a snapshot, beside DuckDB's own COPY to Parquet of the same file, in the same run.

    python bench/ingest.py [--rows 1000000] [--times 3] [--keep DIR]

Prints JSON: seconds of each, their ratio, and the peak memory of the child that ingests. The file has 13 columns of
all kinds with points, and 250 bytes a row: codes with leading zeros, quoted separators, Finnish letters, dates, numbers.
The best of some runs counts on both sides: other work on the machine can only slow a run down. Processor seconds stand
beside, which other work changes less.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "src"))

from kuutio.opendata.engine.confined import run_limited  # noqa: E402
from kuutio.opendata.engine.limits import Limits, Options  # noqa: E402

STREETS = ["Mannerheimintie", "Hämeenkatu", "Otakaari", "Tikkurilantie", "Linnankatu", "Pakkahuoneenkatu"]
CITIES = ["Helsinki", "Espoo", "Vantaa", "Tampere", "Turku", "Oulu"]
STATES = ["kunnossa", "rikki", "odottaa", "poistettu"]
WORDS = [
    "valaisin",
    "pylväs",
    "uusi",
    "vanha",
    "huollettu",
    "puiston",
    "reunassa",
    "kadun",
    "varrella",
    "talon",
    "edessä",
]
COPY = (
    "import duckdb, sys, time; c = duckdb.connect(config={'threads': 2}); c.execute('SET enable_progress_bar = false');"
    "t, cpu = time.perf_counter(), time.process_time();"
    "c.execute(f\"COPY (FROM '{sys.argv[1]}') TO '{sys.argv[2]}' (FORMAT parquet)\");"
    "print(time.perf_counter() - t, time.process_time() - cpu)"
)


def write(path: Path, rows: int) -> None:
    """The table, the same each time."""
    numbers = np.random.default_rng(20261124)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("tunnus;kaupunki;nimi;osoite;postinumero;tila;teho;hinta;asennettu;muokattu;lon;lat;kuvaus\n")
        for start in range(0, rows, 50_000):
            n = min(50_000, rows - start)
            pick = {size: numbers.integers(0, size, n).tolist() for size in (6, 4, 28, 12, 24, 60, 300, 500, 99_999)}
            lon, lat = numbers.uniform(22, 29, n), numbers.uniform(60, 65, n)
            price = numbers.uniform(0, 1000, n)
            words = numbers.integers(0, len(WORDS), (n, 14))
            lines = []
            for i in range(n):
                street, day, month = STREETS[pick[6][i]], pick[28][i] + 1, pick[12][i] + 1
                text = " ".join(WORDS[w] for w in words[i])
                lines.append(
                    f'{start + i:09d};{CITIES[pick[6][i]]};"{street} {pick[300][i]}; laite {start + i}";'
                    f"{street} {pick[500][i]} A {day};{pick[99_999][i]:05d};{STATES[pick[4][i]]};{pick[500][i]};"
                    f"{price[i]:.2f};{day}.{month}.2025;2025-{month:02d}-{day:02d}T{pick[24][i]:02d}:{pick[60][i]:02d}:00;"
                    f"{lon[i]:.6f};{lat[i]:.6f};{text}\n"
                )
            file.write("".join(lines))


def copied(path: Path, place: Path) -> tuple[float, float]:
    """Seconds and processor seconds of DuckDB's COPY in a process of its own, start not counted."""
    command = [sys.executable, "-c", COPY, str(path), str(place / "copy.parquet")]
    seconds, cpu = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(seconds), float(cpu)


def measured(path: Path, place: Path, times: int) -> dict[str, Any]:
    """Both, so many times one after the other; the best of each counts."""
    copies, copies_cpu, ingests, ingests_cpu, peaks = [], [], [], [], []
    for _ in range(times):
        seconds, cpu = copied(path, place)
        copies.append(seconds)
        copies_cpu.append(cpu)
        started = time.perf_counter()
        outcome = run_limited(
            path, place / "snapshots", table_prefix="bench-laitteet", options=Options(), limits=Limits()
        )
        ingests.append(time.perf_counter() - started)
        peaks.append(outcome.peak_bytes)
        ingests_cpu.append(outcome.cpu_s)
    (table,) = outcome.loaded
    return {
        "rows": table.rows,
        "rejects": table.rejects,
        "csv_mb": round(path.stat().st_size / 1e6, 1),
        "parquet_mb": round((table.path / "data.parquet").stat().st_size / 1e6, 1),
        "duckdb_copy_s": round(min(copies), 2),
        "ingest_s": round(min(ingests), 2),
        "ratio": round(min(ingests) / min(copies), 2),
        "duckdb_copy_cpu_s": round(min(copies_cpu), 2),
        "ingest_cpu_s": round(min(ingests_cpu), 2),
        "cpu_ratio": round(min(ingests_cpu) / min(copies_cpu), 2),
        "peak_mib": round(max(peaks) / 2**20),
        "types": {column.name: str(column.type) for column in table.columns},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="keep the file and the snapshots here")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        place = arguments.keep or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        path = place / f"laitteet-{arguments.rows}.csv"
        if not path.exists():
            write(path, arguments.rows)
        result = measured(path, place, arguments.times)
        print(json.dumps(result, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
