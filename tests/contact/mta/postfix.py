"""Postfix, with the handbook's lines."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.contact.mta.debian import Server, environment, found, free_port, told, wait_for

USER = 4001
QUEUES = ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace")
SERVICES = """
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


@contextmanager
def running(folder: Path, *, lmtp_port: int) -> Iterator[Server]:
    """A Postfix that hands mail to a port of ours.

    Raises:
        NoServer: there is none to be had.
    """
    packages = ("postfix", "libicu72", "libsasl2-2", "libnsl2", "libdb5.3", "libnss-wrapper")
    root = found("postfix", "usr/lib/postfix/sbin/master", *packages)
    folder.chmod(0o755)
    env = environment(root, folder, "postfix", USER, "postdrop") | {"MAIL_CONFIG": str(folder / "conf")}
    queue, port = folder / "queue", free_port()
    for path in (folder / "conf", folder / "data", queue, queue / "pid", queue / "public", queue / "maildrop"):
        path.mkdir()
    for name in QUEUES:
        (queue / name).mkdir(mode=0o700)
    for path in (folder / "data", queue / "public", queue / "maildrop", *(queue / name for name in QUEUES)):
        os.chown(path, USER, -1)
    (folder / "conf" / "master.cf").write_text(f"{port} inet n - n - - smtpd{SERVICES}")
    (folder / "conf" / "main.cf").write_text(
        f"""
compatibility_level = 3.6
queue_directory = {queue}
data_directory = {folder}/data
daemon_directory = {root}/usr/lib/postfix/sbin
command_directory = {root}/usr/sbin
shlib_directory = {root}/usr/lib/postfix
meta_directory = {root}/etc/postfix
default_privs = nobody
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.example.fi
mydestination =
mynetworks = 192.0.2.0/24
smtpd_relay_restrictions = reject_unauth_destination
alias_maps =
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
import_environment = {" ".join(env)}
{told("postfix", "main.cf").replace("8024", str(lmtp_port))}
"""
    )

    def again() -> None:
        subprocess.run([root / "usr/sbin/postqueue", "-f"], env=env, check=True, capture_output=True, timeout=60)

    def waiting() -> int:
        return sum(one.is_file() for name in ("incoming", "active", "deferred") for one in (queue / name).rglob("*"))

    command = [str(root / "usr/lib/postfix/sbin/master"), "-c", str(folder / "conf"), "-d"]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as daemon:
        try:
            wait_for(port, daemon)
            yield Server(port, folder / "log", waiting=waiting, run_queue=again)
        finally:
            daemon.terminate()
