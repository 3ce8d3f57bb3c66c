"""What every test with a database has: the borders once, folders of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """The borders of all municipalities are reference data: loaded once, there in every test."""
    from django.core.management import call_command

    from kuutio.cities import borders

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        call_command("createcachetable", verbosity=0)
        borders.load()
    yield


@pytest.fixture(autouse=True)
def _folders(tmp_path: Path, settings: object) -> None:
    """Nothing that a test writes reaches the data folder."""
    settings.DATA = tmp_path  # type: ignore[attr-defined]
    settings.SNAPSHOTS = tmp_path / "snapshots"  # type: ignore[attr-defined]
    settings.SERVING = tmp_path / "serving"  # type: ignore[attr-defined]
    settings.UPLOADS = tmp_path / "uploads"  # type: ignore[attr-defined]
    settings.OUTBOX = tmp_path / "outbox"  # type: ignore[attr-defined]
