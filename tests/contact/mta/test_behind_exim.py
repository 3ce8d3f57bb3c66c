"""Behind a real mail server, set as the handbook says: what it takes from the world comes in whole, once, in its thread."""

import smtplib
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from kuutio.contact import raw_mail
from kuutio.contact.actions import mailing
from kuutio.contact.models import Case, RawMail
from tests.contact.mails import answer, opened, reply_address_of, written
from tests.contact.mta.exim import Exim, NoExim, running
from tests.contact.test_lmtp import serving

pytestmark = pytest.mark.django_db(transaction=True)
DOMAIN = "asiat.example.fi"


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def exim(settings, free_port: int) -> Iterator[Exim]:
    """Exim, for the domain that the handbook names; our own server isn't there yet."""
    settings.MAIL_DOMAIN = DOMAIN
    try:
        # Not pytest's own folder, which lets no other user through: Exim has one.
        with TemporaryDirectory(prefix="kuutio-exim-") as folder, running(Path(folder), lmtp_port=free_port) as started:
            yield started
    except NoExim as why:
        pytest.skip(f"not tried behind a real mail server: {why}")


def wait(done: Callable[[], bool], exim: Exim, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until, exim.log.read_text() if exim.log.exists() else "no log"
        time.sleep(0.1)


def test_behind_exim_a_reply_keeps_its_code_and_nothing_is_lost_while_we_are_away(
    group, agents, exim: Exim, free_port: int
):
    case = opened()
    address = reply_address_of(answer(case, agents["desk"]))
    before = RawMail.objects.count()
    # We are away: Exim keeps the mail and tries again.
    exim.send(written("Kuoppa on yhä siinä.", to=address), to=address)
    wait(lambda: exim.log.exists() and "Connection refused" in exim.log.read_text(), exim)
    assert exim.waiting() == 1
    with serving(f"127.0.0.1:{free_port}"):
        exim.run_queue()
        wait(lambda: RawMail.objects.count() == before + 1, exim)
        assert exim.waiting() == 0
        # And now directly: in capitals, from a machine, and to nobody of ours.
        exim.send(written("Vielä tämä.", to=address.upper()), to=address.upper())
        exim.send(written("Olen poissa.", to=address, Auto_Submitted="auto-replied"), to=address, sender="")
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            exim.send(written(), to="somebody@else.example")
        wait(lambda: RawMail.objects.count() == before + 3, exim)
    for raw in RawMail.objects.filter(state="waiting"):
        mailing.take_in(raw.pk)
        raw.refresh_from_db()
        assert raw.message is not None
        assert raw.message.case == case, raw.recipients
        assert [one.lower() for one in raw.recipients] == [address], "the code isn't cut off"
        assert b"by mx.example.fi with esmtp" in raw_mail.read(raw.path)
    assert Case.objects.count() == 1
    assert sorted(case.messages.filter(direction="in").values_list("is_automatic", flat=True)) == [
        False,
        False,
        False,
        True,
    ]
    assert sorted(RawMail.objects.values_list("sender", flat=True)) == ["", *["aino@posti.example"] * 3]
