"""Receipts: who reported a matter is told once that it came in, by the channel they chose, in their language.

A receipt is due by a mark on the reporter, made in the transaction that opens the case; a job only wakes the worker, which makes many
at once. Whatever dies on the way, the mark or the waiting delivery stays, and is looked at again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.mail import get_connection
from django.db import connection, transaction
from django.db.models import Count, Q
from django.utils import timezone, translation
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from kuutio.contact import outgoing, tasks
from kuutio.contact.actions import telling, texting_out
from kuutio.contact.actions.events import tell_all
from kuutio.contact.known import known
from kuutio.contact.languages import to_expect
from kuutio.contact.links import url_of
from kuutio.contact.models import Case, Channel, Contact, Delivery, Event, Message, Participant

AT_ONCE = 50
MOST_RECEIPTS_A_DAY = 10
KEY = "acknowledged:"


@dataclass(frozen=True, slots=True)
class _Receipt:
    """A receipt in words, with the delivery that brings it."""

    message: Message
    contact: Contact
    delivery: Delivery
    before: list[str]


def owe_receipt(case: Case, at: datetime) -> None:
    """Let the one who reported a case have a receipt."""
    Participant.objects.filter(case=case, kind=Participant.Kind.REPORTER).update(receipt_due_at=at)
    wake()


def wake() -> None:
    """Let a worker make what is due, once this transaction is committed, unless one is about to."""
    # What is committed before a job is seen to wait is seen by that job.
    transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    if not ProcrastinateJob.objects.filter(queueing_lock=tasks.RECEIPTS, status="todo").exists():
        with suppress(AlreadyEnqueued):
            tasks.send_receipts.defer()


def send_receipts() -> int:
    """Make and send the receipts that are due; tells how many cases were looked at."""
    looked_at = 0
    while due := _make():
        looked_at += due[0]
        _send(due[1])
        if due[0] < AT_ONCE:
            break
    return looked_at


@transaction.atomic
def _make() -> tuple[int, list[_Receipt]]:
    """The receipts of the cases that have waited longest, put into their threads; and how many cases there were."""
    rows = list(
        Participant.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(receipt_due_at__isnull=False)
        .select_related("contact", "case__responsible__city", "case__unit", "case__category")
        .order_by("receipt_due_at", "pk")[:AT_ONCE]
    )
    if not rows:
        return 0, []
    Participant.objects.filter(pk__in=[row.pk for row in rows]).update(receipt_due_at=None)
    wanted = [row for row in rows if row.contact.preference != Contact.Preference.NONE]
    _one_at_a_time(row.contact for row in wanted)
    receipts = _put(_without_floods(_without_known(wanted)))
    return len(rows), receipts


def _one_at_a_time(contacts: Iterable[Contact]) -> None:
    """Wait until no other process counts the receipts of the same addresses, until this transaction ends."""
    # In one order everywhere, so that nobody waits in a circle.
    addresses = sorted({contact.email or contact.phone or contact.messenger for contact in contacts})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('receipt ' || address, 0)) FROM unnest(%s::text[]) AS address",
            [addresses],
        )


def _without_known(rows: list[Participant]) -> list[Participant]:
    """Those whose cases have no receipt yet."""
    keys = [_key(row.case) for row in rows]
    known_keys = Message.objects.filter(channel=Channel.WEB, external_id__in=keys).values_list("external_id", flat=True)
    told = set(known_keys)
    return [row for row in rows if _key(row.case) not in told]


def _without_floods(rows: list[Participant]) -> list[Participant]:
    """Those whose addresses haven't had their receipts of the day: one for mail, so that no two machines thank each other for ever.

    A form's receipt answers no mail; ten a day are enough for a person, and too few to flood somebody else's mailbox.
    """
    mailed = [row.contact.email for row in rows if row.contact.preference == Contact.Preference.EMAIL]
    told = Delivery.objects.filter(
        message__external_id__startswith=KEY,
        contact__email__in=mailed,
        changed_at__gt=timezone.now() - timedelta(hours=24),
    ).values_list("contact__email")
    all_told: Counter[str] = Counter()
    for_mail: Counter[str] = Counter()
    if mailed:
        for email, total, by_mail in told.annotate(
            total=Count("pk"), by_mail=Count("pk", filter=Q(message__case__channel=Channel.EMAIL))
        ):
            all_told[email], for_mail[email] = total, by_mail
    texted: Counter[str] = Counter()
    left = []
    for row in rows:
        email, is_mail = row.contact.email, row.case.channel == Channel.EMAIL
        if row.contact.preference in texting_out.CHANNELS:
            address = row.contact.messenger or row.contact.phone
            if texting_out.acknowledged_lately(row.case, row.contact, beside=texted[address]):
                continue
            texted[address] += 1
        elif row.contact.preference == Contact.Preference.EMAIL:
            if for_mail[email] if is_mail else all_told[email] >= MOST_RECEIPTS_A_DAY:
                continue
            all_told[email] += 1
            for_mail[email] += is_mail
        left.append(row)
    return left


def _put(rows: list[Participant]) -> list[_Receipt]:
    """The receipts as messages of their threads, each with its event and its delivery."""
    if not rows:
        return []
    at, house = timezone.now(), known()
    messages = []
    for row in rows:
        case, contact = row.case, row.contact
        with translation.override(contact.language):
            expect = to_expect(case.responsible, case.unit, contact.language, house)
            text = outgoing.words("acknowledged", case, contact, expect=expect)
        messages.append(
            Message(
                case=case,
                direction=Message.Direction.OUT,
                channel=Channel.WEB,
                organisation=case.responsible,
                language=contact.language,
                text=text,
                external_id=_key(case),
                is_automatic=True,
                at=at,
            )
        )
    Message.objects.bulk_create(messages)
    kind, facts = Event.Kind.NOTIFIED, {"about": KEY.rstrip(":")}
    tell_all(*(Event(case=row.case, kind=kind, at=at, facts=facts) for row in rows))
    before = _written_in(row.case.pk for row in rows if row.case.channel == Channel.EMAIL)
    by_mail = [
        telling.delivery_by_mail(message, row.contact, row.contact.failing_since is not None)
        for row, message in zip(rows, messages, strict=True)
        if row.contact.preference not in texting_out.CHANNELS
    ]
    Delivery.objects.bulk_create(by_mail)
    made = {delivery.message_id: delivery for delivery in by_mail}
    return [
        _Receipt(
            message,
            row.contact,
            made.get(message.pk) or telling.delivery_of(message, row.contact),
            before.get((row.case.pk, row.contact.pk), []),
        )
        for row, message in zip(rows, messages, strict=True)
    ]


def _written_in(cases: Iterable[int]) -> dict[tuple[int, int], list[str]]:
    """The Message-IDs of the mails that opened cases, by case and contact."""
    pks: Collection[int] = list(cases)
    found: dict[tuple[int, int], list[str]] = {}
    if pks:
        for row in outgoing.mails_in().filter(case__in=pks).order_by("at", "pk"):
            if row.contact_id is not None and outgoing.is_plain(row.message_id):
                found.setdefault((row.case_id, row.contact_id), []).append(row.message_id)
    return found


def _send(receipts: list[_Receipt]) -> None:
    """Send each, and note it at once: what is killed in between sends one twice at most, under the same Message-ID.

    What can't be sent now is tried again alone.
    """
    wire = get_connection()
    for receipt in receipts:
        if receipt.delivery.state != Delivery.State.WAITING:
            continue
        try:
            if receipt.delivery.channel != Channel.EMAIL:
                telling.send_again(receipt.delivery.pk)
                continue
            case = receipt.message.case
            mail = outgoing.written(
                receipt.delivery,
                receipt.message,
                receipt.contact,
                text=receipt.message.text,
                link=url_of(case, receipt.contact.language),
                files=0,
                before=receipt.before,
            )
            mail.connection = wire
            telling.post(receipt.delivery, receipt.contact, mail)
        except OSError:
            wire.close()
            tasks.send_again.defer(delivery_id=receipt.delivery.pk)
    wire.close()


def _key(case: Case) -> str:
    return f"{KEY}{case.pk}"
