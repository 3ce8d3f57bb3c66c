"""Statements of GeoReport v2 that can be put to any server, by asking it as a client does.

Each statement is a function that asks and returns nothing, or raises `Broken` with what it met instead, or `Untold` where the server
gave nothing to judge by. Their clauses are those of `docs/reference/open311.md`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, ParseError

import httpx
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

TYPES = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
HEAD = b'<?xml version="1.0" encoding="utf-8"?>'
DATATYPES = {"string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"}
CORE = (
    *("service_request_id", "status", "status_notes", "service_name", "service_code", "description"),
    *("agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime"),
    *("address", "address_id", "zipcode", "lat", "long", "media_url"),
)
NEEDED = ("service_request_id", "status", "service_code", "requested_datetime")
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
WAIT_S = 30.0
NOWHERE = "no-such-thing-311"


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


Statement = Callable[[Server], None]
STATEMENTS: list[tuple[str, str, Statement]] = []


def says(clause: str, sentence: str) -> Callable[[Statement], Statement]:
    """Add a statement to the list."""

    def added(check: Statement) -> Statement:
        STATEMENTS.append((clause, sentence, check))
        return check

    return added


def walk(url: str, *, key: str = "", client: httpx.Client | None = None) -> dict[str, Any]:
    """Put every statement to a server.

    Args:
        url: of the endpoint, or of a Kuutio that has it below `/api/open311/v2`.
        key: an API key of the server; with it requests are posted, which make real cases there.

    Returns:
        {standard, url, passed, failed, untold, statements: [{clause, says, ok, why}]}; `ok` is None where it couldn't be judged.
    """
    if client is None:
        with httpx.Client(timeout=WAIT_S, follow_redirects=True) as own:
            return walk(url, key=key, client=own)
    server = Server(url, client, key)
    server.base = _endpoint(server, url)
    told = [{"clause": clause, "says": sentence} | _judged(check, server) for clause, sentence, check in STATEMENTS]
    return {
        "standard": "open311",
        "url": server.base,
        "passed": sum(one["ok"] is True for one in told),
        "failed": sum(one["ok"] is False for one in told),
        "untold": sum(one["ok"] is None for one in told),
        "statements": told,
    }


def _endpoint(server: Server, url: str) -> str:
    given = url.rstrip("/")
    for candidate in (given, f"{given}/api/open311/v2"):
        try:
            answer = server.client.get(f"{candidate}/services.xml")
        except httpx.HTTPError:
            continue
        if answer.status_code == 200 and b"<services" in answer.content:
            return candidate
    return given


def _judged(check: Statement, server: Server) -> dict[str, Any]:
    try:
        check(server)
    except Broken as broken:
        return {"ok": False, "why": str(broken)}
    except Untold as untold:
        return {"ok": None, "why": str(untold)}
    except httpx.HTTPError as error:
        return {"ok": False, "why": f"no answer: {error or type(error).__name__}"}
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        return {"ok": False, "why": f"the answer has another shape: {type(error).__name__} {error}"}
    return {"ok": True, "why": ""}


@says("1", "XML answers have the type text/xml; charset=utf-8, errors too.")
def _xml_type(server: Server) -> None:
    for what in ("services", "requests", f"requests/{NOWHERE}"):
        told = server.get(what, "xml").headers.get("Content-Type", "")
        must(told == TYPES["xml"], f"{what}.xml has the type {told}")


@says("1", "JSON answers have the type application/json; charset=utf-8, errors too.")
def _json_type(server: Server) -> None:
    for what in ("services", "requests", f"requests/{NOWHERE}"):
        told = server.get(what).headers.get("Content-Type", "")
        must(told == TYPES["json"], f"{what}.json has the type {told}")


@says("1", "XML begins with its declaration in UTF-8 and has no namespace.")
def _xml_head(server: Server) -> None:
    for what in ("services", "requests"):
        answer = server.get(what, "xml")
        must(answer.content.startswith(HEAD), f"{what}.xml begins with {answer.content[:60]!r}")
        must(all("{" not in element.tag for element in tree(answer).iter()), f"{what}.xml has a namespace")


@says("2", "Times are given in ISO 8601 with their zone.")
def _times_out(server: Server) -> None:
    for row in server.requests:
        for name in ("requested_datetime", "updated_datetime", "expected_datetime"):
            if row.get(name):
                must(_moment(row[name]).tzinfo is not None, f"{name} {row[name]} has no zone")


@says("2", "A time without a zone is taken.")
def _no_zone(server: Server) -> None:
    now = datetime.now(UTC)
    words = {"start_date": f"{now - timedelta(days=7):%Y-%m-%dT%H:%M:%S}", "end_date": f"{now:%Y-%m-%dT%H:%M:%S}"}
    answer = server.get("requests", **words)
    must(answer.status_code == 200, f"it answers {answer.status_code}")


@says("2", "A plus sign that arrives as a space is taken.")
def _plus(server: Server) -> None:
    start = f"{datetime.now(UTC) - timedelta(days=7):%Y-%m-%dT%H:%M:%S} 02:00"
    answer = server.get("requests", start_date=start)
    must(answer.status_code == 200, f"it answers {answer.status_code}")


@says("2", "A time that can't be read is a 400 with an error in the format.")
def _garbage(server: Server) -> None:
    for form in ("xml", "json"):
        refused(server, server.get("requests", form, start_date="garbage"), 400)
        refused(server, server.get("requests", form, end_date="2026-13-45T99:00:00Z"), 400)


@says("3", "An unknown jurisdiction_id is a 404.")
def _jurisdiction(server: Server) -> None:
    for form in ("xml", "json"):
        refused(server, server.get("services", form, jurisdiction_id=NOWHERE), 404)
        refused(server, server.get("requests", form, jurisdiction_id=NOWHERE), 404)


@says("4", "An empty parameter is an absent one.")
def _empty(server: Server) -> None:
    for form in ("xml", "json"):
        words = dict.fromkeys(("status", "service_code", "start_date", "end_date", "service_request_id"), "")
        must(server.get("requests", form, **words).content == server.get("requests", form).content, f"in {form}")


@says("5", "services.xml is services > service with the standard's fields.")
def _services_xml(server: Server) -> None:
    root = server.root("services")
    must(root.tag == "services", f"the root is {root.tag}")
    must(len(root) > 0, "there are no services")
    for service in root:
        must(service.tag == "service", f"a part is {service.tag}")
        names = {child.tag for child in service}
        lacking = {"service_code", "service_name", "metadata", "type"} - names
        must(not lacking, f"a service has no {', '.join(sorted(lacking))}")
        must(service.findtext("metadata") in {"true", "false"}, "metadata is neither true nor false")
        must(service.findtext("type") in {"realtime", "batch", "blackbox"}, f"type {service.findtext('type')}")


@says("5", "services.json is a list of objects whose metadata is true or false.")
def _services_json(server: Server) -> None:
    for row in server.services:
        must(isinstance(row, dict), "a service isn't an object")
        must(bool(row.get("service_code")) and bool(row.get("service_name")), "a service has no code or name")
        must(isinstance(row.get("metadata"), bool), f"metadata is {row.get('metadata')!r}")
        must(isinstance(row.get("keywords") or "", str), "keywords aren't a text")


@says("5", "Both formats have the same services.")
def _services_same(server: Server) -> None:
    codes = texts(server.root("services"), "service/service_code")
    must(codes == [str(row.get("service_code")) for row in server.services], "the codes differ")


@says("6", "A definition in XML is service_definition > attributes > attribute.")
def _definition_xml(server: Server) -> None:
    root = server.root(f"services/{server.with_questions}")
    must(root.tag == "service_definition", f"the root is {root.tag}")
    must(root.findtext("service_code") == server.with_questions, "it has no service_code")
    attributes = root.findall("attributes/attribute")
    must(bool(attributes), "it has no attributes/attribute")
    for one in attributes:
        must(one.findtext("datatype") in DATATYPES, f"datatype {one.findtext('datatype')}")
        must(one.findtext("required") in {"true", "false"}, "required is neither true nor false")
        if "valuelist" in (one.findtext("datatype") or ""):
            must(bool(one.findall("values/value/key")), "a list has no values/value/key")


@says("6", "A definition in JSON is an object with a list of attributes, their orders whole and different.")
def _definition_json(server: Server) -> None:
    attributes = server.definition(server.with_questions)["attributes"]
    must(isinstance(attributes, list) and bool(attributes), "attributes isn't a list")
    orders = [int(one["order"]) for one in attributes]
    must(len(set(orders)) == len(orders) and min(orders) > 0, f"the orders are {orders}")
    for one in attributes:
        lacking = {"variable", "code", "datatype", "required", "order", "description"} - set(one)
        must(not lacking, f"an attribute has no {', '.join(sorted(lacking))}")


@says("6", "The definition of an unknown service is a 404.")
def _no_service(server: Server) -> None:
    for form in ("xml", "json"):
        refused(server, server.get(f"services/{NOWHERE}", form), 404)


@says("7", "Posting without a key, or with a wrong one, is a 403.")
def _no_key(server: Server) -> None:
    words = {"service_code": str(server.services[0]["service_code"]), "lat": "60.17", "long": "24.94"}
    for form in ("xml", "json"):
        refused(server, server.post(form, **words), 403)
        refused(server, server.post(form, **words, api_key=NOWHERE), 403)


@says("7", "Posting without a service_code is a 400, with an unknown one a 404.")
def _post_service(server: Server) -> None:
    words = server.good()
    refused(server, server.post(**words | {"service_code": ""}), 400)
    refused(server, server.post(**words | {"service_code": NOWHERE}), 404)


@says("7", "Posting without a place, or with lat alone, is a 400.")
def _post_place(server: Server) -> None:
    words = server.good()
    refused(server, server.post(**words | {"lat": "", "long": ""}), 400)
    refused(server, server.post(**words | {"long": ""}), 400)


@says("7", "Posting without a required attribute is a 400.")
def _post_attribute(server: Server) -> None:
    words = server.good()
    for row in server.services:
        code = str(row["service_code"])
        if row.get("metadata") and any(
            one.get("required") in (True, "true") for one in server.definition(code)["attributes"]
        ):
            bare = {name: value for name, value in words.items() if not name.startswith("attribute[")}
            return refused(server, server.post(**bare | {"service_code": code}), 400)
    raise Untold("no service has a required attribute")


@says("8", "A posted request is answered with its id or a token, and nothing of what was sent.")
def _posted(server: Server) -> None:
    words = server.good() | {"email": "conformance@example.org", "first_name": "Conformance-First"}
    answer = server.post(**words)
    must(answer.status_code in {200, 201}, f"it answers {answer.status_code}: {answer.text[:200]}")
    must("conformance@" not in answer.text and "Conformance-First" not in answer.text, "what was sent is told again")
    rows = parsed(answer)
    must(isinstance(rows, list) and len(rows) == 1, "it isn't a list of one")
    must(bool(rows[0].get("service_request_id")) != bool(rows[0].get("token")), "not one of id and token")
    strange = set(rows[0]) - {"service_request_id", "token", "service_notice", "account_id"}
    must(not strange, f"it tells {', '.join(sorted(strange))}")


@says("8", "A posted request is answered in XML as service_requests > request.")
def _posted_xml(server: Server) -> None:
    answer = server.post("xml", **server.good())
    must(answer.status_code in {200, 201}, f"it answers {answer.status_code}")
    root = tree(answer)
    must(root.tag == "service_requests" and len(root) == 1 and root[0].tag == "request", f"the root is {root.tag}")


@says("9", "An unknown token is a 404.")
def _no_token(server: Server) -> None:
    for form in ("xml", "json"):
        refused(server, server.get(f"tokens/{NOWHERE}", form), 404)


@says("10", "service_request_id beats every other filter.")
def _by_id(server: Server) -> None:
    first = server.requests[0]
    other = "closed" if first["status"] == "open" else "open"
    found = server.listed("requests", service_request_id=first["service_request_id"], status=other)
    ids = [row["service_request_id"] for row in found]
    must(ids == [first["service_request_id"]], f"it gives {ids}")


@says("10", "A list of ids gives each of them.")
def _by_ids(server: Server) -> None:
    wanted = {row["service_request_id"] for row in server.requests[:3]}
    found = {row["service_request_id"] for row in server.listed("requests", service_request_id=",".join(wanted))}
    must(found == wanted, f"it gives {sorted(found)}")


@says("10", "status=open gives open requests alone, closed the closed ones, both together all.")
def _by_status(server: Server) -> None:
    for status in ("open", "closed"):
        told = {row["status"] for row in server.listed("requests", status=status)}
        must(told <= {status}, f"status={status} gives {sorted(told)}")
    both = server.listed("requests", status="open,closed")
    must(len(both) == len(server.listed("requests")), "open,closed isn't all")


@says("10", "service_code, or a list of them, gives requests of those services alone.")
def _by_code(server: Server) -> None:
    code = str(server.requests[0]["service_code"])
    for asked in (code, f"{code},{NOWHERE}"):
        told = {str(row["service_code"]) for row in server.listed("requests", service_code=asked)}
        must(told == {code}, f"service_code={asked} gives {sorted(told)}")


@says("10", "start_date and end_date bound the time of asking.")
def _by_time(server: Server) -> None:
    middle = _moment(server.requests[len(server.requests) // 2]["requested_datetime"])
    for name, sign in (("start_date", 1), ("end_date", -1)):
        bound = middle + timedelta(seconds=0 if sign > 0 else 1)
        for row in server.listed("requests", **{name: bound.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}):
            late = (_moment(row["requested_datetime"]) - bound).total_seconds() * sign
            must(late >= -1, f"{name}={bound.isoformat()} gives one of {row['requested_datetime']}")


@says("10", "A span of more than 90 days is cut or refused, and no failure.")
def _long_span(server: Server) -> None:
    answer = server.get("requests", start_date="2020-01-01T00:00:00Z", end_date="2026-11-01T00:00:00Z")
    must(answer.status_code in {200, 400}, f"it answers {answer.status_code}")


@says("10", "A list has at most 1,000 requests, the newest first.")
def _order(server: Server) -> None:
    times = [_moment(row["requested_datetime"]) for row in server.requests]
    must(times == sorted(times, reverse=True), "they aren't in that order")
    must(len(times) <= 1000, f"there are {len(times)}")


@says("11", "A request has the standard's fields, and no others without extensions=true.")
def _fields(server: Server) -> None:
    for row in server.requests:
        lacking = [name for name in NEEDED if not row.get(name)]
        must(not lacking, f"{row.get('service_request_id')} has no {', '.join(lacking)}")
        strange = set(row) - set(CORE)
        must(not strange, f"it has {', '.join(sorted(strange))}")
        must(row["status"] in {"open", "closed"}, f"status {row['status']}")


@says("11", "lat and long are degrees, and in that order.")
def _degrees(server: Server) -> None:
    placed = [row for row in server.requests if row.get("lat") not in (None, "")]
    if not placed:
        raise Untold("no request has a place")
    for row in placed:
        must(-90 <= float(row["lat"]) <= 90 and -180 <= float(row["long"]) <= 180, f"{row['lat']}, {row['long']}")


@says("11", "requests.xml is service_requests > request, with the same fields and ids as JSON.")
def _requests_xml(server: Server) -> None:
    # The same ones in both, though new ones come in between.
    some = ",".join(str(row["service_request_id"]) for row in server.requests[:50])
    root = server.root("requests", service_request_id=some)
    must(root.tag == "service_requests", f"the root is {root.tag}")
    must(all(child.tag == "request" for child in root), "a part isn't a request")
    ids = texts(root, "request/service_request_id")
    told = [str(row["service_request_id"]) for row in server.listed("requests", service_request_id=some)]
    must(ids == told, "the ids differ")
    for row in root:
        strange = {child.tag for child in row} - set(CORE)
        must(not strange, f"it has {', '.join(sorted(strange))}")


@says("12", "One request is a list of one, in both formats.")
def _one(server: Server) -> None:
    number = server.requests[0]["service_request_id"]
    rows = server.listed(f"requests/{number}")
    must(len(rows) == 1 and rows[0]["service_request_id"] == number, f"JSON has {len(rows)}")
    root = server.root(f"requests/{number}")
    must(root.tag == "service_requests", f"the root is {root.tag}")
    must(texts(root, "request/service_request_id") == [number], "XML hasn't service_requests/request")


@says("12", "An unknown service_request_id is a 404.")
def _no_request(server: Server) -> None:
    refused(server, server.get(f"requests/{NOWHERE}", "xml"), 404)
    refused(server, server.get(f"requests/{NOWHERE}"), 404)


@says("13", "Errors in JSON are a list of code and description.")
def _json_error(server: Server) -> None:
    refused(server, server.get(f"services/{NOWHERE}"), 404)


@says("13", "Errors in XML are errors > error > code, description.")
def _xml_error(server: Server) -> None:
    refused(server, server.get(f"services/{NOWHERE}", "xml"), 404)


@says("13", "A method that isn't taken is a 405, and its error has the format, too.")
def _method(server: Server) -> None:
    for form in ("xml", "json"):
        refused(server, server.client.request("DELETE", f"{server.base}/services.{form}"), 405)


@says("13", "A body of another type is a 415, and its error has the format, too.")
def _body(server: Server) -> None:
    for form in ("xml", "json"):
        address = f"{server.base}/requests.{form}"
        refused(server, server.client.post(address, content="{}", headers={"Content-Type": "application/json"}), 415)


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
        moment = _moment(str(changed))
        must(moment.tzinfo is not None, f"changeset {changed} has no zone")
        must(moment <= datetime.now(UTC), f"changeset {changed} isn't in the past")


@says("15", "Every XML answer is well-formed, whatever people wrote.")
def _well_formed(server: Server) -> None:
    for what in ("services", "requests", *(f"services/{row['service_code']}" for row in server.services[:20])):
        server.root(what)


@says("16", "Pages of any origin may read the answers.")
def _cors(server: Server) -> None:
    for what in ("services", "requests"):
        told = server.get_with("Origin", "https://app.example", what).headers.get("Access-Control-Allow-Origin")
        must(told == "*", f"Access-Control-Allow-Origin is {told}")


@says("16", "No cookie is set.")
def _cookies(server: Server) -> None:
    for answer in (server.get("services"), server.get("requests", "xml"), server.post()):
        must("set-cookie" not in answer.headers, f"{answer.url} sets {answer.headers.get('set-cookie')}")


@says("16", "Answers have an ETag, and what is known isn't sent again.")
def _etag(server: Server) -> None:
    tag = server.get("services").headers.get("ETag", "")
    must(bool(tag), "there is no ETag")
    again = server.get_with("If-None-Match", tag, "services")
    must(again.status_code == 304, f"If-None-Match answers {again.status_code}")


@says("16", "It is served over HTTPS.")
def _https(server: Server) -> None:
    address = urlsplit(server.base)
    if address.hostname in {"127.0.0.1", "localhost", "::1"}:
        raise Untold("the server is on this machine")
    must(address.scheme == "https", f"it is {address.scheme}")


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise Broken(f"{text!r} is no time in ISO 8601") from error
