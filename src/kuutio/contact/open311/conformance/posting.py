"""Clauses 7, 8, 9: posting a request, its answer, tokens."""

from __future__ import annotations

from kuutio.contact.open311.conformance.asking import NOWHERE, Server, Untold, must, parsed, refused, tree
from kuutio.contact.open311.conformance.statements import says


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
