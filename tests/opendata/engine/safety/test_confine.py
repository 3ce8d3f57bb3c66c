"""Each wall of the sandbox by itself: what stands when the ones before it have fallen."""

import platform
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

import kuutio
from kuutio.opendata.engine.sandbox import worker
from kuutio.opendata.engine.sandbox.functions import ALLOWED, ALLOWED_IN_FROM
from tests.opendata.engine.safety.snapshots import make

CONFINED = """
import os, socket, sys
sys.path.insert(0, sys.argv[1])
from kuutio.opendata.engine.sandbox.confine import limit_resources, refuse_system_calls
limit_resources()
if not refuse_system_calls():
    sys.exit(3)
tries = {
    "read": lambda: open(sys.argv[2]).read(),
    "thread": lambda: __import__("threading").Thread(target=print).start(),
    "write": lambda: open(sys.argv[2], "w"),
    "append": lambda: open(sys.argv[2], "a"),
    "create": lambda: os.open("new", os.O_CREAT),
    "truncate": lambda: os.truncate(sys.argv[2], 0),
    "remove": lambda: os.unlink(sys.argv[2]),
    "rename": lambda: os.rename(sys.argv[2], "x"),
    "folder": lambda: os.mkdir("x"),
    "link": lambda: os.symlink("a", "b"),
    "mode": lambda: os.chmod(sys.argv[2], 0o777),
    "socket": lambda: socket.socket(),
    "pair": lambda: socket.socketpair(),
    "fork": lambda: os.fork(),
    "program": lambda: os.execv("/bin/true", ["true"]),
    "signal": lambda: os.kill(os.getppid(), 0),
    "memory": lambda: bytearray(2 << 30),
}
for name, act in tries.items():
    try:
        act()
        print(name, "done")
    except (OSError, MemoryError) as error:
        print(name, type(error).__name__)
"""


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or platform.machine() not in {"x86_64", "aarch64"},
    reason="the filter of system calls is for Linux on x86-64 and 64-bit ARM",
)
def test_the_kernel_refuses_network_files_and_programs(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("here")
    source = str(Path(kuutio.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-I", "-c", CONFINED, source, str(file)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    said = dict(line.split() for line in done.stdout.splitlines() if line)
    assert said.pop("read") == "done"
    assert said.pop("thread") == "done"
    assert said.pop("memory") == "MemoryError"
    assert set(said.values()) == {"PermissionError"}
    assert len(said) == 14
    assert file.read_text() == "here"


@pytest.fixture
def locked(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    """The child's connection as queries get it, without the sieves."""
    directory = make(tmp_path, {"name": "text"}, [["a"], ["b"]])
    connection = duckdb.connect(":memory:", config=worker._CONFIG)
    worker._open_tables(connection, {"t": str(directory / "data.parquet")})
    return connection


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM '/etc/passwd.csv'",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM read_csv('https://example.org/x.csv')",
        "ATTACH '/tmp/kuutio-other.duckdb'",
        "COPY t TO '/tmp/kuutio-out.csv'",
        "INSTALL spatial",
        "LOAD spatial",
        "SET enable_external_access = true",
        "SET allowed_paths = ['/etc/passwd']",
        "SET lock_configuration = false",
        "EXPORT DATABASE '/tmp/kuutio-export'",
    ],
)
def test_duckdb_itself_is_locked(locked: duckdb.DuckDBPyConnection, sql: str) -> None:
    assert locked.execute("SELECT count(*) FROM t").fetchone() == (2,)
    with pytest.raises(
        duckdb.Error, match=r"disabled|locked|cannot be|Cannot|not exist|not found|after the database|file"
    ):
        locked.execute(sql).fetchall()
    locked.close()


def test_no_allowed_function_is_a_reader_or_a_setting() -> None:
    known = {row[0].lower() for row in duckdb.sql("SELECT DISTINCT function_name FROM duckdb_functions()").fetchall()}
    risky = [
        name
        for name in ALLOWED | ALLOWED_IN_FROM
        if name.startswith(("read_", "duckdb_", "pragma_", "pg_", "parquet_", "__", "current_s", "current_d", "sniff"))
        and name != "current_date"
    ]
    assert risky == []
    # The parser turns some words of SQL into nodes of their own; these have no entry in the catalogue.
    assert ALLOWED_IN_FROM - known == {"regexp_split_to_table"} - known
    assert len(ALLOWED & known) > 500
