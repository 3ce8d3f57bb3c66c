"""How long one page takes in the process, without HTTP: `python bench/pages.py [--rows 100000 10000000]`.

Makes snapshots of made-up points (Hilbert order, six cities, ten properties) in a temporary directory, builds their
serving files and aids, and prints one JSON object on stdout: milliseconds per page, median of many different questions of a kind
(`first`: nothing kept) and of the same questions again (`again`: counts kept), each with its milliseconds of processor, which
other work on the machine changes less. 10 million rows need 6 GB of disk and some minutes; say so with --rows, and with
--keep DIR they are made once.
"""

import argparse
import json
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from kuutio.opendata.engine import serving, snapshot  # noqa: E402
from kuutio.opendata.engine.aids import making  # noqa: E402
from kuutio.opendata.engine.aids.kept import path_of  # noqa: E402
from kuutio.opendata.engine.aids.scan import SCAN  # noqa: E402
from kuutio.opendata.engine.filters import And, BBox, Compare, In, Like, Text  # noqa: E402
from kuutio.opendata.engine.query import Query, Sort  # noqa: E402
from kuutio.opendata.engine.snapshot import Geometry, Manifest, Source  # noqa: E402
from kuutio.opendata.engine.table import Table  # noqa: E402
from kuutio.opendata.engine.types import Column, ColumnType  # noqa: E402

CITIES = ("Helsinki", "Espoo", "Vantaa", "Tampere", "Turku", "Oulu")
WEST, SOUTH, WIDTH, HEIGHT = 20.0, 60.0, 10.0, 6.0
COLUMNS = [
    Column("tunnus", ColumnType.INTEGER),
    Column("city", ColumnType.TEXT),
    Column("laji", ColumnType.TEXT),
    Column("nimi", ColumnType.TEXT),
    Column("korkeus", ColumnType.NUMBER),
    Column("rakennettu", ColumnType.DATE),
    Column("havaittu", ColumnType.DATETIME, zoned=True),
    Column("auki", ColumnType.BOOLEAN),
    Column("pisteet", ColumnType.INTEGER),
    Column("geometry", ColumnType.GEOMETRY),
]


def make(root: Path, rows: int) -> Path:
    """A snapshot of so many points along a Hilbert curve."""
    import duckdb

    with snapshot.building(root, f"bench-{rows}") as place, duckdb.connect() as db:
        db.execute("SET TimeZone = 'UTC'")
        db.execute(f"""COPY (
            WITH a AS (SELECT i, {WEST} + (hash(i) % 1000003) / 1000003.0 * {WIDTH} AS x,
                              {SOUTH} + (hash(i * 7 + 1) % 1000003) / 1000003.0 * {HEIGHT} AS y FROM range({rows}) t(i)),
            b AS (SELECT *, ((x - {WEST}) / {WIDTH} * 65535)::INTEGER AS hx, ((y - {SOUTH}) / {HEIGHT} * 65535)::INTEGER AS hy FROM a),
            c AS (SELECT *, list_sum([(((hx >> k) & 1) << (2 * k)) | (((hy >> k) & 1) << (2 * k + 1)) FOR k IN range(16)])::BIGINT AS z FROM b)
            SELECT i::VARCHAR AS _id, i AS tunnus, {list(CITIES)}[1 + (hash(i * 3) % 6)::INTEGER] AS city,
                ['a', 'b', 'c', 'd'][1 + (hash(i * 5) % 4)::INTEGER] AS laji, 'Kohde ' || i || ' Mannerheimintie' AS nimi,
                (hash(i * 11) % 100000) / 100.0::DOUBLE AS korkeus, DATE '2000-01-01' + (hash(i * 13) % 9000)::INTEGER AS rakennettu,
                TIMESTAMPTZ '2020-01-01 00:00:00+00' + to_seconds((hash(i * 17) % 100000000)::BIGINT) AS havaittu,
                hash(i) % 2 = 0 AS auki, CASE WHEN hash(i * 19) % 10 > 0 THEN (hash(i * 23) % 1000)::BIGINT END AS pisteet,
                ST_AsWKB(ST_GeomFromGeoJSON(json_object('type', 'Point', 'coordinates', [x, y]))) AS geometry,
                x AS _xmin, y AS _ymin, x AS _xmax, y AS _ymax
            FROM c ORDER BY z
        ) TO '{place / snapshot.DATA}' (FORMAT parquet, COMPRESSION zstd)""")
        manifest = Manifest(
            id=f"{rows:016x}",
            table=f"bench-{rows}",
            created_at=snapshot.now(),
            source=Source("made-up", "0" * 64, "csv"),
            rows_in=rows,
            rows=rows,
            rejects=0,
            key=["tunnus"],
            columns=COLUMNS,
            geometry=Geometry(["Point"], [WEST, SOUTH, WEST + WIDTH, SOUTH + HEIGHT], "EPSG:3067"),
        )
        return snapshot.publish(root, place, manifest)


def questions(rows: int) -> dict[str, list[Query]]:
    """Different questions of each kind, the same at every run."""
    dice = random.Random(1)

    def box(hits: float) -> BBox:
        side = (min(hits, rows * 0.8) / rows) ** 0.5
        x, y = WEST + dice.random() * WIDTH * (1 - side), SOUTH + dice.random() * HEIGHT * (1 - side)
        return BBox(x, y, x + WIDTH * side, y + HEIGHT * side)

    def some(count: int, make_one: Callable[[], Query]) -> list[Query]:
        return [make_one() for _ in range(count)]

    few = 20 if rows <= 1_000_000 else 8
    return {
        "first page of 100": some(200, Query),
        "page of 100 by offset": some(200, lambda: Query(offset=dice.randrange(rows - 100))),
        "bbox, all 1,000 hits": some(50, lambda: Query(filter=box(1000), limit=1500)),
        "bbox, 1,000 of 20,000 hits": some(50, lambda: Query(filter=box(20_000), limit=1000)),
        "bbox, 100 of a third": some(10, lambda: Query(filter=box(rows / 3))),
        "declared filter, 100": [Query(filter=Compare("city", "=", city)) for city in CITIES],
        "declared filter, two values": [Query(filter=In("city", (a, b))) for a in CITIES for b in CITIES if a < b],
        "key, one row": some(200, lambda: Query(filter=Compare("tunnus", "=", dice.randrange(rows)))),
        "bbox and declared filter": some(30, lambda: Query(filter=And((box(20_000), Compare("city", "=", "Oulu"))))),
        "other: number >": some(few, lambda: Query(filter=Compare("pisteet", ">", dice.randrange(900, 1000)))),
        "other: two columns": some(
            few, lambda: Query(filter=And((Compare("laji", "=", "a"), Compare("korkeus", "<", dice.random() * 10))))
        ),
        "other: rare": some(few, lambda: Query(filter=Compare("korkeus", "=", dice.randrange(100000) / 100))),
        "other: LIKE": some(few, lambda: Query(filter=Like("nimi", f"%{dice.randrange(10000)} Man%"))),
        "other: words": some(few, lambda: Query(filter=Text((str(dice.randrange(10000)), "mannerheim"), ("nimi",)))),
        "sort: integer": some(
            few, lambda: Query(sort=(Sort("pisteet", dice.random() < 0.5),), limit=dice.randrange(90, 110))
        ),
        "sort: text": some(
            few, lambda: Query(sort=(Sort("nimi", dice.random() < 0.5),), limit=dice.randrange(90, 110))
        ),
        "sort: moment": some(few, lambda: Query(sort=(Sort("havaittu"), Sort("nimi")), limit=dice.randrange(90, 110))),
        "sort and filter": some(
            few, lambda: Query(filter=Compare("pisteet", ">", dice.randrange(500)), sort=(Sort("korkeus"),))
        ),
    }


def timed(table: Table, asked: list[Query], name: str) -> dict[str, float]:
    """Milliseconds of a page, the median, by the clock and of all processors together."""
    took, cpu = [], []
    for query in asked:
        started, busy = time.perf_counter(), time.process_time()
        page = table.page(query)
        took.append((time.perf_counter() - started) * 1000)
        cpu.append((time.process_time() - busy) * 1000)
        json.loads(b"[" + page.body + b"]")
    return {name: round(statistics.median(took), 3), f"{name}_cpu": round(statistics.median(cpu), 3)}


def last_pages(table: Table, query: Query) -> list[Query]:
    """The question at its last page, by `next` alone."""
    where, wide = None, replace(query, limit=50_000)
    while True:
        page = table.page(replace(wide, after=where))
        if page.next is None:
            return [replace(query, after=where)] * 50
        where = page.next


def read_through(*files: Path) -> None:
    """Bring files into the system's memory, where those of a table that is asked for are: disks are not measured here."""
    for file in files:
        with file.open("rb", buffering=0) as content:
            while content.read(1 << 22):
                pass


def measure(rows: int, root: Path) -> dict[str, Any]:
    """All kinds of pages of one table."""
    started = time.perf_counter()
    kept = sorted((root / "snapshots" / f"bench-{rows}").glob(f"*/{snapshot.MANIFEST}"))
    directory = kept[0].parent if kept else make(root / "snapshots", rows)
    made, file = time.perf_counter() - started, root / "serving" / f"{rows}.sqlite"
    started = time.perf_counter()
    serving.ensure(directory, file, filters=["city"])
    file.with_suffix(".counts").unlink(missing_ok=True)
    built = time.perf_counter() - started
    started = time.perf_counter()
    making.ensure(directory, file)
    aided = time.perf_counter() - started
    read_through(directory / snapshot.DATA, directory / SCAN, path_of(file), file)
    table = Table.open(directory, file)
    table.page(Query(filter=Compare("korkeus", "=", -1.0)))  # DuckDB is loaded, the Parquet's footer read
    pages = {}
    for kind, asked in questions(rows).items():
        pages[kind] = timed(table, asked, "first") | timed(table, asked, "again")
    for kind, query in (
        ("last page of 100", Query()),
        ("declared filter, last page", Query(filter=Compare("city", "=", "Oulu"))),
    ):
        pages[kind] = timed(table, last_pages(table, query), "again")
    dice = random.Random(2)
    started = time.perf_counter()
    for _ in range(2000):
        table.item(str(dice.randrange(rows)))
    pages["item by id"] = {"again": round((time.perf_counter() - started) / 2, 4)}
    return {
        "rows": rows, "snapshot_s": round(made, 1), "serving_s": round(built, 1), "aids_s": round(aided, 1),
        "parquet_mb": round((directory / snapshot.DATA).stat().st_size / 1e6), "serving_mb": round(file.stat().st_size / 1e6),
        "aids_mb": round((path_of(file).stat().st_size + (directory / SCAN).stat().st_size) / 1e6),
        "pages_ms": pages, "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000])
    parser.add_argument(
        "--keep", type=Path, help="keep the snapshots and serving files here, and use those that are there"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kuutio-pages-") as place:
        found = [measure(rows, arguments.keep or Path(place)) for rows in arguments.rows]
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
