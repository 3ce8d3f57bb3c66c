"""Text messages, voice and messengers: what came in, and how ours fared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.contact.actions.events import audit, hold, tell, touch
from kuutio.contact.actions.noting import note_by_itself
from kuutio.contact.actions.receiving import LONGEST_TEXT, Received, receive
from kuutio.contact.channels import stopping
from kuutio.contact.channels.contract import Fared, Told
from kuutio.contact.channels.providers import Provider
from kuutio.contact.channels.threads import Thread, thread_of
from kuutio.contact.files import forget_files, keep_any
from kuutio.contact.incoming import File, Incoming, Sender
from kuutio.contact.links import digest
from kuutio.contact.mail.classifying import is_mere_thanks
from kuutio.contact.mail.tongue import language_of
from kuutio.contact.models import Case, Category, Channel, Contact, Delivery, Event, Message
from kuutio.contact.suggesting import suggest
from kuutio.core.language import LANGUAGES, Language

OTHER = "other"
_PREFERENCES = {
    Channel.SMS: Contact.Preference.SMS,
    Channel.VOICE: Contact.Preference.CALL,
    Channel.MESSENGER: Contact.Preference.MESSENGER,
}


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a provider's message: `new-case`, `added`, `repeat`, `stopped` or `started`; and the message where there is one."""

    outcome: str
    message: Message | None = None


def take_in(provider: Provider, told: Told, *, at: datetime) -> TakenIn:
    """Make of a provider's message what it is: once, however often it is sent.

    A message goes into a case only from one of its people; a number of a case that anybody else names makes a case of its own,
    with a hint for the officer.
    """
    address = f"{provider.name}:{told.sender}" if provider.kind == "messenger" else told.sender
    word = stopping.word_of(told.text) if provider.kind != "voice" and not told.media else ""
    if word:
        return _stop_or_start(provider, address, word, at)
    identity = f"{provider.name}:{digest(told.id.encode())}"
    if known := Message.objects.filter(channel=provider.channel, external_id=identity).first():
        return TakenIn("repeat", known)
    files: list[File] = []
    try:
        files.extend(keep_any(one.content, one.name, one.type) for one in told.media)
        with transaction.atomic():
            received = _put_in_thread(provider, told, address, identity, tuple(files), at)
    except Exception:
        forget_files([one.path for one in files])  # what the database takes back, the disk doesn't
        raise
    if received.is_repeat:
        forget_files([one.path for one in files])
        return TakenIn("repeat", received.message)
    return TakenIn("new-case" if received.is_new_case else "added", received.message)


def _put_in_thread(
    provider: Provider, told: Told, address: str, identity: str, files: tuple[File, ...], at: datetime
) -> Received:
    """Bring a message to its case, or open one for it."""
    thread = thread_of(provider.channel, address, told.text, at)
    is_thanks = not files and is_mere_thanks(told.text)
    known = thread.contact
    language = _language(known.language) if known else told.language or language_of(told.text)
    text = _text_of(provider, told, language)
    received = receive(
        Incoming(
            channel=provider.channel,
            text=text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…",
            language=language,
            sender=_sender(provider, told, address),
            external_id=identity,
            files=files,
            case=thread.case,
            contact=thread.contact,
            category=None if thread.case else _category_of(told),
            chosen=provider.city,
            wakes=not is_thanks,
            may_lack_place=True,
        ),
        at=at,
    )
    if not received.is_repeat:
        writer = received.message.contact
        if writer is not None and provider.kind != "voice":  # who calls can show any number
            # A messenger's account vouches for no telephone number that somebody has written beside it.
            writer.texted_at = at if provider.channel == Channel.SMS else writer.texted_at
            writer.texts_failing_since = None
            writer.save(update_fields=["texted_at", "texts_failing_since"])
        _tell_officers(received.case, thread, is_cut=len(text) > LONGEST_TEXT, at=at)
    return received


def _language(code: str) -> Language:
    return next((one for one in LANGUAGES if one == code), "fi")


def _text_of(provider: Provider, told: Told, language: str) -> str:
    if told.text:
        return told.text
    with translation.override(language):
        return (
            _("(A voice message without a transcript.)") if provider.kind == "voice" else _("(A file without words.)")
        )


def _sender(provider: Provider, told: Told, address: str) -> Sender:
    if not address:
        return Sender(name=told.name)
    preference = _PREFERENCES[provider.channel]
    if provider.channel == Channel.MESSENGER:
        return Sender(name=told.name, messenger=address, preference=preference)
    return Sender(name=told.name, phone=address, preference=preference)


def _category_of(told: Told) -> Category:
    """What a message is about, as far as its words tell; an officer corrects it."""
    known = Category.objects.filter(is_active=True)
    if not told.sender:
        known = known.filter(allows_anonymous=True)
    likely = suggest(told.text[:5_000], known, most=1)
    return likely[0] if likely else Category.objects.get(pk=OTHER)


def _tell_officers(case: Case, thread: Thread, *, is_cut: bool, at: datetime) -> None:
    """Notes for the officers: what a machine shouldn't decide, and what isn't seen in the message."""
    with translation.override(case.language):
        for other in thread.perhaps:
            _note(
                case,
                _("Possibly belongs to %(number)s. The sender or what they wrote points to it, but not surely.")
                % {"number": other.number},
                at,
            )
        if is_cut:
            _note(case, _("The message was too long and was cut."), at)


def _note(case: Case, text: str, at: datetime) -> None:
    note_by_itself(case, text, channel=Channel.SMS, at=at)


@transaction.atomic
def _stop_or_start(provider: Provider, address: str, word: str, at: datetime) -> TakenIn:
    """Send nothing more to an address by this channel, or send again. The officers of its open cases see it."""
    stops = word == "stop"
    channel = provider.channel
    changed = stopping.stop(channel, address, at) if stops else stopping.start(channel, address)
    if changed:
        record(f"{word}_texts", f"channel:{provider.name}", by=None, at=at)
        own = {"messenger": address} if channel == Channel.MESSENGER else {"phone": address}
        people = Contact.objects.filter(**own)
        open_ones = Case.objects.filter(settled_at__isnull=True, participants__contact__in=people).distinct()
        for case in open_ones.select_related("responsible").order_by("-updated_at")[:20]:
            with translation.override(case.language):
                said = (
                    _("The resident has asked for no more messages by this channel. Answer another way.")
                    if stops
                    else _("The resident takes messages by this channel again.")
                )
            _note(case, said, at)
    return TakenIn("stopped" if stops else "started")


@transaction.atomic
def note_report(fared: Fared, provider: Provider, *, at: datetime) -> bool:
    """Write down how a message of ours fared; one that can't arrive is told by hand, and so is all that follows.

    Returns:
        whether there is such a message of this provider's channel; a report that comes twice, or late, changes nothing more.
    """
    delivery = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("message", "contact")
        .filter(uuid=fared.delivery, channel=provider.channel)
        .first()
    )
    if delivery is None:
        return Delivery.objects.filter(uuid=fared.delivery, problem="unreachable").exists()
    if fared.arrived or delivery.state != Delivery.State.SENT:
        return True
    contact, case = delivery.contact, hold(delivery.message.case_id)
    if fared.is_final and contact.texts_failing_since is None:
        contact.texts_failing_since = at
        contact.save(update_fields=["texts_failing_since"])
    delivery.state, delivery.problem, delivery.changed_at = Delivery.State.BY_HAND, "unreachable", at
    delivery.channel = Channel.PHONE if contact.phone else Channel.LETTER
    delivery.save(update_fields=["state", "problem", "changed_at", "channel"])
    tell(
        case, Event.Kind.BOUNCED, by=None, at=at, facts={"permanent": fared.is_final, "channel": str(provider.channel)}
    )
    touch(case, at)
    audit("note_report", case, by=None, at=at, permanent=fared.is_final)
    return True
