"""`./kuutio test`: the checks, then every test on the real PostgreSQL; with words, pytest alone with these."""

import argparse
import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from kuutio.config.commands import checking
from kuutio.config.console import say
from kuutio.config.database import embedded
from kuutio.config.environment import ROOT

HELP = "Run the checks and all tests; with arguments, pytest alone with these."
NEEDS_DATABASE = False
_SHELL = "chromium-headless-shell"
_FONTS = ["fonts-liberation", "fonts-dejavu-core"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words after it are pytest's."""


def _debian_chromium() -> str | None:
    """Debian's browser, installed when this is Debian and we may: the shell without windows, which draws the same for less."""
    found = _installed()
    if found or not shutil.which("apt-get") or os.geteuid() != 0:
        return found
    say("kuutio: installing Debian's chromium for the browser tests")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *_FONTS]
    # The shell alone is some 90 packages less; where the release has none, the whole browser comes.
    for command in (["apt-get", "update", "-qq"], [*install, _SHELL], [*install, "chromium"]):
        subprocess.run(command, env=quiet, stdout=sys.stderr, check=False)  # noqa: S603
        if found := _installed():
            return found
    return None


def _installed() -> str | None:
    return shutil.which(_SHELL) or shutil.which("chromium")


def browser() -> str | None:
    """The browser for the journeys: the one named, Debian's, else Playwright's own; None when there is none."""
    named = os.environ.get("KUUTIO_CHROMIUM")
    if named:
        return named
    if found := _debian_chromium():
        return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def _for_tests_alone(url: str) -> None:
    """A database server that only tests use may lose all it has, and does nothing by itself.

    Autovacuum would tell the planner, at a moment of its own, that a table is empty; the test that then fills it
    in one transaction reads it whole for every row, which is minutes instead of seconds.
    """
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


def run(options: argparse.Namespace) -> int:
    """Check, find a browser, start the database, run pytest. Fails, and says so, where no browser can be had."""
    whole = not options.rest
    own = not os.environ.get("KUUTIO_DATA")
    data = ROOT / "build" / "test" if own else Path(os.environ["KUUTIO_DATA"])
    data.mkdir(parents=True, exist_ok=True)
    env = {
        **os.environ,
        "KUUTIO_DATA": str(data),
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # the browser's own loop runs in the thread of the tests
        "DJANGO_SETTINGS_MODULE": "kuutio.config.settings",
        "PYTHONPATH": str(ROOT / "src"),
    }
    words = options.rest or ["-p", "no:cacheprovider", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
    with ExitStack() as stack:
        if not os.environ.get("DATABASE_URL"):
            env["DATABASE_URL"] = stack.enter_context(embedded(data))
            if own:
                _for_tests_alone(env["DATABASE_URL"])
        template = _template(env) if whole else None
        checks = checking.begin() if whole else {}
        chromium = browser()  # is had while the checks run
        failed = checking.tell(checks) if whole else 0
        if template is not None:
            template.wait()
        if chromium is None:
            say("kuutio: no browser for the journeys: install chromium, or name one in KUUTIO_CHROMIUM.")
            if whole:
                return 1
        env["KUUTIO_CHROMIUM"] = chromium or ""
        done = subprocess.run([sys.executable, "-m", "pytest", *words], cwd=ROOT, env=env, check=False)  # noqa: S603
    return 1 if failed or done.returncode else 0


def _template(env: dict[str, str]) -> subprocess.Popen[bytes]:
    """Begin to make the database that all test databases are copied from, while the checks run."""
    return subprocess.Popen([sys.executable, "-m", "tests.make_template"], cwd=ROOT, env=env, stdout=sys.stderr)
