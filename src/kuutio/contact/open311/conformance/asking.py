"""A server under test, asked as a client does, and what may come of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, ParseError

import httpx
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

NOWHERE = "no-such-thing-311"
"""An id, code or key that no server has."""


class Broken(Exception):
    """The server does something else than the statement says."""


class Untold(Exception):
    """The server gave nothing by which the statement could be judged."""


def must(holds: bool, why: str) -> None:
    """Raise `Broken` unless it holds."""
    if not holds:
        raise Broken(why)


@dataclass
class Server:
    """A server under test.

    Attributes:
        key: an API key; only with one are cases posted.
    """

    base: str
    client: httpx.Client
    key: str = ""

    def get(self, what: str, form: str = "json", **words: str) -> httpx.Response:
        """Ask for `what.form`."""
        return self.client.get(f"{self.base}/{what}.{form}", params=words)

    def get_with(self, header: str, value: str, what: str) -> httpx.Response:
        """Ask for `what.json` with a header."""
        return self.client.get(f"{self.base}/{what}.json", headers={header: value})

    def post(self, form: str = "json", **words: str) -> httpx.Response:
        """Post a request, as a form."""
        return self.client.post(f"{self.base}/requests.{form}", data=words)

    def listed(self, what: str, **words: str) -> list[Any]:
        """A JSON list, or Broken."""
        answer = self.get(what, **words)
        must(answer.status_code == 200, f"{what}.json answers {answer.status_code}")
        found = parsed(answer)
        must(isinstance(found, list), f"{what}.json is {type(found).__name__}, not a list")
        return list(found)

    def root(self, what: str, **words: str) -> Element:
        """The root of an XML answer, or Broken."""
        answer = self.get(what, "xml", **words)
        must(answer.status_code == 200, f"{what}.xml answers {answer.status_code}")
        return tree(answer)

    @cached_property
    def services(self) -> list[Any]:
        """The services, in JSON."""
        return self.listed("services")

    @cached_property
    def requests(self) -> list[Any]:
        """The newest requests, in JSON; Untold where there are none."""
        found = self.listed("requests")
        if not found:
            raise Untold("the server has no requests to look at")
        must(all(isinstance(row, dict) for row in found), "a request isn't an object")
        return found

    @cached_property
    def with_questions(self) -> str:
        """The code of a service that asks something."""
        for row in self.services:
            if row.get("metadata") in (True, "true"):
                return str(row["service_code"])
        raise Untold("no service has metadata")

    def definition(self, code: str) -> dict[str, Any]:
        """A definition in JSON, or Broken."""
        answer = self.get(f"services/{code}")
        must(answer.status_code == 200, f"services/{code}.json answers {answer.status_code}")
        found = parsed(answer)
        must(isinstance(found, dict), f"it is {type(found).__name__}, not an object")
        return dict(found)

    def good(self) -> dict[str, str]:
        """A request that should be taken; Untold without a key."""
        if not self.key:
            raise Untold("give an API key: this posts a request")
        code = self.services[0]["service_code"]
        words = {"service_code": str(code), "description": "Conformance test", "api_key": self.key}
        for one in self.definition(str(code)).get("attributes") or []:
            if one.get("required") in (True, "true"):
                values = one.get("values") or []
                words[f"attribute[{one['code']}]"] = str(values[0]["key"]) if values else "1"
        placed = next((row for row in self.listed("requests") if row.get("lat") is not None), None)
        return words | {
            "lat": str(placed["lat"] if placed else 60.1708),
            "long": str(placed["long"] if placed else 24.9414),
        }


def parsed(answer: httpx.Response) -> Any:
    """The JSON of an answer, or Broken."""
    try:
        return json.loads(answer.content.decode("utf-8"))
    except ValueError as error:
        raise Broken(f"{answer.url} is no JSON in UTF-8") from error


def tree(answer: httpx.Response) -> Element:
    """The XML of an answer, or Broken."""
    try:
        root: Element = fromstring(answer.content)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Broken(f"{answer.url} is no well-formed XML: {error}") from error
    return root


def texts(element: Element, path: str) -> list[str]:
    """The texts of all elements at a path."""
    return [(found.text or "").strip() for found in element.findall(path)]


def refused(server: Server, answer: httpx.Response, *statuses: int) -> None:
    """The answer has one of the statuses and the standard's errors in its format."""
    told = " or ".join(map(str, statuses))
    must(answer.status_code in statuses, f"{answer.url} answers {answer.status_code}, not {told}")
    if urlsplit(str(answer.url)).path.endswith(".xml"):
        root = tree(answer)
        must(root.tag == "errors", f"the root of the error is {root.tag}, not errors")
        must(bool(texts(root, "error/code")) and all(texts(root, "error/code")), "an error has no code")
        must(all(texts(root, "error/description")) and bool(texts(root, "error/description")), "no description")
        return
    found = parsed(answer)
    must(isinstance(found, list) and bool(found), f"the error is {type(found).__name__}, not a list")
    must(all(isinstance(one, dict) and one.get("code") and one.get("description") for one in found), "no description")


def moment(text: str) -> datetime:
    """A time in ISO 8601, or Broken."""
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise Broken(f"{text!r} is no time in ISO 8601") from error
