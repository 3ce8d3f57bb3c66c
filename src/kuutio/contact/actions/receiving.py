"""The one door behind all doors: whatever a channel brings becomes a new case or a message of one."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Model, Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from kuutio.audit.actions import line
from kuutio.cities.models import Organisation, Person, Unit
from kuutio.contact import routing
from kuutio.contact.actions.events import audit, hold, tell, touch
from kuutio.contact.actions.inserting import insert_together
from kuutio.contact.actions.noting import note_by_itself
from kuutio.contact.actions.receipts import wake
from kuutio.contact.actions.states import set_state
from kuutio.contact.incoming import Incoming, Place, Sender
from kuutio.contact.known import settled
from kuutio.contact.models import Attachment, Case, Category, Channel, Contact, Event, Message, Participant
from kuutio.contact.moves import REOPEN_DAYS
from kuutio.contact.numbering import TRIES, new_number, number_is_taken
from kuutio.contact.problems import NotOurs, WhichCity, WrongMove
from kuutio.contact.promises import promise
from kuutio.core.positions import NoPosition, Wrong, read_position
from kuutio.core.problems import Invalid

LONGEST_TEXT = 20_000
_OWNERS = (Participant.Kind.REPORTER, Participant.Kind.PROXY)
ONE_TALK = timedelta(hours=1)
"""Lines of a chat within so long are told of once."""


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a message: its case, the message, and whether it is here for the first time."""

    case: Case
    message: Message
    is_new_case: bool
    is_repeat: bool = False


def receive(incoming: Incoming, *, at: datetime, by: Person | None = None) -> Received:
    """Take in one message, once: the same `external_id` of a channel gives again what it gave before.

    Args:
        by: the officer who writes for the resident, at a desk or on the telephone; None: the resident's own act.

    Raises:
        Invalid: no text, no category or no place where one is needed; `errors` say which.
        NotOurs: the place isn't in any of the cities; nothing is kept. `facts` say whose it is.
        WhichCity: the place is too near a border to tell, and nobody has chosen; `facts` name the choices.
    """
    if (before := _before(incoming)) is not None:
        return before
    for tries_left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                if incoming.case is not None:
                    return _add(incoming, incoming.case, at=at, by=by)
                with settled():
                    return _open(incoming, at=at, by=by)
        except IntegrityError as error:
            # The same message came by two requests at once: the other one has it.
            if (before := _before(incoming)) is not None:
                return before
            if not (tries_left and number_is_taken(error)):
                raise
    raise AssertionError("the last try returns or raises")


def _before(incoming: Incoming) -> Received | None:
    if not incoming.external_id:
        return None
    known = (
        Message.objects.filter(channel=incoming.channel, external_id=incoming.external_id)
        .select_related("case__responsible", "case__category")
        .first()
    )
    return Received(known.case, known, is_new_case=False, is_repeat=True) if known else None


def _check(incoming: Incoming) -> Category:
    errors = []
    category = incoming.category
    if not incoming.text.strip():
        errors.append({"pointer": "/text", "detail": str(_("Tell what it is about."))})
    if len(incoming.text) > LONGEST_TEXT:
        errors.append({"pointer": "/text", "detail": str(_("Keep the description below 20,000 characters."))})
    if category is None:
        errors.append({"pointer": "/category", "detail": str(_("Choose what it is about."))})
    else:
        needs_place = category.place == Category.Place.REQUIRED and not incoming.may_lack_place
        if needs_place and incoming.place.lon is None and not incoming.place.address:
            errors.append({"pointer": "/place", "detail": str(_("Tell where it is."))})
        if not category.allows_anonymous and not incoming.sender.is_known:
            errors.append({"pointer": "/sender", "detail": str(_("We need a way to reach you about this matter."))})
    if (said := _wrong_place(incoming.place)) is not None:
        errors.append({"pointer": "/place", "detail": said})
    if errors:
        raise Invalid(_("Some things are missing."), errors=errors)
    assert category is not None  # noqa: S101  # told above
    return category


def _wrong_place(place: Place) -> str | None:
    """What is wrong with a position, in words; None where there is none, or a good one."""
    try:
        position = read_position(place.lon, place.lat)
    except NoPosition as error:
        return None if error.wrong is Wrong.MISSING else str(_("The position isn’t one on Earth."))
    if position.turned is not None:
        return str(_("The position fits Finland only with latitude and longitude swapped. Give longitude first."))
    return None


def _route(incoming: Incoming, category: Category, at: datetime) -> tuple[routing.Route, Organisation]:
    lon, lat = incoming.place.lon, incoming.place.lat
    if incoming.can_ask:
        found = routing.route(category, lon=lon, lat=lat, at=at, chosen=incoming.chosen, beside=incoming.beside)
    else:
        found = routing.without_asking(category, lon=lon, lat=lat, at=at)
        if found.city is None and incoming.chosen:
            found = routing.route(category, lon=None, lat=None, at=at, chosen=incoming.chosen)
    match found.found:
        case routing.Found.ASK:
            raise WhichCity(
                _("The place is so near a border that we must ask which side of it you mean."),
                choices=[row.code for row in found.choices],
            )
        case routing.Found.OUTSIDE | routing.Found.EXTERNAL:
            raise NotOurs(
                _("The place isn't taken care of by any of the cities here."),
                municipality=found.municipality.code if found.municipality else "",
                body=found.body.slug if found.body else "",
            )
        case routing.Found.UNPLACED:
            # Who can't be asked is answered all the same: without a joint desk by the group's first city, which hands it on.
            desk = routing.default_desk() or (None if incoming.can_ask else routing.first_city())
            if desk is None:
                raise Invalid(
                    _("Tell which city it is about."),
                    errors=[{"pointer": "/chosen", "detail": str(_("Choose the city."))}],
                )
            return found, desk
    assert found.organisation is not None  # noqa: S101
    return found, found.organisation


def _open(incoming: Incoming, *, at: datetime, by: Person | None) -> Received:
    category = _check(incoming)
    found, responsible = _route(incoming, category, at)
    case = Case(
        number=new_number(),
        salt=secrets.token_hex(16),
        responsible=responsible,
        origin=responsible,
        municipality=found.municipality,
        unit=_unit(incoming, found, responsible),
        category=category,
        language=incoming.language,
        channel=incoming.channel,
        title=title_of(incoming),
        answers=incoming.answers,
        lon=incoming.place.lon,
        lat=incoming.place.lat,
        place_source=incoming.place.source,
        address=incoming.place.address[:300],
        is_near_border=found.is_near_border,
        opened_at=at,
        updated_at=at,
    )
    promise(case, found.rule)
    contact = incoming.contact or _new_contact(incoming, at)
    wants_receipt = contact is not None and incoming.wants_receipt and not incoming.is_automatic
    message = _message(incoming, case, contact, at)
    unit = case.unit.slug if case.unit else ""
    facts = {"to": responsible.slug, "unit": unit, "near_border": found.is_near_border}
    rows: list[Model] = [case]
    if contact is not None:
        if contact.pk is None:
            rows.append(contact)
        kind = Participant.Kind.REPORTER
        due = at if wants_receipt else None
        rows.append(Participant(case=case, contact=contact, kind=kind, joined_at=at, receipt_due_at=due))
    insert_together(
        *rows,
        message,
        Event(case=case, kind=Event.Kind.CREATED, at=at, actor=by, is_public=True, facts={"channel": incoming.channel}),
        Event(case=case, kind=Event.Kind.ROUTED, at=at, organisation=responsible, is_public=True, facts=facts),
        line("open_case", f"case:{case.number}", by=by, at=at, channel=incoming.channel, to=responsible.slug),
    )
    _keep_files(incoming, message)
    if wants_receipt:
        wake()
    return Received(case, message, is_new_case=True)


def _unit(incoming: Incoming, found: routing.Route, responsible: Organisation) -> Unit | None:
    """Whose queue it comes to: the one that was turned to, else the rule's. A unit serves its own city alone."""
    if incoming.unit is not None and incoming.unit.city_id == responsible.city_id:
        return incoming.unit
    return found.unit


def title_of(incoming: Incoming) -> str:
    """What a case is called in lists: what the resident named it, else the beginning of what they wrote."""
    return short_title(incoming.title or incoming.text)


def short_title(text: str) -> str:
    """The beginning of a text, at most 80 characters, ending with a word."""
    said = " ".join(text.replace("\0", "").split())
    return said if len(said) <= 80 else said[:80].rpartition(" ")[0] + "…" if " " in said[:80] else said[:79] + "…"


def _new_contact(incoming: Incoming, at: datetime) -> Contact | None:
    """The sender as a contact of the case, not kept yet. Each case has its own: nobody's details change another matter."""
    sender: Sender = incoming.sender
    if not sender.is_known:
        return None
    return Contact(
        person=sender.person,
        name=sender.name[:150],
        email=sender.email.lower(),
        phone=sender.phone,
        postal_address=sender.postal_address,
        messenger=sender.messenger,
        language=incoming.language,
        preference=sender.preference,
        created_at=at,
    )


def _message(incoming: Incoming, case: Case, contact: Contact | None, at: datetime) -> Message:
    """What was written as a message, not kept yet."""
    return Message(
        case=case,
        direction=Message.Direction.IN,
        channel=incoming.channel,
        contact=contact,
        language=incoming.language,
        text=incoming.text.replace("\0", "").strip(),
        external_id=incoming.external_id,
        message_id=incoming.message_id,
        is_automatic=incoming.is_automatic,
        at=at,
    )


def _keep_files(incoming: Incoming, message: Message) -> None:
    if not incoming.files:
        return
    Attachment.objects.bulk_create(
        Attachment(
            message=message,
            name=file.name[:200],
            type=file.type,
            size=file.size,
            sha256=file.sha256,
            path=file.path,
            description=file.description[:500],
            width=file.width,
            height=file.height,
        )
        for file in incoming.files
    )


def _add(incoming: Incoming, case: Case, *, at: datetime, by: Person | None) -> Received:
    """One more message of a known case. The resident's own words wake a case that waited for them, or reopen one.

    What comes to a case that is joined to another is about that one: it is woken, and its officers are told where to look. Long
    after both were settled the words open a new case.
    """
    case, main = _held(case)
    moves = incoming.wakes and not incoming.is_automatic
    if case.forgotten_at is not None and not (moves and incoming.continues and incoming.sender.is_known):
        raise WrongMove(_("What was written in this case has been removed. Report the matter anew."), state=case.state)
    if not incoming.text.strip() and not incoming.files:
        raise Invalid(
            _("Some things are missing."), errors=[{"pointer": "/text", "detail": str(_("Write something first."))}]
        )
    if len(incoming.text) > LONGEST_TEXT:
        raise Invalid(
            _("The message is too long."),
            errors=[{"pointer": "/text", "detail": str(_("Keep the message below 20,000 characters."))}],
        )
    if case.forgotten_at is not None or (moves and incoming.continues and is_over(main or case, at)):
        return _continue(incoming, case, at=at, by=by)
    message = _message(incoming, case, _contact_of(incoming, case, at), at)
    message.save(force_insert=True)
    _keep_files(incoming, message)
    tell(
        case,
        Event.Kind.REPLIED,
        by=by,
        at=at,
        # A talk of twenty lines isn't twenty things that happened.
        is_public=not incoming.is_automatic and incoming.channel != Channel.CHAT,
        facts={"channel": incoming.channel},
    )
    if main is not None:
        with translation.override(main.language):
            said = _("A message came to %(number)s, which is joined to this case.") % {"number": case.number}
        is_talk = incoming.channel == Channel.CHAT and main.messages.filter(text=said, at__gt=at - ONE_TALK).exists()
        if not is_talk:
            note_by_itself(main, str(said), channel=incoming.channel, at=at)
        touch(main, at, *(_woken(main, at) if moves else ()))
        touch(case, at)
    else:
        touch(case, at, *(_woken(case, at) if moves else ()))
    audit("add_message", case, by=by, at=at, channel=incoming.channel)
    return Received(case, message, is_new_case=False)


def _held(case: Case) -> tuple[Case, Case | None]:
    """A case, and the one that it is joined to, held in the order of their keys as those who join cases hold them."""
    main = Case.objects.filter(pk=case.pk).values("duplicate_of")
    rows = Case.objects.select_for_update().filter(Q(pk=case.pk) | Q(pk__in=main))
    held = {row.pk: row for row in rows.order_by("pk")}
    case = held[case.pk]
    if case.duplicate_of_id is None:
        return case, None
    return case, held.get(case.duplicate_of_id) or hold(case.duplicate_of_id)


def _woken(case: Case, at: datetime) -> list[str]:
    """Set a case going that waited for its resident, or was settled lately; the fields to save."""
    if case.state == Case.State.WAITING_RESIDENT:
        return set_state(case, Case.State.OPEN, by=None, at=at)
    if not is_fresh(case, at):
        return []
    fields = set_state(case, Case.State.OPEN, by=None, at=at)
    tell(case, Event.Kind.REOPENED, by=None, at=at, is_public=True)
    return fields


def _continue(incoming: Incoming, case: Case, *, at: datetime, by: Person | None) -> Received:
    """Open a new case of what is written about one that was settled long ago; an officer reads of the old one in a note."""
    sender, known, contact = incoming.sender, incoming.contact, None
    if not sender.is_known and known is not None:
        sender = _sender_again(known)
        contact = _new_contact(replace(incoming, sender=sender), at)
        if contact is not None:  # what is known of the number goes with it: whether it is theirs
            contact.texted_at, contact.phone_changed_at = known.texted_at, known.phone_changed_at
    # The place was told by who reported the first matter: it is nothing for whoever else wrote about that.
    owns = case.participants.filter(contact=known, kind__in=_OWNERS).exists() if known is not None else False
    anew = replace(
        incoming,
        case=None,
        contact=contact,
        sender=sender,
        category=case.category,
        place=Place(address=case.address) if owns else Place(),
        chosen=case.responsible.city_id or "",
        can_ask=False,
        may_lack_place=True,
    )
    with settled():
        received = _open(anew, at=at, by=by)
    with translation.override(received.case.language):
        said = _("Continues the case %(number)s, which was settled long ago.") % {"number": case.number}
    note_by_itself(received.case, str(said), channel=incoming.channel, at=at)
    return received


def _sender_again(contact: Contact) -> Sender:
    """Who is known by an earlier case, as the sender of a new one."""
    return Sender(
        name=contact.name,
        email=contact.email,
        phone=contact.phone,
        postal_address=contact.postal_address,
        messenger=contact.messenger,
        preference=contact.preference,
        person=contact.person,
    )


def is_over(case: Case, at: datetime) -> bool:
    """Whether a case was settled so long ago that its resident's words open a new one instead."""
    return case.settled_at is not None and (case.forgotten_at is not None or not is_fresh(case, at))


def is_fresh(case: Case, at: datetime) -> bool:
    """Whether a case was settled so lately that its resident may reopen it by themselves."""
    return case.settled_at is not None and at - case.settled_at <= timedelta(days=REOPEN_DAYS)


def _contact_of(incoming: Incoming, case: Case, at: datetime) -> Contact | None:
    """Who writes: the contact that the channel found, else a new participant of the case."""
    contact = incoming.contact
    if contact is None and (contact := _new_contact(incoming, at)) is not None:
        contact.save(force_insert=True)
    if contact is not None and not case.participants.filter(contact=contact).exists():
        has_reporter = case.participants.filter(kind=Participant.Kind.REPORTER).exists()
        kind = Participant.Kind.WRITER if has_reporter else Participant.Kind.REPORTER
        Participant.objects.create(case=case, contact=contact, kind=kind, joined_at=at)
    return contact
