"""What is at an address, for commands that a stranger runs on their own machine: the standard library alone, and with care.

Https from the public internet, or http from this very machine; never an address within somebody's network, which a name or a
redirect might lead to. The address that was judged is the one that is asked.
"""

from __future__ import annotations

import os
import socket
import ssl
import time
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import ip_address
from urllib.parse import urljoin, urlsplit

from kuutio.core.internet import Forbidden, judged, networks
from kuutio.core.problems import Invalid

TIMEOUT_S = 30
TOTAL_S = 300
MOST_REDIRECTS = 5
PIECE = 2**16
_MOVED = (301, 302, 303, 307, 308)


def download(url: str, most: int, *, body: bytes | None = None) -> bytes:
    """What is at an address.

    Args:
        most: bytes.
        body: what is sent there by POST; None asks by GET.

    Raises:
        Invalid: the address isn't one that is asked, gives nothing, too much, or takes too long.
    """
    deadline, here = time.monotonic() + TOTAL_S, is_here(urlsplit(url).hostname or "")
    try:
        for _move in range(MOST_REDIRECTS + 1):
            response = _asked(url, body, here=here)
            if response.status not in _MOVED or body is not None:
                return _read(url, response, most, deadline)
            url = urljoin(url, response.getheader("Location", ""))
    except (OSError, HTTPException, ValueError) as error:
        raise Invalid(f"{url[:200]} can't be had: {error}") from error
    raise Invalid(f"{url[:200]} leads from one address to another without end.")


def _asked(url: str, body: bytes | None, *, here: bool) -> HTTPResponse:
    """An answer; `here`: this machine was asked for, not led to."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    here = here and is_here(host)
    if parts.scheme != "https" and not (parts.scheme == "http" and here):
        raise Invalid("Give an address with https, or a file. http is for this machine alone.")
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    line = socket.create_connection((_address(host, port, here), port), TIMEOUT_S)
    if secure:
        line = ssl.create_default_context().wrap_socket(line, server_hostname=host)
    connection = (HTTPSConnection if secure else HTTPConnection)(host, port, timeout=TIMEOUT_S)
    connection.sock = line
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    headers = {"User-Agent": "Kuutio (verify)", "Accept-Encoding": "identity", "Connection": "close"}
    connection.request("GET" if body is None else "POST", path, body, headers)
    return connection.getresponse()


def _address(host: str, port: int, here: bool) -> str:
    """Where a name leads, if all that it leads to may be asked; the installation's own setting lets networks within in, too."""
    found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if here and all(map(is_here, found)):
        return found[0]
    try:
        return judged(found, networks(os.environ.get("KUUTIO_FETCH_ALLOW", "").replace(",", " ").split()))[0]
    except Forbidden as error:
        raise Invalid(f"{host[:100]} is in a private network: it isn't asked.") from error


def _read(url: str, response: HTTPResponse, most: int, deadline: float) -> bytes:
    if response.status != 200:
        told = response.read(300).decode(errors="replace")
        raise Invalid(f"{url[:200]} answers with error {response.status}. {told}".strip())
    parts, left = [], most
    while piece := response.read1(PIECE):
        left -= len(piece)
        if left < 0:
            raise Invalid(f"{url[:200]} is too large: at most {most} bytes are read.")
        if time.monotonic() > deadline:
            raise Invalid(f"{url[:200]} takes too long: it is waited for {TOTAL_S} seconds.")
        parts.append(piece)
    if response.length:
        raise Invalid(f"{url[:200]} broke off before its end.")
    return b"".join(parts)


def is_here(host: str) -> bool:
    """Whether a host is this very machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
