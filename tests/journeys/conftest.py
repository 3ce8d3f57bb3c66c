"""The browser's fixtures; the site's threads see what a test commits."""

import pytest

from tests.journeys.browser import chromium, desk, no_script, page, phone, site

__all__ = ["chromium", "desk", "no_script", "page", "phone", "site"]


@pytest.fixture(autouse=True)
def _committed(transactional_db: None) -> None:
    """What a journey's test writes is there for the site's threads, and gone after it."""
