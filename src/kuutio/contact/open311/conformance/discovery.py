"""Clause 14: the discovery document."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from kuutio.contact.open311.conformance.asking import Server, moment, must, parsed, texts
from kuutio.contact.open311.conformance.statements import says

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"


@says("14", "discovery.json has all that is required.")
def _discovery_json(server: Server) -> None:
    answer = server.get("discovery")
    must(answer.status_code == 200, f"it answers {answer.status_code}")
    told = parsed(answer)
    _discovered({name: told.get(name) for name in ("changeset", "contact", "key_service")}, told["endpoints"])


@says("14", "discovery.xml has all that is required.")
def _discovery_xml(server: Server) -> None:
    root = server.root("discovery")
    must(root.tag == "discovery", f"the root is {root.tag}")
    endpoints = [
        {child.tag: child.text for child in one} | {"formats": texts(one, "formats/format")}
        for one in root.findall("endpoints/endpoint")
    ]
    _discovered({name: root.findtext(name) for name in ("changeset", "contact", "key_service")}, endpoints)


def _discovered(told: dict[str, Any], endpoints: list[dict[str, Any]]) -> None:
    lacking = [name for name, value in told.items() if not value]
    must(not lacking, f"it has no {', '.join(lacking)}")
    ours = [one for one in endpoints if one.get("specification") == SPECIFICATION]
    must(bool(ours), f"no endpoint has the specification {SPECIFICATION}")
    for one in ours:
        must(bool(one.get("url")), "an endpoint has no url")
        must(one.get("type") in {"production", "test"}, f"type {one.get('type')}")
        must(isinstance(one.get("formats"), list) and bool(one["formats"]), "an endpoint has no formats")
    for changed in (told["changeset"], *(one.get("changeset") for one in ours)):
        since = moment(str(changed))
        must(since.tzinfo is not None, f"changeset {changed} has no zone")
        must(since <= datetime.now(UTC), f"changeset {changed} isn't in the past")
