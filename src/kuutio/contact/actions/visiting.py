"""At any city's desk or telephone a resident opens their own case: by number and code, or identified. It lasts half an hour."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kuutio.audit.actions import record
from kuutio.audit.models import Entry
from kuutio.cities.models import Organisation, Person
from kuutio.contact import permissions
from kuutio.contact.actions.correcting import speak
from kuutio.contact.actions.events import audit, hold, tell, touch
from kuutio.contact.actions.reaching import readdress
from kuutio.contact.actions.receiving import Received, receive
from kuutio.contact.actions.residents import rate_case
from kuutio.contact.incoming import Incoming
from kuutio.contact.links import speaks
from kuutio.contact.models import Case, Channel, Contact, DeskVisit, Event, Message, Participant, Rating
from kuutio.contact.problems import TooManyTries
from kuutio.core.case_numbers import parse
from kuutio.core.language import LANGUAGES, Language, fold
from kuutio.core.problems import Invalid, NotAllowed

LASTS = timedelta(minutes=30)
MOST_WRONG_OF_CASE, MOST_WRONG_OF_OFFICER = 5, 15
"""Wrong codes within an hour: 40 bits are safe from that for longer than cases are kept."""
_REFUSED = "refuse_at_desk"


def open_by_code(number: str, code: str, *, channel: str, by: Person, at: datetime) -> DeskVisit:
    """Open a case with its resident, who says its number and code.

    Raises:
        NotAllowed: the officer serves nowhere.
        TooManyTries: so many wrong ones were tried for this case, or by this officer, that somebody guesses.
        Invalid: no case opens with these; it isn't told which of them is wrong.
    """
    desk = _desk_of(by)
    known = _number(number)
    _check_tries(known, by, at)
    case = Case.objects.filter(number=known).first() if known else None
    if case is None or not speaks(case, code):
        _refuse(known, by, at)
        raise Invalid(
            _("No case opens with these. Ask for the number and the code once more."),
            errors=[{"pointer": "/code", "detail": str(_("The number or the code is wrong."))}],
        )
    return _begin(case, desk, DeskVisit.How.CODE, "", channel, by, at)


def open_by_identity(
    number: str, *, name: str, how: str, reason: str, channel: str, by: Person, at: datetime
) -> DeskVisit:
    """Open a case with its resident, whom the officer has identified.

    Args:
        name: as it stands in the document; the case must be in this name.
        how: the kind of document, of `DeskVisit.How`.
        reason: why the code wasn't used.

    Raises:
        NotAllowed: the officer serves nowhere.
        TooManyTries: as for codes.
        Invalid: no reason or no document, or no such case in this name; it isn't told which of them is wrong.
    """
    desk = _desk_of(by)
    _check_identity(how, reason)
    known = _number(number)
    _check_tries(known, by, at)
    case = Case.objects.filter(number=known).first() if known else None
    if case is None or not _is_named(case, name):
        _refuse(known, by, at)
        raise Invalid(
            _("There is no such case in this name. Without a name in the case only its code opens it."),
            errors=[{"pointer": "/name", "detail": str(_("No case of this number is in this name."))}],
        )
    return _begin(case, desk, how, reason.strip(), channel, by, at)


def cases_of_identified(address: str, *, name: str, how: str, reason: str, by: Person, at: datetime) -> list[Case]:
    """The cases of an identified resident who doesn't remember the number, the newest first; at most twenty.

    Args:
        address: their telephone number in E.164, or e-mail, as the case has it.

    Raises:
        NotAllowed, TooManyTries, Invalid: as for `open_by_identity`; also where there are none.
    """
    _desk_of(by)
    _check_identity(how, reason)
    _check_tries("", by, at)
    people = (
        Participant.objects.exclude(kind=Participant.Kind.FOLLOWER)
        .filter(case__forgotten_at__isnull=True)
        .filter(**({"contact__email": address.lower()} if "@" in address else {"contact__phone": address}))
        .select_related("contact", "case__category", "case__responsible")
        .order_by("-case__opened_at")[:200]
    )
    found = [row.case for row in people if address and _same_name(row.contact.name, name)][:20]
    record("look_for_cases_at_desk", "desk:", by=by, at=at, found=len(found), how=how)
    if not found:
        _refuse("", by, at)
        raise Invalid(_("No case is found in this name with this telephone number or e-mail."))
    return found


def _desk_of(person: Person) -> Organisation:
    desks = permissions.desks_of(person)
    if not desks:
        raise NotAllowed(_("Cases are handled by customer service agents. Ask your organisation for the role."))
    return next(iter(desks.values()))


def _number(text: str) -> str:
    try:
        return parse(text)
    except ValueError:
        return ""


def _check_identity(how: str, reason: str) -> None:
    errors = []
    if how not in set(DeskVisit.How) - {DeskVisit.How.OPENED, DeskVisit.How.CODE}:
        errors.append({"pointer": "/how", "detail": str(_("Choose by what the resident was identified."))})
    if not reason.strip():
        errors.append({"pointer": "/reason", "detail": str(_("Tell why the code isn’t used."))})
    if errors:
        raise Invalid(_("Some things are missing."), errors=errors)


def _check_tries(number: str, by: Person, at: datetime) -> None:
    lately = Entry.objects.filter(verb=_REFUSED, at__gt=at - timedelta(hours=1))
    of_case = lately.filter(thing=f"case:{number}").count() if number else 0
    if of_case >= MOST_WRONG_OF_CASE or lately.filter(actor=by).count() >= MOST_WRONG_OF_OFFICER:
        raise TooManyTries(_("Too many wrong codes were tried. Wait an hour, or identify the resident another way."))


def _refuse(number: str, by: Person, at: datetime) -> None:
    """Write a refusal down for good, also though the caller is told of it by an exception."""
    record(_REFUSED, f"case:{number}", by=by, at=at)


def _is_named(case: Case, name: str) -> bool:
    people = case.participants.exclude(kind=Participant.Kind.FOLLOWER).select_related("contact")
    return any(_same_name(row.contact.name, name) for row in people)


def _same_name(held: str, shown: str) -> bool:
    """Whether a name that a case has is that of a document, which may have more given names; one word alone is no name."""
    words = {fold(word) for word in held.replace("-", " ").split()}
    return len(words) > 1 and words <= {fold(word) for word in shown.replace("-", " ").split()}


@transaction.atomic
def _begin(case: Case, desk: Organisation, how: str, reason: str, channel: str, by: Person, at: datetime) -> DeskVisit:
    case = hold(case.pk)
    visit = DeskVisit.objects.create(
        case=case,
        officer=by,
        organisation=desk,
        channel=channel,
        how=how,
        reason=reason[:300],
        opened_at=at,
        expires_at=at + LASTS,
    )
    if how != DeskVisit.How.OPENED:
        facts = {"how": str(how), "channel": channel}
        tell(case, Event.Kind.OPENED_AT_DESK, by=by, at=at, organisation=desk, is_public=True, facts=facts)
        touch(case, at)
    audit("open_at_desk", case, by=by, at=at, how=str(how), channel=channel)
    return visit


def begin_with_new(case: Case, *, channel: str, by: Person, at: datetime) -> DeskVisit:
    """Let who has just written a matter down go on with its resident, also where another city has the case.

    Raises:
        NotAllowed: the officer serves nowhere.
    """
    return _begin(case, _desk_of(by), DeskVisit.How.OPENED, "", channel, by, at)


def is_open(visit: DeskVisit, person: Person, at: datetime) -> bool:
    """Whether a visit still lasts for an officer: it is theirs, not closed, not over, and they still serve."""
    return (
        visit.officer_id == person.pk
        and visit.closed_at is None
        and at < visit.expires_at
        and permissions.is_agent(person)
    )


def _of(visit: DeskVisit, by: Person, at: datetime) -> DeskVisit:
    visit = DeskVisit.objects.select_for_update(of=("self",)).select_related("case").get(pk=visit.pk)
    if not is_open(visit, by, at):
        raise NotAllowed(_("The visit is over. Open the case again with the resident."))
    return visit


def _resident(case: Case) -> Contact | None:
    first = case.participants.filter(kind=Participant.Kind.REPORTER).select_related("contact").first()
    return first.contact if first else None


@transaction.atomic
def say_for_resident(visit: DeskVisit, *, text: str, by: Person, at: datetime, key: str) -> Received:
    """Write down what the resident says, as their message; the city that has the case answers it.

    Args:
        key: of the page that sends it; the same again is the same message.

    Raises:
        NotAllowed: the visit is over, or another officer's.
        Invalid: nothing is written.
    """
    visit = _of(visit, by, at)
    return receive(
        Incoming(
            channel=visit.channel,
            text=text,
            language=_language(visit.case.language),
            external_id=f"visit:{visit.pk}:{key}",
            case=visit.case,
            contact=_resident(visit.case),
        ),
        at=at,
        by=by,
    )


@transaction.atomic
def change_reach(
    visit: DeskVisit, *, preference: str, email: str, phone: str, postal_address: str, by: Person, at: datetime
) -> Contact:
    """Change how the resident is told of their case, as they ask.

    Args:
        phone: E.164.

    Raises:
        NotAllowed: the visit is over, or another officer's.
        Invalid: the way that is chosen lacks its address.
    """
    visit = _of(visit, by, at)
    case, contact = hold(visit.case_id), _resident(visit.case)
    given = {"email": email.strip(), "phone": phone, "postal_address": postal_address.strip()}
    needs = {"email": "email", "sms": "phone", "call": "phone", "letter": "postal_address"}.get(preference)
    if needs and not given[needs]:
        raise Invalid(
            _("Some things are missing."), errors=[{"pointer": f"/{needs}", "detail": str(_("This is needed."))}]
        )
    if contact is None:
        contact = Contact(language=case.language, created_at=at)
    readdress(contact, email=email, phone=phone, at=at)
    contact.postal_address, contact.preference = given["postal_address"], preference
    contact.save()
    if not case.participants.filter(contact=contact).exists():
        Participant.objects.create(case=case, contact=contact, kind=Participant.Kind.REPORTER, joined_at=at)
    touch(case, at)
    audit("change_reach", case, by=by, at=at, preference=preference)
    return contact


@transaction.atomic
def change_language(visit: DeskVisit, *, language: str, by: Person, at: datetime) -> Case:
    """Serve a case in another language from now on, as its resident asks.

    Raises:
        NotAllowed: the visit is over, or another officer's.
        Invalid: it is none of the three languages.
    """
    visit = _of(visit, by, at)
    return speak(hold(visit.case_id), language, organisation=visit.organisation, by=by, at=at)


@transaction.atomic
def rate_for_resident(visit: DeskVisit, *, stars: int, text: str, by: Person, at: datetime) -> Rating:
    """Write down how well the resident says that their case was taken care of.

    Raises:
        NotAllowed: the visit is over, or another officer's.
        Invalid: no such number of stars.
        WrongMove: the case isn't settled yet.
    """
    visit = _of(visit, by, at)
    return rate_case(visit.case, stars=stars, text=text, at=at, by=by)


@transaction.atomic
def end_visit(visit: DeskVisit, *, by: Person, at: datetime) -> None:
    """Close a visit; twice changes nothing.

    Raises:
        NotAllowed: it is another officer's.
    """
    held = DeskVisit.objects.select_for_update(of=("self",)).select_related("case").get(pk=visit.pk)
    if held.officer_id != by.pk:
        raise NotAllowed(_("The visit is over. Open the case again with the resident."))
    if held.closed_at is None:
        held.closed_at = at
        held.save(update_fields=["closed_at"])
        audit("end_visit", held.case, by=by, at=at)


def name_proxy_at_visit(visit: DeskVisit, contact: Contact, *, basis: str, by: Person, at: datetime) -> Participant:
    """Let somebody act for a resident from now on, as the resident asks.

    Raises:
        NotAllowed: the visit is over, or another officer's.
        Invalid: no name or no right is told.
    """
    with transaction.atomic():
        return name_proxy(_of(visit, by, at).case, contact, basis=basis, by=by, at=at)


@transaction.atomic
def remove_proxy(visit: DeskVisit, proxy: int, *, by: Person, at: datetime) -> None:
    """Let somebody act for the resident no more: nothing is left of them but what they wrote. Once more changes nothing.

    Args:
        proxy: the id of the participant.

    Raises:
        NotAllowed: the visit is over, or another officer's.
    """
    visit = _of(visit, by, at)
    case = hold(visit.case_id)
    row = case.participants.filter(pk=proxy, kind=Participant.Kind.PROXY).first()
    if row is None:
        return
    contact = row.contact
    row.delete()
    if not contact.participations.exists():
        contact.delete()
    tell(case, Event.Kind.PROXY_REMOVED, by=by, at=at, organisation=visit.organisation, is_public=True)
    touch(case, at)
    audit("remove_proxy", case, by=by, at=at)


@transaction.atomic
def name_proxy(case: Case, contact: Contact, *, basis: str, by: Person, at: datetime) -> Participant:
    """Let somebody act for the resident of a case.

    Args:
        basis: by what right: guardian, letter of attorney, the resident's own word.

    Raises:
        Invalid: no name or no right is told.
    """
    if not contact.name.strip() or not basis.strip():
        raise Invalid(_("Tell who acts for the resident, and by what right."))
    case = hold(case.pk)
    contact.save()
    proxy = Participant.objects.create(
        case=case, contact=contact, kind=Participant.Kind.PROXY, basis=basis.strip()[:200], joined_at=at
    )
    desk = next(iter(permissions.desks_of(by).values()), None)
    tell(case, Event.Kind.PROXY_NAMED, by=by, at=at, organisation=desk, is_public=True)
    touch(case, at)
    audit("name_proxy", case, by=by, at=at)
    return proxy


@transaction.atomic
def agree_to_links(case: Case, *, by: Person, at: datetime) -> None:
    """Write down that the resident agrees to have their cases in all the cities shown beside each other."""
    contact = _resident(case)
    if contact is not None and contact.links_agreed_at is None:
        contact.links_agreed_at = at
        contact.save(update_fields=["links_agreed_at"])
        audit("agree_to_links", case, by=by, at=at)


@transaction.atomic
def note_call(case: Case, *, text: str, by: Person, at: datetime) -> Message:
    """A note about the call or visit in which a case was written down, for the officers of every city that handles it.

    Raises:
        NotAllowed: the officer serves nowhere.
    """
    desk = _desk_of(by)
    case = hold(case.pk)
    note = Message.objects.create(
        case=case,
        direction=Message.Direction.NOTE,
        channel=Channel.DESK,
        seen_by=Message.Seen.GROUP,
        author=by,
        organisation=desk,
        language=case.language,
        text=text.strip(),
        at=at,
    )
    tell(case, Event.Kind.NOTED, by=by, at=at, organisation=desk)
    touch(case, at)
    audit("note_call", case, by=by, at=at)
    return note


def _language(code: str) -> Language:
    return next((one for one in LANGUAGES if one == code), "fi")


def forget_visits(cases: Iterable[int]) -> int:
    """Empty the reasons of the visits of some cases: they may tell of people."""
    return DeskVisit.objects.filter(case__in=list(cases)).exclude(reason="").update(reason="–")
