"""Clause 16: HTTPS, kept answers, any origin, no cookies."""

from __future__ import annotations

from urllib.parse import urlsplit

from kuutio.contact.open311.conformance.asking import Server, Untold, must
from kuutio.contact.open311.conformance.statements import says


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
