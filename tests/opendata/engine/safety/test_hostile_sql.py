"""Sixty and more ways to misuse a public SQL door: each is answered in time, none leaks, and others go on."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kuutio.core.problems import Problem
from kuutio.opendata.engine.sandbox import BadSql, Limits, Result, Sandbox, SqlBusy
from tests.opendata.engine.safety.snapshots import make

SECRET = "sala-arvo-7391"

REFUSED = {
    # Files
    "read_text": "SELECT * FROM read_text('/etc/passwd')",
    "read_blob": "SELECT * FROM read_blob('/etc/*')",
    "read_csv": "SELECT * FROM read_csv('/etc/passwd', sep=':')",
    "read_json": "SELECT * FROM read_json('{path}')",
    "read_parquet of the table itself": "SELECT * FROM read_parquet('{path}')",
    "parquet_scan": "SELECT _xmin FROM parquet_scan('{path}')",
    "parquet_metadata": "SELECT * FROM parquet_metadata('{path}')",
    "parquet_kv_metadata": "SELECT * FROM parquet_kv_metadata('{path}')",
    "sniff_csv": "SELECT * FROM sniff_csv('/etc/passwd')",
    "glob": "SELECT * FROM glob('/**')",
    "read_duckdb": "SELECT * FROM read_duckdb('/tmp/x.duckdb', table_name='t')",
    "a path for a table": "SELECT * FROM '/etc/passwd'",
    "a quoted path for a table": 'SELECT * FROM "{path}"',
    "a path in a subquery": "SELECT * FROM (SELECT * FROM 'secret.parquet') s",
    "a path in a scalar subquery": "SELECT (SELECT count(*) FROM '/etc/hosts.csv')",
    "a path in EXISTS": "SELECT 1 WHERE EXISTS (FROM '/etc/passwd.csv')",
    "a path as a list": "SELECT * FROM ['/etc/passwd']",
    "a path in a lambda": "SELECT list_transform([1], lambda x: (SELECT count(*) FROM '/etc/a.csv'))",
    "/proc": "SELECT * FROM read_text('/proc/self/environ')",
    "a file by its handle": "SELECT * FROM '/proc/self/fd/0'",
    # Network
    "https": "SELECT * FROM 'https://example.org/x.parquet'",
    "https by a reader": "SELECT * FROM read_csv('http://169.254.169.254/latest/meta-data')",
    "s3": "SELECT * FROM read_parquet('s3://bucket/x')",
    # Statements that aren't questions
    "two statements": "SELECT 1; SELECT 2",
    "a second one that writes": "SELECT 1; DROP TABLE places",
    "a hidden second one": "SELECT 1 /* ; */ ; COPY places TO '/tmp/x'",
    "COPY out": "COPY places TO '/tmp/kuutio-leak.csv'",
    "COPY over the table": "COPY (SELECT 1) TO '{path}'",
    "COPY in": "COPY places FROM '/etc/passwd'",
    "ATTACH": "ATTACH '/tmp/x.duckdb' AS x",
    "DETACH": "DETACH memory",
    "USE": "USE system",
    "INSTALL": "INSTALL httpfs",
    "LOAD": "LOAD '/tmp/evil.duckdb_extension'",
    "PRAGMA": "PRAGMA database_list",
    "CALL": "CALL pragma_version()",
    "SET": "SET enable_external_access = true",
    "SET unlocks": "SET lock_configuration = false",
    "RESET": "RESET ALL",
    "EXPORT": "EXPORT DATABASE '/tmp/x'",
    "IMPORT": "IMPORT DATABASE '/tmp/x'",
    "CREATE": "CREATE TABLE x AS SELECT 1",
    "CREATE a macro": "CREATE MACRO f(x) AS getenv(x)",
    "CREATE a view": "CREATE VIEW v AS SELECT * FROM '/etc/passwd'",
    "CREATE a secret": "CREATE SECRET s (TYPE s3)",
    "INSERT": "INSERT INTO places VALUES (1)",
    "UPDATE": "UPDATE places SET name = 'x'",
    "DELETE": "DELETE FROM places",
    "DROP": "DROP VIEW places",
    "PREPARE": "PREPARE p AS SELECT 1",
    "EXPLAIN": "EXPLAIN ANALYZE SELECT * FROM places",
    "DESCRIBE": "DESCRIBE places",
    "SHOW": "SHOW ALL TABLES",
    "SHOW in FROM": "SELECT * FROM (SHOW ALL TABLES)",
    "SUMMARIZE": "SUMMARIZE places",
    "VACUUM": "VACUUM",
    "CHECKPOINT": "CHECKPOINT",
    "a transaction": "BEGIN TRANSACTION",
    "INSERT in WITH": "WITH x AS (INSERT INTO places VALUES (1) RETURNING *) SELECT * FROM x",
    "PIVOT as a statement": "PIVOT places ON name USING count(*)",
    "FOR UPDATE": "SELECT * FROM places FOR UPDATE",
    "INTO": "SELECT 1 INTO x",
    "nothing": "",
    "a comment": "-- SELECT 1",
    "a parameter": "SELECT $1",
    # Settings, catalogue, session
    "getenv": "SELECT getenv('PATH')",
    "getenv as a method": "SELECT 'PATH'.getenv()",
    "getenv in a struct": "SELECT {{'a': getenv('HOME')}}",
    "getenv in a lambda": "SELECT list_transform(['PATH'], lambda x: getenv(x))",
    "getenv in ORDER BY": "SELECT 1 ORDER BY getenv('PATH')",
    "getenv in a window": "SELECT sum(1) OVER (PARTITION BY getenv('PATH'))",
    "getenv in FILTER": "SELECT count(*) FILTER (WHERE getenv('PATH') > 'a')",
    "getenv in LIMIT": "SELECT 1 LIMIT length(getenv('PATH'))",
    "getenv in VALUES": "SELECT * FROM (VALUES (getenv('PATH'))) v",
    "getenv in a join": "SELECT * FROM places a JOIN places b ON a.name = getenv('PATH')",
    "getenv in REPLACE": "SELECT * REPLACE (getenv('PATH') AS name) FROM places",
    "getenv in COLUMNS": "SELECT COLUMNS(c -> getenv('PATH') = c) FROM places",
    "getenv in PIVOT": "SELECT * FROM places PIVOT (max(getenv('PATH')) FOR name IN ('a'))",
    "getenv in a recursion": "WITH RECURSIVE r AS (SELECT 1 x UNION ALL SELECT getenv('A')::INT FROM r) FROM r",
    "getenv in capitals and quotes": "SELECT \"GETENV\"('PATH')",
    "getenv by a schema": "SELECT main.getenv('PATH')",
    "getenv by name in a list": "SELECT list_aggregate(['PATH'], 'getenv')",
    "current_setting": "SELECT current_setting('allowed_paths')",
    "current_setting by a database": "SELECT system.main.current_setting('secret_directory')",
    "duckdb_settings": "SELECT * FROM duckdb_settings()",
    "duckdb_views": "SELECT sql FROM duckdb_views()",
    "duckdb_views without brackets": "SELECT sql FROM duckdb_views",
    "duckdb_databases": "SELECT path FROM duckdb_databases()",
    "duckdb_functions": "SELECT * FROM duckdb_functions()",
    "duckdb_secrets": "SELECT * FROM duckdb_secrets()",
    "duckdb_logs": "SELECT * FROM duckdb_logs",
    "which_secret": "SELECT * FROM which_secret('s3://x', 's3')",
    "pragma_": "SELECT * FROM pragma_database_size()",
    "pragma_table_info": "SELECT * FROM pragma_table_info('places')",
    "information_schema": "SELECT * FROM information_schema.tables",
    "pg_catalog": "SELECT * FROM pg_catalog.pg_views",
    "pg_ functions": "SELECT pg_get_viewdef(1)",
    "sqlite_master": "SELECT sql FROM sqlite_master",
    "a schema before the table": "SELECT * FROM main.places",
    "a temp schema before the table": "SELECT * FROM temp.places",
    "current_database": "SELECT current_database(), current_user, version()",
    "the versions": "SELECT * FROM pragma_version()",
    "variables": "SELECT getvariable('x')",
    "write_log": "SELECT write_log('x')",
    "query": "SELECT * FROM query('SELECT * FROM duckdb_settings()')",
    "query_table": "SELECT * FROM query_table('sqlite_master')",
    "SQL as JSON": "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
    "a plan as JSON": "SELECT json_serialize_plan('SELECT * FROM duckdb_settings()')",
    "a sequence": "SELECT nextval('s')",
    "python objects": "SELECT * FROM sys",
    "pandas_scan": "SELECT * FROM pandas_scan(0)",
    "arrow_scan": "SELECT * FROM arrow_scan(1, 2, 3)",
    # Shadows and tricks of letters
    "a catalogue table behind a WITH elsewhere": (
        "SELECT * FROM (WITH sqlite_master AS (SELECT 1 x) SELECT * FROM sqlite_master) a, sqlite_master b"
    ),
    "a catalogue table before the WITH that hides it": (
        "WITH a AS (SELECT * FROM duckdb_views), duckdb_views AS (SELECT 1) SELECT * FROM a"
    ),
    "a catalogue table in its own WITH": "WITH duckdb_views AS (SELECT * FROM duckdb_views) SELECT * FROM duckdb_views",
    "a catalogue table in its own recursion": (
        "WITH RECURSIVE sqlite_master AS (SELECT sql FROM sqlite_master UNION ALL SELECT sql FROM sqlite_master) "
        "SELECT * FROM sqlite_master"
    ),
    "a path behind a WITH elsewhere": (
        'SELECT * FROM (WITH "/etc/passwd" AS (SELECT 1) SELECT * FROM "/etc/passwd") a, \'/etc/passwd\' b'
    ),
    "full-width letters": "SELECT ｇｅｔｅｎｖ('PATH')",
    "a letter without width": "SELECT get\u200benv('PATH')",
    "another alphabet's letters": "SELECT gеtеnv('PATH')",
    "a NUL": "SELECT 1\0; DROP TABLE places",
    "a no-break space": "SELECT\u00a0getenv('PATH')",
    "a comment in a name": "SELECT getenv/**/('PATH')",
    "an unfinished comment": "SELECT 1 /* ) UNION SELECT getenv('PATH') --",
    "an unfinished string": "SELECT 'a",
    "a bracket to break out": "SELECT 1) UNION ALL (SELECT getenv('PATH')",
    "a bracket to break out, in a comment": "SELECT 1 --\n) AS q(c0), duckdb_settings() --",
    "dollar quotes": "SELECT $$a;$$; SELECT getenv($$PATH$$)",
    "an escaped string": "SELECT E'\\047' || getenv('PATH')",
    "deep brackets": "SELECT " + "(" * 3000 + "1" + ")" * 3000,
    "deep NOT": "SELECT " + "NOT " * 3000 + "true",
    "deep subqueries": "SELECT * FROM " + "(SELECT * FROM " * 400 + "places" + ")" * 400,
    "a long text": "SELECT '" + "x" * 30_000 + "'",
    "internal functions": "SELECT __internal_decompress_string(1)",
    "sleep": "SELECT sleep_ms(10000)",
    "pg_sleep": "SELECT pg_sleep(10)",
    "a writer of files by extension": "SELECT ST_Write(geometry) FROM places",
}

HEAVY = {
    "a gigabyte of x": "SELECT repeat('x', 1000000000)",
    "a gigabyte of x, measured": "SELECT length(repeat('x', 1000000000) || repeat('y', 1000000000))",
    "many times a hundred megabytes": "SELECT length(repeat('x', 100000000 + range::INT)) FROM range(1000)",
    "lpad": "SELECT lpad('x', 2000000000, 'y')",
    "bar": "SELECT bar(1, 0, 1, 1000000000)",
    "format": "SELECT format('{{:>2000000000}}', 'x')",
    "printf": "SELECT printf('%2000000000d', 1)",
    "replace": "SELECT length(replace(repeat('x', 50000000), 'x', repeat('y', 1000)))",
    "a list of a billion": "SELECT list(range) FROM range(1000000000)",
    "range as a list": "SELECT range(1000000000)",
    "a list resized": "SELECT list_resize([1], 2000000000)",
    "lists of lists": "SELECT list_transform(range(100000), lambda x: range(100000))",
    "string_agg": "SELECT string_agg(repeat('x', 1000), '') FROM range(100000000)",
    "a cross join": "SELECT count(*) FROM range(1000000) a, range(1000000) b, range(1000000) c WHERE a.range = c.range + b.range",
    "a cross join that is sorted": "SELECT * FROM range(100000) a, range(100000) b ORDER BY random()",
    "an endless recursion": "WITH RECURSIVE r AS (SELECT 1 x UNION ALL SELECT x + 1 FROM r) SELECT count(*) FROM r",
    "a recursion that doubles": (
        "WITH RECURSIVE r AS (SELECT 'x' x UNION ALL SELECT x || x FROM r) SELECT max(length(x)) FROM r"
    ),
    "nested WITH clauses that double": "WITH "
    + ", ".join(
        f"a{n} AS (SELECT a.x FROM a{n - 1} a, a{n - 1} b)" if n else "a0 AS (SELECT 1 x UNION ALL SELECT 2)"
        for n in range(8)
    )
    + " SELECT count(*) FROM a7",
    "a regular expression that backtracks": "SELECT regexp_matches(repeat('a', 100000) || '!', '(a+)+(a+)+(a|aa)+$')",
    "a regular expression that repeats": "SELECT regexp_matches('a', '((a{{1,100}}){{1,100}}){{1,100}}')",
    "regexp_replace that grows": "SELECT length(regexp_replace(repeat('x', 10000000), 'x', repeat('y', 1000), 'g'))",
    "levenshtein": "SELECT levenshtein(repeat('a', 1000000), repeat('b', 1000000))",
    "factorial": "SELECT factorial(1000000)",
    "a huge answer": "SELECT repeat('x', 1000000) FROM range(10000)",
    "many wide groups": "SELECT range, list(range) FROM range(100000000) GROUP BY range ORDER BY 1 DESC",
    "an exact histogram": "SELECT histogram(range) FROM range(100000000)",
    "JSON that is deep": "SELECT json(repeat('[', 1000000) || repeat(']', 1000000))",
    "JSON that grows": "SELECT length(json_pretty(list(range))) FROM range(30000000)",
    "a long IN": "SELECT 1 WHERE 1 IN (" + ",".join(str(n) for n in range(4000)) + ")",
    "many unions": " UNION ALL ".join(["SELECT 1"] * 1000),
    "many joins": "SELECT count(*) FROM " + ", ".join(f"places p{n}" for n in range(30)),
    "many columns": "SELECT " + ", ".join(f"{n} AS c{n}" for n in range(1500)),
    "a date series": "SELECT count(*) FROM generate_series(TIMESTAMP '0001-01-01', TIMESTAMP '9999-01-01', INTERVAL 1 MICROSECOND)",
    "base64 of much": "SELECT length(to_base64(repeat('x', 900000000)::BLOB))",
    "split of much": "SELECT length(string_split(repeat('a,', 100000000), ','))",
    "a power": "SELECT sum(a.range ** b.range) FROM range(100000) a, range(100000) b",
    "rows of rows, which double a parser's work": "SELECT " + "ROW(" * 30 + "1" + ")" * 30,
    "types of types, which double a parser's work": "SELECT " + "DECIMAL(" * 30 + "1" + ")" * 30,
    "lists of lists, which double a parser's work": "SELECT " + "ARRAY[" * 30 + "1" + "]" * 30,
    "as many signs as there is room for": "SELECT " + "1," * 9_990 + "1",
    "a name that many read": "WITH a AS (SELECT 1) SELECT 1 FROM a" + " UNION ALL SELECT 1 FROM a" * 750,
    "strings without end": "SELECT " + "'a'" * 6_000,
    "signs without end": "SELECT " + "- " * 9_000 + "1",
    "names without end": "SELECT a" + ".a" * 9_900,
    "comments without end": "SELECT " + "/**/" * 4_900 + "1",
    "bounds of bounds": "SELECT 1 WHERE " + "1 BETWEEN 0 AND " * 1_200 + "1",
    "cases of cases": "SELECT " + "CASE WHEN " * 400 + "1" + " THEN 1 END" * 400,
    "a list that doubles": (
        "WITH RECURSIVE r(a) AS (SELECT [1] UNION ALL SELECT list_concat(a, a) FROM r) SELECT max(len(a)) FROM r"
    ),
    "a join with much on both sides": (
        "SELECT count(*) FROM range(30000000) a JOIN range(30000000) b ON a.range % 1000 = b.range % 1000"
    ),
    "windows over much": "SELECT max(s) FROM (SELECT sum(range) OVER (ORDER BY hash(range)) s FROM range(50000000))",
}


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp(SECRET)
    rows = [[f"paikka {n}", f"POINT ({20 + n / 100} 60)"] for n in range(1000)]
    return {"places": make(root, {"name": "text", "geometry": "geometry"}, rows, table="places")}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(Limits(wait_s=30, places=2)) as sandbox:
        sandbox.warm()
        yield sandbox


class Neighbour(threading.Thread):
    """Asks a plain question every now and then, as others do while somebody is hostile."""

    def __init__(self, sandbox: Sandbox, tables: dict[str, Path]) -> None:
        super().__init__(daemon=True)
        self.sandbox, self.tables = sandbox, tables
        self.done = threading.Event()
        self.slowest_s, self.answers, self.wrong = 0.0, 0, 0

    def run(self) -> None:
        while not self.done.is_set():
            started = time.monotonic()
            try:
                rows = self.sandbox.run("SELECT count(*) FROM places WHERE name LIKE 'paikka%'", self.tables).rows
                self.wrong += rows != [[1000]]
                self.answers += 1
            except SqlBusy:
                self.wrong += 1
            self.slowest_s = max(self.slowest_s, time.monotonic() - started)
            self.done.wait(0.05)


@pytest.fixture(scope="module")
def neighbour(sandbox: Sandbox, places: dict[str, Path]) -> Iterator[Neighbour]:
    thread = Neighbour(sandbox, places)
    thread.start()
    yield thread
    thread.done.set()
    thread.join()


def attempt(sandbox: Sandbox, sql: str, tables: dict[str, Path]) -> tuple[Result | Problem, float]:
    started = time.monotonic()
    try:
        answer: Result | Problem = sandbox.run(sql, tables)
    except Problem as problem:
        answer = problem
    return answer, time.monotonic() - started


def leaks(answer: Result | Problem, sql: str) -> list[str]:
    """What the answer says that the question didn't."""
    said = f"{answer.detail} {answer.facts}" if isinstance(answer, Problem) else str(answer.rows)
    clues = (
        SECRET,
        "data.parquet",
        "/tmp",
        "/usr",
        "/work",
        "/root",
        "/home",
        "root:x",
        "memory_limit",
        "allowed_",
        "PATH=",
    )
    return [clue for clue in clues if clue in said and clue not in sql]


@pytest.mark.parametrize("trick", REFUSED)
def test_what_is_no_question_over_published_tables_is_refused(
    sandbox: Sandbox, places: dict[str, Path], neighbour: Neighbour, trick: str
) -> None:
    sql = REFUSED[trick].format(path=places["places"] / "data.parquet") if "{" in REFUSED[trick] else REFUSED[trick]
    answer, seconds = attempt(sandbox, sql, places)
    assert isinstance(answer, Problem), answer
    assert isinstance(answer, BadSql) or len(sql) > 2000
    assert answer.status in (400, 413)
    assert seconds <= 3
    assert leaks(answer, sql) == []


@pytest.mark.parametrize("load", HEAVY)
def test_what_is_heavy_is_answered_or_stopped_in_time(
    sandbox: Sandbox, places: dict[str, Path], neighbour: Neighbour, load: str
) -> None:
    sql = HEAVY[load].replace("{{", "{").replace("}}", "}")
    answer, seconds = attempt(sandbox, sql, places)
    assert isinstance(answer, Result) or answer.status in (400, 408, 413)
    assert seconds <= 3
    assert leaks(answer, sql) == []


def test_the_neighbour_was_served_throughout(neighbour: Neighbour) -> None:
    assert neighbour.answers > 100
    assert neighbour.wrong == 0
    assert neighbour.slowest_s < 3


def test_the_data_is_as_it_was(sandbox: Sandbox, places: dict[str, Path]) -> None:
    assert sandbox.run("SELECT count(*), count(DISTINCT name) FROM places", places).rows == [[1000, 1000]]
    assert not Path("/tmp/kuutio-leak.csv").exists()
