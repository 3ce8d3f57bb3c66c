"""Telling those who take part in a case: each by the channel they chose, once, in their language."""

from __future__ import annotations

from datetime import datetime
from smtplib import SMTPRecipientsRefused

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kuutio.cities.models import Person
from kuutio.contact import outgoing, permissions, told
from kuutio.contact.actions import texting_out
from kuutio.contact.actions.events import audit, tell
from kuutio.contact.circles import goes_round
from kuutio.contact.models import Case, Channel, Contact, Delivery, Event, Message, Participant
from kuutio.core.problems import NotAllowed

CHANNELS = {
    Contact.Preference.EMAIL: Channel.EMAIL,
    Contact.Preference.SMS: Channel.SMS,
    Contact.Preference.CALL: Channel.PHONE,
    Contact.Preference.LETTER: Channel.LETTER,
    Contact.Preference.MESSENGER: Channel.MESSENGER,
}
MOST_AUTOMATIC_AN_HOUR = 20
"""Automatic mails of one case to one person in an hour; what is beyond that is told by hand, for something goes round in circles."""
BY_HAND = frozenset({Channel.PHONE, Channel.LETTER})
"""What an officer does: the case waits in the queue until it is done."""


def tell_of_handover(handover_id: int) -> None:
    """Tell once that another city or unit has the case now, who answers for the personal data, and what to expect of the language."""
    case = Case.objects.select_related("responsible", "category").get(handovers=handover_id)
    _say_to_all(case, told.HANDED_OVER, handover_id)


def tell_of_state(event_id: int) -> None:
    """Tell once that a case is done, or joined to another; not where it has gone on since."""
    event = Event.objects.select_related("case__responsible", "case__category").get(pk=event_id)
    if event.case.state != event.facts["to"]:
        return
    _say_to_all(event.case, told.JOINED if event.case.state == Case.State.DUPLICATE else told.SETTLED, event.pk)


def _say_to_all(case: Case, kind: str, key: int) -> None:
    """An automatic message: in the thread once, in the language of the case, to each in their own."""
    text = told.automatic_words(kind, key, case, case.language)
    with transaction.atomic():
        message = _put(case, f"{kind}:{key}", text, case.language, at=timezone.now())
    _send(message, _contacts(case))


def deliver(message_id: int) -> None:
    """Send a message to everybody who takes part, but not to who wrote it."""
    message = Message.objects.select_related("case__responsible", "case__category").get(pk=message_id)
    _send(message, [contact for contact in _contacts(message.case) if contact.pk != message.contact_id])


def send_again(delivery_id: int) -> None:
    """Try a delivery that waits once more."""
    joined = Delivery.objects.select_related("message__case__responsible", "contact")
    delivery = joined.get(pk=delivery_id)
    _send(delivery.message, [delivery.contact])


def _contacts(case: Case) -> list[Contact]:
    """Everybody who reads the thread of the case, and of the cases that are joined to it; followers are told apart from it."""
    reading = Participant.objects.filter(case__in=[case, *case.duplicates.all()])
    reading = reading.exclude(kind=Participant.Kind.FOLLOWER)
    rows = Contact.objects.filter(participations__in=reading).distinct()
    return [row for row in rows if row.preference != Contact.Preference.NONE]


def _say(case: Case, key: str, text: str, contacts: list[Contact], *, at: datetime) -> None:
    """Put an automatic message into the thread, once, and send it."""
    language = contacts[0].language if contacts else case.language
    with transaction.atomic():
        message = _put(case, key, text, language, at=at)
    _send(message, contacts)


def _put(case: Case, key: str, text: str, language: str, *, at: datetime) -> Message:
    """An automatic message in the thread; the same key again is the same message."""
    message, made = Message.objects.get_or_create(
        channel=Channel.WEB,
        external_id=key,
        defaults={
            "case": case,
            "direction": Message.Direction.OUT,
            "organisation": case.responsible,
            "language": language,
            "text": text,
            "is_automatic": True,
            "at": at,
        },
    )
    if made:
        tell(case, Event.Kind.NOTIFIED, by=None, at=at, facts={"about": key.partition(":")[0]})
    return message


def _send(message: Message, contacts: list[Contact]) -> None:
    """One delivery for each, in a transaction of its own: a failing one is tried again alone."""
    for contact in contacts:
        delivery = delivery_of(message, contact)
        if delivery.state == Delivery.State.WAITING:
            with transaction.atomic():
                held = Delivery.objects.select_for_update().get(pk=delivery.pk)
                if held.state == Delivery.State.WAITING and held.channel == Channel.EMAIL:
                    post(held, contact, outgoing.mail_of(held, message, contact))
                elif held.state == Delivery.State.WAITING:
                    texting_out.hand_over(held, message, contact)


def delivery_of(message: Message, contact: Contact) -> Delivery:
    """The way of a message to a person, kept: by the channel they chose, or by hand where mail would not do."""
    channel = CHANNELS[Contact.Preference(contact.preference)]
    if channel in texting_out.CHANNELS.values():
        return texting_out.delivery(message, contact, channel)
    shut = channel == Channel.EMAIL and (
        contact.failing_since is not None or goes_round(message, contact, Channel.EMAIL, most=MOST_AUTOMATIC_AN_HOUR)
    )
    wanted = delivery_by_mail(message, contact, shut)
    delivery, _made = Delivery.objects.get_or_create(
        message=message,
        contact=contact,
        defaults={"channel": wanted.channel, "state": wanted.state, "changed_at": wanted.changed_at},
    )
    return delivery


def delivery_by_mail(message: Message, contact: Contact, shut: bool) -> Delivery:
    """The way of a message to who wants mail, a call or a letter, not kept yet.

    Args:
        shut: mail to this person would not do: an officer tells them.
    """
    channel = CHANNELS[Contact.Preference(contact.preference)]
    if channel == Channel.EMAIL and shut:
        channel = _spoken(contact)
    state = Delivery.State.BY_HAND if channel in BY_HAND else Delivery.State.WAITING
    return Delivery(message=message, contact=contact, channel=channel, state=state, changed_at=timezone.now())


def post(delivery: Delivery, contact: Contact, mail: outgoing.Envelope) -> None:
    """Send a delivery by mail; an address that the mail server refuses for good is told by hand.

    Raises:
        OSError: the mail server can't be reached, or refuses for now.
    """
    delivery.state, delivery.changed_at = Delivery.State.SENT, timezone.now()
    try:
        mail.send()
    except SMTPRecipientsRefused as refused:
        if any(code < 500 for code, _said in refused.recipients.values()):
            raise
        delivery.state, delivery.problem = Delivery.State.BY_HAND, "refused"
        delivery.channel = _spoken(contact)
    delivery.save(update_fields=["state", "changed_at", "problem", "channel"])


def _spoken(contact: Contact) -> Channel:
    """How an officer tells somebody whom mail doesn't reach."""
    return Channel.PHONE if contact.phone else Channel.LETTER


@transaction.atomic
def told_by_hand(delivery: Delivery, *, by: Person, at: datetime) -> Delivery:
    """Note that an officer has told the resident, by telephone, letter or text message.

    Raises:
        NotAllowed: another city has the case.
    """
    delivery = Delivery.objects.select_for_update().get(pk=delivery.pk)
    case = delivery.message.case
    view = permissions.view_of(by, case, at)
    if not view.may_write:
        raise NotAllowed(_("Only the city that is responsible for the case can do this."), case=case.number)
    delivery.state, delivery.changed_at = Delivery.State.DONE, at
    delivery.save(update_fields=["state", "changed_at"])
    tell(case, Event.Kind.NOTIFIED, by=by, at=at, organisation=view.organisation, facts={"channel": delivery.channel})
    audit("told_by_hand", case, by=by, at=at, channel=delivery.channel)
    return delivery
