"""SQL from outside on Apache Spark, over the same Parquet: `KUUTIO_ENGINE=spark`.

The query is checked as DuckDB's are, and translated in the sandbox's child; Spark then reads the named tables and
nothing else. pyspark is an optional extra. What the tests hold fast is the translation; the runner is tried against a
real Spark where pyspark is installed.
"""

import threading
import time
import uuid
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from decimal import Decimal
from pathlib import Path
from typing import Any

from kuutio.opendata.engine.sandbox import BadSql, Limits, Result, Sandbox, SqlTooLarge, SqlTooSlow, statement
from kuutio.opendata.engine.sandbox.refusals import TOO_LARGE, TOO_SLOW
from kuutio.opendata.engine.snapshot import DATA, ENVELOPE

_TYPES = {
    "string": "text",
    "byte": "integer",
    "short": "integer",
    "integer": "integer",
    "long": "integer",
    "float": "number",
    "double": "number",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "datetime",
    "timestamp_ntz": "datetime",
    "binary": "geometry",
}
_SHOWN = {
    "timestamp": "concat(replace(cast({} AS STRING), ' ', 'T'), 'Z')",
    "timestamp_ntz": "replace(cast({} AS STRING), ' ', 'T')",
    "date": "cast({} AS STRING)",
}


class SparkRunner:
    """Answers as `Sandbox.run` does, with Spark behind.

    Args:
        session: a `pyspark.sql.SparkSession`; see `start`.
        sandbox: checks and translates; its limits hold here too.
    """

    def __init__(self, session: Any, sandbox: Sandbox | None = None) -> None:
        self.session = session
        self.sandbox = sandbox or Sandbox(Limits(answer_s=60))

    @classmethod
    def start(cls, master: str = "local[*]", sandbox: Sandbox | None = None) -> "SparkRunner":
        """A runner on a session of its own.

        Raises:
            ModuleNotFoundError: pyspark isn't installed: `pip install pyspark`.
        """
        from pyspark.sql import SparkSession

        builder = SparkSession.builder.master(master).appName("kuutio")
        # ANSI as DuckDB has it: a text that is no number is an error, not silence.
        for setting, value in (("spark.sql.session.timeZone", "UTC"), ("spark.sql.ansi.enabled", "true")):
            builder = builder.config(setting, value)
        return cls(builder.getOrCreate(), sandbox)

    def run(self, sql: str, tables: Mapping[str, Path]) -> Result:
        """The rows of one SELECT, written in DuckDB's dialect.

        Raises:
            BadSql, SqlTooSlow, SqlTooLarge, SqlBusy: as `Sandbox.run`.
        """
        text, wanted = self.sandbox.translate(sql, tables, "spark")
        paths = {name.lower(): path for name, path in tables.items()}
        started = time.perf_counter()
        # Views live in a session of one query: two callers' tables of one name don't meet.
        session = self.session.newSession()
        for name in wanted:
            path = paths[name] if paths[name].suffix == ".parquet" else paths[name] / DATA
            session.read.parquet(str(path)).drop(*ENVELOPE).createOrReplaceTempView(f"`{name}`")
        columns, rows, truncated = self._collected(session, text)
        return Result(columns, rows, truncated, round((time.perf_counter() - started) * 1000, 1))

    def _collected(self, session: Any, text: str) -> tuple[list[dict[str, str]], list[list[Any]], bool]:
        from pyspark.errors import PySparkException

        limits, group = self.sandbox.limits, uuid.uuid4().hex
        session.sparkContext.setJobGroup(group, "sql", interruptOnCancel=True)
        late = threading.Event()

        def stop() -> None:
            late.set()
            session.sparkContext.cancelJobGroup(group)

        clock = threading.Timer(limits.answer_s, stop)
        clock.start()
        try:
            frame = session.sql(text)
            fields = [(field.name, field.dataType.typeName()) for field in frame.schema.fields]
            aliases = [f"c{number}" for number in range(len(fields))]
            # Times are written by Spark: Python would read them in the zone of this machine.
            shown = [_SHOWN.get(kind, "{}").format(alias) for alias, (_, kind) in zip(aliases, fields, strict=True)]
            found = frame.toDF(*aliases).limit(limits.rows + 1).selectExpr(*shown).collect()
        except PySparkException as error:
            if late.is_set():
                raise SqlTooSlow(TOO_SLOW, limit_s=limits.answer_s) from None
            # Spark's messages hold plans and paths: only the name of the error's class is told.
            kind = (error.getCondition() or "").replace("_", " ").lower()
            raise BadSql(f"The query can't be run: {kind}." if kind else "The query can't be run.") from None
        finally:
            clock.cancel()
        columns = [
            {"name": name, "type": _TYPES.get(kind, "number" if kind == "decimal" else "json")} for name, kind in fields
        ]
        rows = [[_plain(value) for value in row] for row in found[: limits.rows]]
        if sum(len(str(row)) for row in rows) > limits.answer_bytes:
            raise SqlTooLarge(TOO_LARGE)
        return columns, rows, len(found) > limits.rows


def translate(sql: str) -> str:
    """A query of DuckDB's dialect in Spark's.

    Raises:
        Refused: it isn't one SELECT, or uses what Spark doesn't have.
    """
    return statement.translate(statement.parse_one_select(sql), "spark")


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat() + ("Z" if value.tzinfo is None else "")
        case date() | time_of_day():
            return value.isoformat()
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case bytes() | bytearray():
            return _shape(bytes(value))
        case float():
            return value if value == value and abs(value) != float("inf") else None
        case timedelta():
            return str(value)
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case tuple() if hasattr(value, "asDict"):
            return {key: _plain(item) for key, item in value.asDict().items()}
    return value


def _shape(value: bytes) -> str:
    import shapely

    try:
        return str(shapely.to_wkt(shapely.from_wkb(value), rounding_precision=-1))
    except shapely.errors.GEOSException:
        return value.hex()
