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
def _folders(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Nothing that a test writes reaches the data folder."""
    if not request.config.pluginmanager.hasplugin("django"):
        return  # Pure tests run without Django: -p no:django.
    settings = request.getfixturevalue("settings")
    settings.DATA = tmp_path
    settings.SNAPSHOTS = tmp_path / "snapshots"
    settings.SERVING = tmp_path / "serving"
    settings.UPLOADS = tmp_path / "uploads"
    settings.OUTBOX = tmp_path / "outbox"
