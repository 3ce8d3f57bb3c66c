"""Asking Open311's door, in either format, with one shape of answer for both."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET  # our own answers

from django.test import Client

from kuutio.cities.keys import issue_api_key
from tests.contact.conftest import MONDAY
from tests.factories import PersonFactory

BASE = "/api/open311/v2/"
HOLE = {"service_code": "pothole", "lat": "60.1708", "long": "24.9414", "attribute[danger]": "no"}


def key(*scopes: str) -> str:
    """A new key, by default one that may bring in cases."""
    person = PersonFactory()
    return issue_api_key(person, name="app", scopes=list(scopes or ("open311",)), by=person, at=MONDAY)[1]


def ask(what: str, form: str = "json", **words: Any) -> Any:
    """A reading answer, `/what.form`."""
    headers = words.pop("headers", {})
    return Client().get(f"{BASE}{what}.{form}", words, headers=headers)


def send(form: str = "json", headers: dict[str, str] | None = None, **words: Any) -> Any:
    """A posted hole in a street of Helsinki, with other words where they are given; None takes one out."""
    body = HOLE | words
    body = {name.replace("__", ""): value for name, value in body.items() if value is not None}
    return Client(enforce_csrf_checks=True).post(f"{BASE}requests.{form}", body, headers=headers or {})


def tree(answer: Any) -> ET.Element:
    """The root of an XML answer."""
    return ET.fromstring(answer.content)  # noqa: S314  # our own answers


def same(element: ET.Element) -> Any:
    """An XML element as JSON would have it: lists by their wrappers, everything else as text; empty is None."""
    lists = {"services", "attributes", "values", "service_requests", "errors", "endpoints", "formats", "log"}
    if element.tag in lists | {"media_urls"}:
        return [same(child) for child in element]
    if len(element):
        return {child.tag: same(child) for child in element}
    return element.text


def plain(value: Any) -> Any:
    """JSON with everything that isn't a list or an object as the text that XML has."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, bool):
        return str(value).lower()
    return None if value in (None, "") else str(value)
