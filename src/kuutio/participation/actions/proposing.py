"""Making a proposal, changing it with all its versions kept, and writing it together with others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.drawn import locator
from kuutio.cities.models import City, Municipality, Person
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.participation import findable, letters, permissions, pictures, shapes
from kuutio.participation.actions import contributing, screening
from kuutio.participation.actions.contributing import Said
from kuutio.participation.actions.holding import wrong
from kuutio.participation.kinds import Verb
from kuutio.participation.models import (
    CoAuthor,
    Contribution,
    Handover,
    Held,
    Initiative,
    Photo,
    Process,
    Proposal,
    ProposalFollow,
    Stage,
    Version,
)
from kuutio.participation.texts import plain_text
from kuutio.participation.voices import Voice

MOST_AUTHORS = 10


@dataclass(frozen=True, slots=True)
class Extras:
    """What a proposal has besides its words.

    Attributes:
        photo: bytes of a picture, with what it shows in words.
        initiative: which kind of residents' initiative it is, "" for none; `municipality` says whose.
    """

    category: str
    photo: bytes | None = None
    photo_text: str = ""
    initiative: str = ""
    municipality: Municipality | None = None


@transaction.atomic
def propose(stage: Stage, said: Said, extras: Extras, *, voice: Voice, at: datetime) -> Proposal:
    """Make a proposal. It goes at once to the city in whose borders its place is.

    Raises:
        NotInStage, StageClosed, IdentificationNeeded, NotEligible, Invalid, Conflict: as for `contribute`.
        Invalid: no such category, a picture that can't be read or isn't described, an initiative without a municipality.
    """
    known = Proposal.objects.filter(contribution__key=said.key).select_related("contribution").first()
    if known is None:
        _check(stage, extras)
    made = contributing.contribute(stage, "proposal", said, voice=voice, at=at)
    if known is not None:
        return known
    owner = made.process.owner
    municipality = _municipality(said.geometry)
    city = City.objects.filter(municipality=municipality).first() if municipality else None
    proposal = Proposal.objects.create(
        contribution=made, category=extras.category, city=city or owner, municipality=municipality
    )
    if city is not None and city != owner:
        Handover.objects.create(proposal=proposal, before=owner, after=city, is_automatic=True, at=at)
        record("hand_over_proposal", f"contribution:{made.uuid}", by=None, at=at, to=city.pk, by_place=True)
    _keep_version(made, by=voice.person, at=at)
    if extras.photo is not None:
        picture = pictures.cleaned(extras.photo)
        Photo.objects.create(
            contribution=made,
            jpeg=picture.jpeg,
            width=picture.width,
            height=picture.height,
            description=plain_text(extras.photo_text)[:300],
        )
        why = screening.why_held(stage.process, plain_text(extras.photo_text), voice.person, at=at)
        if why == Held.Why.LINK and made.state == Contribution.State.PUBLISHED:
            screening.hold(made, why)
            made.save(update_fields=["state"])
    if extras.initiative and extras.municipality is not None:
        Initiative.objects.create(proposal=proposal, sort=extras.initiative, municipality=extras.municipality)
    if voice.person is not None:
        ProposalFollow.objects.create(contribution=made, person=voice.person, at=at)
    findable.refresh_proposal(proposal, at=at)
    return proposal


def _check(stage: Stage, extras: Extras) -> None:
    errors = []
    if extras.category not in Process.Theme.values:
        errors.append(wrong("/category", _("Choose a theme.")))
    if extras.photo is not None:
        if not plain_text(extras.photo_text):
            errors.append(wrong("/photo_text", _("Say what the picture shows, for those who can’t see it.")))
        try:
            pictures.cleaned(extras.photo)
        except pictures.NoPicture:
            errors.append(wrong("/photo", _("This picture can’t be read. Give a JPEG, PNG or WebP of at most 15 MB.")))
    if bool(extras.initiative) != (stage.kind == "initiatives"):
        errors.append(wrong("/initiative", _("Initiatives are made in a stage of their own.")))
    if extras.initiative and (extras.initiative not in Initiative.Sort.values or extras.municipality is None):
        errors.append(wrong("/municipality", _("Choose the municipality that the initiative is for.")))
    if errors:
        raise Invalid(_("Some things are missing."), errors=errors)


def _municipality(geometry: bytes | None) -> Municipality | None:
    """The municipality in which the middle of a shape is."""
    if geometry is None:
        return None
    lon, lat = shapes.middle_of(geometry)
    code = locator().locate(lon, lat)
    return Municipality.objects.filter(pk=code).first() if code else None


def _keep_version(row: Contribution, *, by: Person | None, at: datetime) -> Version:
    last = row.versions.aggregate(last=Max("number"))["last"] or 0
    return Version.objects.create(
        contribution=row, number=last + 1, title=row.title, text=row.text, place=row.place, by=by, at=at
    )


@transaction.atomic
def revise(proposal: Proposal, *, title: str, text: str, place: str, voice: Voice, at: datetime) -> Version | None:
    """Change a proposal's words, as one of its authors, while its stage lets people propose. Every version is kept.

    Returns:
        The new version; None where nothing has changed.

    Raises:
        NotAllowed: the person is none of its authors.
        Conflict: the city has decided on it already, or it was joined to another one.
        StageClosed, IdentificationNeeded, NotEligible: the stage doesn't let this person do it now.
        Invalid: no title or text, or too long.
    """
    row = Contribution.objects.select_for_update().get(pk=proposal.contribution_id)
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if not permissions.may_revise(voice.person, row):
        raise NotAllowed(_("A proposal is changed by its authors."))
    if proposal.status != Proposal.Status.RECEIVED or proposal.merged_into_id is not None:
        raise Conflict(_("The city has begun to work on this proposal. Its words stay as they are."))
    permissions.demand(voice, Verb.PROPOSE, row.stage, at)
    said = Said(text=text, title=title, place=place, language=row.language, key=row.key)
    contributing.check_words("proposal", said)
    before = (row.title, row.text, row.place)
    row.title, row.text, row.place = plain_text(title), plain_text(text), plain_text(place)[:200]
    if (row.title, row.text, row.place) == before:
        return None
    if row.state == Contribution.State.PUBLISHED:
        beside = f"{row.title}\n{row.place}"
        why = screening.why_held(row.process, row.text, voice.person, at=at, beside=beside)
        if why == Held.Why.LINK:
            screening.hold(row, why)
    row.changed_at = at
    row.save(update_fields=["title", "text", "place", "state", "changed_at"])
    version = _keep_version(row, by=voice.person, at=at)
    record("revise_proposal", f"contribution:{row.uuid}", by=voice.person, at=at, version=version.number)
    findable.refresh_contribution(row, at=at)
    return version


@transaction.atomic
def invite(proposal: Proposal, email: str, *, by: Person, at: datetime) -> CoAuthor:
    """Ask somebody to write a proposal together: a letter tells them. Whether they have an account isn't told.

    Raises:
        NotAllowed: the person is none of its authors.
        Invalid: their own address, or too many authors.
    """
    row = Contribution.objects.select_for_update().get(pk=proposal.contribution_id)
    if not permissions.may_revise(by, row):
        raise NotAllowed(_("A proposal is changed by its authors."))
    address = email.strip().lower()
    if address == by.email:
        raise Invalid(_("You are an author already."), errors=[wrong("/email", _("You are an author already."))])
    if row.co_authors.count() >= MOST_AUTHORS:
        told = _("A proposal has at most %(most)s authors.") % {"most": MOST_AUTHORS}
        raise Invalid(told, errors=[wrong("/email", told)])
    made, created = CoAuthor.objects.get_or_create(contribution=row, email=address, defaults={"invited_at": at})
    if created:
        record("invite_co_author", f"contribution:{row.uuid}", by=by, at=at)
        letters.send_later("co_author", made.pk)
    return made


@transaction.atomic
def join(proposal: Proposal, *, by: Person, at: datetime) -> CoAuthor:
    """Accept an invitation to write together, which went to one's own address.

    Raises:
        NotAllowed: nobody invited this person.
    """
    row = CoAuthor.objects.select_for_update().filter(contribution=proposal.contribution_id, person=by).first()
    if row is not None:
        return row
    row = CoAuthor.objects.select_for_update().filter(contribution=proposal.contribution_id, email=by.email).first()
    if row is None:
        raise NotAllowed(_("Nobody has invited this e-mail address to write the proposal."))
    row.person, row.accepted_at, row.email = by, at, ""
    row.save(update_fields=["person", "accepted_at", "email"])
    ProposalFollow.objects.get_or_create(contribution_id=proposal.contribution_id, person=by, defaults={"at": at})
    record("join_proposal", f"contribution:{proposal.contribution.uuid}", by=by, at=at)
    return row
