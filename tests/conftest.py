"""What every test with a database has: the borders once, folders of its own."""

import gc
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

# A busy machine is no fault of a rule: what takes long is told by the durations, not by a failing test.
hypothesis_settings.register_profile(
    "house", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("house")

#: What takes longest comes first: two processes share all files, and neither waits for the other's last.
LONG = (
    "tests/test_matrix.py",
    "tests/config/test_up.py",
    "tests/opendata/demo/",
    "tests/federation/test_harvest.py",
    "tests/journeys/",
    "tests/conformance/",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take long come first, in the order in which they are told."""
    items.sort(key=lambda item: next((at for at, name in enumerate(LONG) if item.nodeid.startswith(name)), len(LONG)))


def pytest_collection_finish() -> None:
    """Thousands of tests and a whole house of modules stay to the end: Python needn't look through them for garbage again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, django_db_blocker: object) -> None:
    """Each process's test database is a copy of one that has the tables and the borders already."""
    from django.db import connection

    from tests.template import template

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        connection.settings_dict["TEST"]["TEMPLATE"] = template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """The borders of all municipalities are reference data: there in every test, also after one that commits."""
    from django.test import TransactionTestCase

    from kuutio.cities.drawn import forget_drawn
    from tests.ground import Ground

    def tear_down(self: TransactionTestCase) -> None:
        if ground.restore():
            forget_drawn()

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        ground = Ground()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", tear_down)
        yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        _leave_alone()


def _leave_alone() -> None:
    """Close what threads of a served site left open: a database in use can't be dropped."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


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
    # Half a second of a processor for each password guards people's passwords, and these are nobody's.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _calls_counted_anew() -> None:
    """Nobody is refused for the calls that another test made within the minute."""
    limits = sys.modules.get("kuutio.config.limits")
    if limits is not None:
        limits._window = limits.Window()


@pytest.fixture(autouse=True)
def _list_read_anew(request: pytest.FixtureRequest) -> None:
    """A test's data sets are taken back unseen by the process's index of the catalogue: it begins anew."""
    listing = sys.modules.get("kuutio.opendata.listing")
    if listing is not None:
        listing.forget()


PLACES = (
    "id,name,kind,height,planted,lon,lat\n"
    "1,Koivu,tree,12.5,2001-05-02,24.94,60.17\n"
    "2,Lamppu,lamp,4,2015-11-30,24.66,60.20\n"
    "3,Penkki,bench,,2020-01-01,25.04,60.29\n"
    "4,Mänty,tree,20,1999-12-31,24.95,60.18\n"
)


@pytest.fixture
def places(db: None) -> dict[str, object]:
    """`helsinki-places`: four points with text, numbers, dates."""
    from tests.opendata.bringing import bring

    load = bring(PLACES, "places.csv", what="places", options={"key": ["id"]})
    assert load.state == "served", load.problem
    table: dict[str, object] = load.result["tables"][0]
    return table


@pytest.fixture
def names(db: None) -> dict[str, object]:
    """`helsinki-names`: a table without places."""
    from tests.opendata.bringing import bring

    load = bring("code;name\n001;Aino\n002;Väinö\n", "names.csv", what="names", accept="Keksittyjä nimiä.")
    assert load.state == "served", load.problem
    table: dict[str, object] = load.result["tables"][0]
    return table


@pytest.fixture(autouse=True)
def _language(request: pytest.FixtureRequest) -> Iterator[None]:
    """No test reads in the language that another's last request spoke."""
    yield
    if request.config.pluginmanager.hasplugin("django"):
        from django.utils import translation

        translation.deactivate()
