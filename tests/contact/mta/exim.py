"""Exim, with the handbook's lines."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.contact.mta.debian import Server, environment, found, free_port, told, wait_for

USER = 4000


@contextmanager
def running(folder: Path, *, lmtp_port: int) -> Iterator[Server]:
    """An Exim that hands mail to a port of ours.

    Raises:
        NoServer: there is none to be had.
    """
    root = found("exim", "usr/sbin/exim4", "exim4-daemon-light", "libidn12", "libnss-wrapper")
    folder.chmod(0o755)
    env = environment(root, folder, "Debian-exim", USER)
    for name in ("spool", "log"):
        (folder / name).mkdir()
        os.chown(folder / name, USER, USER)
    binary, port = root / "usr/sbin/exim4", free_port()
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
keep_environment = {" : ".join(env)}
acl_smtp_rcpt = incoming
{told("exim", "main")}
begin acl
incoming:
  accept domains = +kuutio_domains
  deny message = relay not permitted
begin routers
{told("exim", "router")}
begin transports
{told("exim", "transport").replace("8024", str(lmtp_port))}
begin retry
* * F,2h,1m
"""
    )
    config.chmod(0o644)
    command = [str(binary), "-C", str(config)]

    def told_by(*words: str) -> bytes:
        return subprocess.run([*command, *words], env=env, check=True, capture_output=True, timeout=60).stdout

    with subprocess.Popen(
        [*command, "-bdf", "-q30m"], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as daemon:
        try:
            wait_for(port, daemon)
            yield Server(
                port,
                folder / "log" / "mainlog",
                waiting=lambda: int(told_by("-bpc")),
                run_queue=lambda: told_by("-qff") and None,
            )
        finally:
            daemon.terminate()
