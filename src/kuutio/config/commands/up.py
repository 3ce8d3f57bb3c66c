"""`./kuutio up`: database, web, worker and incoming mail on one machine, until Ctrl-C."""

import argparse
import errno
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import FrameType

from kuutio.config.console import answer, say, start_django
from kuutio.config.database import database
from kuutio.config.environment import ROOT, read

HELP = "Start Kuutio: database, web, worker and incoming mail, with the demonstration in an empty database."
NEEDS_DATABASE = False
#: All the addresses of this machine.
_ALL = {"0.0.0.0", "::"}  # noqa: S104


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen, and whether to leave the database empty."""
    parser.add_argument("--port", type=_port, default=8000, help="the port (default 8000)")
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="the address to listen at (default 127.0.0.1); 0.0.0.0 lets the whole network in, under any name",
    )
    parser.add_argument("--empty", action="store_true", help="without the demonstration")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="web processes (default 2)")


def _port(text: str) -> int:
    """A port's number; what is none is wrong usage."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535, not {text!r}")
    return int(text)


def why_not_listen(host: str, port: int) -> str:
    """Why we can't listen there, as a sentence that says what to do; empty when we can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except socket.gaierror:
            return f"no machine is called {host}. Give an address of this one: --host 127.0.0.1"
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                return f"{host} is no address of this machine. Give one that is: --host 127.0.0.1, or 0.0.0.0 for all"
            if error.errno in {errno.EACCES, errno.EPERM}:
                return (
                    f"you may not listen at port {port}: those below 1024 are the system's. Choose another: --port 8000"
                )
            if error.errno == errno.EADDRINUSE:
                return f"port {port} at {host} is taken. Choose another: ./kuutio up --port {port + 1 if port < 65535 else 8000}"
            return f"we can't listen at {host}, port {port}: {error.strerror}"
    return ""


class Processes:
    """The web, then the worker and the mail: a dead worker or mail is started again, all are stopped together."""

    def __init__(self, commands: dict[str, list[str]], env: dict[str, str]) -> None:
        self.commands, self.env = commands, env
        self.running = {name: self._start(name) for name in commands}
        self.stopping = False

    def add(self, commands: dict[str, list[str]]) -> None:
        """Start these beside those that run."""
        self.commands |= commands
        self.running |= {name: self._start(name) for name in commands}

    def _start(self, name: str) -> "subprocess.Popen[bytes]":
        # A session of its own: Ctrl-C reaches the supervisor alone, which then stops them in order.
        return subprocess.Popen(self.commands[name], cwd=ROOT, env=self.env, start_new_session=True)  # noqa: S603

    def watch(self) -> int:
        """Return when told to stop (0), or when the web can't run (1)."""
        while not self.stopping:
            time.sleep(0.3)
            if self.running["web"].poll() is not None and not self.stopping:
                say("kuutio: the web process ended; the reason stands above")
                return 1
            for name in self.commands.keys() - {"web"}:
                if self.running[name].poll() is not None and not self.stopping:
                    say(f"kuutio: the {name} process ended; starting another")
                    time.sleep(1)
                    self.running[name] = self._start(name)
        return 0

    def stop(self) -> None:
        """Ask all to finish, and end what has not after 25 seconds."""
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()
        until = time.monotonic() + 25
        for process in self.running.values():
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def web(host: str, port: int, workers: int) -> list[str]:
    """The command that answers on the web with some processes; one that dies is begun again, and the others go on."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    command += ["--workers", str(workers), "--blocking-threads", "4", "--backpressure", "64", "--no-access-log"]
    command += ["--log-level", "warning", "--workers-kill-timeout", "5"]
    command += ["--respawn-failed-workers", "--respawn-interval", "1"]
    return [*command, "kuutio.config.wsgi:application"]


def worker() -> list[str]:
    """The command that does what may follow later.

    Who sends a form waits for its answer, who gets a receipt doesn't: where both want a processor, the web goes first.
    """
    return ["nice", "-n", "10", sys.executable, "-m", "kuutio", "worker"]


def _mail(listen: str) -> dict[str, list[str]]:
    """The process that takes mail in, by name; none when it is turned off or its port is another's: `up` goes on without."""
    host, _colon, port = listen.rpartition(":")
    if listen and "/" not in listen and port.isdigit() and (why := why_not_listen(host.strip("[]"), int(port))):
        other = f"KUUTIO_LMTP={host}:{int(port) + 1 if int(port) < 65535 else 8025}"
        say(f"kuutio: no mail comes in at {listen}: {why.partition('. ')[0]}. Choose another: {other}")
        return {}
    return {"mail": [sys.executable, "-m", "kuutio", "lmtp"]} if listen else {}


def _answers(url: str, processes: Processes, seconds: float = 60) -> bool:
    """Whether the web came up."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and processes.running["web"].poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310  # our own address
                return bool(response.status == 200)
        except OSError:
            time.sleep(0.1)
    return False


def _introduce(site: str, people: list[dict[str, str]], *, outbox: bool) -> None:
    """Say where everything is, and who may sign in: before the demonstration, whose files take minutes to come in."""
    say(f"\nKuutio is at {site}\n")
    for label, path in (
        ("Interfaces", "/api/"),
        ("OGC API", "/api/ogc/"),
        ("Catalogue", "/catalog.ttl"),
        *([("Outbox", "/fi/outbox/")] if outbox else []),
    ):
        say(f"  {label:11} {site}{path}")
    if people:
        say("\nSign in as one of the demonstration's people:\n")
        for person in people:
            say(f"  {person['email']:34} {person['password']}")
    say("\nCtrl-C stops it.\n")


def run(options: argparse.Namespace) -> int:
    """Start everything, say where it is, stop cleanly."""
    if why := why_not_listen(options.host, options.port):
        say(f"kuutio: {why}")
        return 1
    shown = "localhost" if options.host in {"127.0.0.1", "::1", *_ALL} else options.host
    os.environ.setdefault("KUUTIO_URL", f"http://{f'[{shown}]' if ':' in shown else shown}:{options.port}")
    if options.host in _ALL:
        # Its visitors call it by whatever name or address it has in their network.
        os.environ.setdefault("KUUTIO_ALLOWED_HOSTS", "*")
    elif options.host not in {"127.0.0.1", "::1"}:
        os.environ.setdefault("KUUTIO_ALLOWED_HOSTS", f"localhost,127.0.0.1,{options.host}")
    if not options.empty:
        os.environ.setdefault("KUUTIO_DEMO", "1")
    Path(read("KUUTIO_DATA")).mkdir(parents=True, exist_ok=True)

    def interrupted(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    # A shell starts what it puts in the background with Ctrl-C's signal ignored; whoever sends it means it all the same.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, interrupted)
    processes = None
    try:
        with database() as url:
            start_django()
            from django.conf import settings

            from kuutio.config import demonstration, installation

            installation.migrate()
            env = {**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"}
            # A heap for each thread keeps what its largest answer took; threads of Python take turns anyway.
            env.setdefault("MALLOC_ARENA_MAX", "1")
            if not options.empty:
                installation.demonstrate_people(Path(settings.DATA))
            processes = Processes({"web": web(options.host, options.port, options.workers)}, env)
            try:
                if not _answers(
                    f"http://{'[' + options.host + ']' if ':' in options.host else options.host}:{options.port}/healthz",
                    processes,
                ):
                    say("kuutio: the web process did not come up")
                    return 1
                # Only now: starting up they would take the processors from the web, for which somebody waits.
                processes.add({"worker": worker(), **_mail(settings.MAIL_LISTEN)})
                people = demonstration.sign_ins(Path(settings.DATA))
                _introduce(settings.SITE_URL, people, outbox=settings.DEMO)
                if not options.empty:
                    installation.demonstrate(say)
                if not sys.stdout.isatty():
                    answer({"url": settings.SITE_URL, "people": people})
                return processes.watch()
            finally:
                processes.stopping = True
                processes.stop()
    except KeyboardInterrupt:
        say("kuutio: stopped")
        return 0
