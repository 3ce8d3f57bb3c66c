"""What the pages of calls and applications read, in few questions to the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from kuutio.cities.models import City, Organisation, Person
from kuutio.core.language import fold
from kuutio.core.moves import Role
from kuutio.core.problems import Text
from kuutio.core.when import days_since, here
from kuutio.programme import call_permissions as permissions
from kuutio.programme.models import (
    Application,
    ApplicationPartner,
    BudgetLine,
    Call,
    CallQuestion,
    ChangeRequest,
    DecidedFigure,
    Idea,
    Programme,
)
from kuutio.programme.written import written
from kuutio.selection.queries import barred_references
from kuutio.ui.wording import localized

HOLDERS: dict[str, Role] = {
    "draft": Role.LEAD,
    "returned": Role.LEAD,
    "submitted": Role.AUTHORITY,
    "eligible": Role.OFFICE,
    "in_review": Role.REVIEWER,
    "reviewed": Role.STEERING,
    "at_line": Role.STEERING,
    "proposed_yes": Role.AUTHORITY,
    "proposed_no": Role.AUTHORITY,
    "approved": Role.AUTHORITY,
    "approved_with_conditions": Role.LEAD,
    "contracted": Role.LEAD,
    "in_change": Role.AUTHORITY,
}
"""Who holds an application in which state; in the others nobody has anything to do."""


def role_words(role: Role | None) -> Text:
    """Who that is, for readers."""
    return {
        None: _("nobody: it is settled"),
        Role.LEAD: _("the consortium"),
        Role.AUTHORITY: _("the funding authority"),
        Role.OFFICE: _("the programme’s office"),
        Role.REVIEWER: _("the reviewers"),
        Role.STEERING: _("the steering group"),
        Role.CLOCK: _("the clock"),
    }[role]


@dataclass(frozen=True, slots=True)
class Held:
    """Who holds a thing now, and for how many days."""

    who: Text
    days: int


def held(application: Application, at: datetime) -> Held:
    """Who holds an application."""
    return Held(role_words(HOLDERS.get(application.state)), days_since(application.state_since, at))


def held_call(call: Call, at: datetime) -> Held:
    """Who holds a call; the clock while it waits for its time."""
    now = call.now(at)
    role = {
        "draft": Role.OFFICE,
        "published": Role.CLOCK,
        "open": Role.LEAD,
        "closed": Role.OFFICE,
        "evaluating": Role.STEERING,
        "decided": Role.OFFICE,
    }.get(now)
    since = {"open": call.opens_at, "closed": call.closes_at}.get(now) or call.state_since
    return Held(role_words(role), days_since(since, at))


# --- calls ------------------------------------------------------------------------------------------------------------


def public_calls() -> QuerySet[Call]:
    """What everybody may read."""
    return Call.objects.exclude(state=Call.State.DRAFT).select_related("programme", "owner")


@dataclass(frozen=True, slots=True)
class Year:
    """How many calls opened in a year."""

    year: int
    calls: int


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often calls open, beside what the strategy promises.

    Attributes:
        years: whole years from the first call on, this year too.
        average: of the years that are over; None while none is.
    """

    promised: int
    years: tuple[Year, ...]
    average: float | None
    most: int


def rhythm(programme: Programme, at: datetime) -> Rhythm:
    """Counted from the calls themselves: those that have opened, by the year in Finland."""
    opened = [
        here(moment).year
        for moment in Call.objects.filter(programme=programme, opens_at__lte=at)
        .exclude(state=Call.State.DRAFT)
        .values_list("opens_at", flat=True)
        if moment is not None
    ]
    now = here(at).year
    first = min(opened, default=now)
    years = tuple(Year(year, opened.count(year)) for year in range(first, now + 1))
    over = [one.calls for one in years if one.year < now]
    return Rhythm(
        programme.calls_per_year,
        years,
        sum(over) / len(over) if over else None,
        max([1, programme.calls_per_year, *(one.calls for one in years)]),
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """The list's three parts."""

    open: list[Call] = field(default_factory=list)
    later: list[Call] = field(default_factory=list)
    past: list[Call] = field(default_factory=list)


def listed(at: datetime) -> Listed:
    """Calls by what a reader can do: apply now (what closes first on top), wait, read."""
    found = Listed()
    for call in public_calls().prefetch_related("cutoffs"):
        now = call.now(at)
        {Call.State.OPEN: found.open, Call.State.PUBLISHED: found.later}.get(now, found.past).append(call)  # type: ignore[call-overload]
    far = at + timedelta(days=36500)
    found.open.sort(key=lambda call: call.closes_at or far)
    found.later.sort(key=lambda call: call.opens_at or far)
    return found


# --- applications -----------------------------------------------------------------------------------------------------


def whole() -> QuerySet[Application]:
    """Applications with all that their pages show."""
    lines = Prefetch("lines", BudgetLine.objects.all())
    decided = Prefetch("decided", DecidedFigure.objects.all())
    partners = ApplicationPartner.objects.select_related("city", "organisation").prefetch_related(
        lines, decided, "members"
    )
    return Application.objects.select_related(
        "call__programme", "call__owner", "idea", "spearhead__focus_area"
    ).prefetch_related(Prefetch("partners", partners))


def seen_by(person: Person) -> QuerySet[Application]:
    """Those that a person writes in; for the office and the authorities also all that were sent, but for what a hard conflict hides.

    It hides nothing from those who wrote it: they know what stands in it, and somebody has to finish it.
    """
    own = ApplicationPartner.objects.filter(members=person, state=ApplicationPartner.State.JOINED).values("application")
    if not permissions.is_office(person):
        return Application.objects.filter(pk__in=own)
    barred = [
        reference.partition(":")[2] for reference in barred_references(person) if reference.startswith("application:")
    ]
    return Application.objects.filter(Q(pk__in=own) | (~Q(number="") & ~Q(uuid__in=barred)))


def own_of(person: Person) -> list[Application]:
    """What a person writes in, what waits for them first."""
    rows = whole().filter(partners__members=person, partners__state="joined").distinct()
    waits = ("draft", "returned")
    return sorted(rows, key=lambda row: (row.state not in waits, -row.state_since.timestamp()))


def invitations_of(person: Person) -> list[ApplicationPartner]:
    """Invitations that wait for this person: sent to their address, or to an organisation that they may bind."""
    bound = [row.organisation_id for row in person.held_roles if row.role in permissions.ACTING_ROLES]
    rows = ApplicationPartner.objects.filter(state="invited", application__state__in=["draft", "returned"])
    rows = rows.filter(Q(organisation__in=bound) | Q(invited_email=person.email))
    found = list(rows.select_related("application__call", "organisation").distinct())
    return [
        row
        for row in found
        if row.organisation is None
        or permissions.may_bind(person, row.organisation)
        or not permissions.is_claimed(row.organisation)
    ]


MOST_FOUND = 8


def organisations_like(words: str) -> list[Organisation]:
    """Organisations that an application can name, by a part of their name or the beginning of their Business ID; a few at most."""
    wanted = fold(" ".join(words.split()))
    if len(wanted) < 2:
        return []
    found = []
    for row in Organisation.objects.exclude(business_id="").only("slug", "name", "business_id", "kind", "city"):
        names = [fold(name) for name in written(row.name).values()]
        if row.business_id.startswith(wanted) or any(wanted in name for name in names):
            found.append((not any(name.startswith(wanted) for name in names), fold(localized(row.name)[0]), row))
    return [row for _later, _name, row in sorted(found, key=lambda one: one[:2])[:MOST_FOUND]]


def binds(person: Person) -> list[Organisation]:
    """The organisations in whose name a person may apply."""
    found = {
        held.organisation_id: held.organisation for held in person.held_roles if held.role in permissions.ACTING_ROLES
    }
    return list(found.values())


# --- the office's board -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """One state of the board, with what is in it."""

    state: str
    name: Text
    rows: list[tuple[Application, Held]]


@dataclass(frozen=True, slots=True)
class Board:
    """All that the office has in its hands."""

    calls: list[tuple[Call, Held, int]]
    columns: list[Column]
    ideas: list[Idea]
    changes: list[ChangeRequest]
    questions: list[CallQuestion]


def board(person: Person, at: datetime, call: Call | None = None) -> Board:
    """Calls with how many applications they have; applications by state, the longest held first; ideas and changes that wait."""
    calls = list(
        Call.objects.annotate(sent=Count("applications", filter=~Q(applications__number=""))).order_by("-changed_at")
    )
    rows = seen_by(person).filter(~Q(number="")).defer("summary", "texts", "answers", "note")
    ideas = Idea.objects.filter(state__in=["submitted", "sparring"]).select_related("call")
    changes = ChangeRequest.objects.filter(state="submitted", application__in=rows.values("pk")).select_related(
        "application"
    )
    questions = CallQuestion.objects.filter(answered_at=None).select_related("call")
    if call is not None:
        rows, ideas = rows.filter(call=call), ideas.filter(call=call)
        changes, questions = changes.filter(application__call=call), questions.filter(call=call)
    by_state: dict[str, list[tuple[Application, Held]]] = {}
    for row in rows.order_by("state_since"):
        by_state.setdefault(row.state, []).append((row, held(row, at)))
    columns = [
        Column(state.value, state.label, by_state[state.value])
        for state in Application.State
        if state.value in by_state
    ]
    return Board(
        [(one, held_call(one, at), one.sent) for one in calls],
        columns,
        list(ideas.order_by("submitted_at")),
        list(changes.order_by("state_since")),
        list(questions.order_by("asked_at")),
    )


def member_cities(call: Call) -> Sequence[City]:
    """The cities of the call's strategy, in their order."""
    return list(call.programme.cities.all())
