"""A small server that behaves as badly as the internet does, for tests of what reads from it."""

from __future__ import annotations

import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Source(ThreadingHTTPServer):
    """Answers by path; `asked` has each request's path, headers in lower case and time."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Door)
        self.asked: list[tuple[str, dict[str, str], float]] = []
        self.answers: dict[str, Callable[[Door], None]] = {}
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def answer(self, path: str, body: bytes = b"", *, status: int = 200, **headers: str) -> str:
        """Answer a path always like this; underscores in the names of headers are hyphens. Returns its address."""
        self.answers[path] = lambda door: door.say(status, body, headers)
        return self.url + path

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A reader that hangs up is no fault of the source."""


class Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Source

    def do_GET(self) -> None:
        self.server.asked.append(
            (self.path, {name.lower(): value for name, value in self.headers.items()}, time.monotonic())
        )
        found = self.server.answers.get(self.path) or self.server.answers.get(self.path.partition("?")[0])
        with suppress(ConnectionError):
            if found:
                found(self)
            else:
                self.say(404, b"", {})

    def say(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        """The tests' output stays quiet."""


@contextmanager
def source() -> Iterator[Source]:
    server = Source()
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    serving.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        serving.join()


def bomb(size: int) -> bytes:
    """So many zeros, gzipped: a thousandth of it."""
    packer = zlib.compressobj(9, wbits=31)
    block = bytes(2**20)
    return b"".join(packer.compress(block) for _ in range(size // len(block))) + packer.flush()
