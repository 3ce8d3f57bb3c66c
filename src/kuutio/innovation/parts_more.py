"""What test users, concepts, solutions, learnings and matching give to the joint pages."""

from __future__ import annotations

from typing import Any

from django.core.cache import caches
from django.utils.translation import gettext_lazy as _

from kuutio.core.parts import Door, Face, Figure, Menu, MinePart, Parts, Personal, Request, SearchSource, WorkPart
from kuutio.innovation import (
    findable_concepts,
    findable_learnings,
    findable_solutions,
    lacks,
    learnings,
    permissions,
    personal_more,
)
from kuutio.innovation.models import Concept, Invitation, Learning, LearningCity, Profile, Solution, TestUser
from kuutio.opendata.queries import publishes_for
from kuutio.ui import wording

_MINE = 30
_KEPT_S = 60


def mine(request: Request) -> dict[str, Any] | None:
    """A person's invitations, solutions, concepts and profile."""
    person = request.user
    invitations = Invitation.objects.filter(test_user__person=person, state__in=["invited", "accepted"])
    found = {
        "invitations": list(invitations.select_related("round").order_by("round__closes_at")[:_MINE]),
        "solutions": list(Solution.objects.filter(submitted_by=person)[:_MINE]),
        "concepts": list(Concept.objects.filter(developers__person=person)[:_MINE]),
        "is_test_user": TestUser.objects.filter(person=person).exists(),
        "profile": Profile.objects.filter(person=person).first(),
    }
    return found if any(found.values()) else None


def publishes(person: Any) -> bool:
    """Whoever may publish data for somebody."""
    return person.is_authenticated and (person.is_superuser or bool(publishes_for(person)))


def lacking(request: Request) -> dict[str, Any] | None:
    """What solutions lack of the data that a person publishes."""
    rows = lacks.to_do(request.user)
    return {"rows": rows} if rows else None


def to_do(request: Request) -> dict[str, Any]:
    """Solutions and learnings that wait for an officer."""
    own = [city.pk for city in permissions.cities_of(request.user)]
    drafts = Learning.objects.filter(
        published_at=None, pk__in=LearningCity.objects.filter(city__in=own).values("learning")
    )
    return {
        "solutions": Solution.objects.filter(state=Solution.State.SUBMITTED).count(),
        "learnings": list(drafts.order_by("begun_at")[:_MINE]),
    }


def _count() -> str | None:
    count = caches["process"].get_or_set("innovation-figure-learnings", lambda: learnings.published().count(), _KEPT_S)
    return wording.number(count) if count else None


PARTS = Parts(
    doors=(
        Door(
            key="innovation",
            title=_("Try it out with the cities"),
            text=_("For firms, researchers and associations: testbeds, challenges, test users and what trials taught."),
            go=_("See what you can do here"),
            url="innovation:index",
            face=Face.INNOVATION,
            order=350,
        ),
    ),
    searches=(
        SearchSource(
            kind=findable_solutions.KIND, label=_("Solution"), plural=_("Solutions"), face=Face.DATA, order=350
        ),
        SearchSource(
            kind=findable_learnings.KIND,
            label=_("Learning"),
            plural=_("What was learnt"),
            face=Face.INNOVATION,
            order=360,
        ),
        SearchSource(
            kind=findable_concepts.KIND,
            label=_("Service concept"),
            plural=_("Service concepts"),
            face=Face.INNOVATION,
            order=370,
        ),
    ),
    mine=(
        MinePart(
            key="innovation-more",
            title=_("Testing and developing"),
            template="innovation/parts/mine_more.html",
            context=mine,
            order=360,
        ),
    ),
    work=(
        WorkPart(
            key="innovation-lacking",
            title=_("Data that solutions lack"),
            template="innovation/parts/lacking.html",
            context=lacking,
            allowed=publishes,
            order=65,
        ),
        WorkPart(
            key="innovation-more",
            title=_("Solutions, test users and learnings"),
            template="innovation/parts/to_do.html",
            context=to_do,
            allowed=permissions.is_officer,
            order=46,
        ),
    ),
    figures=(
        Figure(
            key="innovation-learnings",
            label=_("learnings of trials, free to use"),
            compute=_count,
            url="innovation:learnings",
            order=350,
        ),
    ),
    menu=(Menu(key="innovation", title=_("Trials and innovation"), url="innovation:index", order=400),),
    personal=(
        Personal(
            key="innovation-more",
            export=personal_more.exported,
            erase=personal_more.erase,
            kept=personal_more.kept,
            order=350,
        ),
    ),
)
