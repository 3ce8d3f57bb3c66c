"""Connections that go to the public internet only, and not for longer than agreed.

The name is looked up, the addresses are judged, and the connection goes to the very address that was judged: a name that
answers differently the second time (DNS rebinding) gains nothing. TLS and `Host` still use the name.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import httpcore

from kuutio.core.internet import Forbidden, Network, judged

Resolve: TypeAlias = Callable[[str, int], Sequence[str]]


class TooLate(Exception):
    """The time for the whole answer is over."""


def look_up(host: str, port: int) -> list[str]:
    """All addresses of a name, by the system's resolver; `127.1` and `2130706433` are addresses to it, too."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Deadline:
    """When all must be over; shared by the connections of one fetcher, moved by each fetch."""

    def __init__(self) -> None:
        self.at = float("inf")

    def left(self, most: float | None) -> float:
        """Seconds that one step may still take.

        Raises:
            TooLate: none.
        """
        left = self.at - time.monotonic()
        if left <= 0:
            raise TooLate
        return left if most is None else min(left, most)


class Stream(httpcore.NetworkStream):
    """A connection whose every step ends by the deadline: without it a byte every ten seconds keeps a worker for days."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._inner.start_tls(ssl_context, server_hostname, self._deadline.left(timeout))
        return Stream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class Guard(httpcore.NetworkBackend):
    """Opens connections to judged addresses only."""

    def __init__(self, deadline: Deadline, allow: Sequence[Network] = (), resolve: Resolve = look_up) -> None:
        self._deadline, self._allow, self._resolve = deadline, tuple(allow), resolve
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError(f"{host} has no address.")
        for address in judged(self._addresses(host, port, timeout), self._allow):
            try:
                stream = self._sockets.connect_tcp(
                    address, port, self._deadline.left(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return Stream(stream, self._deadline)
        raise failure

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        raise Forbidden(path)

    def sleep(self, seconds: float) -> None:
        time.sleep(self._deadline.left(seconds))

    def _addresses(self, host: str, port: int, timeout: float | None) -> Sequence[str]:
        """The resolver's answer; it has no time limit of its own, so it runs aside and is left behind when it is late."""
        answer: list[Sequence[str]] = []
        failure: list[Exception] = []

        def ask() -> None:
            try:
                answer.append(self._resolve(host, port))
            except (OSError, UnicodeError) as error:
                failure.append(error)

        asking = threading.Thread(target=ask, daemon=True, name=f"look-up-{host}")
        asking.start()
        asking.join(self._deadline.left(timeout))
        if failure:
            raise httpcore.ConnectError(str(failure[0])) from failure[0]
        if not answer:
            raise httpcore.ConnectTimeout(f"No address for {host} in time.")
        return answer[0]
