"""Mail that came in: kept first, whole and for good; read later, as often as it takes, with one result.

Everything that is made of a mail is made in the transaction that marks it as read: whenever the process dies, the mail is either
unread or read whole.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.contact import mail_threads, mailboxes, raw_mail, tasks
from kuutio.contact.actions.events import audit, hold, tell, touch
from kuutio.contact.actions.noting import note_by_itself
from kuutio.contact.actions.receiving import LONGEST_TEXT, Received, receive
from kuutio.contact.files import forget_files, keep_any
from kuutio.contact.incoming import File, Incoming, Sender
from kuutio.contact.links import digest
from kuutio.contact.mail import reading
from kuutio.contact.mail.classifying import Verdict, classify
from kuutio.contact.mail.quoting import reply_text
from kuutio.contact.mail.tongue import language_of
from kuutio.contact.mail.values import Received as Mail
from kuutio.contact.mail_threads import LONGEST_ID, Thread
from kuutio.contact.models import Case, Category, Channel, Contact, Delivery, Event, Message, RawMail
from kuutio.contact.suggesting import suggest
from kuutio.core.language import LANGUAGES, Language

log = logging.getLogger(__name__)

OTHER = "other"
READ_AGAIN_AFTER = timedelta(minutes=10)
TRIED_AGAIN_AFTER = timedelta(hours=6)
PUT_ASIDE_KEPT = timedelta(days=180)
AT_ONCE = 200
_ANSWERS_OF_MACHINES = frozenset({"null-sender", "own-address", "x-loop", "disposition-notification", "report"})


def keep(data: bytes, *, sender: str, recipients: Sequence[str], at: datetime) -> RawMail:
    """Keep a mail for good; when this returns, it can't be lost. The same bytes again change nothing but who they were for.

    Args:
        sender: of the envelope, empty for `<>`.
        recipients: of the envelope.

    Raises:
        OSError: the disk doesn't take it.
        django.db.Error: the database doesn't.
    """
    sha256, path = raw_mail.write(data)
    said = [_storable(one) for one in recipients]
    with transaction.atomic():
        raw, made = RawMail.objects.get_or_create(
            sha256=sha256,
            defaults={
                "path": path,
                "size": len(data),
                "sender": _storable(sender),
                "recipients": said,
                "received_at": at,
            },
        )
        if made:
            tasks.read_mail.defer(raw_mail_id=raw.pk)
        elif missing := [one for one in said if one not in raw.recipients]:
            raw.recipients = [*raw.recipients, *missing]
            raw.save(update_fields=["recipients"])
    return raw


def _storable(address: str) -> str:
    return address.replace("\0", "").encode("utf-8", "replace").decode()[:320]


def take_in(raw_mail_id: int, *, as_human: bool = False) -> None:
    """Make of a mail what it is: a new case, a message of one, a bounce noted, or something put aside. Once, however often called.

    Args:
        as_human: an operator says that a person wrote it; what was put aside is read after all, and nothing is sent for it.

    Raises:
        Exception: it can't be read now; it is marked so, and the job is tried again.
    """
    final = {RawMail.State.DONE} if as_human else {RawMail.State.DONE, RawMail.State.QUARANTINED}
    try:
        with transaction.atomic():
            raw = RawMail.objects.select_for_update().get(pk=raw_mail_id)
            if raw.state not in final:
                _sort(raw, as_human=as_human)
                raw.save(update_fields=["state", "cls", "message", "problem"])
    except Exception as error:
        RawMail.objects.filter(pk=raw_mail_id).update(
            state=RawMail.State.FAILED, problem=type(error).__name__, tried_at=timezone.now()
        )
        raise


def read_after_all(raw: RawMail, *, as_human: bool, by: Person, at: datetime) -> Case | None:
    """Read a mail once more for an officer; its case, or None where it became none: what is wrong stands in its `problem`.

    Args:
        as_human: the officer says that a person wrote it.
    """
    record("read_mail_after_all", f"mail:{raw.uuid}", by=by, at=at, as_human=as_human)
    _try(raw.pk, as_human=as_human)
    message = RawMail.objects.select_related("message__case").get(pk=raw.pk).message
    return message.case if message is not None else None


def _try(raw_mail_id: int, *, as_human: bool = False) -> None:
    """Read a mail that may fail again: it is marked so, and the whole reason stands in the log."""
    try:
        take_in(raw_mail_id, as_human=as_human)
    except Exception:
        log.exception("a mail that was kept can't be read")


def _sort(raw: RawMail, *, as_human: bool) -> None:
    mail = reading.read(raw_mail.read(raw.path), sender=raw.sender, recipients=raw.recipients)
    verdict = classify(mail, own=[f"@{mailboxes.domain()}"], loop=mailboxes.service_address())
    if as_human:
        verdict = Verdict("human", send_ack=False, reopen=True)
        record("take_mail_back", f"mail:{raw.uuid}", by=None, at=timezone.now())
    raw.cls, raw.problem = verdict.cls, ""
    match verdict.cls:
        case "human":
            _put_in_thread(raw, mail, verdict, mail_threads.thread_of(mail, _sender_of(mail)))
        case "auto_reply":
            thread = mail_threads.thread_of(mail, _sender_of(mail))
            if thread is None and _answers_something(mail, verdict):
                _put_aside(raw, "automatic answer that belongs to no case", verdict)
            else:
                _put_in_thread(raw, mail, verdict, thread)
        case "bounce":
            _note_bounce(raw, mail, verdict)
        case "complaint" | "spam":
            _put_aside(raw, verdict.cls, verdict)


def _answers_something(mail: Mail, verdict: Verdict) -> bool:
    """Whether a machine only answers (out of office, a receipt), so that alone it is nobody's matter."""
    return bool(_ANSWERS_OF_MACHINES & set(verdict.signs)) or mail.header("auto-submitted").lower().startswith(
        "auto-replied"
    )


def _put_aside(raw: RawMail, why: str, verdict: Verdict) -> None:
    raw.state = RawMail.State.QUARANTINED
    raw.problem = f"{why}: {', '.join(verdict.signs)}"[:300]
    record("put_mail_aside", f"mail:{raw.uuid}", by=None, at=raw.received_at, cls=verdict.cls)


# --- people's and machines' messages


def _sender_of(mail: Mail) -> str:
    """Who wrote, an address in lower case: From, or whom a form's no-reply address names to answer; "" for nobody."""
    said = mail.from_[0].address if mail.from_ else (mail.sender or "")
    local = said.partition("@")[0].lower()
    if mail.reply_to and local.startswith(
        ("noreply", "no-reply", "donotreply", "do-not-reply", "ei-vastata", "eivastata")
    ):
        said = mail.reply_to[0].address
    try:
        validate_email(said)
    except ValidationError:
        return ""
    return said.lower() if len(said) <= 254 else ""


def _put_in_thread(raw: RawMail, mail: Mail, verdict: Verdict, thread: Thread | None) -> None:
    """Bring a message to its case, or open one for it."""
    at, is_automatic = raw.received_at, verdict.cls == "auto_reply"
    email = _sender_of(mail)
    name = mail.from_[0].name[:150] if mail.from_ else ""
    sender = Sender(name=name, email=email, preference=Contact.Preference.EMAIL) if email else Sender(name=name)
    case, contact = (thread.case, _writer(thread, email, is_automatic=is_automatic)) if thread else (None, None)
    known = contact or case
    language = _language(known.language) if known else language_of(f"{mail.subject}\n{mail.text}")
    text, is_cut = _text_of(mail, language)
    identity = _identity(raw, mail, email)
    is_known = Message.objects.filter(channel=Channel.EMAIL, external_id=identity).exists()
    files = () if is_known else _files_of(mail)
    try:
        received = receive(
            Incoming(
                channel=Channel.EMAIL,
                text=text,
                language=language,
                sender=sender,
                external_id=identity,
                message_id=mail.message_id[:LONGEST_ID],
                files=files,
                case=case,
                contact=contact,
                category=None if case else _category_of(mail, email),
                title=mail.subject,
                chosen=mailboxes.city_of(mail.recipients),
                is_automatic=is_automatic,
                wants_receipt=verdict.send_ack,
                wakes=verdict.reopen,
                may_lack_place=True,
            ),
            at=at,
        )
    except Exception:
        forget_files([one.path for one in files])  # what the database takes back, the disk doesn't
        raise
    raw.message, raw.state = received.message, RawMail.State.DONE
    if received.is_repeat:
        forget_files([one.path for one in files])
    else:
        _tell_officers(received, mail, thread, is_cut=is_cut, at=at)


def _writer(thread: Thread, email: str, *, is_automatic: bool) -> Contact | None:
    """Who of the case wrote. None: somebody new, by an address that was given on to them.

    A machine that answers from another address is nobody new: else it would be written to.
    """
    if thread.contact is not None and (is_automatic or not email or thread.contact.email == email):
        return thread.contact
    return mail_threads.participant(thread.case, email)


def _language(code: str) -> Language:
    return next((one for one in LANGUAGES if one == code), "fi")


def _text_of(mail: Mail, language: str) -> tuple[str, bool]:
    """What the person wrote, and whether some of it had to be left to the whole message."""
    text = reply_text(mail.text).strip() or mail.subject.strip()
    if not text:
        with translation.override(language):
            text = _("(The message has no text.)")
    return (text, False) if len(text) <= LONGEST_TEXT else (text[: LONGEST_TEXT - 1] + "…", True)


def _identity(raw: RawMail, mail: Mail, email: str) -> str:
    """What makes two mails one: the Message-ID and its sender; the bytes, where there is no Message-ID."""
    return (
        f"mail:{digest(f'{mail.message_id} {email}'.encode('utf-8', 'replace'))}"
        if mail.message_id
        else f"raw:{raw.sha256}"
    )


def _files_of(mail: Mail) -> tuple[File, ...]:
    return tuple(keep_any(one.content, one.name, one.type) for one in mail.attachments)


def _category_of(mail: Mail, email: str) -> Category:
    """What a mail is about, as far as its words tell; an officer corrects it.

    A mail whose sender can't be answered is of no category that needs a way to reach them: it would open no case at all.
    """
    known = Category.objects.filter(is_active=True)
    if not email:
        known = known.filter(allows_anonymous=True)
    likely = suggest(f"{mail.subject}\n{reply_text(mail.text)[:5_000]}", known, most=1)
    return likely[0] if likely else Category.objects.get(pk=OTHER)


def _tell_officers(received: Received, mail: Mail, thread: Thread | None, *, is_cut: bool, at: datetime) -> None:
    """Notes for the officers: what a machine shouldn't decide, and what isn't seen in the message."""
    case = received.case
    with translation.override(case.language):
        notes = []
        if thread is None:
            notes += [
                _(
                    "Possibly belongs to %(number)s: the subject names it, but the sender isn't known to be one of its people."
                )
                % {"number": named.number}
                for named in mail_threads.cases_named(mail.subject)
            ]
        if mail.left_out:
            notes.append(
                _("Files that were too many or too large were left out: %(names)s. The whole message is kept.")
                % {"names": ", ".join(mail.left_out[:20])}
            )
        if is_cut:
            notes.append(_("The message was too long to be shown whole. The whole message is kept."))
        for text in notes:
            _note(case, text, at)


def _note(case: Case, text: str, at: datetime) -> None:
    note_by_itself(case, text, channel=Channel.EMAIL, at=at)


# --- mail that came back


def _note_bounce(raw: RawMail, mail: Mail, verdict: Verdict) -> None:
    """Write a bounce into the case whose mail came back; an address that failed for good is told by hand from now on.

    Reports can be forged: only one that names a mail of ours, or came to an address that only that mail carried, says anything.
    """
    delivery = _came_back(mail)
    if delivery is None:
        _put_aside(raw, "bounce of a mail that isn't ours", verdict)
        return
    at, contact = raw.received_at, delivery.contact
    case = hold(delivery.message.case_id)
    is_permanent = contact.email.lower() in {one.lower() for one in verdict.bounced}
    if is_permanent:
        if contact.failing_since is None:
            contact.failing_since = at
            contact.save(update_fields=["failing_since"])
        if delivery.state == Delivery.State.SENT:  # not what an officer has told already
            delivery.state, delivery.problem, delivery.changed_at = Delivery.State.BY_HAND, "bounced", at
            delivery.channel = Channel.PHONE if contact.phone else Channel.LETTER
            delivery.save(update_fields=["state", "problem", "changed_at", "channel"])
    tell(case, Event.Kind.BOUNCED, by=None, at=at, facts={"permanent": is_permanent})
    touch(case, at)
    audit("note_bounce", case, by=None, at=at, permanent=is_permanent)
    raw.state = RawMail.State.DONE


def _came_back(mail: Mail) -> Delivery | None:
    """The delivery that a report is about."""
    inner = [one.content[:20_000].decode("utf-8", "replace") for one in mail.attachments]
    told = mail_threads.delivery_named([mail.raw[:200_000].decode("utf-8", "replace"), *inner])
    if told is not None:
        return told
    known = mailboxes.reader_of(mail.recipients_by_trust, mailboxes.BOUNCE)
    known = known or mailboxes.reader_of(mail.recipients_by_trust)
    if known is None:
        return None
    case, contact = known
    return (
        Delivery.objects.filter(message__case=case, contact=contact, channel=Channel.EMAIL, state=Delivery.State.SENT)
        .select_related("message", "contact")
        .order_by("-changed_at")
        .first()
    )


# --- time passes


def look_at_the_mail(at: datetime | None = None) -> None:
    """Read what waits though its job is gone, try what failed again; forget what was put aside, or couldn't be read, long ago."""
    at = at or timezone.now()
    lost = Q(state=RawMail.State.WAITING, received_at__lt=at - READ_AGAIN_AFTER)
    failed = Q(state=RawMail.State.FAILED) & (Q(tried_at=None) | Q(tried_at__lt=at - TRIED_AGAIN_AFTER))
    for pk in list(RawMail.objects.filter(lost | failed).values_list("pk", flat=True)[:AT_ONCE]):
        _try(pk)
    # A bounce that was noted belongs to no message that would take it along when the case is forgotten.
    lonely = Q(state__in=[RawMail.State.QUARANTINED, RawMail.State.FAILED]) | Q(
        state=RawMail.State.DONE, message__isnull=True
    )
    _forget(RawMail.objects.filter(lonely, received_at__lt=at - PUT_ASIDE_KEPT)[:AT_ONCE])


def forget_mail_of(case: Case) -> int:
    """Remove the raw mail of a case for good, with what it says of people; tells how much it was.

    The bytes go when the transaction is through.
    """
    return _forget(RawMail.objects.filter(message__case=case))


def forget_mail_of_messages(messages: QuerySet[Message]) -> int:
    """The same for some messages of a case."""
    return _forget(RawMail.objects.filter(message__in=messages))


def _forget(mails: Iterable[RawMail]) -> int:
    rows = list(mails)
    with transaction.atomic():
        RawMail.objects.filter(pk__in=[row.pk for row in rows]).delete()
        transaction.on_commit(lambda: raw_mail.forget(*(row.path for row in rows)))
    return len(rows)
