"""Test users: a resident volunteers and leaves; a city invites those who fit, without seeing who they are; they give feedback.

Of people an officer learns numbers alone: rounded down to fives, so that two questions don't tell of one person. The audit's lines of
a test user's own acts name nobody: a list of volunteers can't be made of them.
"""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import City, Person
from kuutio.core.disclosure import FEWEST
from kuutio.core.language import LANGUAGES
from kuutio.core.numbers import share
from kuutio.core.problems import Conflict, Invalid, NotAllowed, NotFound
from kuutio.innovation import permissions
from kuutio.innovation.checking import wrong
from kuutio.innovation.models import (
    ConceptVersion,
    Consent,
    Invitation,
    TestFeedback,
    TestRound,
    TestUser,
    Theme,
    Trial,
)
from kuutio.innovation.models.test_users import AgeBand, Training
from kuutio.innovation.said import LONGEST_TITLE, Checked
from kuutio.ui.wording import language

MOST_INVITED = 200
_LONGEST = 4_000
_LONGEST_ROUND = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Volunteer:
    """What a resident tells when they volunteer: as little as an invitation needs."""

    city: str
    age_band: str
    languages: Sequence[str]
    trained_in: Sequence[str] = ()
    themes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Criteria:
    """Whom a round is for; nothing in a field: all of them."""

    cities: Sequence[str] = ()
    age_bands: Sequence[str] = ()
    languages: Sequence[str] = ()
    trained_in: Sequence[str] = ()


@transaction.atomic
def publish_consent(text: Mapping[str, str], *, by: Person | None, at: datetime) -> Consent:
    """Publish a new version of what test users agree to; those who agreed to an older one are asked again before they are invited.

    Raises:
        NotAllowed: no administrator of the whole.
        Invalid: it isn't written in every language.
    """
    if not (by is None or by.is_superuser):
        raise NotAllowed(_("The text of the consent is changed by an administrator."))
    checked = Checked()
    written = checked.texts("text", text)
    for code in LANGUAGES:
        if code not in written:
            checked.say(f"/text/{code}", _("Write it in this language, too."))
    checked.settle()
    newest = Consent.objects.select_for_update().first()
    consent = Consent.objects.create(version=newest.version + 1 if newest else 1, text=written, published_at=at)
    record("publish_consent", f"consent:{consent.version}", by=by, at=at)
    return consent


@transaction.atomic
def volunteer(told: Volunteer, *, consent: int, by: Person, at: datetime) -> TestUser:
    """Become a test user, or tell anew what one is like, by agreeing to the consent's newest version.

    Args:
        consent: the version that was read.

    Raises:
        Invalid: a choice is missing.
        Conflict: the text changed meanwhile, and is to be read again.
    """
    newest = Consent.objects.first()
    if newest is None or newest.version != consent:
        raise Conflict(_("The text that you agree to has changed. Read it again."))
    checked = Checked()
    fields = {
        "city_id": checked.one("city", told.city, set(City.objects.values_list("pk", flat=True))),
        "age_band": checked.one("age_band", told.age_band, AgeBand.values),
        "languages": checked.some("languages", told.languages, LANGUAGES, needed=True),
        "trained_in": checked.some("trained_in", told.trained_in, Training.values),
        "themes": checked.some("themes", told.themes, Theme.values),
    }
    checked.settle()
    user, is_new = TestUser.objects.update_or_create(
        person=by, defaults={**fields, "consent": newest, "consented_at": at}
    )
    record("volunteer" if is_new else "change_volunteer", "test-user", by=None, at=at, consent=newest.version)
    return user


@transaction.atomic
def leave(*, by: Person, at: datetime) -> bool:
    """Withdraw the consent: the row, the invitations and the feedback are gone with this call; returns whether there was one."""
    gone, _each = TestUser.objects.filter(person=by).delete()
    if gone:
        record("leave_test_users", "test-user", by=None, at=at)
    return bool(gone)


def fitting(criteria: Criteria) -> QuerySet[TestUser]:
    """The test users who fit and have agreed to the newest text. For counting and inviting inside the verbs alone."""
    newest = Consent.objects.first()
    found = TestUser.objects.filter(consent=newest, person__is_active=True)
    if criteria.cities:
        found = found.filter(city__in=criteria.cities)
    if criteria.age_bands:
        found = found.filter(age_band__in=criteria.age_bands)
    if criteria.languages:
        found = found.filter(languages__overlap=list(criteria.languages))
    if criteria.trained_in:
        found = found.filter(trained_in__overlap=list(criteria.trained_in))
    return found


def at_least(count: int) -> int:
    """A number of people as it is told: down to fives; below five it is nothing.

    Rounding keeps two questions, one of them narrower, from telling of a single person by their difference.
    """
    return count // FEWEST * FEWEST


def checked_criteria(criteria: Criteria) -> Criteria:
    """Criteria of known choices alone.

    Raises:
        Invalid: an unknown one.
    """
    checked = Checked()
    found = Criteria(
        cities=checked.some("cities", criteria.cities, list(City.objects.values_list("pk", flat=True))),
        age_bands=checked.some("age_bands", criteria.age_bands, AgeBand.values),
        languages=checked.some("languages", criteria.languages, LANGUAGES),
        trained_in=checked.some("trained_in", criteria.trained_in, Training.values),
    )
    checked.settle()
    return found


@transaction.atomic
def invite(
    about: Trial | ConceptVersion,
    *,
    city: City,
    title: Mapping[str, str],
    text: Mapping[str, str],
    criteria: Criteria,
    wanted: int,
    closes_at: datetime,
    key: uuid.UUID,
    by: Person | None,
    at: datetime,
    is_made: bool = False,
) -> TestRound:
    """Invite test users who fit to a trial or to a version of a concept: as many as wanted, drawn by chance; each gets a letter.

    The same form sent twice is one round.

    Raises:
        NotAllowed: no officer of the city, or the city has no part in what is tested.
        Invalid: something is missing, or fewer than five fit.
    """
    if (there := TestRound.objects.filter(uuid=key).first()) is not None:
        return there
    if not may_invite(by, about, city):
        raise NotAllowed(_("Test users are invited by the officers of a city that takes part."))
    checked = Checked()
    titles = checked.texts("title", title, longest=LONGEST_TITLE)
    texts = checked.texts("text", text, longest=_LONGEST)
    if not FEWEST <= wanted <= MOST_INVITED:
        checked.say("/wanted", _("From %(least)s to %(most)s.") % {"least": FEWEST, "most": MOST_INVITED})
    if not at < closes_at <= at + _LONGEST_ROUND:
        checked.say("/closes_at", _("Choose a time within a year from now."))
    criteria = checked_criteria(criteria)
    checked.settle()
    # By chance, from a list in an order that says nothing: who is invited tells nobody who they are.
    found = list(fitting(criteria).order_by("pk").values_list("pk", flat=True))
    if len(found) < FEWEST:
        raise Invalid(
            _("Fewer than five test users fit. Widen the criteria: a smaller group could be recognised."),
            errors=[wrong("/criteria", _("Fewer than five fit."))],
        )
    made, is_new = TestRound.objects.get_or_create(
        uuid=key,
        defaults={
            "city": city,
            "trial": about if isinstance(about, Trial) else None,
            "concept_version": about if isinstance(about, ConceptVersion) else None,
            "title": titles,
            "text": texts,
            "criteria": asdict(criteria),
            "wanted": wanted,
            "closes_at": closes_at,
            "made_at": at,
            "made_by": by,
            "is_made": is_made,
        },
    )
    if not is_new:  # the same form came twice at once
        return made
    drawn = random.SystemRandom().sample(found, min(wanted, len(found)))
    Invitation.objects.bulk_create(Invitation(round=made, test_user_id=pk, invited_at=at) for pk in drawn)
    record("invite_test_users", f"test-round:{made.uuid}", by=by, at=at, wanted=wanted)
    from kuutio.innovation import tasks_more  # tasks import the actions

    tasks_more.write_invitations.defer(round_id=made.pk)
    return made


def may_invite(person: Person | None, about: Trial | ConceptVersion, city: City) -> bool:
    """An officer of a city that takes part in the trial, or that owns the concept or has taken it into use."""
    if isinstance(about, Trial):
        own = {about.owner_id, *about.parts.values_list("city_id", flat=True)}
    else:
        own = {about.concept.city_id, *about.concept.adoptions.values_list("city_id", flat=True)}
    return city.pk in own and (person is None or city in permissions.cities_of(person))


def invitation_of(person: Person, number: uuid.UUID) -> Invitation:
    """A person's own invitation.

    Raises:
        NotFound: it is nobody's, or another's.
    """
    rows = Invitation.objects.select_related("round__city", "round__trial", "round__concept_version__concept")
    found = rows.filter(uuid=number, test_user__person=person).first()
    if found is None:
        raise NotFound(_("There is no such invitation of yours."))
    return found


@transaction.atomic
def answer_invitation(invitation: Invitation, *, accepts: bool, by: Person, at: datetime) -> Invitation:
    """Say yes or no; one may change one's mind until the feedback is given.

    Raises:
        NotAllowed: it is another's.
        Conflict: the round is over, or the feedback was given.
    """
    held = _held(invitation, by)
    if at >= held.round.closes_at:
        raise Conflict(_("This test is over."))
    if held.state == Invitation.State.ANSWERED:
        raise Conflict(_("You have given your feedback already."))
    held.state = Invitation.State.ACCEPTED if accepts else Invitation.State.DECLINED
    held.save(update_fields=["state"])
    record("answer_invitation", f"test-round:{held.round.uuid}", by=None, at=at)
    return held


@transaction.atomic
def give_feedback(
    invitation: Invitation, *, grade: int, would_use: bool, text: str, spoken: str, by: Person, at: datetime
) -> TestFeedback:
    """Say how it was; saying it again replaces what was said.

    Raises:
        NotAllowed: it is another's.
        Conflict: the round is over, or one said no.
        Invalid: no grade from one to five, or too long a text.
    """
    held = _held(invitation, by)
    if at >= held.round.closes_at:
        raise Conflict(_("This test is over."))
    if held.state not in {Invitation.State.ACCEPTED, Invitation.State.ANSWERED}:
        raise Conflict(_("Accept the invitation first."))
    checked = Checked()
    if not 1 <= grade <= 5:
        checked.say("/grade", _("Choose a grade from 1 to 5."))
    said = checked.text("text", text, longest=_LONGEST, needed=False)
    spoken = checked.one("language", spoken, LANGUAGES)
    checked.settle()
    feedback, _is_new = TestFeedback.objects.update_or_create(
        invitation=held, defaults={"grade": grade, "would_use": would_use, "text": said, "language": spoken}
    )
    held.state = Invitation.State.ANSWERED
    held.save(update_fields=["state"])
    record("give_test_feedback", f"test-round:{held.round.uuid}", by=None, at=at)
    return feedback


def _held(invitation: Invitation, by: Person) -> Invitation:
    held = Invitation.objects.select_for_update(of=("self",)).select_related("round", "test_user").get(pk=invitation.pk)
    if held.test_user.person_id != by.pk:
        raise NotAllowed(_("This invitation is somebody else’s."))
    return held


def summary(made: TestRound, *, with_words: bool) -> dict[str, Any] | None:
    """What was said in a round, without anybody in it; None while fewer than five have said something.

    The texts stand in alphabetical order: neither time nor place in a list tells whose one is.

    Args:
        with_words: whether the texts are told: they were promised to those who develop it, and to nobody else.
    """
    rows = list(TestFeedback.objects.filter(invitation__round=made).values("grade", "would_use", "text", "language"))
    if len(rows) < FEWEST:
        return None
    return {
        "count": at_least(len(rows)),
        "grade": sum(row["grade"] for row in rows) / len(rows),
        "share": share(sum(row["would_use"] for row in rows) / len(rows), language()),
        "texts": sorted((row["text"], row["language"]) for row in rows if row["text"]) if with_words else [],
    }


def numbers_of(made: Iterable[TestRound]) -> dict[int, dict[str, int]]:
    """How many of each round were invited, take part and have answered, down to fives; by the round's own key."""
    rounds = [row.pk for row in made]
    rows = Invitation.objects.filter(round__in=rounds).order_by().values("round", "state").annotate(count=Count("pk"))
    states: dict[int, Counter[str]] = {pk: Counter() for pk in rounds}
    for row in rows:
        states[row["round"]][row["state"]] = row["count"]
    return {
        pk: {
            "invited": at_least(found.total()),
            "taking_part": at_least(found["accepted"] + found["answered"]),
            "answered": at_least(found["answered"]),
        }
        for pk, found in states.items()
    }


def pool() -> list[dict[str, Any]]:
    """How many test users each city has, down to fives, and how many in all."""
    codes = list(fitting(Criteria()).values_list("city_id", flat=True))
    return [{"city": city, "count": at_least(codes.count(city.pk))} for city in City.objects.all()]
