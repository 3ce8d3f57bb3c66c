"""What residents do with their own cases, by the secret link or their account: rate, follow, leave, change how they are told."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import Person
from kuutio.contact import tasks
from kuutio.contact.actions import texting_out
from kuutio.contact.actions.events import audit, hold, tell, touch
from kuutio.contact.actions.reaching import readdress
from kuutio.contact.incoming import Sender
from kuutio.contact.models import Case, Contact, Event, Participant, Rating
from kuutio.contact.problems import WrongMove
from kuutio.core.problems import Invalid

MOST_FOLLOWED_A_DAY = 10
"""Enough for a person, too few to flood somebody else's mailbox."""
CONFIRM_DAYS = 7
AT_ONCE = 500


@transaction.atomic
def rate_case(case: Case, *, stars: int, at: datetime, text: str = "", by: Person | None = None) -> Rating:
    """Say how well a settled case was taken care of; a second answer replaces the first.

    Args:
        stars: 1 to 5.
        by: the officer who writes it down for the resident; None: the resident's own act.

    Raises:
        Invalid: no such number of stars.
        WrongMove: the case isn't settled yet.
    """
    if not 1 <= stars <= 5:
        raise Invalid(
            _("Some things are missing."), errors=[{"pointer": "/stars", "detail": str(_("Choose from 1 to 5."))}]
        )
    case = hold(case.pk)
    if not case.is_settled:
        raise WrongMove(_("A case is rated when it is done."), state=case.state)
    rating, _made = Rating.objects.update_or_create(
        case=case, defaults={"stars": stars, "text": text.strip(), "at": at, "organisation_id": case.responsible_id}
    )
    tell(case, Event.Kind.RATED, by=by, at=at, facts={"stars": stars})
    touch(case, at)
    audit("rate_case", case, by=by, at=at)
    return rating


@transaction.atomic
def follow_case(case: Case, sender: Sender, *, language: str, at: datetime) -> Participant:
    """Follow somebody else's case instead of reporting the same again; the same address again changes nothing.

    Who merely wrote an address follows once the link that is sent there says so: nobody makes somebody else a follower.
    Who takes part in the case already stays what they are; a case that is joined to another is followed there.

    Who gives a telephone number and no address of mail is told by text message.

    Raises:
        Invalid: there is no way to tell them anything, the address follows too many since yesterday, or the case isn't public.
    """
    email = (sender.email or (sender.person.email if sender.person else "")).lower()
    phone = "" if email else sender.phone
    if not email and not texting_out.takes_texts(phone):
        said = _("No text messages are sent to this number.") if phone else _("Give a way to follow the case.")
        field = "phone" if phone else "email"
        raise Invalid(_("Some things are missing."), errors=[{"pointer": f"/{field}", "detail": str(said)}])
    case = hold(case.duplicate_of_id or case.pk)
    if not case.category.is_public or case.forgotten_at is not None:
        raise Invalid(_("This case can’t be followed any more."))
    same = Q(contact__email=email) if email else Q(contact__phone=phone)
    if sender.person:
        same |= Q(contact__person=sender.person)
    if (known := case.participants.filter(same).select_related("contact").first()) is not None:
        return known
    if sender.person is None and _followed_lately(email, phone, at) >= MOST_FOLLOWED_A_DAY:
        raise Invalid(_("This address has begun to follow many cases today. Try again tomorrow."))
    contact = Contact.objects.create(
        person=sender.person,
        name=sender.name[:150],
        email=email,
        phone=phone,
        language=language,
        preference=Contact.Preference.EMAIL if email else Contact.Preference.SMS,
        verified_at=at if sender.person else None,
        created_at=at,
    )
    follower = Participant.objects.create(case=case, contact=contact, kind=Participant.Kind.FOLLOWER, joined_at=at)
    tell(case, Event.Kind.FOLLOWED, by=sender.person, at=at)
    audit("follow_case", case, by=sender.person, at=at)
    tasks.welcome_follower.defer(participant_id=follower.pk)
    return follower


def _followed_lately(email: str, phone: str, at: datetime) -> int:
    """How many cases an address or number, that anybody may have written, has begun to follow within a day."""
    lately = Participant.objects.filter(kind=Participant.Kind.FOLLOWER, joined_at__gt=at - timedelta(hours=24))
    return lately.filter(**({"contact__email": email} if email else {"contact__phone": phone})).count()


@transaction.atomic
def confirm_following(follower: Participant, *, at: datetime) -> None:
    """Say by the link of one's own mail that one follows a case indeed. Once more changes nothing."""
    contact = Contact.objects.select_for_update().get(pk=follower.contact_id)
    if contact.verified_at is None:
        contact.verified_at = at
        contact.save(update_fields=["verified_at"])
        audit("confirm_following", follower.case, by=None, at=at)


def forget_unconfirmed(at: datetime) -> int:
    """Forget the addresses of followers who haven't said within a week that they follow; tells how many."""
    late = Participant.objects.filter(
        kind=Participant.Kind.FOLLOWER,
        contact__verified_at__isnull=True,
        joined_at__lt=at - timedelta(days=CONFIRM_DAYS),
    )
    rows = list(late.select_related("case")[:AT_ONCE])
    for row in rows:
        unfollow_case(row, at=at)
    return len(rows)


@transaction.atomic
def unfollow_case(follower: Participant, *, at: datetime) -> None:
    """Stop following: nothing is left of the follower. Once more is no trouble."""
    row = Participant.objects.filter(pk=follower.pk, kind=Participant.Kind.FOLLOWER).select_related("case").first()
    if row is None:
        return
    Contact.objects.get(pk=row.contact_id).delete()
    audit("unfollow_case", row.case, by=None, at=at)


@transaction.atomic
def change_reach(case: Case, sender: Sender, *, language: str, at: datetime) -> Contact:
    """Change how the one who reported a case is told about it; who was nobody before becomes somebody.

    Raises:
        Invalid: the chosen way lacks its address, or the category needs some way to reach them.
        WrongMove: the person has been taken out of the case.
    """
    case = hold(case.pk)
    if case.forgotten_at is not None:
        raise WrongMove(_("Your data has been removed from this case."), state=case.state)
    lacks = {
        Contact.Preference.EMAIL: not sender.email,
        Contact.Preference.SMS: not sender.phone,
        Contact.Preference.CALL: not sender.phone,
        Contact.Preference.LETTER: not sender.postal_address,
    }
    if lacks.get(Contact.Preference(sender.preference), False):
        raise Invalid(
            _("Some things are missing."),
            errors=[
                {"pointer": "/preference", "detail": str(_("The way that you chose needs its address or number."))}
            ],
        )
    if not case.category.allows_anonymous and not sender.is_known:
        raise Invalid(
            _("Some things are missing."),
            errors=[{"pointer": "/sender", "detail": str(_("We need a way to reach you about this matter."))}],
        )
    first = case.participants.filter(kind=Participant.Kind.REPORTER).select_related("contact").first()
    contact = first.contact if first else Contact(language=language, created_at=at, person=sender.person)
    readdress(contact, email=sender.email, phone=sender.phone, at=at)
    contact.name, contact.postal_address, contact.preference = (
        sender.name[:150],
        sender.postal_address,
        sender.preference,
    )
    contact.save()
    if first is None:
        Participant.objects.create(case=case, contact=contact, kind=Participant.Kind.REPORTER, joined_at=at)
    touch(case, at)
    audit("change_reach", case, by=None, at=at, preference=sender.preference)
    return contact
