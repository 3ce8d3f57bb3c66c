"""`./kuutio check`: what can be said of the code without running it."""

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path

from kuutio.config.console import say
from kuutio.config.environment import ROOT

HELP = "Lint, types, layers, migrations and translations."
NEEDS_DATABASE = False
_PYTHON = sys.executable
_CODE = ["src", "tests", "bench", "tools"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def steps() -> dict[str, list[str]]:
    """The checks by name, as commands run in the root folder; the longest first, the others fit beside it."""
    tool = Path(_PYTHON).parent
    return {
        "types": [_PYTHON, "-m", "mypy"],
        "ruff": [_PYTHON, "-m", "ruff", "check", *_CODE],
        "format": [_PYTHON, "-m", "ruff", "format", "--check", *_CODE],
        "layers": [str(tool / "lint-imports"), "--no-cache"],
        "templates": [_PYTHON, "-m", "djlint", "src", "--lint", "--quiet"],
        "spelling": [str(tool / "codespell"), "src", "tests", "bench", "tools", "docs", "README.md", "CHANGELOG.md"],
        "migrations": [_PYTHON, "-m", "django", "makemigrations", "--check", "--dry-run"],
        "translations": [_PYTHON, "-m", "kuutio.config.catalogues", "--check"],
        "packages": [_PYTHON, "-m", "pip", "check"],
    }


#: What runs, by what will be its seconds and its outcome.
Checks = dict[Future[tuple[float, subprocess.CompletedProcess[str]]], str]


def begin() -> Checks:
    """Start every check, two at a time; `tell` waits for them."""
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "kuutio.config.settings", "PYTHONPATH": str(ROOT / "src")}

    def done(command: list[str]) -> tuple[float, subprocess.CompletedProcess[str]]:
        begun = time.monotonic()
        outcome = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)  # noqa: S603
        return time.monotonic() - begun, outcome

    pool = ThreadPoolExecutor(2)
    checks = {pool.submit(done, command): name for name, command in steps().items()}
    pool.shutdown(wait=False)
    return checks


def tell(checks: Checks) -> int:
    """Wait for the checks, say of each how it went; 1 when one failed."""
    failed = 0
    for check in as_completed(checks):
        seconds, done = check.result()
        say(f"check {checks[check]}: {'good' if done.returncode == 0 else 'FAILED'} ({seconds:.1f} s)")
        if done.returncode:
            failed = 1
            say((done.stdout + done.stderr).strip())
    return failed


def run(options: argparse.Namespace) -> int:
    """Run every check, also after one fails, and say which did."""
    return tell(begin())
