"""Making the aids of a table, in a process of its own: what it holds in memory is gone with it.

    python -m kuutio.opendata.engine.aids.making SNAPSHOT SERVING-FILE
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import kuutio
from kuutio.opendata.engine import serving, workshop
from kuutio.opendata.engine.aids import places
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
        seconds: after which the making is given up.

    Returns:
        Whether the table has aids.

    Raises:
        FileNotFoundError: there is no such snapshot or serving file.
        AidsFailed: it failed or took too long; nothing is left behind.
    """
    manifest = read_manifest(snapshot)
    if manifest.rows < LEAST_ROWS or not serving.only_points(manifest):
        return False
    if not _lacking(serving_file):
        return True
    with tempfile.TemporaryDirectory(prefix=".building-", dir=serving_file.parent) as folder:
        made = Path(folder) / path_of(serving_file).name
        command = [sys.executable, "-P", "-m", __name__, str(snapshot), str(serving_file), str(made)]
        environment = os.environ | {"PYTHONPATH": str(Path(kuutio.__file__).parents[1])}
        try:
            # Our own program, paths of our own.
            done = subprocess.run(  # noqa: S603
                command, capture_output=True, text=True, timeout=seconds, check=False, env=environment
            )
        except subprocess.TimeoutExpired as error:
            raise AidsFailed(f"not done in {seconds:.0f} s") from error
        if done.returncode:
            raise AidsFailed(done.stderr.strip()[-500:])
        made.replace(path_of(serving_file))
    return True


def build(snapshot: Path, serving_file: Path, made: Path) -> None:
    """Write the aids of a table of points to a file, in this process.

    Raises:
        FileNotFoundError: there is no such snapshot or serving file.
    """
    manifest, meta = read_manifest(snapshot), _meta(serving_file)
    columns = [column for column in manifest.columns if column.name in meta["tallied"]]
    with workshop.database() as source, made.open("wb") as file:
        target = Writer(file)
        facts = places.build(source, snapshot / DATA, manifest.rows, columns, target)
        target.finish({"layout": LAYOUT, "tallied": meta["tallied"], "places": facts})


def _lacking(serving_file: Path) -> bool:
    tallied = _meta(serving_file)["tallied"]
    there = read(serving_file)
    return there is None or there.facts["tallied"] != tallied


def _meta(serving_file: Path) -> dict[str, list[str]]:
    meta = serving.read_meta(serving_file) if serving_file.exists() else None
    if meta is None:
        raise FileNotFoundError(f"{serving_file} is no serving file")
    return meta


if __name__ == "__main__":
    build(*map(Path, sys.argv[1:]))
