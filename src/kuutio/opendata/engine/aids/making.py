"""Making the aids of a table, in a process of its own: what it holds in memory is gone with it.

python -m kuutio.opendata.engine.aids.making scan SNAPSHOT TARGET
python -m kuutio.opendata.engine.aids.making places SNAPSHOT TARGET COLUMN...
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import kuutio
from kuutio.opendata.engine import serving, workshop
from kuutio.opendata.engine.aids import places, scan
from kuutio.opendata.engine.aids.kept import LAYOUT, path_of, read
from kuutio.opendata.engine.aids.sections import Writer
from kuutio.opendata.engine.snapshot import DATA, read_manifest

LEAST_ROWS = 50_000
"""Smaller tables are quick without."""


class AidsFailed(RuntimeError):
    """The aids couldn't be made; the process's last words are the message."""


def ensure(snapshot: Path, serving_file: Path, *, seconds: float = 1800) -> bool:
    """Make the aids of a large table where they are missing, or are of other declared filters.

    Args:
        serving_file: the table's, which is there.
        seconds: after which the making of one of them is given up.

    Returns:
        Whether the table has aids.

    Raises:
        FileNotFoundError: there is no such snapshot or serving file.
        AidsFailed: it failed or took too long; nothing is left behind.
    """
    manifest = read_manifest(snapshot)
    meta = serving.read_meta(serving_file) if serving_file.exists() else None
    if meta is None:
        raise FileNotFoundError(f"{serving_file} is no serving file")
    if manifest.rows < LEAST_ROWS:
        return False
    if serving.only_points(manifest):
        there = read(serving_file)
        if there is None or there.facts["tallied"] != meta["tallied"]:
            target = path_of(serving_file)
            _make("places", snapshot, target, target.parent, meta["tallied"], seconds)
    if scan.is_wanted(manifest) and not (snapshot / scan.SCAN).exists():
        # Beside the snapshots, where what a killed process left is swept up.
        _make("scan", snapshot, snapshot / scan.SCAN, snapshot.parent, (), seconds)
    return True


def build_places(snapshot: Path, target: Path, tallied: Sequence[str]) -> None:
    """Write what counts the points of a table, in this process.

    Args:
        tallied: columns of few different values that the serving file has an index of.

    Raises:
        FileNotFoundError: there is no such snapshot.
    """
    manifest = read_manifest(snapshot)
    columns = [column for column in manifest.columns if column.name in tallied]
    with workshop.database() as source, target.open("wb") as file:
        writer = Writer(file)
        facts = places.build(source, snapshot / DATA, manifest.rows, columns, writer)
        writer.finish({"layout": LAYOUT, "tallied": list(tallied), "places": facts})


def build_scan(snapshot: Path, target: Path) -> None:
    """Write the copy that is quick to look through, in this process.

    Raises:
        FileNotFoundError: there is no such snapshot.
    """
    with workshop.database() as source:
        scan.build(source, snapshot, read_manifest(snapshot), target)


def _make(which: str, snapshot: Path, target: Path, beside: Path, columns: Sequence[str], seconds: float) -> None:
    with tempfile.TemporaryDirectory(prefix=".building-", dir=beside) as folder:
        made = Path(folder) / target.name
        command = [sys.executable, "-P", "-m", __name__, which, str(snapshot), str(made), *columns]
        environment = os.environ | {"PYTHONPATH": str(Path(kuutio.__file__).parents[1])}
        try:
            # Our own program; what it is told it takes as names of files and of columns.
            done = subprocess.run(  # noqa: S603
                command, capture_output=True, text=True, timeout=seconds, check=False, env=environment
            )
        except subprocess.TimeoutExpired as error:
            raise AidsFailed(f"not done in {seconds:.0f} s") from error
        if done.returncode:
            raise AidsFailed(done.stderr.strip()[-500:])
        made.replace(target)


def _main(which: str, snapshot: str, target: str, *columns: str) -> None:
    if which == "scan":
        build_scan(Path(snapshot), Path(target))
    else:
        build_places(Path(snapshot), Path(target), columns)


if __name__ == "__main__":
    _main(*sys.argv[1:])
