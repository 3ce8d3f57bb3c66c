"""Clauses 1, 13, 15: the two formats, errors in them, and XML that can be read."""

from __future__ import annotations

from kuutio.contact.open311.conformance.asking import NOWHERE, Server, must, refused, tree
from kuutio.contact.open311.conformance.statements import says

TYPES = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
HEAD = b'<?xml version="1.0" encoding="utf-8"?>'


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


@says("15", "Every XML answer is well-formed, whatever people wrote.")
def _well_formed(server: Server) -> None:
    for what in ("services", "requests", *(f"services/{row['service_code']}" for row in server.services[:20])):
        server.root(what)
