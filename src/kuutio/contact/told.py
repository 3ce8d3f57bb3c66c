"""What a message says to one person: an officer's words as they are, an automatic message in the reader's own language.

An automatic message stands in the thread once, in the case's language of service; who takes part in another language is told in that.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from kuutio.contact.languages import to_expect
from kuutio.contact.models import Case, Channel, Chat, Contact, Event, Handover, Message
from kuutio.contact.moves import REOPEN_DAYS

HANDED_OVER, SETTLED, JOINED = "handed-over", "settled", "joined"


def words_to(message: Message, contact: Contact) -> str:
    """The words of a message for one of those who are told."""
    if message.channel == Channel.CHAT:
        return _unseen(message)
    if message.is_automatic and message.language != contact.language:
        kind, _colon, key = message.external_id.partition(":")
        if kind in {HANDED_OVER, SETTLED, JOINED} and key.isdecimal():
            return automatic_words(kind, int(key), message.case, contact.language)
    return message.text


def automatic_words(kind: str, key: int, case: Case, language: str) -> str:
    """An automatic message in words.

    Args:
        kind: what it is about.
        key: of the hand-over, or of the event, that it tells of.
    """
    facts: dict[str, Any] = {"case": case}
    if kind == HANDED_OVER:
        joined = Handover.objects.select_related("giver", "receiver__city", "unit")
        handover = joined.get(pk=key)
        expect = to_expect(handover.receiver, handover.unit, language)
        facts |= {"giver": handover.giver, "receiver": handover.receiver, "unit": handover.unit, "expect": expect}
        kind = "handed-on" if handover.is_within else kind
    elif kind == SETTLED:
        facts["state"] = Event.objects.get(pk=key).facts["to"]
    with translation.override(language):
        return render_to_string(f"contact/said/{kind}.txt", facts).strip()


def opens_again_until(message: Message) -> datetime | None:
    """Until when the resident may open the case again by answering, where this message tells that it is done; else None."""
    case = message.case
    if case.state not in {Case.State.RESOLVED, Case.State.REJECTED} or case.settled_at is None:
        return None
    return case.settled_at + timedelta(days=REOPEN_DAYS) if message.at >= case.settled_at else None


def _unseen(message: Message) -> str:
    """The lines of a talk that the resident didn't see before it ended, up to this one, as one text."""
    talks = Chat.objects.filter(case=message.case_id, opened_at__lte=message.at)
    chat = talks.order_by("-opened_at", "-pk").first()
    lines = Message.objects.filter(
        case=message.case_id, direction=Message.Direction.OUT, channel=Channel.CHAT, at__lte=message.at
    )
    if chat is not None:
        lines = lines.filter(at__gt=chat.seen_at)
    return "\n\n".join(lines.order_by("at", "pk").values_list("text", flat=True)) or message.text
