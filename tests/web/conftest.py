"""The six cities and their strategy, as the demonstration loads them."""

import pytest

from kuutio.cities import demo as cities_demo
from kuutio.programme import demo as programme_demo


@pytest.fixture
def six(db):
    """The cities and the strategy."""
    cities_demo.load_cities()
    return programme_demo.load()
