"""Behind real mail servers, set as the handbook says: what they take from the world comes in whole, once, in its thread."""

import smtplib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from kuutio.contact import raw_mail
from kuutio.contact.actions import mailing
from kuutio.contact.models import Case, RawMail
from tests.contact.mails import answer, opened, reply_address_of, written
from tests.contact.mta import exim, postfix
from tests.contact.mta.debian import NoServer, Server, free_port
from tests.contact.test_lmtp import serving

pytestmark = pytest.mark.django_db(transaction=True)
DOMAIN = "asiat.example.fi"


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture(params=[exim, postfix], ids=["exim", "postfix"])
def server(request: pytest.FixtureRequest, settings, port: int) -> Iterator[Server]:
    """A mail server, for the domain that the handbook names; our own isn't there yet."""
    settings.MAIL_DOMAIN = DOMAIN
    try:
        # Not pytest's own folder, which lets no other user through: a mail server has one.
        with (
            TemporaryDirectory(prefix="kuutio-mta-") as folder,
            request.param.running(Path(folder), lmtp_port=port) as started,
        ):
            yield started
    except NoServer as why:
        pytest.skip(f"not tried behind a real mail server: {why}")


def wait(done: Callable[[], bool], server: Server, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until, server.log.read_text() if server.log.exists() else "no log"
        time.sleep(0.1)


def test_a_reply_keeps_its_code_and_nothing_is_lost_while_we_are_away(group, agents, server: Server, port: int):
    case = opened()
    address = reply_address_of(answer(case, agents["desk"]))
    before = RawMail.objects.count()
    # We are away: the mail server keeps the mail and tries again.
    server.send(written("Kuoppa on yhä siinä.", to=address), to=address)
    wait(lambda: server.log.exists() and "Connection refused" in server.log.read_text(), server)
    assert server.waiting() == 1
    with serving(f"127.0.0.1:{port}"):
        time.sleep(0.5)  # a mail that was just put off isn't in the queue yet
        server.run_queue()
        wait(lambda: RawMail.objects.count() == before + 1, server)
        wait(lambda: server.waiting() == 0, server)
        # And now directly: in capitals, from a machine, and to nobody of ours.
        server.send(written("Vielä tämä.", to=address.upper()), to=address.upper())
        server.send(written("Olen poissa.", to=address, Auto_Submitted="auto-replied"), to=address, sender="")
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            server.send(written(), to="somebody@else.example")
        wait(lambda: RawMail.objects.count() == before + 3, server)
    for raw in RawMail.objects.filter(state="waiting"):
        mailing.take_in(raw.pk)
        raw.refresh_from_db()
        assert raw.message is not None
        assert raw.message.case == case, raw.recipients
        assert [one.lower() for one in raw.recipients] == [address], "the code isn't cut off"
        assert b"by mx.example.fi" in raw_mail.read(raw.path)
    assert Case.objects.count() == 1
    automatic = case.messages.filter(direction="in").values_list("is_automatic", flat=True)
    assert sorted(automatic) == [False, False, False, True]
    assert sorted(RawMail.objects.values_list("sender", flat=True)) == ["", *["aino@posti.example"] * 3]
