"""Putting every statement to a server."""

from __future__ import annotations

from typing import Any

import httpx

from kuutio.contact.open311.conformance.asking import Broken, Server, Untold
from kuutio.contact.open311.conformance.statements import Statement, by_clause

WAIT_S = 30.0


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
    told = [{"clause": clause, "says": sentence} | _judged(check, server) for clause, sentence, check in by_clause()]
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
