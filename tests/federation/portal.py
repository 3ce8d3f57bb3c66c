"""A CKAN portal of the tests' own: as many data sets as wanted, some broken, some coming while it is read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.federation.source_server import Door, Source


def package(number: int, **more: Any) -> dict[str, Any]:
    """A data set as CKAN tells of it."""
    return {
        "id": f"{number:08d}-0000-4000-8000-000000000000",
        "name": f"aineisto-{number}",
        "title": f"Aineisto {number}",
        "title_translated": {"fi": f"Aineisto {number}", "sv": f"Datamängd {number}", "en": f"Data set {number}"},
        "notes": "Kuvaus.",
        "license_id": "cc-by-4.0",
        "metadata_modified": "2026-01-01T10:00:00",
        "resources": [],
    } | more


class Portal:
    """Answers `package_search`; `packages` may be changed at any time, `before_page` is called with each page's number."""

    def __init__(self, server: Source, count: int) -> None:
        self.server = server
        self.packages: list[Any] = [package(number) for number in range(count)]
        self.before_page: Callable[[int], object] = lambda number: None
        self.asked: list[dict[str, str]] = []
        server.answers["/api/3/action/package_search"] = self.answer

    @property
    def address(self) -> str:
        return self.server.url

    def answer(self, door: Door) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(door.path).query).items()}
        self.before_page(len(self.asked))
        self.asked.append(asked)
        found = sorted(self.packages, key=lambda one: one.get("id", "") if isinstance(one, dict) else "")
        if since := asked.get("fq", "").partition("metadata_modified:[")[2][:20].rstrip("Z"):
            found = [one for one in found if one["metadata_modified"] >= since]
        start, rows = int(asked["start"]), int(asked["rows"])
        answer = {"success": True, "result": {"count": len(found), "results": found[start : start + rows]}}
        door.say(200, json.dumps(answer).encode(), {})
