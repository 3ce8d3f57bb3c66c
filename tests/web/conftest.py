"""The six cities and their strategy, as the demonstration loads them."""

import pytest

from kuutio.cities import demo as cities_demo
from kuutio.programme import demo as programme_demo
from kuutio.programme.models import Programme
from tests.beginnings import beginning


@beginning
def cities_and_strategy() -> None:
    """The six cities and their strategy."""
    cities_demo.load_cities()
    programme_demo.load()


@pytest.fixture
def six(db):
    """The strategy, with the cities."""
    cities_and_strategy()
    return Programme.objects.get()
