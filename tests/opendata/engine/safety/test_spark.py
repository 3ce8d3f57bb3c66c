"""The same SQL on Apache Spark: what it becomes there, and, where pyspark is installed, that the answers are equal."""

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kuutio.opendata.engine.sandbox import BadSql, Sandbox
from kuutio.opendata.engine.sandbox.refusals import Refused
from kuutio.opendata.engine.spark import SparkRunner, translate
from tests.opendata.engine.safety.snapshots import make


@pytest.mark.parametrize(
    ("duckdb", "spark"),
    [
        ('SELECT "a b" FROM "hel-trees"', "SELECT `a b` FROM `hel-trees`"),
        ("SELECT a::INTEGER, TRY_CAST(b AS DOUBLE) FROM t", "SELECT CAST(a AS INT), TRY_CAST(b AS DOUBLE) FROM t"),
        ("SELECT a / b FROM t", "SELECT a / b FROM t"),
        ("SELECT string_agg(a, ',') FROM t", "SELECT LISTAGG(a, ',') FROM t"),
        ("FROM t SELECT a", "SELECT a FROM t"),
        ("SELECT date_trunc('month', d) FROM t", "SELECT DATE_TRUNC('MONTH', d) FROM t"),
        ("SELECT * EXCLUDE (a) FROM t", "SELECT * EXCEPT (a) FROM t"),
        ("SELECT list_value(1, 2)", "SELECT ARRAY(1, 2)"),
        ("SELECT a FROM t QUALIFY row_number() OVER (ORDER BY a) = 1", None),
    ],
)
def test_a_query_in_the_dialect_of_spark(duckdb: str, spark: str | None) -> None:
    if spark is None:
        assert "QUALIFY" not in translate(duckdb)
    else:
        assert translate(duckdb) == spark


def test_only_a_question_is_translated() -> None:
    for sql in ("DROP TABLE t", "SELECT 1; SELECT 2", "COPY t TO 'x'"):
        with pytest.raises(Refused):
            translate(sql)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    at = datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
    columns = {
        "kind": "text",
        "height": "number",
        "n": "integer",
        "planted": "date",
        "seen": "datetime",
        "ok": "boolean",
    }
    rows: list[list[Any]] = [
        ["koivu", 12.5, 80, datetime.date(1999, 5, 1), at, True, "POINT (24 60)"],
        ["mänty", 20.0, 140, None, None, False, None],
        ["koivu", None, 20, datetime.date(2020, 5, 1), None, None, "POINT (25 60)"],
    ]
    root = tmp_path_factory.mktemp("spark")
    return {"hel-trees": make(root, columns | {"geometry": "geometry"}, rows, key=["n"], table="hel-trees")}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        sandbox.warm()
        yield sandbox


def test_the_query_is_checked_before_it_is_translated(sandbox: Sandbox, tables: dict[str, Path]) -> None:
    text, used = sandbox.translate('SELECT kind FROM "hel-trees" WHERE n > 1; -- end', tables, "spark")
    assert (text, used) == ("SELECT kind FROM `hel-trees` WHERE n > 1", ["hel-trees"])
    for sql in ("SELECT getenv('PATH')", "SELECT * FROM read_text('/etc/passwd')", "SELECT * FROM parquet.`/etc`"):
        with pytest.raises(BadSql):
            sandbox.translate(sql, tables, "spark")


@pytest.fixture(scope="module")
def spark(sandbox: Sandbox) -> Iterator[SparkRunner]:
    pytest.importorskip("pyspark", reason="pyspark is an optional extra: pip install 'kuutio[spark]'")
    runner = SparkRunner.start("local[1]", sandbox)
    yield runner
    runner.session.stop()


@pytest.mark.parametrize(
    "sql",
    [
        'SELECT * FROM "hel-trees" ORDER BY n',
        'SELECT kind, count(*) AS c, avg(height) AS h FROM "hel-trees" GROUP BY kind ORDER BY kind',
        'SELECT kind, row_number() OVER (PARTITION BY kind ORDER BY n) AS r FROM "hel-trees" ORDER BY kind, r',
        'WITH t AS (SELECT n FROM "hel-trees" WHERE ok) SELECT sum(n) AS s, max(n) / 3 AS d FROM t',
        'SELECT year(planted) AS y, planted + INTERVAL 1 DAY > planted AS later FROM "hel-trees" ORDER BY n',
        "SELECT upper(kind) AS k, seen FROM \"hel-trees\" WHERE kind LIKE 'koi%' ORDER BY n",
    ],
)
def test_spark_gives_the_answers_of_duckdb(
    spark: SparkRunner, sandbox: Sandbox, tables: dict[str, Path], sql: str
) -> None:
    here, there = sandbox.run(sql, tables), spark.run(sql, tables)
    assert there.columns == here.columns
    assert there.rows == here.rows
    assert not there.truncated


def test_spark_says_what_is_wrong_without_a_path(spark: SparkRunner, tables: dict[str, Path]) -> None:
    with pytest.raises(BadSql) as refused:
        spark.run('SELECT kind::INTEGER FROM "hel-trees"', tables)
    assert "/" not in str(refused.value.detail)
