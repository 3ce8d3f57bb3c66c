"""What residents do with their own cases, by the secret link or their account: rate, follow, leave, change how they are told."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kuutio.contact.actions.events import audit, hold, tell, touch
from kuutio.contact.incoming import Sender
from kuutio.contact.models import Case, Contact, Event, Participant, Rating
from kuutio.contact.problems import WrongMove
from kuutio.core.problems import Invalid


@transaction.atomic
def rate_case(case: Case, *, stars: int, at: datetime, text: str = "") -> Rating:
    """Say how well a settled case was taken care of; a second answer replaces the first.

    Args:
        stars: 1 to 5.

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
    tell(case, Event.Kind.RATED, by=None, at=at, facts={"stars": stars})
    touch(case, at)
    audit("rate_case", case, by=None, at=at)
    return rating


@transaction.atomic
def follow_case(case: Case, sender: Sender, *, language: str, at: datetime) -> Participant:
    """Follow somebody else's case instead of reporting the same again; the same address again changes nothing.

    Raises:
        Invalid: there is no way to tell them anything.
    """
    if not sender.email and sender.person is None:
        raise Invalid(
            _("Some things are missing."),
            errors=[{"pointer": "/email", "detail": str(_("Give an e-mail address to follow the case."))}],
        )
    email = (sender.email or (sender.person.email if sender.person else "")).lower()
    known = case.participants.filter(contact__email=email).first()
    if known is not None:
        return known
    contact = Contact.objects.create(
        person=sender.person,
        name=sender.name[:150],
        email=email,
        language=language,
        preference=Contact.Preference.EMAIL,
        created_at=at,
    )
    follower = Participant.objects.create(case=case, contact=contact, kind=Participant.Kind.FOLLOWER, joined_at=at)
    tell(case, Event.Kind.FOLLOWED, by=sender.person, at=at)
    audit("follow_case", case, by=sender.person, at=at)
    return follower
