"""A mail server delivers by LMTP: what is answered with 250 is kept for good, once; everything else it tries again or returns."""

import asyncio
import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import DatabaseError, connection

from kuutio.config.environment import ROOT
from kuutio.contact import lmtp, mailboxes, raw_mail
from kuutio.contact.actions import mailing
from kuutio.contact.models import Case, Message, RawMail
from tests.contact.conftest import MONDAY
from tests.contact.mail.messages import REAL
from tests.contact.mails import answer, opened, reply_address_of, written
from tests.contact.sinks import looping

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def serving(listen: str = "127.0.0.1:0") -> Iterator[str]:
    """Our LMTP server in a thread; where it listens."""

    async def start(loop: asyncio.AbstractEventLoop) -> tuple[str, asyncio.Event, "asyncio.Task[None]"]:
        until, found = asyncio.Event(), loop.create_future()
        task = loop.create_task(lmtp.serve(listen, until=until, ready=found.set_result))
        await asyncio.wait([found, task], return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        return found.result(), until, task

    with looping(start) as ((where, until, task), loop):
        try:
            yield where
        finally:
            loop.call_soon_threadsafe(until.set)

            async def ended() -> None:
                await task
                await asyncio.sleep(0.05)

            asyncio.run_coroutine_threadsafe(ended(), loop).result(20)


@pytest.fixture
def server() -> Iterator[tuple[str, int]]:
    with serving() as where:
        host, _colon, port = where.rpartition(":")
        yield host, int(port)


def deliver(where: tuple[str, int], data: bytes, *, to: str = "palvelu@localhost", sender: str = "aino@posti.example"):
    """One message by one connection."""
    with smtplib.LMTP(*where) as client:
        return client.sendmail(sender, [to], data)


def test_a_message_is_on_the_disk_and_in_the_database_when_it_is_taken(server, jobs):
    data = written("Kuoppa. Å ä ö €").replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    deliver(server, data, to="Palvelu@LOCALHOST")
    raw = RawMail.objects.get()
    assert raw_mail.read(raw.path) == data
    assert (raw.state, raw.sender, raw.recipients) == ("waiting", "aino@posti.example", ["Palvelu@LOCALHOST"])
    assert (raw_mail.folder() / raw.path).stat().st_mode & 0o077 == 0
    assert jobs() == ["read_mail"]


def test_every_real_message_is_taken_whole(server):
    sent = set()
    with smtplib.LMTP(*server) as client:
        for path in REAL:
            # As a mail server sends it: lines end in CR LF.
            data = b"\r\n".join(path.read_bytes().rstrip(b"\r\n").splitlines()) + b"\r\n"
            client.sendmail("", ["palvelu@localhost"], data)
            sent.add(data)
    assert {raw_mail.read(raw.path) for raw in RawMail.objects.all()} == sent


def test_the_same_bytes_are_one_row_and_both_are_told_that_they_are_kept(server, jobs):
    data = written()
    for to in ("palvelu@localhost", "espoo@localhost", "palvelu@localhost"):
        assert deliver(server, data, to=to) == {}
    assert RawMail.objects.get().recipients == ["palvelu@localhost", "espoo@localhost"]
    assert jobs() == ["read_mail"]


def talk(where: tuple[str, int], *lines: bytes) -> list[bytes]:
    """What the server says to each line, the greeting first."""
    with socket.create_connection(where, timeout=10) as raw, raw.makefile("rb") as heard:
        said = [heard.readline()]
        for line in lines:
            raw.sendall(line + b"\r\n")
            if line.startswith(b"DATA"):
                said.append(heard.readline())
                raw.sendall(b"Subject: x\r\n\r\n..dot\r\n.\r\n")
                expected = sum(one.startswith(b"RCPT") for one in lines)
                said += [heard.readline() for _n in range(expected)]
            else:
                answer = heard.readline()
                while answer[3:4] == b"-":
                    answer = heard.readline()
                said.append(answer)
        return said


def test_each_recipient_is_answered_for(server):
    said = talk(
        server,
        b"LHLO mx",
        b"MAIL FROM:<>",
        b"RCPT TO:<palvelu@localhost>",
        b"RCPT TO:<espoo@localhost>",
        b"DATA",
        b"QUIT",
    )
    assert [line[:3] for line in said] == [b"220", b"250", b"250", b"250", b"250", b"354", b"250", b"250", b"221"]
    raw = RawMail.objects.get()
    assert raw.sender == ""
    assert raw_mail.read(raw.path) == b"Subject: x\r\n\r\n.dot\r\n"


def test_it_speaks_no_smtp(server):
    assert [line[:3] for line in talk(server, b"EHLO mx", b"QUIT")] == [b"220", b"500", b"221"]


@pytest.mark.parametrize("to", ["aino@posti.example", "palvelu@localhost.example", "a" * 330 + "@localhost"])
def test_another_domains_mail_is_not_taken(server, to):
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        deliver(server, written(), to=to)
    assert next(iter(refused.value.recipients.values()))[0] == 550


def test_a_line_longer_than_the_standard_allows_loses_no_mail(server):
    data = b"Subject: x\r\n\r\n" + b"x" * 200_000 + b"\r\n"
    deliver(server, data)
    assert raw_mail.read(RawMail.objects.get().path) == data


def test_too_large_a_message_goes_back_for_good(server, monkeypatch):
    monkeypatch.setattr(lmtp, "MOST_BYTES", 100_000)
    with pytest.raises(smtplib.SMTPSenderRefused) as told_before:
        deliver(server, written("x\n" * 100_000))
    assert told_before.value.smtp_code == 552
    with smtplib.LMTP(*server) as client:
        client.ehlo_or_helo_if_needed()
        client.mail("aino@posti.example")  # without saying how large it is
        client.rcpt("palvelu@localhost")
        assert client.data(b"x\r\n" * 100_000)[0] == 552
    assert RawMail.objects.count() == 0


def test_when_it_cannot_be_kept_the_mail_server_tries_again(server, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    def down(*_args, **_words):
        raise DatabaseError

    data = written()
    for place, name, fault in ((raw_mail, "write", full), (mailing.RawMail.objects, "get_or_create", down)):
        with monkeypatch.context() as patch:
            patch.setattr(place, name, fault)
            with pytest.raises(smtplib.SMTPDataError) as refused:
                deliver(server, data)
        assert refused.value.smtp_code == 451
        assert RawMail.objects.count() == 0
    deliver(server, data)
    assert RawMail.objects.count() == 1


def test_too_many_at_once_are_asked_to_come_later(server, monkeypatch):
    monkeypatch.setattr(lmtp, "MOST_CONNECTIONS", 2)
    clients = [smtplib.LMTP(*server) for _n in range(2)]
    with pytest.raises(smtplib.SMTPConnectError) as refused:
        smtplib.LMTP(*server)
    assert refused.value.smtp_code == 421
    for client in clients:
        client.quit()
    until = time.monotonic() + 10
    while True:
        try:
            deliver(server, written())
            break
        except smtplib.SMTPConnectError:
            assert time.monotonic() < until, "a connection that ended makes room"
            time.sleep(0.05)


def test_a_sockets_path_works_as_well(tmp_path):
    path = tmp_path / "lmtp.sock"
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(path))
    left.close()
    with serving(str(path)) as where, smtplib.LMTP(where) as client:
        client.sendmail("a@b.example", ["palvelu@localhost"], written())
    assert RawMail.objects.count() == 1
    assert not path.exists()


@pytest.mark.parametrize("said", ["8024", "localhost", "localhost:x", "localhost:99999", ":8024"])
def test_where_to_listen_is_told_plainly(said):
    with pytest.raises(ValueError, match="HOST:PORT"):
        lmtp.address_of(said)


def test_an_upper_cased_reply_address_still_threads_by_the_wire(group, agents, server):
    case = opened()
    address = reply_address_of(answer(case, agents["desk"])).upper()
    deliver(server, written(to=address), to=address)
    raw = RawMail.objects.latest("pk")
    mailing.take_in(raw.pk)
    raw.refresh_from_db()
    assert raw.message.case == case
    assert mailboxes.is_ours(address)


# --- killed in the middle

DIES = """
import os, signal, sys
import django
django.setup()
from django.conf import settings
from pathlib import Path
settings.DATA = Path(sys.argv[2])
from kuutio.contact import lmtp, raw_mail
from kuutio.contact.actions import mailing
import asyncio

def die(*_args, **_words):
    os.kill(os.getpid(), signal.SIGKILL)

point = sys.argv[1]
kept, written = mailing.keep, raw_mail.write
if point == "before":
    mailing.keep = die
elif point == "file":
    raw_mail.write = lambda data: (written(data), die())
elif point == "transaction":
    mailing.tasks.read_mail.defer = die
elif point.startswith("reading"):
    mailing._tell_officers = die
    mailing.take_in(int(point.partition(":")[2]))
elif point == "row":
    mailing.keep = lambda *args, **words: (kept(*args, **words), die())
asyncio.run(lmtp.serve("127.0.0.1:0", until=asyncio.Event(), ready=lambda where: print(where, flush=True)))
"""


def database_url() -> str:
    """The address of the tests' own database."""
    own = connection.settings_dict
    return f"postgresql://{own['USER']}:{own['PASSWORD']}@/{own['NAME']}?host={quote(own['HOST'])}"


@contextmanager
def process(point: str, data: Path) -> Iterator[tuple["subprocess.Popen[str]", tuple[str, int]]]:
    """A server of its own process, which kills itself at a point."""
    env = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "KUUTIO_DATA": str(data),
        "KUUTIO_MAIL_DOMAIN": "localhost",
        "DJANGO_SETTINGS_MODULE": "kuutio.config.settings",
        "PYTHONPATH": str(ROOT / "src"),
    }
    command = [sys.executable, "-c", DIES, point, str(data)]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        host, _colon, port = child.stdout.readline().strip().rpartition(":")
        try:
            yield child, (host, int(port))
        finally:
            child.kill()


@pytest.mark.parametrize("point", ["before", "file", "transaction", "row"])
def test_a_server_killed_between_the_data_and_the_answer_loses_and_doubles_nothing(group, settings, tmp_path, point):
    data = written(f"Kuoppa, {point}.")
    with process(point, tmp_path) as (child, where):
        with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
            deliver(where, data)
        assert child.wait(20) == -signal.SIGKILL
    assert RawMail.objects.count() == (1 if point == "row" else 0)
    settings.DATA = tmp_path
    with serving() as again:
        host, _colon, port = again.rpartition(":")
        assert deliver((host, int(port)), data) == {}
    raw = RawMail.objects.get()
    assert raw_mail.read(raw.path) == data
    mailing.take_in(raw.pk)
    assert Case.objects.count() == Message.objects.filter(direction="in").count() == 1
    assert not list(raw_mail.folder().rglob("*.part"))


def test_a_worker_killed_while_it_reads_a_mail_leaves_it_unread(group, settings, tmp_path):
    settings.DATA = tmp_path
    raw = mailing.keep(written(), sender="aino@posti.example", recipients=["palvelu@localhost"], at=MONDAY)
    env = {**os.environ, "DATABASE_URL": database_url(), "KUUTIO_DATA": str(tmp_path), "PYTHONPATH": str(ROOT / "src")}
    env |= {"DJANGO_SETTINGS_MODULE": "kuutio.config.settings", "KUUTIO_MAIL_DOMAIN": "localhost"}
    died = subprocess.run([sys.executable, "-c", DIES, f"reading:{raw.pk}", str(tmp_path)], env=env, check=False)
    assert died.returncode == -signal.SIGKILL
    raw.refresh_from_db()
    assert raw.state == "waiting"
    assert Case.objects.count() == 0
    mailing.look_at_the_mail(MONDAY + timedelta(minutes=11))
    mailing.take_in(raw.pk)
    raw.refresh_from_db()
    assert raw.state == "done"
    assert Case.objects.count() == Message.objects.count() == 1
