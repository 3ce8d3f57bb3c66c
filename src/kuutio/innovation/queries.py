"""What the pages of testbeds, challenges and trials read, in few questions to the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Case, Count, Exists, IntegerField, OuterRef, Prefetch, Q, QuerySet, Value, When

from kuutio.cities.models import Person
from kuutio.core.when import here
from kuutio.innovation import permissions
from kuutio.innovation.findable import CHALLENGE, TESTBED, TRIAL
from kuutio.innovation.handing import said_in
from kuutio.innovation.models import (
    Answer,
    Booking,
    Challenge,
    ChallengeCity,
    Feedback,
    ProposalCity,
    Question,
    Testbed,
    Trial,
    TrialCity,
)
from kuutio.search.queries import find
from kuutio.selection.queries import barred_references

PAGE = 20
_MOST_FOUND = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asks of a list; "" asks for all.

    Attributes:
        when: of challenges: `open`, `coming`, `under_way`, `ended`; of trials: `running`, `coming`, `ended`.
        kind: of testbeds: what can be tried.
    """

    text: str = ""
    city: str = ""
    theme: str = ""
    technology: str = ""
    kind: str = ""
    when: str = ""
    start: int = 0


def public_testbeds() -> QuerySet[Testbed]:
    """All that everybody may read."""
    return Testbed.objects.exclude(state=Testbed.State.DRAFT)


def public_challenges() -> QuerySet[Challenge]:
    """All that everybody may read."""
    return Challenge.objects.exclude(state=Challenge.State.DRAFT)


def public_trials() -> QuerySet[Trial]:
    """All that everybody may read: those that are agreed on, run or have ended."""
    return Trial.objects.exclude(state__in=[Trial.State.IDEA, Trial.State.GIVEN_UP])


def kept_by(person: Person | None) -> QuerySet[Testbed]:
    """The testbeds that a person keeps."""
    cities = [city.pk for city in permissions.cities_of(person)]
    own = Q(owner__kind="city", owner__city__in=cities) | Q(owner__in=permissions.campuses_of(person))
    if person is not None and person.is_active and person.is_superuser:
        own = Q()
    return Testbed.objects.filter(own).select_related("owner", "city")


def testbeds_seen_by(person: Person | None) -> QuerySet[Testbed]:
    """All that a person may read: their own drafts, too."""
    if not permissions.keeps_testbeds(person):
        return public_testbeds()
    return Testbed.objects.filter(~Q(state=Testbed.State.DRAFT) | Q(pk__in=kept_by(person).values("pk")))


def challenges_of(person: Person | None) -> QuerySet[Challenge]:
    """The challenges of the cities that a person works for."""
    own = [city.pk for city in permissions.cities_of(person)]
    return Challenge.objects.filter(Exists(ChallengeCity.objects.filter(challenge=OuterRef("pk"), city__in=own)))


def challenges_seen_by(person: Person | None) -> QuerySet[Challenge]:
    """All that a person may read: drafts of their own cities, too."""
    if not permissions.is_officer(person):
        return public_challenges()
    return Challenge.objects.filter(~Q(state=Challenge.State.DRAFT) | Q(pk__in=challenges_of(person).values("pk")))


def trials_of(person: Person | None) -> QuerySet[Trial]:
    """The trials that a person works on: their cities', and those that they lead for their firm."""
    own = [city.pk for city in permissions.cities_of(person)]
    in_city = Exists(TrialCity.objects.filter(trial=OuterRef("pk"), city__in=own))
    if person is None or not person.is_authenticated:
        return Trial.objects.none()
    return Trial.objects.filter(in_city | Q(lead=person))


def trials_seen_by(person: Person | None) -> QuerySet[Trial]:
    """All that a person may read: those that they work on, too."""
    if person is None or not person.is_authenticated:
        return public_trials()
    public = ~Q(state__in=[Trial.State.IDEA, Trial.State.GIVEN_UP])
    return Trial.objects.filter(public | Q(pk__in=trials_of(person).values("pk")))


def with_cities(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Challenges or trials with their cities, as a list shows them."""
    through = ChallengeCity if rows.model is Challenge else TrialCity
    return rows.prefetch_related(
        Prefetch("parts", through._default_manager.select_related("city").order_by("city__position"))
    )


def _found(rows: QuerySet[Any], asked: Asked, kind: str, language: Any) -> tuple[QuerySet[Any], dict[str, int]]:
    """Rows that a text means, with their order; all of them where no text is asked."""
    if not asked.text:
        return rows, {}
    found = find(asked.text, language=language, kind=kind, limit=_MOST_FOUND)
    order = {row.key: place for place, row in enumerate(found.rows)}
    return rows.filter(slug__in=order), order


def _page(rows: QuerySet[Any], order: dict[str, int], start: int) -> list[Any]:
    if order:
        return sorted(rows, key=lambda row: order[row.slug])[start : start + PAGE]
    return list(rows[start : start + PAGE])


def fitting_testbeds(asked: Asked, *, language: Any) -> tuple[QuerySet[Testbed], dict[str, int]]:
    """The testbeds that fit, in no order; and the place of each where a text was asked, by its slug."""
    rows, order = _found(public_testbeds(), asked, TESTBED, language)
    if asked.city:
        rows = rows.filter(city=asked.city)
    if asked.theme:
        rows = rows.filter(themes__contains=[asked.theme])
    if asked.technology:
        rows = rows.filter(technologies__contains=[asked.technology])
    if asked.kind:
        rows = rows.filter(trial_kinds__contains=[asked.kind])
    return rows, order


def testbeds(asked: Asked, *, language: Any) -> tuple[list[Testbed], int]:
    """A page of the testbeds that fit, those that can be booked first, and how many fit in all."""
    rows, order = fitting_testbeds(asked, language=language)
    total = rows.count()
    shown = rows.select_related("city", "owner").order_by("-state", "city__position", "slug")
    return _page(shown, order, asked.start), total


def challenges(asked: Asked, *, language: Any, at: datetime) -> tuple[list[Challenge], int]:
    """A page of the challenges that fit, those that take answers first and of them what closes first."""
    rows, order = _found(public_challenges(), asked, CHALLENGE, language)
    if asked.city:
        rows = rows.filter(Exists(ChallengeCity.objects.filter(challenge=OuterRef("pk"), city=asked.city)))
    if asked.theme:
        rows = rows.filter(themes__contains=[asked.theme])
    if asked.technology:
        rows = rows.filter(technologies__contains=[asked.technology])
    is_open = Q(state=Challenge.State.OPEN, opens_at__lte=at, closes_at__gte=at)
    is_coming = Q(state=Challenge.State.OPEN, opens_at__gt=at)
    rows = rows.filter(
        {
            "open": is_open,
            "coming": is_coming,
            "under_way": ~is_open & ~is_coming & ~Q(state=Challenge.State.ENDED),
            "ended": Q(state=Challenge.State.ENDED),
        }.get(asked.when, Q())
    )
    total = rows.count()
    turn = Case(
        When(is_open, then=Value(0)),
        When(is_coming, then=Value(1)),
        When(state=Challenge.State.ENDED, then=Value(3)),
        default=Value(2),
        output_field=IntegerField(),
    )
    shown = with_cities(rows.select_related("owner").annotate(turn=turn).order_by("turn", "closes_at", "pk"))
    return _page(shown, order, asked.start), total


def trials(asked: Asked, *, language: Any) -> tuple[list[Trial], int]:
    """A page of the trials that fit, those that run first."""
    rows, order = _found(public_trials(), asked, TRIAL, language)
    if asked.city:
        rows = rows.filter(Exists(TrialCity.objects.filter(trial=OuterRef("pk"), city=asked.city)))
    if asked.theme:
        rows = rows.filter(themes__contains=[asked.theme])
    if asked.technology:
        rows = rows.filter(technologies__contains=[asked.technology])
    whens = {"running": ["running"], "coming": ["agreed"], "ended": ["ended", "learned"]}
    if asked.when in whens:
        rows = rows.filter(state__in=whens[asked.when])
    total = rows.count()
    turn = Case(
        When(state="running", then=Value(0)),
        When(state="agreed", then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    shown = with_cities(
        rows.select_related("organisation", "owner").annotate(turn=turn).order_by("turn", "-changed_at", "-pk")
    )
    return _page(shown, order, asked.start), total


def takes_answers(challenge: Challenge, at: datetime) -> bool:
    """Whether an answer that comes at a moment is in time."""
    return challenge.state == Challenge.State.OPEN and challenge.opens_at <= at <= challenge.closes_at


def takes_questions(challenge: Challenge, at: datetime) -> bool:
    """Whether a question can be asked at a moment."""
    return challenge.state == Challenge.State.OPEN and at <= (challenge.questions_until or challenge.closes_at)


def answered_questions(challenge: Challenge) -> QuerySet[Question]:
    """What everybody reads of the questions: those with an answer, in the order in which they were asked."""
    return challenge.questions.filter(answered_at__isnull=False)


def chosen_answers(challenge: Challenge) -> QuerySet[Answer]:
    """What everybody reads of the answers: the chosen ones, once the jury has decided on all of them."""
    if challenge.state in (Challenge.State.DRAFT, Challenge.State.OPEN, Challenge.State.EVALUATION):
        return Answer.objects.none()
    rows = challenge.answers.filter(state=Answer.State.CHOSEN).select_related("organisation", "trial")
    return rows.defer("solution", "plan", "measures", "reason", "told_organisation")


def answers_read_by(person: Person | None, challenge: Challenge) -> list[Answer]:
    """The answers that an officer of a challenge's cities reads: those that were sent, once no more can be, and none that a conflict bars."""
    is_over = challenge.state not in (Challenge.State.DRAFT, Challenge.State.OPEN)
    if not is_over or not permissions.may_edit(person, challenge):
        return []
    barred = barred_references(person)
    rows = challenge.answers.filter(state__in=["sent", "chosen", "not_chosen"]).select_related("organisation")
    return [row for row in rows.order_by("sent_at", "pk") if f"answer:{row.uuid}" not in barred]


def feedback_figures(trial: Trial) -> dict[str, Any]:
    """How many have said what they think, and their mean grade."""
    found: dict[str, Any] = Feedback.objects.filter(trial=trial).aggregate(count=Count("pk"), mean=Avg("grade"))
    return found


def overdue_reason(trial: Trial, at: datetime) -> str:
    """Why a trial shows red: `period`, `learning`, `next_step`, or "" where nothing is overdue."""
    today = here(at).date()
    agreement = getattr(trial, "agreement", None)
    if trial.state == Trial.State.RUNNING and agreement is not None and agreement.ends_on < today:
        return "period"
    if trial.state == Trial.State.ENDED and trial.ended_at is not None and trial.ended_at < at - timedelta(days=60):
        return "learning"
    step_waits = trial.next_step_done_on is None and trial.next_step_on is not None and trial.next_step_on < today
    if trial.state in {Trial.State.ENDED, Trial.State.LEARNED} and step_waits:
        return "next_step"
    return ""


def overdue_trials(person: Person | None, at: datetime) -> list[Trial]:
    """The trials of a person's cities that show red."""
    rows = trials_of(person).filter(state__in=["running", "ended", "learned"], next_step_done_on__isnull=True)
    rows = rows.select_related("agreement", "organisation").order_by("next_step_on", "pk")
    return [row for row in rows if overdue_reason(row, at)]


def proposals_to_answer(person: Person | None) -> list[ProposalCity]:
    """The offered trials that wait for an answer of a person's cities, the most urgent first.

    One that customer service has answered in its case waits no more.
    """
    own = [city.pk for city in permissions.cities_of(person)]
    rows = list(
        ProposalCity.objects.filter(city__in=own, state=ProposalCity.State.WAITING, proposal__withdrawn_at=None)
        .select_related("proposal__organisation", "city")
        .order_by("due_at", "pk")
    )
    answered = {said.case_number for said in said_in([row.case_number for row in rows])}
    return [row for row in rows if not row.case_number or row.case_number not in answered]


def bookings_to_answer(person: Person | None) -> QuerySet[Booking]:
    """The times that wait for an answer in the testbeds that a person keeps, the soonest first."""
    rows = Booking.objects.filter(state=Booking.State.REQUESTED, testbed__in=kept_by(person).values("pk"))
    return rows.select_related("testbed").order_by("starts_at", "pk")


def questions_to_answer(person: Person | None) -> QuerySet[Question]:
    """The questions that wait for an answer of a person's cities."""
    rows = Question.objects.filter(answered_at__isnull=True, challenge__in=challenges_of(person).values("pk"))
    return rows.exclude(challenge__state=Challenge.State.ENDED).select_related("challenge").order_by("asked_at", "pk")


def held_feedback(person: Person | None) -> QuerySet[Feedback]:
    """What residents said and nobody has read yet, in the trials of a person's cities."""
    own = [city.pk for city in permissions.cities_of(person)]
    in_city = Exists(TrialCity.objects.filter(trial=OuterRef("trial"), city__in=own))
    return Feedback.objects.filter(in_city, state=Feedback.State.HELD).select_related("trial").order_by("at", "pk")
