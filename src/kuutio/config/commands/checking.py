"""`./kuutio check`: what can be said of the code without running it."""

import argparse
import os
import subprocess
import sys
import time
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
    """The checks by name, as commands run in the root folder."""
    tool = Path(_PYTHON).parent
    return {
        "ruff": [_PYTHON, "-m", "ruff", "check", *_CODE],
        "format": [_PYTHON, "-m", "ruff", "format", "--check", *_CODE],
        "layers": [str(tool / "lint-imports"), "--no-cache"],
        "templates": [_PYTHON, "-m", "djlint", "src", "--lint", "--quiet"],
        "spelling": [str(tool / "codespell"), "src", "tests", "bench", "tools", "docs", "README.md", "CHANGELOG.md"],
        "types": [_PYTHON, "-m", "mypy"],
        "migrations": [_PYTHON, "-m", "django", "makemigrations", "--check", "--dry-run"],
        "translations": [_PYTHON, "-m", "kuutio.config.catalogues", "--check"],
        "packages": [_PYTHON, "-m", "pip", "check"],
    }


def run(options: argparse.Namespace) -> int:
    """Run every check, also after one fails, and say which did."""
    failed = []
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "kuutio.config.settings", "PYTHONPATH": str(ROOT / "src")}
    for name, command in steps().items():
        begun = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)  # noqa: S603
        good = done.returncode == 0
        say(f"check {name}: {'good' if good else 'FAILED'} ({time.monotonic() - begun:.1f} s)")
        if not good:
            failed.append(name)
            say((done.stdout + done.stderr).strip())
    return 1 if failed else 0
