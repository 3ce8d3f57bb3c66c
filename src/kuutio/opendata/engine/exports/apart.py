"""Making a file in a process of its own: a web process stays small, and a download that takes too long can be ended."""

import os
import pickle
import subprocess
import sys
from pathlib import Path

import kuutio
from kuutio.core.problems import BadQuery, Problem
from kuutio.opendata.engine.exports import CsvOptions, Form
from kuutio.opendata.engine.exports import write as write_here
from kuutio.opendata.engine.query import Query
from kuutio.opendata.engine.table import Table


class TooLong(Problem):
    """Making the file took longer than a caller can wait."""

    kind, status = "export-too-long", 503


def write(
    table: Table,
    form: Form,
    path: Path,
    query: Query | None = None,
    csv: CsvOptions | None = None,
    *,
    timeout_s: float = 120,
) -> Path:
    """As `exports.write`, in a child process.

    Raises:
        BadQuery: the query doesn't fit the table, or the table has no such form.
        TooLong: it wasn't ready in time; nothing is left behind.
    """
    task = pickle.dumps((table.snapshot, table.store.path.absolute(), form, path.absolute(), query, csv))
    command = [sys.executable, "-P", "-m", __name__]
    package = str(Path(kuutio.__file__).parents[1])
    try:
        # Our own program, told our own objects: nothing of the caller's is run or unpickled.
        done = subprocess.run(  # noqa: S603
            command,
            input=task,
            stdout=subprocess.PIPE,
            timeout=timeout_s,
            check=True,
            env=os.environ | {"PYTHONPATH": package},
        )
    except subprocess.TimeoutExpired:
        path.with_name(f".building-{path.name}").unlink(missing_ok=True)
        raise TooLong("The file took too long to make: ask for fewer rows, or take the whole snapshot.") from None
    refused: tuple[str, list[dict[str, str]]] | None = pickle.loads(done.stdout)  # noqa: S301
    if refused is not None:
        raise BadQuery(refused[0], errors=refused[1])
    return path


def _main() -> None:
    snapshot, serving, form, path, query, csv = pickle.load(sys.stdin.buffer)  # noqa: S301
    refused = None
    try:
        write_here(Table.open(snapshot, serving), form, path, query, csv)
    except BadQuery as problem:
        refused = (str(problem.detail), problem.errors)
    sys.stdout.buffer.write(pickle.dumps(refused))


if __name__ == "__main__":
    _main()
