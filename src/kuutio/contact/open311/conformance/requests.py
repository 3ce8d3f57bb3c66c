"""Clauses 11, 12: the fields of a request, and one alone."""

from __future__ import annotations

from kuutio.contact.open311.conformance.asking import NOWHERE, Server, Untold, must, refused, texts
from kuutio.contact.open311.conformance.statements import says

CORE = (
    *("service_request_id", "status", "status_notes", "service_name", "service_code", "description"),
    *("agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime"),
    *("address", "address_id", "zipcode", "lat", "long", "media_url"),
)
NEEDED = ("service_request_id", "status", "service_code", "requested_datetime")


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
