"""The browser's fixtures, and reference data that is there again after the emptying that a site of many threads needs."""

import pytest

from tests.journeys.browser import chromium, desk, no_script, page, phone, site

__all__ = ["chromium", "desk", "no_script", "page", "phone", "site"]


@pytest.fixture(autouse=True)
def _borders(transactional_db: None) -> None:
    from kuutio.cities import borders

    borders.load()
