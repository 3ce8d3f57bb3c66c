"""A provider of text messages: it signs what it brings, and takes what we send, over real HTTP."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.test import Client

from kuutio.contact.channels.signing import signature

SECRET, OLD_SECRET = "a-secret-of-the-provider-0001", "the-secret-that-was-before-it"


def channel(kind: str = "sms", **words: Any) -> dict[str, Any]:
    """A provider as the setting names it."""
    return {"name": kind, "kind": kind, "secrets": [SECRET, OLD_SECRET], **words}


def bring(body: Any, *, name: str = "sms", door: str = "in", secret: str = SECRET, **headers: str) -> Any:
    """What the provider posts, signed now; `headers` stand in for what it would say itself."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    at = headers.pop("at", str(int(time.time())))
    said = {"X-Kuutio-Timestamp": at, "X-Kuutio-Signature": signature(at, raw, secret)} | headers
    return Client().post(f"/api/channels/{name}/{door}", raw, content_type="application/json", headers=said)


@contextmanager
def gateway() -> Iterator[tuple[str, list[dict[str, Any]], dict[str, Any]]]:
    """Its address, what came (each with its headers), and how it answers: `status`, `body`."""
    got: list[dict[str, Any]] = []
    answers: dict[str, Any] = {"status": 202, "body": {}}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            got.append(told | {"headers": dict(self.headers)})
            body = json.dumps(answers["body"]).encode()
            self.send_response(answers["status"])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: Any) -> None:
            """Nothing: the tests read `got`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/messages", got, answers
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
