"""One migrated database that every process's test database is copied from.

The migrations and the borders take long; a copy takes a second. `./kuutio test` makes it while the checks run. The template stays on
the server between runs, under a name that tells what it was made of: when a migration, the borders or a package changes, a new one is made.
"""

import hashlib
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connection

from kuutio.cities import borders
from kuutio.config import migrating

ROOT = Path(__file__).resolve().parents[1]
_NAME = "kuutio_template_"
_LOCK = 7_361_001


def _fingerprint() -> str:
    """What the template is made of, as sixteen hexadecimal digits."""
    made_of = sorted((ROOT / "src" / "kuutio").glob("*/migrations/*.py"))
    digest = hashlib.sha256()
    for file in [*made_of, ROOT / "requirements" / "run.txt", borders.FILE, Path(migrating.__file__), Path(__file__)]:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def template() -> str:
    """The name of the template database, made when it isn't there; who comes meanwhile waits for it."""
    name = _NAME + _fingerprint()
    settings = connection.get_connection_params()
    with psycopg.connect(**{**_plain(settings), "dbname": "postgres"}, autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        found = [
            row[0] for row in server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [_NAME])
        ]
        if name not in found:
            for old in found:
                server.execute(f'DROP DATABASE "{old}"')
            server.execute(f'CREATE DATABASE "{_NAME}new"')
            _fill(f"{_NAME}new")
            server.execute(f'ALTER DATABASE "{_NAME}new" RENAME TO "{name}"')
    return name


def _plain(settings: dict[str, object]) -> dict[str, object]:
    """How to reach the server, without what is Django's own."""
    return {key: settings[key] for key in ("host", "port", "user", "password") if settings.get(key)}


def _fill(name: str) -> None:
    """Make the tables in an empty database, and put the borders in."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        with migrating.each_model_drawn_alone():
            call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        borders.load()
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual
