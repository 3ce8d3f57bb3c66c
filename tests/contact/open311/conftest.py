"""What the tests of Open311 share."""

import pytest


@pytest.fixture(autouse=True)
def _unhurried(settings):
    """A test asks more in a minute than a program may."""
    settings.WRITES_PER_MINUTE = settings.READS_PER_MINUTE = 1_000_000
