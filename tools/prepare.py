"""Prepare a checkout: the virtual environment, the front end, the translations. Standard library only.

`python tools/prepare.py run|test` does what is not yet done and nothing more: each step leaves a stamp made of its
inputs. Messages go to stderr, so that a command's stdout stays its own.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BUILD = ROOT / "build"
STAMPS = BUILD / "stamps"


def say(text: str) -> None:
    """Tell the person at the terminal what takes time."""
    print(f"kuutio: {text}", file=sys.stderr, flush=True)


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    """Run a step; its output goes to stderr. Exits when it fails."""
    path = os.pathsep.join([str(VENV / "bin"), os.environ.get("PATH", "")])
    env = {**os.environ, "PATH": path, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([str(word) for word in command], cwd=cwd, stdout=sys.stderr, env=env)
    if done.returncode:
        say(f"this step failed: {' '.join(str(word) for word in command)}")
        raise SystemExit(1)


def fingerprint(paths: Iterable[Path]) -> str:
    """A hash of names and contents, in a fixed order."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


class Step:
    """Work that is done again only when its inputs change."""

    def __init__(self, name: str, inputs: Iterable[Path], folder: Path = STAMPS) -> None:
        self.stamp = folder / f"{name}.sha256"
        self.print = fingerprint(inputs)

    def due(self) -> bool:
        return not self.stamp.exists() or self.stamp.read_text() != self.print

    def done(self) -> None:
        self.stamp.parent.mkdir(parents=True, exist_ok=True)
        self.stamp.write_text(self.print)


def packages(want: str) -> None:
    """The Python packages, pinned by hash; the test set holds the run set."""
    requirements = ROOT / "requirements"
    test = Step("packages-test", [requirements / "test.txt"], VENV)
    step = test if want == "test" else Step("packages-run", [requirements / "run.txt"], VENV)
    if not step.due() or (want == "run" and not test.due()):
        return
    uv = shutil.which("uv")
    python = VENV / "bin" / "python"
    if not python.exists():
        say("making .venv")
        if uv:  # some systems' Python lacks what its own venv needs (Debian's python3-venv)
            run(uv, "venv", "--quiet", "--python", sys.executable, VENV)
        else:
            venv.create(VENV, with_pip=True)
    say(f"installing Python packages ({'uv' if uv else 'pip'}); a minute on first use")
    file = requirements / f"{want}.txt"
    if uv:
        run(uv, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", file)
    else:
        with ThreadPoolExecutor() as beside:
            for part in [beside.submit(pip, part) for part in parts(file, 2)]:
                part.result()
    step.done()


def pip(file: Path) -> None:
    """Install what a file names, and nothing else: the whole names all, so that no package has to be looked for."""
    # As uv does, what is imported is compiled then: a small part of all, and by more than one process.
    how = ("--quiet", "--no-compile", "--no-deps", "--require-hashes")
    run(VENV / "bin" / "python", "-m", "pip", "install", *how, "-r", file)


def parts(file: Path, count: int) -> list[Path]:
    """A file of requirements as some, for as many processes: to unpack packages is most of the work, and one processor's."""
    named: list[str] = []
    for line in file.read_text().splitlines(keepends=True):
        if line.startswith((" ", "#")) and named:
            named[-1] += line
        else:
            named.append(line)
    BUILD.mkdir(exist_ok=True)
    made = [BUILD / f"requirements-{part}.txt" for part in range(count)]
    for part, path in enumerate(made):
        path.write_text("".join(named[part::count]))
    return made


def front_end() -> None:
    """The packages of the browser's side, and the bundles made of them and of `frontend/`."""
    lock = ROOT / "package-lock.json"
    step = Step("npm", [lock])
    if step.due() or not (ROOT / "node_modules").exists():
        say("installing front-end packages")
        run(VENV / "bin" / "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        step.done()
    sources = [lock, *(path for path in (ROOT / "frontend").rglob("*") if path.is_file())]
    step = Step("front-end", sources)
    if step.due() or not (BUILD / "static/ui").exists():
        run(VENV / "bin" / "node", "frontend/build.mjs")
        step.done()


def base_map() -> None:
    """The borders of all municipalities as tiles, for maps without a map server."""
    source = ROOT / "src/kuutio"
    step = Step("base-map", [source / "cities/data/municipalities.parquet", source / "ui/base_map.py"])
    if step.due() or not (BUILD / "static/map").exists():
        run(VENV / "bin" / "python", "-m", "kuutio.ui.base_map")
        step.done()


def translations() -> None:
    """The message catalogues that Django reads, made of the committed sources."""
    step = Step("translations", (ROOT / "src/kuutio/locale").rglob("*.toml"))
    if step.due() or not (BUILD / "locale").exists():
        run(VENV / "bin" / "python", "-m", "kuutio.config.catalogues")
        step.done()


def collected() -> None:
    """The static files under hashed names, compressed, as they are served.

    Older ones stay (the folder is never cleared): a server that runs meanwhile still gives them out.
    """
    sources = [path for path in (BUILD / "static").rglob("*") if path.is_file()]
    step = Step("collected", [*sources, ROOT / "requirements/run.txt"])
    if step.due() or not (BUILD / "collected").exists():
        run(
            VENV / "bin" / "python",
            "-m",
            "django",
            "collectstatic",
            "--noinput",
            "--verbosity=0",
            "--settings=kuutio.config.settings",
        )
        step.done()


def main(want: str) -> None:
    """Do what is due, one process at a time; what needs nothing of each other side by side."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        packages(want)
        with ThreadPoolExecutor() as beside:
            for step in [beside.submit(step) for step in (front_end, base_map, translations)]:
                step.result()
        collected()


if __name__ == "__main__":
    main(sys.argv[1])
