"""Service concepts: begun by a city, written in versions by all who develop it, ended, and taken into use by further cities."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import City, Person
from kuutio.core.identifiers import slug as slug_of
from kuutio.core.language import LANGUAGES
from kuutio.core.problems import Conflict, NotAllowed
from kuutio.core.texts import written
from kuutio.core.when import here
from kuutio.innovation import checking, findable_concepts, permissions
from kuutio.innovation.models import Adoption, Concept, ConceptVersion, Developer, Technology, Theme
from kuutio.innovation.said import LONGEST_TITLE, Checked

RESERVED = frozenset({"new"})
MOST_DEVELOPERS = 60
_LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class Written:
    """The words of a version, in one language."""

    users: str
    service: str
    data: str = ""
    open_questions: str = ""
    what_changed: str = ""


@transaction.atomic
def begin_concept(
    city: City,
    *,
    title: Mapping[str, str],
    summary: Mapping[str, str],
    themes: Sequence[str],
    technologies: Sequence[str] = (),
    slug: str = "",
    by: Person | None,
    at: datetime,
    is_made: bool = False,
) -> Concept:
    """Begin a concept; everybody reads it, those whom the city invites develop it. The same begun twice is one.

    Raises:
        NotAllowed: no officer of the city.
        Invalid: something is missing.
        Conflict: another one has the address.
    """
    if not _works_for(by, city):
        raise NotAllowed(_("A concept is begun by an officer of the city that owns it."))
    checked = Checked()
    fields: dict[str, Any] = {
        "title": checked.texts("title", title, longest=LONGEST_TITLE),
        "summary": checked.texts("summary", summary, longest=_LONGEST),
        "themes": checked.some("themes", themes, Theme.values, needed=True),
        "technologies": checked.some("technologies", technologies, Technology.values),
    }
    checked.settle()
    named = slug_of(slug or next(iter(fields["title"].values())))[:80].strip("-") or "concept"
    if named in RESERVED:
        named = f"{named}-1"
    try:
        with transaction.atomic():
            concept = Concept.objects.create(
                slug=named, city=city, begun_at=at, changed_at=at, is_made=is_made, **fields
            )
    except IntegrityError as error:
        there = Concept.objects.select_related("city").filter(slug=named, city=city, ended_at=None).first()
        if there is not None and all(written(getattr(there, name)) == fields[name] for name in ("title", "summary")):
            return there
        raise Conflict(_("Another concept has this name. Choose another one.")) from error
    _changed(concept, "begin_concept", by=by, at=at)
    return concept


@transaction.atomic
def invite_developer(
    concept: Concept, *, email: str, role: str, organisation: str = "", by: Person | None, at: datetime
) -> Developer:
    """Invite somebody to develop a concept; inviting twice is inviting once.

    Raises:
        NotAllowed: no officer of its city.
        Conflict: it has ended.
        Invalid: no address, no role, or a firm without its name.
    """
    concept = _held(concept)
    if not _works_for(by, concept.city):
        raise NotAllowed(_("People are invited by an officer of the city that owns the concept."))
    checked = Checked()
    address = email.strip().lower()
    if not checking.is_email(address):
        checked.say("/email", _("Write an e-mail address."))
    checked.one("role", role, Developer.Role.values)
    named = checked.text("organisation", organisation, longest=120, needed=role != Developer.Role.USER)
    checked.settle()
    there = concept.developers.filter(email=address).first()
    if there is not None:
        return there
    if concept.developers.count() >= MOST_DEVELOPERS:
        raise Conflict(_("A concept has %(most)s developers at most.") % {"most": MOST_DEVELOPERS})
    developer = Developer.objects.create(
        concept=concept,
        email=address,
        role=role,
        organisation="" if role == Developer.Role.USER else named,
        invited_at=at,
    )
    record("invite_developer", f"concept:{concept.slug}", by=by, at=at, role=role)
    from kuutio.innovation import tasks_more  # tasks import the actions

    tasks_more.write_to_developer.defer(developer_id=developer.pk)
    return developer


@transaction.atomic
def join_concept(concept: Concept, *, by: Person, at: datetime) -> Developer:
    """Take up an invitation that was sent to one's own address.

    Raises:
        NotAllowed: nobody invited this address.
    """
    developer = concept.developers.select_for_update().filter(email=by.email, person=None).first()
    if developer is None:
        there = concept.developers.filter(person=by).first()
        if there is not None:
            return there
        raise NotAllowed(_("Nobody has invited you to this concept. Ask the city that owns it."))
    developer.person, developer.joined_at = by, at
    developer.save(update_fields=["person", "joined_at"])
    record("join_concept", f"concept:{concept.slug}", by=by, at=at)
    return developer


@transaction.atomic
def write_version(
    concept: Concept, told: Written, *, language: str, based_on: int, key: uuid.UUID, by: Person | None, at: datetime
) -> ConceptVersion:
    """Write the next version. The same form sent twice is one version.

    Args:
        based_on: the number of the version that was open while writing, 0 for the first.

    Raises:
        NotAllowed: no developer of it.
        Conflict: it has ended, or somebody wrote a newer version meanwhile; nothing is lost, the newer one is to be read first.
        Invalid: something is missing.
    """
    if (there := concept.versions.filter(key=key).first()) is not None:
        return there  # also after the concept has ended
    concept = _held(concept)
    there = ConceptVersion.objects.filter(key=key).first()
    if there is not None and there.concept_id == concept.pk:
        return there  # of two that came at once the other was faster
    if there is not None:
        raise Conflict(_("This form was sent already. Open the page again and write anew."))
    developer = developer_of(by, concept)
    if developer is None and not _works_for(by, concept.city):
        raise NotAllowed(_("Versions are written by those who develop the concept."))
    newest = concept.versions.order_by("-number").first()
    number = newest.number if newest else 0
    if number != based_on:
        raise Conflict(
            _("Somebody has written version %(number)s meanwhile. Read it, then send yours again.")
            % {"number": number},
            number=number,
        )
    checked = Checked()
    fields = {
        "users": checked.text("users", told.users, longest=_LONGEST),
        "service": checked.text("service", told.service, longest=_LONGEST),
        "data": checked.text("data", told.data, longest=_LONGEST, needed=False),
        "open_questions": checked.text("open_questions", told.open_questions, longest=_LONGEST, needed=False),
        "what_changed": checked.text("what_changed", told.what_changed, longest=500, needed=number > 0),
        "language": checked.one("language", language, LANGUAGES),
    }
    checked.settle()
    version = ConceptVersion.objects.create(
        concept=concept,
        number=number + 1,
        key=key,
        by=by,
        by_role=developer.role if developer else Developer.Role.CITY,
        by_organisation=developer.organisation if developer else str(concept.city),
        at=at,
        **fields,
    )
    _changed(concept, "write_version", by=by, at=at, number=version.number)
    return version


@transaction.atomic
def end_concept(concept: Concept, *, by: Person | None, at: datetime) -> Concept:
    """End the development; what was written stays, and cities may still take it into use.

    Raises:
        NotAllowed: no officer of its city.
        Conflict: it has ended.
    """
    concept = _held(concept)
    if not _works_for(by, concept.city):
        raise NotAllowed(_("A concept is ended by an officer of the city that owns it."))
    concept.ended_at = at
    concept.save(update_fields=["ended_at"])
    _changed(concept, "end_concept", by=by, at=at)
    return concept


@transaction.atomic
def adopt_concept(
    concept: Concept,
    version: ConceptVersion,
    *,
    city: City,
    adopted_on: date,
    what_it_took: Mapping[str, str],
    days: int | None = None,
    cost_cents: int | None = None,
    by: Person | None,
    at: datetime,
) -> Adoption:
    """Tell that a city has taken a concept into use, and what it took; telling it again tells it anew.

    Args:
        days: working days of the city's own people.
        cost_cents: what was bought, in euro cents.

    Raises:
        NotAllowed: no officer of the city.
        Invalid: nothing is told of what it took; a day in the future; another concept's version.
    """
    if not _works_for(by, city):
        raise NotAllowed(_("A city’s own officers tell what it has taken into use."))
    concept = Concept.objects.select_for_update().get(pk=concept.pk)
    checked = Checked()
    told = checked.texts("what_it_took", what_it_took, longest=_LONGEST)
    if adopted_on > here(at).date():
        checked.say("/adopted_on", _("The day can’t be in the future."))
    if version.concept_id != concept.pk:
        checked.say("/version", _("Choose a version of this concept."))
    if days is not None and not 0 <= days <= 10_000:
        checked.say("/days", _("Working days from 0 to 10,000."))
    if cost_cents is not None and not 0 <= cost_cents <= 10**11:
        checked.say("/cost", _("Euros from 0 to a thousand million."))
    checked.settle()
    adoption, _is_new = Adoption.objects.update_or_create(
        concept=concept,
        city=city,
        defaults={
            "version": version,
            "adopted_on": adopted_on,
            "what_it_took": told,
            "days": days,
            "cost_cents": cost_cents,
            "at": at,
        },
    )
    _changed(concept, "adopt_concept", by=by, at=at, city=city.pk)
    return adoption


def developer_of(person: Person | None, concept: Concept) -> Developer | None:
    """A person's part in a concept, once they have joined."""
    return concept.developers.filter(person=person).first() if person is not None else None


def may_write(person: Person | None, concept: Concept) -> bool:
    """Those who develop it, and the officers of its city, until it ends."""
    if concept.ended_at is not None or person is None:
        return False
    return developer_of(person, concept) is not None or concept.city in permissions.cities_of(person)


def may_read_words(person: Person | None, concept: Concept) -> bool:
    """Who reads what test users wrote: those who develop it, and the officers of the cities that test it."""
    if person is None:
        return False
    testing = {concept.city_id, *concept.adoptions.values_list("city_id", flat=True)}
    return developer_of(person, concept) is not None or any(
        city.pk in testing for city in permissions.cities_of(person)
    )


def _works_for(person: Person | None, city: City) -> bool:
    return person is None or city in permissions.cities_of(person)


def _held(concept: Concept) -> Concept:
    held = Concept.objects.select_for_update(of=("self",)).select_related("city").get(pk=concept.pk)
    if held.ended_at is not None:
        raise Conflict(_("The concept has ended. What was written stays to be read."))
    return held


def _changed(concept: Concept, verb: str, *, by: Person | None, at: datetime, **facts: object) -> None:
    concept.changed_at = at
    concept.save(update_fields=["changed_at"])
    record(verb, f"concept:{concept.slug}", by=by, at=at, **facts)
    findable_concepts.refresh(concept, at=at)
