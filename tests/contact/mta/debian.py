"""Real mail servers of Debian for tests: the installed one, else one unpacked from its package without installing it."""

from __future__ import annotations

import os
import re
import shutil
import smtplib
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kuutio.config.environment import ROOT

HOWTO = ROOT / "docs" / "howto" / "mail.md"


class NoServer(Exception):
    """There is none, and none can be had; says why."""


def found(name: str, binary: str, *packages: str) -> Path:
    """The root folder that a server lies in: `/` for an installed one.

    Args:
        binary: where it lies below the root.
        packages: what to unpack where it isn't installed.

    Raises:
        NoServer: neither installed nor to be unpacked.
    """
    if os.geteuid() != 0:
        raise NoServer("a mail server changes users, which only root may do")
    if (Path("/") / binary).exists():
        return Path("/")
    unpacked = ROOT / "build" / "mta" / name
    if not (unpacked / binary).exists():
        if not shutil.which("apt-get") or not shutil.which("dpkg"):
            raise NoServer(f"{name} isn't installed, and this is no Debian")
        unpacked.mkdir(parents=True, exist_ok=True)
        try:
            subprocess.run(
                ["apt-get", "download", *packages], cwd=unpacked, check=True, capture_output=True, timeout=60
            )
            for package in unpacked.glob("*.deb"):
                subprocess.run(["dpkg", "-x", package, unpacked], check=True, capture_output=True, timeout=60)
        except (OSError, subprocess.SubprocessError) as problem:
            raise NoServer(f"Debian's package of {name} can't be had: {problem}") from problem
    (unpacked / binary).chmod(0o755)  # without the setuid bit: it keeps the wrapped names of users
    return unpacked


def told(server: str, what: str) -> str:
    """The lines that the handbook tells operators to write."""
    match = re.search(rf"<!-- {server}: {what}[^>]*-->\n```\n(.*?)```", HOWTO.read_text("utf-8"), re.S)
    assert match, what
    return match[1]


def environment(root: Path, folder: Path, user: str, number: int, *groups: str) -> dict[str, str]:
    """Variables by which a server finds its libraries, and its user where the machine doesn't know it."""
    env = {"PATH": os.environ["PATH"]}
    wrapper = next(iter(root.glob("usr/lib/*/libnss_wrapper.so")), None)
    if wrapper is None:
        return env
    nobody = "nobody:x:65534:65534::/:/usr/sbin/nologin\n"
    (folder / "passwd").write_text(f"root:x:0:0:root:/root:/bin/sh\n{user}:x:{number}:{number}::/:/bin/false\n{nobody}")
    names = [f"{user}:x:{number}:", "root:x:0:", "mail:x:8:", "nogroup:x:65534:"]
    names += [f"{group}:x:{number + at}:" for at, group in enumerate(groups, start=1)]
    (folder / "group").write_text("\n".join(names) + "\n")
    return env | {
        "LD_LIBRARY_PATH": f"{wrapper.parent}:{root}/usr/lib/postfix",
        "LD_PRELOAD": str(wrapper),
        "NSS_WRAPPER_PASSWD": str(folder / "passwd"),
        "NSS_WRAPPER_GROUP": str(folder / "group"),
    }


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, daemon: subprocess.Popen[bytes], seconds: float = 15) -> None:
    """Return when a server listens.

    Raises:
        NoServer: it ended, or took too long; with what it said.
    """
    until = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if daemon.poll() is not None or time.monotonic() > until:
                daemon.kill()
                said = daemon.communicate()[0].decode("utf-8", "replace")
                raise NoServer(f"it doesn't start: {said}") from None
            time.sleep(0.1)


@dataclass
class Server:
    """A running one: where it takes mail from the world, its log, how much waits, and how to try that once more."""

    port: int
    log: Path
    waiting: Callable[[], int]
    run_queue: Callable[[], None]

    def send(self, data: bytes, *, to: str, sender: str = "aino@posti.example") -> None:
        """Give it a message, as a stranger on the net does."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=20) as client:
            client.sendmail(sender, [to], data)
