"""Text messages and messengers on their way out: by a provider, in the demonstration into the outbox, else by an officer."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from kuutio.contact.channels import stopping
from kuutio.contact.channels.providers import sender_for
from kuutio.contact.channels.sending import Unreachable, send, write_down
from kuutio.contact.channels.words import text_of
from kuutio.contact.circles import goes_round
from kuutio.contact.models import Case, Channel, Contact, Delivery, Message

CHANNELS = {Contact.Preference.SMS: Channel.SMS, Contact.Preference.MESSENGER: Channel.MESSENGER}
MOST_RECEIPTS_A_DAY = {True: 3, False: 5}
"""Receipts to one number within a day: for what came from it (so that two machines soon stop), and for what a form says is from it."""
MOST_AUTOMATIC_AN_HOUR = 5


def address_of(contact: Contact, channel: str) -> str:
    """Where a person is reached by a channel."""
    return contact.messenger if channel == Channel.MESSENGER else contact.phone


def acknowledged_lately(case: Case, contact: Contact, *, beside: int) -> bool:
    """Whether a number has had its receipts of the day: whoever fills in forms with it must not flood it.

    Args:
        beside: how many more are being made for it now.
    """
    channel = CHANNELS[Contact.Preference(contact.preference)]
    same = (
        {"contact__messenger": contact.messenger} if channel == Channel.MESSENGER else {"contact__phone": contact.phone}
    )
    lately = Delivery.objects.filter(
        message__external_id__startswith="acknowledged:",
        channel=channel,
        changed_at__gt=timezone.now() - timedelta(hours=24),
        **same,
    ).exclude(message__case=case)
    return lately.count() + beside >= MOST_RECEIPTS_A_DAY[case.channel == channel]


def delivery(message: Message, contact: Contact, channel: Channel) -> Delivery:
    """The way of a message to a person: by text, or by hand where a text would not do.

    An automatic message to somebody who said STOP isn't sent at all; an officer's answer is told another way.
    """
    stopped = stopping.is_stopped(channel, address_of(contact, channel))
    state, problem = Delivery.State.WAITING, ""
    if stopped and message.is_automatic:
        state, problem = Delivery.State.FAILED, "stopped"
    elif stopped or contact.texts_failing_since is not None or not _can_send(contact, channel):
        state = Delivery.State.BY_HAND
        problem = "stopped" if stopped else "unreachable" if contact.texts_failing_since else ""
    elif goes_round(message, contact, channel, most=MOST_AUTOMATIC_AN_HOUR):
        state, problem = Delivery.State.FAILED, "too many"
    row, _made = Delivery.objects.get_or_create(
        message=message,
        contact=contact,
        defaults={
            "channel": _by_hand(contact, channel, problem) if state == Delivery.State.BY_HAND else channel,
            "state": state,
            "problem": problem,
            "changed_at": timezone.now(),
        },
    )
    return row


def takes_texts(phone: str) -> bool:
    """Whether a text message would be sent to a number now: somebody sends ours, and the number hasn't said STOP."""
    able = settings.DEMO or sender_for(Channel.SMS) is not None
    return bool(phone) and able and not stopping.is_stopped(Channel.SMS, phone)


def text_number(phone: str, text: str, *, key: str, language: str) -> None:
    """Send a text message that belongs to no thread; the same key again is the same message.

    Raises:
        Unreachable: the number takes none.
        OSError: the provider can't be reached, or doesn't take it now.
    """
    if (provider := sender_for(Channel.SMS)) is not None:
        send(provider, key=key, to=phone, text=text, language=language)
    elif settings.DEMO:
        write_down(key=key, to=phone, text=text)


def _can_send(contact: Contact, channel: Channel) -> bool:
    return settings.DEMO or sender_for(channel, contact.messenger) is not None


def _by_hand(contact: Contact, channel: Channel, problem: str) -> Channel:
    """How an officer tells it: by a text of their own where only the provider is missing, else by telephone or letter."""
    if not problem and channel == Channel.SMS:
        return channel
    if problem == "stopped" and contact.postal_address:
        return Channel.LETTER
    return Channel.PHONE if contact.phone else Channel.LETTER


def hand_over(held: Delivery, message: Message, contact: Contact) -> None:
    """Send a delivery; a number that takes none is told by hand from now on.

    Raises:
        OSError: the provider doesn't take it now; it is tried again.
    """
    channel, key = held.channel, str(held.uuid)
    text, address = text_of(message, contact), address_of(contact, channel)
    provider = sender_for(channel, contact.messenger)
    held.state, held.changed_at = Delivery.State.SENT, timezone.now()
    try:
        if provider is not None:
            to = address.removeprefix(f"{provider.name}:") if channel == Channel.MESSENGER else address
            send(provider, key=key, to=to, text=text, language=contact.language)
        elif settings.DEMO:
            write_down(key=key, to=address, text=text)
        else:  # the provider was taken away since
            held.state, held.channel = Delivery.State.BY_HAND, _by_hand(contact, Channel(channel), "")
    except Unreachable:
        Contact.objects.filter(pk=contact.pk, texts_failing_since=None).update(texts_failing_since=held.changed_at)
        held.state, held.problem = Delivery.State.BY_HAND, "unreachable"
        held.channel = _by_hand(contact, Channel(channel), held.problem)
    held.save(update_fields=["state", "changed_at", "problem", "channel"])
