"""A real Exim of Debian for tests: the installed one, else one unpacked from Debian's package without installing it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import smtplib
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from kuutio.config.environment import ROOT

UNPACKED = ROOT / "build" / "mta"
PACKAGES = ("exim4-daemon-light", "libidn12", "libnss-wrapper")
HOWTO = ROOT / "docs" / "howto" / "mail.md"


class NoExim(Exception):
    """There is none, and none can be had; says why."""


def found() -> Path:
    """The root folder that Exim lies in: `/` for an installed one.

    Raises:
        NoExim: neither installed nor to be unpacked.
    """
    if os.geteuid() != 0:
        raise NoExim("Exim changes users, which only root may do")
    if shutil.which("exim4"):
        return Path("/")
    if not (UNPACKED / "usr/sbin/exim4").exists():
        if not shutil.which("apt-get") or not shutil.which("dpkg"):
            raise NoExim("no exim4 is installed, and this is no Debian")
        UNPACKED.mkdir(parents=True, exist_ok=True)
        try:
            subprocess.run(
                ["apt-get", "download", *PACKAGES], cwd=UNPACKED, check=True, capture_output=True, timeout=60
            )
            for package in UNPACKED.glob("*.deb"):
                subprocess.run(["dpkg", "-x", package, UNPACKED], check=True, capture_output=True, timeout=60)
        except (OSError, subprocess.SubprocessError) as problem:
            raise NoExim(f"Debian's package can't be had: {problem}") from problem
    (UNPACKED / "usr/sbin/exim4").chmod(0o755)  # without the setuid bit: it keeps the wrapped names of users
    return UNPACKED


def told(what: str) -> str:
    """The lines that the handbook tells operators to write."""
    match = re.search(rf"<!-- exim: {what}[^>]*-->\n```\n(.*?)```", HOWTO.read_text("utf-8"), re.S)
    assert match, what
    return match[1]


@dataclass
class Exim:
    """A running one: where it listens, and the queue to be run by hand."""

    port: int
    command: list[str]
    env: dict[str, str]
    log: Path

    def send(self, data: bytes, *, to: str, sender: str = "aino@posti.example") -> None:
        """Give it a message, as a stranger on the net does."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=20) as client:
            client.sendmail(sender, [to], data)

    def run_queue(self) -> None:
        """Try everything that waits once more, now."""
        subprocess.run([*self.command, "-qff"], env=self.env, check=True, capture_output=True, timeout=60)

    def waiting(self) -> int:
        """How many messages wait."""
        out = subprocess.run([*self.command, "-bpc"], env=self.env, check=True, capture_output=True, timeout=20)
        return int(out.stdout)


@contextmanager
def running(folder: Path, *, lmtp_port: int) -> Iterator[Exim]:
    """An Exim with the handbook's lines, that hands mail to a port of ours.

    Raises:
        NoExim: see `found`.
    """
    root = found()
    binary = root / "usr/sbin/exim4"
    folder.chmod(0o755)
    for name in ("spool", "log"):
        (folder / name).mkdir()
        os.chown(folder / name, 4000, 4000)
    (folder / "passwd").write_text(
        f"root:x:0:0:root:/root:/bin/sh\nDebian-exim:x:4000:4000::{folder}:/usr/sbin/nologin\n"
    )
    (folder / "group").write_text("root:x:0:\nDebian-exim:x:4000:\nmail:x:8:\n")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = folder / "exim.conf"
    config.write_text(
        f"""
exim_path = {binary}
spool_directory = {folder}/spool
log_file_path = {folder}/log/%slog
pid_file_path = {folder}/exim.pid
primary_hostname = mx.example.fi
daemon_smtp_ports = {port}
local_interfaces = 127.0.0.1
deliver_drop_privilege = true
never_users =
keep_environment = LD_LIBRARY_PATH : LD_PRELOAD : NSS_WRAPPER_PASSWD : NSS_WRAPPER_GROUP
acl_smtp_rcpt = incoming
{told("main")}
begin acl
incoming:
  accept domains = +kuutio_domains
  deny message = relay not permitted
begin routers
{told("router")}
begin transports
{told("transport").replace("8024", str(lmtp_port))}
begin retry
* * F,2h,1m
"""
    )
    config.chmod(0o644)
    libraries = root / "usr/lib/x86_64-linux-gnu"
    wrapper = next(iter(root.glob("usr/lib/*/libnss_wrapper.so")), None)
    env = {"PATH": os.environ["PATH"], "LD_LIBRARY_PATH": str(wrapper.parent if wrapper else libraries)}
    if wrapper is not None:
        env |= {
            "LD_PRELOAD": str(wrapper),
            "NSS_WRAPPER_PASSWD": str(folder / "passwd"),
            "NSS_WRAPPER_GROUP": str(folder / "group"),
        }
    command = [str(binary), "-C", str(config)]
    daemon = subprocess.Popen(
        [*command, "-bdf", "-q30m"], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    exim = Exim(port, command, env, folder / "log" / "mainlog")
    try:
        until = time.monotonic() + 15
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if daemon.poll() is not None or time.monotonic() > until:
                    daemon.kill()
                    said = daemon.communicate()[0].decode("utf-8", "replace")
                    raise NoExim(f"Exim doesn't start: {said}") from None
                time.sleep(0.1)
        yield exim
    finally:
        with suppress(ProcessLookupError):
            os.killpg(daemon.pid, signal.SIGTERM)
        daemon.wait(20)
        if daemon.stdout:
            daemon.stdout.close()
