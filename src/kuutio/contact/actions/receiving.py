"""The one door behind all doors: whatever a channel brings becomes a new case or a message of one."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import Organisation, Person
from kuutio.contact import routing, tasks
from kuutio.contact.actions.events import audit, hold, tell, tell_all, touch
from kuutio.contact.actions.states import set_state
from kuutio.contact.incoming import Incoming, Place, Sender
from kuutio.contact.models import Attachment, Case, Category, Contact, Event, Message, Participant
from kuutio.contact.moves import REOPEN_DAYS
from kuutio.contact.numbering import new_number, number_is_taken
from kuutio.contact.problems import NotOurs, WhichCity
from kuutio.contact.promises import set_clocks
from kuutio.core.positions import NoPosition, Wrong, read_position
from kuutio.core.problems import Invalid

LONGEST_TEXT = 20_000
TRIES = 5
"""How many numbers are drawn for a case: of five million cases, one in 700 draws a number that is taken."""


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
                    return _add(incoming, incoming.case, at=at)
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
            desk = routing.default_desk()
            if desk is None:
                raise Invalid(
                    _("Tell which city it is about."),
                    errors=[{"pointer": "/chosen", "detail": str(_("Choose the city."))}],
                )
            return found, desk
    assert found.city is not None  # noqa: S101
    return found, routing.organisation_of(found.city)


def _open(incoming: Incoming, *, at: datetime, by: Person | None) -> Received:
    category = _check(incoming)
    found, responsible = _route(incoming, category, at)
    case = Case(
        number=new_number(),
        salt=secrets.token_hex(16),
        responsible=responsible,
        origin=responsible,
        municipality=found.municipality,
        unit=found.unit,
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
    set_clocks(case, found.rule)
    case.save(force_insert=True)
    contact = _contact(incoming, at)
    if contact is not None:
        Participant.objects.create(case=case, contact=contact, kind=Participant.Kind.REPORTER, joined_at=at)
    message = _message(incoming, case, contact, at)
    unit = found.unit.slug if found.unit else ""
    facts = {"to": responsible.slug, "unit": unit, "near_border": found.is_near_border}
    tell_all(
        Event(case=case, kind=Event.Kind.CREATED, at=at, actor=by, is_public=True, facts={"channel": incoming.channel}),
        Event(case=case, kind=Event.Kind.ROUTED, at=at, organisation=responsible, is_public=True, facts=facts),
    )
    audit("open_case", case, by=by, at=at, channel=incoming.channel, to=responsible.slug)
    if contact is not None and incoming.wants_receipt and not incoming.is_automatic:
        tasks.acknowledge.defer(case_id=case.pk)
    return Received(case, message, is_new_case=True)


def title_of(incoming: Incoming) -> str:
    """What a case is called in lists: what the resident named it, else the beginning of what they wrote."""
    said = " ".join((incoming.title or incoming.text).replace("\0", "").split())
    return said if len(said) <= 80 else said[:80].rpartition(" ")[0] + "…" if " " in said[:80] else said[:79] + "…"


def _contact(incoming: Incoming, at: datetime) -> Contact | None:
    """The sender as a contact of the case. Each case has its own: nobody's details change another matter."""
    if incoming.contact is not None:
        return incoming.contact
    sender: Sender = incoming.sender
    if not sender.is_known:
        return None
    return Contact.objects.create(
        person=sender.person,
        name=sender.name[:150],
        email=sender.email.lower(),
        phone=sender.phone,
        postal_address=sender.postal_address,
        language=incoming.language,
        preference=sender.preference,
        created_at=at,
    )


def _message(incoming: Incoming, case: Case, contact: Contact | None, at: datetime) -> Message:
    message = Message.objects.create(
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
    if not incoming.files:
        return message
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
    return message


def _add(incoming: Incoming, case: Case, *, at: datetime) -> Received:
    """One more message of a known case. The resident's own words wake a case that waited for them, or reopen one."""
    case = hold(case.pk)
    if not incoming.text.strip() and not incoming.files:
        raise Invalid(
            _("Some things are missing."), errors=[{"pointer": "/text", "detail": str(_("Write something first."))}]
        )
    message = _message(incoming, case, _contact_of(incoming, case, at), at)
    tell(
        case,
        Event.Kind.REPLIED,
        by=None,
        at=at,
        is_public=not incoming.is_automatic,
        facts={"channel": incoming.channel},
    )
    fields: list[str] = []
    if incoming.wakes and not incoming.is_automatic:
        if case.state == Case.State.WAITING_RESIDENT:
            fields = set_state(case, Case.State.OPEN, by=None, at=at)
        elif case.state != Case.State.DUPLICATE and is_fresh(case, at):
            fields = set_state(case, Case.State.OPEN, by=None, at=at)
            tell(case, Event.Kind.REOPENED, by=None, at=at, is_public=True)
    touch(case, at, *fields)
    audit("add_message", case, by=None, at=at, channel=incoming.channel)
    return Received(case, message, is_new_case=False)


def is_fresh(case: Case, at: datetime) -> bool:
    """Whether a case was settled so lately that its resident may reopen it by themselves."""
    return case.settled_at is not None and at - case.settled_at <= timedelta(days=REOPEN_DAYS)


def _contact_of(incoming: Incoming, case: Case, at: datetime) -> Contact | None:
    """Who writes: the contact that the channel found, else a new participant of the case."""
    contact = _contact(incoming, at)
    if contact is not None and not case.participants.filter(contact=contact).exists():
        has_reporter = case.participants.filter(kind=Participant.Kind.REPORTER).exists()
        kind = Participant.Kind.FOLLOWER if has_reporter else Participant.Kind.REPORTER
        Participant.objects.create(case=case, contact=contact, kind=kind, joined_at=at)
    return contact
