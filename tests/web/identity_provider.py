"""A service of identities in a process of its own: its library warns, and warnings are errors in ours."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx


@contextmanager
def running(**claims: Any) -> Iterator[dict[str, Any]]:
    """A provider that knows one person; gives the declaration of it, as the setting makes it for allauth."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--user-claims", json.dumps(claims)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://localhost:{port}"
    try:
        _wait_for(f"{address}/.well-known/openid-configuration")
        app = {"provider_id": "city", "name": "Kaupungin tunnus", "client_id": "kuutio", "secret": "s"}
        app["settings"] = {"server_url": address}  # type: ignore[assignment]
        yield {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(address: str) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            if httpx.get(address, timeout=1).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the identity provider did not start")
