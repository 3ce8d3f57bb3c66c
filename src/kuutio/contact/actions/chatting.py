"""Talking within a case: the words are its messages, so that a talk that is left is an ordinary case and nothing is lost."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kuutio.audit.actions import record
from kuutio.cities.models import Organisation, Person
from kuutio.contact import chats, permissions, tasks
from kuutio.contact.actions.events import audit, hold, tell, touch
from kuutio.contact.actions.reaching import readdress
from kuutio.contact.actions.receipts import owe_receipt
from kuutio.contact.actions.receiving import Received, receive
from kuutio.contact.actions.states import CLOCKS, set_state
from kuutio.contact.incoming import Incoming, Sender
from kuutio.contact.models import Case, Category, Channel, Chat, ChatPresence, Contact, Event, Message, Participant
from kuutio.contact.promises import set_clocks
from kuutio.contact.suggesting import suggest
from kuutio.core.language import LANGUAGES, Language
from kuutio.core.problems import Invalid, NotAllowed

LONGEST_LINE = 2_000
MOST_LINES_A_MINUTE = 20
SEEN_EVERY = timedelta(seconds=10)
OTHER = "other"
AT_ONCE = 200


def be_present(person: Person, at: datetime) -> None:
    """Begin to answer chats, or go on.

    Raises:
        NotAllowed: the person serves nowhere.
    """
    if not permissions.is_agent(person):
        raise NotAllowed(_("Cases are handled by customer service agents. Ask your organisation for the role."))
    _row, made = ChatPresence.objects.update_or_create(person=person, defaults={"seen_at": at})
    if made:
        record("be_present", f"person:{person.pk}", by=person, at=at)


def renew_presence(person: Person, at: datetime) -> bool:
    """Say that the page of somebody who answers chats is still open; False when they don't answer any."""
    return bool(ChatPresence.objects.filter(person=person).update(seen_at=at))


def be_absent(person: Person, at: datetime) -> None:
    """Answer no more chats; the talks that go on stay."""
    count, _rows = ChatPresence.objects.filter(person=person).delete()
    if count:
        record("be_absent", f"person:{person.pk}", by=person, at=at)


@transaction.atomic
def begin_chat(*, text: str, city: str, language: Language, person: Person | None, key: str, at: datetime) -> Chat:
    """Begin a talk about a new matter: the case is there from the first line on.

    Args:
        city: the code of the city that somebody wants to talk with.
        person: the account they are signed in with.
        key: of the page; the same again is the same talk.

    Raises:
        Invalid: nothing is written, too much, or no such city.
    """
    _check(text)
    known = Category.objects.filter(is_active=True, allows_anonymous=True)
    likely = suggest(text, known, most=1)
    sender = Sender()
    if person is not None:
        sender = Sender(name=person.name, email=person.email, person=person, preference=Contact.Preference.EMAIL)
    received = receive(
        Incoming(
            channel=Channel.CHAT,
            text=text,
            language=language,
            sender=sender,
            external_id=f"chat:{key}",
            category=likely[0] if likely else Category.objects.get(pk=OTHER),
            chosen=city,
            wants_receipt=False,
            may_lack_place=True,
            can_ask=True,
        ),
        at=at,
    )
    return _open(received.case, at)


@transaction.atomic
def join_chat(case: Case, *, at: datetime) -> Chat:
    """Begin a talk in a case that is there, or go on with the one that is open."""
    return _open(hold(case.pk), at)


def _open(case: Case, at: datetime) -> Chat:
    chat, made = Chat.objects.get_or_create(case=case, ended_at=None, defaults={"opened_at": at, "seen_at": at})
    if made:
        audit("open_chat", case, by=None, at=at)
    return chat


def _check(text: str) -> None:
    if not text.strip():
        raise Invalid(
            _("Some things are missing."), errors=[{"pointer": "/text", "detail": str(_("Write something first."))}]
        )
    if len(text) > LONGEST_LINE:
        raise Invalid(
            _("Some things are missing."),
            errors=[{"pointer": "/text", "detail": str(_("A line of the chat has at most 2,000 characters."))}],
        )


@transaction.atomic
def say_as_resident(case: Case, *, text: str, key: str, at: datetime) -> Received:
    """One line of the resident; it is kept also when the talk is over.

    Args:
        key: of the page that sends it; the same again is the same line.

    Raises:
        Invalid: nothing is written, or too much, or too often.
    """
    _check(text)
    case = hold(case.pk)
    lately = Message.objects.filter(
        case=case, direction=Message.Direction.IN, channel=Channel.CHAT, at__gt=at - timedelta(minutes=1)
    )
    if lately.count() >= MOST_LINES_A_MINUTE:
        raise Invalid(_("You write faster than we can read. Wait a minute, then go on."))
    received = receive(
        Incoming(
            channel=Channel.CHAT,
            text=text,
            language=_language(case.language),
            external_id=f"chat:{case.pk}:{key}",
            case=case,
            contact=_reporter(case),
            continues=not case.chats.filter(ended_at=None).exists(),
        ),
        at=at,
    )
    Chat.objects.filter(case=case, ended_at=None, seen_at__lt=at).update(seen_at=at)
    return received


def see_chat(chat: Chat, at: datetime) -> None:
    """Write down that the resident's page is open, every ten seconds at most."""
    if at - chat.seen_at > SEEN_EVERY:
        Chat.objects.filter(pk=chat.pk, ended_at=None, seen_at__lt=at).update(seen_at=at)


@transaction.atomic
def answer_in_chat(case: Case, *, text: str, by: Person, at: datetime, key: str) -> Message:
    """One line to the resident, who reads it at once; what they don't see any more is sent to them when the talk ends.

    The first one is the answer that stops the clock.

    Raises:
        NotAllowed: another city has the case.
        Invalid: nothing is written, too much, or the talk is over.
    """
    _check(text)
    case = hold(case.pk)
    view = permissions.view_of(by, case, at)
    if not view.may_write or view.organisation is None:
        raise NotAllowed(_("Only the city that is responsible for the case can do this."), case=case.number)
    identity = f"chat-answer:{case.pk}:{key}"
    if known := Message.objects.filter(channel=Channel.CHAT, external_id=identity).first():
        return known
    chat = Chat.objects.select_for_update().filter(case=case, ended_at=None).first()
    if chat is None:
        raise Invalid(_("The chat is over. Answer on the page of the case: the resident is told as they have chosen."))
    message = Message.objects.create(
        case=case,
        direction=Message.Direction.OUT,
        channel=Channel.CHAT,
        author=by,
        organisation=view.organisation,
        language=case.language,
        text=text.strip(),
        external_id=identity,
        at=at,
    )
    fields = []
    if chat.answered_at is None:
        chat.answered_at = at
        chat.save(update_fields=["answered_at"])
        tell(case, Event.Kind.ANSWERED, by=by, at=at, organisation=view.organisation, is_public=True)
        fields = _answered(case, view.organisation, by, at)
    touch(case, at, *fields)
    audit("answer_in_chat", case, by=by, at=at)
    return message


def _answered(case: Case, organisation: Organisation, by: Person, at: datetime) -> list[str]:
    """What an answer changes of a case: the first one stops its clock, a new case is being handled from then on."""
    fields = ["first_answer_at", "assignee", *CLOCKS]
    case.first_answer_at = case.first_answer_at or at
    case.assignee = case.assignee or by
    if case.state == Case.State.NEW:
        return fields + set_state(case, Case.State.OPEN, by=by, at=at, organisation=organisation)
    set_clocks(case)
    return fields


@transaction.atomic
def end_chat(chat: Chat, *, by: Person | None, at: datetime) -> Chat:
    """End a talk; the case goes on. Lines that the resident hasn't seen are sent to them as they have chosen.

    Args:
        by: the officer who ends it; None: it was left.

    Raises:
        NotAllowed: another city has the case.
    """
    case = hold(chat.case_id)
    if by is not None and not permissions.may_write(by, case, at):
        raise NotAllowed(_("Only the city that is responsible for the case can do this."), case=case.number)
    held = Chat.objects.select_for_update().get(pk=chat.pk)
    if held.ended_at is not None:
        return held
    held.ended_at = at
    held.save(update_fields=["ended_at"])
    unseen = Message.objects.filter(
        case=case, direction=Message.Direction.OUT, channel=Channel.CHAT, at__gt=held.seen_at
    )
    if (last := unseen.order_by("-at", "-pk").first()) is not None:
        tasks.deliver.defer(message_id=last.pk)  # with the lines before it, as one message
    if held.answered_at is None and case.channel == Channel.CHAT:
        owe_receipt(case, at)
    audit("end_chat", case, by=by, at=at, answered=held.answered_at is not None)
    return held


@transaction.atomic
def leave_address(chat: Chat, *, email: str, phone: str, at: datetime) -> Contact:
    """Say where to answer when nobody has time in the chat, and leave it: by e-mail, else by text message.

    Args:
        phone: E.164.

    Raises:
        Invalid: neither is told, or the e-mail can't be one.
    """
    if not email.strip() and not phone:
        raise Invalid(_("Give an e-mail address or a telephone number."))
    if email.strip():
        try:
            validate_email(email.strip())
        except ValidationError as error:
            raise Invalid(_("This doesn’t look like an e-mail address.")) from error
    case = hold(chat.case_id)
    contact = _reporter(case) or Contact(language=case.language, created_at=at)
    readdress(contact, email=email.strip() or contact.email, phone=phone or contact.phone, at=at)
    contact.preference = Contact.Preference.EMAIL if email.strip() else Contact.Preference.SMS
    contact.save()
    if not case.participants.filter(contact=contact).exists():
        Participant.objects.create(case=case, contact=contact, kind=Participant.Kind.REPORTER, joined_at=at)
    touch(case, at)
    audit("leave_address", case, by=None, at=at, preference=str(contact.preference))
    end_chat(chat, by=None, at=at)
    return contact


def end_what_was_left(at: datetime) -> int:
    """End the talks whose resident has gone; tells how many."""
    left = list(Chat.objects.filter(ended_at=None, seen_at__lt=at - chats.GONE)[:AT_ONCE])
    for chat in left:
        end_chat(chat, by=None, at=at)
    return len(left)


def _reporter(case: Case) -> Contact | None:
    first = case.participants.filter(kind=Participant.Kind.REPORTER).select_related("contact").first()
    return first.contact if first else None


def _language(code: str) -> Language:
    return next((one for one in LANGUAGES if one == code), "fi")
