"""Mail for tests: made, kept and read in one step, and what went out in answer."""

from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from django.core import mail

from kuutio.contact.actions import mailing, telling
from kuutio.contact.models import Case, Channel, Delivery, Message, RawMail
from tests.contact.conftest import MONDAY

COUNT = iter(range(1, 10**6))


def written(
    text: str = "Kuoppa on yhä siinä.",
    *,
    to: str = "palvelu@localhost",
    sender: str = "Aino <aino@posti.example>",
    subject: str = "Kuoppa",
    **headers: str,
) -> bytes:
    """A mail of a resident, with a Message-ID of its own; `In_Reply_To="..."` for more headers, empty to leave one out."""
    message = EmailMessage(policy=policy.SMTP)
    own = {
        "From": sender,
        "To": to,
        "Subject": subject,
        "Message_ID": f"<{next(COUNT)}@posti.example>",
        "Date": "Mon, 23 Nov 2026 09:00:00 +0200",
    }
    for name, value in (own | headers).items():
        if value:
            message[name.replace("_", "-")] = value
    message.set_content(text)
    return bytes(message)


def come(
    data: bytes, *, to: str = "palvelu@localhost", sender: str = "aino@posti.example", at: datetime = MONDAY
) -> RawMail:
    """A mail is delivered and read."""
    raw = mailing.keep(data, sender=sender, recipients=[to], at=at)
    mailing.take_in(raw.pk)
    raw.refresh_from_db()
    return raw


def opened(text: str = "Suojatien edessä on kuoppa.", **words: str) -> Case:
    """A case that came by mail."""
    message = come(written(text, **words)).message
    assert message is not None
    return message.case


def answer(case: Case, agent: object, text: str = "Korjaamme sen.") -> mail.EmailMessage:
    """An officer answers; the mail that goes out, the last one if there are several."""
    from kuutio.contact.actions import working

    message = working.answer_case(case, text=text, by=agent, at=MONDAY)  # type: ignore[arg-type]
    telling.deliver(message.pk)
    return mail.outbox[-1]


def reply_address_of(sent: mail.EmailMessage) -> str:
    """Where an answer to a mail goes."""
    return sent.reply_to[0]


def raw_of(sent: mail.EmailMessage) -> bytes:
    """A mail of ours as it travels."""
    return sent.message().as_bytes(linesep="\r\n")


def read(sent: mail.EmailMessage) -> EmailMessage:
    """A mail of ours as a mail program reads it."""
    message = message_from_bytes(raw_of(sent), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def automatic_mails() -> int:
    """How many automatic mails have gone out."""
    return Delivery.objects.filter(message__is_automatic=True, channel=Channel.EMAIL, state=Delivery.State.SENT).count()


def came(case: Case) -> list[Message]:
    """What came into a case."""
    return list(case.messages.filter(direction=Message.Direction.IN))
