"""Fixtures of the tests in this folder."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.opendata.engine.safety.snapshots import Maker, make


@pytest.fixture
def snapshot(tmp_path: Path) -> Maker:
    """Make a snapshot in this test's folder."""

    def maker(columns: Mapping[str, str], rows: Iterable[Sequence[Any]], **options: Any) -> Path:
        return make(tmp_path / "snapshots", columns, rows, **options)

    return maker
