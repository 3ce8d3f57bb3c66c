"""Telling those who take part in a case: each by the channel they chose, once, in their language."""

from __future__ import annotations

from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused

from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kuutio.cities.models import Person
from kuutio.contact import outgoing, permissions
from kuutio.contact.actions import texting_out
from kuutio.contact.actions.events import audit, tell
from kuutio.contact.circles import goes_round
from kuutio.contact.languages import to_expect
from kuutio.contact.models import Case, Channel, Contact, Delivery, Event, Handover, Message, Participant
from kuutio.core.problems import NotAllowed

CHANNELS = {
    Contact.Preference.EMAIL: Channel.EMAIL,
    Contact.Preference.SMS: Channel.SMS,
    Contact.Preference.CALL: Channel.PHONE,
    Contact.Preference.LETTER: Channel.LETTER,
    Contact.Preference.MESSENGER: Channel.MESSENGER,
}
MOST_RECEIPTS_A_DAY = 10
MOST_AUTOMATIC_AN_HOUR = 20
"""Automatic mails of one case to one person in an hour; what is beyond that is told by hand, for something goes round in circles."""
BY_HAND = frozenset({Channel.PHONE, Channel.LETTER})
"""What an officer does: the case waits in the queue until it is done."""


def acknowledge(case_id: int) -> None:
    """Tell the one who reported that the matter came in: its number, its link, and what happens next."""
    case = Case.objects.select_related("responsible__city", "unit", "category").get(pk=case_id)
    contact = _reporter(case)
    if contact is None or contact.preference == Contact.Preference.NONE:
        return
    with translation.override(contact.language):
        expect = to_expect(case.responsible, case.unit, contact.language)
        text = outgoing.words("acknowledged", case, contact, expect=expect)
    with transaction.atomic():
        _one_at_a_time(contact)
        if _acknowledged_lately(case, contact):
            return
        message = _put(case, f"acknowledged:{case.pk}", text, contact.language, at=timezone.now())
        _delivery(message, contact)
    _send(message, [contact])


def _one_at_a_time(contact: Contact) -> None:
    """Wait until no other process counts the receipts of the same address, until this transaction ends."""
    with connection.cursor() as cursor:
        address = contact.email or contact.phone or contact.messenger
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"receipt {address}"])


def _acknowledged_lately(case: Case, contact: Contact) -> bool:
    """Whether this address has had its receipts of the day: one for mail, so that no two machines thank each other for ever.

    A form's receipt answers no mail; ten a day are enough for a person, and too few to flood somebody else's mailbox.
    """
    if contact.preference in texting_out.CHANNELS:
        return texting_out.acknowledged_lately(case, contact)
    if contact.preference != Contact.Preference.EMAIL:
        return False
    lately = Delivery.objects.filter(
        message__external_id__startswith="acknowledged:",
        contact__email=contact.email,
        changed_at__gt=timezone.now() - timedelta(hours=24),
    ).exclude(message__case=case)
    if case.channel == Channel.EMAIL:
        return lately.filter(message__case__channel=Channel.EMAIL).exists()
    return lately.count() >= MOST_RECEIPTS_A_DAY


def tell_of_handover(handover_id: int) -> None:
    """Tell once that another city has the case now, who answers for the personal data, and what to expect of the language."""
    joined = Handover.objects.select_related("case__category", "giver", "receiver__city", "unit")
    handover = joined.get(pk=handover_id)
    case = handover.case
    for contact in _contacts(case):
        with translation.override(contact.language):
            text = outgoing.words(
                "handed-over",
                case,
                contact,
                giver=handover.giver,
                receiver=handover.receiver,
                expect=to_expect(handover.receiver, handover.unit, contact.language),
            )
        _say(case, f"handed-over:{handover.pk}:{contact.pk}", text, [contact], at=timezone.now())


def deliver(message_id: int) -> None:
    """Send a message to everybody who takes part, but not to who wrote it."""
    message = Message.objects.select_related("case__responsible", "case__category").get(pk=message_id)
    _send(message, [contact for contact in _contacts(message.case) if contact.pk != message.contact_id])


def send_again(delivery: Delivery) -> None:
    """Try a delivery that waits once more."""
    _send(delivery.message, [delivery.contact])


def _reporter(case: Case) -> Contact | None:
    first = case.participants.filter(kind="reporter").select_related("contact").first()
    return first.contact if first else None


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
        delivery = _delivery(message, contact)
        if delivery.state == Delivery.State.WAITING:
            with transaction.atomic():
                held = Delivery.objects.select_for_update().get(pk=delivery.pk)
                if held.state == Delivery.State.WAITING and held.channel == Channel.EMAIL:
                    _mail(held, message, contact)
                elif held.state == Delivery.State.WAITING:
                    texting_out.hand_over(held, message, contact)


def _delivery(message: Message, contact: Contact) -> Delivery:
    """The way of a message to a person: by the channel they chose, or by hand where mail would not do."""
    channel = CHANNELS[Contact.Preference(contact.preference)]
    if channel in texting_out.CHANNELS.values():
        return texting_out.delivery(message, contact, channel)
    if channel == Channel.EMAIL and (
        contact.failing_since is not None or goes_round(message, contact, Channel.EMAIL, most=MOST_AUTOMATIC_AN_HOUR)
    ):
        channel = Channel.PHONE if contact.phone else Channel.LETTER
    delivery, _made = Delivery.objects.get_or_create(
        message=message,
        contact=contact,
        defaults={
            "channel": channel,
            "state": Delivery.State.BY_HAND if channel in BY_HAND else Delivery.State.WAITING,
            "changed_at": timezone.now(),
        },
    )
    return delivery


def _mail(delivery: Delivery, message: Message, contact: Contact) -> None:
    """Send a delivery by mail; an address that the mail server refuses for good is told by hand."""
    delivery.state, delivery.changed_at = Delivery.State.SENT, timezone.now()
    try:
        outgoing.send(delivery, message, contact)
    except SMTPRecipientsRefused as refused:
        if any(code < 500 for code, _said in refused.recipients.values()):
            raise
        delivery.state, delivery.problem = Delivery.State.BY_HAND, "refused"
        delivery.channel = Channel.PHONE if contact.phone else Channel.LETTER
    delivery.save(update_fields=["state", "changed_at", "problem", "channel"])


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
