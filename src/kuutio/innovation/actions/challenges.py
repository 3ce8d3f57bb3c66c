"""Stating a need, publishing it, answering questions on it, and its way through its stages."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import City, Person
from kuutio.core.moves import Need, Role
from kuutio.core.moves.tables import CHALLENGE
from kuutio.core.problems import Conflict, IllegalMove, NotAllowed
from kuutio.innovation import checking, findable, letters, permissions
from kuutio.innovation.actions import judging
from kuutio.innovation.actions.moving import advance
from kuutio.innovation.checking import wrong
from kuutio.innovation.models import (
    Challenge,
    ChallengeCity,
    ChallengeTestbed,
    Criterion,
    Question,
    Testbed,
    Trial,
)
from kuutio.innovation.models.challenges import MOST_BUDGET_CENTS
from kuutio.innovation.texts import lacking, plain_text, written

TITLES = ("title", "contact_role")
TEXTS = ("summary", "description", "terms")
PLAIN = ("opens_at", "closes_at", "questions_until", "budget_cents", "trials_wanted", "pilot_project", "spearhead")
GRACE = timedelta(seconds=60)
"""How long the clock waits after the last moment, so that an answer that came in time is written down before the stage ends."""
WHOLE_WEIGHT = 100
MOST_CRITERIA = 12


@dataclass(frozen=True, slots=True)
class Weighed:
    """A criterion: by what answers are judged, and how much it weighs in a hundred."""

    name: Mapping[str, str]
    weight: int
    text: Mapping[str, str] | None = None


@transaction.atomic
def state_challenge(
    challenge: Challenge | None,
    *,
    owner: City | None = None,
    cities: Sequence[City] | None = None,
    testbeds: Sequence[Testbed] | None = None,
    criteria: Sequence[Weighed] | None = None,
    slug: str = "",
    is_demo: bool = False,
    by: Person | None,
    at: datetime,
    **told: Any,
) -> Challenge:
    """Begin a challenge (`challenge` is None) as a draft of its owner, or change it. A beginning sent twice is one.

    What answers are judged by, the money and the times are settled once it is public; the last moment may be moved later, never
    earlier, since nobody may lose the time that was promised.

    Args:
        cities: those that state the need besides the owner; None leaves them as they are.
        testbeds: where its trials may run.
        criteria: in their order.
        told: any of TITLES, TEXTS (texts by language), PLAIN, themes, technologies, trl_from, trl_to.

    Raises:
        NotAllowed: the person works for none of its cities.
        IllegalMove: its stage lets it not be changed any more, or not this of it.
        Invalid: something is missing or doesn't fit; `errors` say what.
        Conflict: another challenge has the address.
    """
    errors: checking.Errors = []
    fields = checking.texts(told, TITLES, TEXTS, errors) | checking.lists(told, errors)
    fields |= checking.readiness(told, errors) | {name: told[name] for name in PLAIN if name in told}
    if challenge is None:
        if owner is None:
            raise ValueError("A new challenge has an owner.")
        if not permissions.may_begin(by, owner):
            raise NotAllowed(_("A challenge is stated by the officers of the city that owns it."))
        challenge = Challenge(owner=owner, created_by=by, created_at=at, is_demo=is_demo, budget_cents=0)
        challenge.opens_at, challenge.closes_at = at, at + timedelta(days=30)
        challenge.slug = checking.address(slug, fields.get("title", {}), errors)
        if not fields.get("title"):
            errors.append(wrong("/title", _("Write a title in one language at least.")))
    else:
        challenge = hold(challenge, by)
        _settled(challenge, fields, criteria, cities, at)
    for name, value in fields.items():
        setattr(challenge, name, value)
    if not 0 <= challenge.budget_cents <= MOST_BUDGET_CENTS:
        errors.append(wrong("/budget_cents", _("A trial’s budget is from 0 to 50,000 euros.")))
    if not 1 <= challenge.trials_wanted <= 50:
        errors.append(wrong("/trials_wanted", _("From one trial to fifty.")))
    if challenge.closes_at <= challenge.opens_at:
        errors.append(wrong("/closes_at", _("The time for answers ends after it begins.")))
    if criteria is not None:
        errors += _criteria_faults(criteria)
    checking.refuse(errors)
    is_new = challenge.pk is None
    challenge.changed_at = at
    try:
        with transaction.atomic():
            challenge.save()
            if is_new or cities is not None:
                _set_cities(challenge, [challenge.owner, *(cities or ())])
    except IntegrityError as error:
        there = Challenge.objects.select_related("owner").filter(slug=challenge.slug, owner=challenge.owner).first()
        if is_new and there is not None and checking.is_same(there, challenge, fields):
            return there
        raise Conflict(_("Another challenge has this address. Choose another one.")) from error
    if testbeds is not None:
        _set_testbeds(challenge, testbeds)
    if criteria is not None:
        challenge.criteria.all().delete()
        Criterion.objects.bulk_create(
            Criterion(
                challenge=challenge,
                position=number,
                name=written(one.name),
                text=written(one.text or {}),
                weight=one.weight,
            )
            for number, one in enumerate(criteria, 1)
        )
    if challenge.is_public:
        checking.refuse(missing_of(challenge))
    _changed(challenge, "begin_challenge" if is_new else "change_challenge", by=by, at=at, fields=sorted(fields))
    return challenge


def _settled(
    challenge: Challenge,
    fields: Mapping[str, Any],
    criteria: Sequence[Weighed] | None,
    cities: Sequence[City] | None,
    at: datetime,
) -> None:
    """Refuse what can't be changed at the stage that a challenge is at."""
    if challenge.state == Challenge.State.DRAFT:
        return
    # The clock closes it within a minute or two; who was refused after the last moment isn't passed by later ones.
    if challenge.state != Challenge.State.OPEN or at > challenge.closes_at:
        raise IllegalMove(_("The time for answers is over: what was asked stays as it was."), state=challenge.state)
    moved = {
        name for name in ("opens_at", "budget_cents") if name in fields and fields[name] != getattr(challenge, name)
    }
    if criteria is not None or cities is not None or moved:
        raise IllegalMove(
            _("Criteria, money and cities are settled once a challenge is public. Texts can be mended."),
            state=challenge.state,
        )
    if fields.get("closes_at", challenge.closes_at) < challenge.closes_at:
        raise IllegalMove(
            _("The last moment can be moved later, never earlier: others count on it."), state=challenge.state
        )


def _criteria_faults(criteria: Sequence[Weighed]) -> checking.Errors:
    errors = []
    if len(criteria) > MOST_CRITERIA:
        errors.append(wrong("/criteria", _("At most %(most)s criteria.") % {"most": MOST_CRITERIA}))
    if any(not written(one.name) or not 1 <= one.weight <= WHOLE_WEIGHT for one in criteria):
        errors.append(wrong("/criteria", _("Each criterion has a name and a weight from 1 to 100.")))
    elif criteria and sum(one.weight for one in criteria) != WHOLE_WEIGHT:
        total = sum(one.weight for one in criteria)
        errors.append(wrong("/criteria", _("The weights add up to 100; now it is %(total)s.") % {"total": total}))
    return errors


def _set_cities(challenge: Challenge, cities: Iterable[City]) -> None:
    wanted = {city.pk for city in cities}
    there = set(challenge.parts.values_list("city_id", flat=True))
    challenge.parts.exclude(city__in=wanted).delete()
    ChallengeCity.objects.bulk_create(ChallengeCity(challenge=challenge, city_id=code) for code in wanted - there)


def _set_testbeds(challenge: Challenge, testbeds: Iterable[Testbed]) -> None:
    wanted = {one.pk for one in testbeds}
    there = set(challenge.places.values_list("testbed_id", flat=True))
    challenge.places.exclude(testbed__in=wanted).delete()
    ChallengeTestbed.objects.bulk_create(ChallengeTestbed(challenge=challenge, testbed_id=pk) for pk in wanted - there)


def missing_of(challenge: Challenge) -> checking.Errors:
    """What a challenge lacks before everybody sees it: its texts in its cities' languages, a theme, money, criteria."""
    languages = sorted({code for part in challenge.parts.select_related("city") for code in part.city.languages})
    errors = [
        wrong(f"/{name}/{code}", _("Write it in this language, too."))
        for name in ("title", "summary", "terms", "contact_role")
        for code in lacking(getattr(challenge, name), languages)
    ]
    if not challenge.themes:
        errors.append(wrong("/themes", _("Choose one theme at least.")))
    if challenge.budget_cents <= 0:
        errors.append(wrong("/budget_cents", _("Say how much a trial may cost.")))
    if sum(challenge.criteria.values_list("weight", flat=True)) != WHOLE_WEIGHT:
        errors.append(wrong("/criteria", _("Say by what answers are judged; the weights add up to 100.")))
    return errors


def hold(challenge: Challenge, by: Person | None) -> Challenge:
    """The challenge as it is now, held until the transaction ends, for an officer of one of its cities.

    Raises:
        NotAllowed: the person works for none of them.
    """
    held = Challenge.objects.select_for_update(of=("self",)).select_related("owner").get(pk=challenge.pk)
    if not permissions.may_edit(by, held):
        raise NotAllowed(_("Only officers of its cities can change a challenge."))
    return held


def _decided(challenge: Challenge, by: Person | None) -> Challenge:
    held = hold(challenge, by)
    if not permissions.may_decide(by, held):
        raise NotAllowed(_("Only the city that owns a challenge takes it further."))
    return held


def _changed(challenge: Challenge, verb: str, *, by: Person | None, at: datetime, **facts: Any) -> None:
    record(verb, f"challenge:{challenge.slug}", by=by, at=at, **facts)
    findable.refresh_challenge(challenge, at=at)


@transaction.atomic
def publish_challenge(challenge: Challenge, *, by: Person | None, at: datetime) -> Challenge:
    """Let everybody read a challenge and answer it from `opens_at` to `closes_at`.

    Raises:
        NotAllowed: the person is no officer of the city that owns it.
        Invalid: it lacks something; `errors` say what.
        IllegalMove: it is public already.
    """
    held = _decided(challenge, by)
    missing = missing_of(held)
    if held.closes_at <= at:
        missing.append(wrong("/closes_at", _("This moment is past: move it.")))
    if held.state == Challenge.State.DRAFT:
        checking.refuse(missing)
    held.published_at = at
    holds = set() if missing else {Need.CHALLENGE_COMPLETE}
    advance(held, CHALLENGE, "publish", role=Role.CITY, holds=holds, by=by, at=at, fields=("published_at",))
    findable.refresh_challenge(held, at=at)
    return held


@transaction.atomic
def unpublish_challenge(challenge: Challenge, *, why: str, by: Person | None, at: datetime) -> Challenge:
    """Take a challenge back to be a draft, as long as nobody has answered.

    Raises:
        NotAllowed: the person is no officer of the city that owns it.
        IllegalMove: answers have come in, no reason is told, or it isn't open.
    """
    held = _decided(challenge, by)
    holds = {Need.REASON} if plain_text(why) else set()
    if not held.answers.filter(sent_at__isnull=False).exists():
        holds.add(Need.NO_ANSWERS)
    advance(held, CHALLENGE, "unpublish", role=Role.CITY, holds=holds, by=by, at=at, note=plain_text(why))
    findable.refresh_challenge(held, at=at)
    return held


@transaction.atomic
def close_challenge(challenge: Challenge, *, at: datetime) -> Challenge:
    """End the time for answers, as the clock does it, and hand the answers to those who judge them.

    Raises:
        IllegalMove: the time isn't over yet, or it was closed before.
    """
    held = hold(challenge, None)
    holds = {Need.CLOSING_TIME} if at >= held.closes_at + GRACE else set()
    advance(held, CHALLENGE, "close", role=Role.CLOCK, holds=holds, by=None, at=at)
    judging.hand_over_answers(held, at=at)
    findable.refresh_challenge(held, at=at)
    return held


def close_due(*, at: datetime) -> int:
    """Close every challenge whose time is over; tells how many. May run twice."""
    due = Challenge.objects.filter(state=Challenge.State.OPEN, closes_at__lte=at - GRACE)
    closed = 0
    for challenge in due:
        try:
            close_challenge(challenge, at=at)
        except IllegalMove:
            continue  # another worker was faster
        closed += 1
    return closed


@transaction.atomic
def end_challenge(challenge: Challenge, *, why: Mapping[str, str], by: Person | None, at: datetime) -> Challenge:
    """End a challenge: when all its trials are at their end, or without one, with the reason.

    Raises:
        NotAllowed: the person is no officer of the city that owns it.
        IllegalMove: a trial is still under way, no reason is told, or its stage doesn't let it end.
    """
    held = _decided(challenge, by)
    told = written(why)
    holds = {Need.REASON} if told else set()
    over = (Trial.State.LEARNED, Trial.State.GIVEN_UP)
    if not held.trials.exclude(state__in=over).exists():
        holds.add(Need.TRIALS_ENDED)
    held.end_reason = told
    act = "end" if held.state == Challenge.State.RUNNING else "end_without"
    advance(held, CHALLENGE, act, role=Role.CITY, holds=holds, by=by, at=at, fields=("end_reason",))
    findable.refresh_challenge(held, at=at)
    return held


@transaction.atomic
def ask(challenge: Challenge, *, key: uuid.UUID, text: str, language: str, by: Person, at: datetime) -> Question:
    """Ask about a challenge that is open; the question is public with its answer, and never who asked.

    Raises:
        IllegalMove: the challenge takes no questions now.
        NotAllowed: the form is another's, or of another challenge.
        Invalid: nothing is asked, or too much.
    """
    # First the lock: of two that come at once the second finds what the first has written.
    held = Challenge.objects.select_for_update(of=("self",)).get(pk=challenge.pk)
    before = Question.objects.filter(key=key).first()
    if before is not None:
        if before.person_id != by.pk or before.challenge_id != held.pk:
            raise NotAllowed(_("This form belongs to somebody else. Open the page again."))
        return before
    until = held.questions_until or held.closes_at
    if held.state != Challenge.State.OPEN or at > until:
        raise IllegalMove(_("The time for questions is over."), state=held.state)
    said = plain_text(text)
    if not said or len(said) > 1000:
        checking.refuse([wrong("/text", _("Write your question in at most 1,000 characters."))])
    if held.questions.filter(person=by, answered_at__isnull=True).count() >= 10:
        checking.refuse([wrong("/text", _("Ten of your questions wait already. Read their answers first."))])
    row = Question.objects.create(
        challenge=held,
        key=key,
        text=said,
        language=checking.known_language(language),
        person=by,
        asked_at=at,
    )
    record("ask_about_challenge", f"challenge:{held.slug}", by=by, at=at, question=row.pk)
    return row


@transaction.atomic
def answer_question(question: Question, *, answer: Mapping[str, str], by: Person | None, at: datetime) -> Question:
    """Answer a question for everybody to read; an answer may be mended later.

    Raises:
        NotAllowed: the person works for none of the challenge's cities.
        Invalid: nothing is answered.
    """
    challenge = hold(question.challenge, by)
    told = written(answer)
    if not told:
        checking.refuse([wrong("/answer", _("Write the answer in one language at least."))])
    row = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
    is_first = row.answered_at is None
    row.answer, row.answered_at = told, at
    row.save(update_fields=["answer", "answered_at"])
    record("answer_question", f"challenge:{challenge.slug}", by=by, at=at, question=row.pk)
    if is_first:
        letters.send_later("question", row.pk)
    return row
