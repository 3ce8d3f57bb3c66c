"""What choosing gives to the joint pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kuutio.core.parts import MinePart, Parts, Person, Personal, Request, WorkPart
from kuutio.selection import queries
from kuutio.selection.models import Conflict, Review, Round

_SHOWN = 10
_OVER = (Round.State.PUBLISHED, Round.State.CANCELLED)


def to_do(request: Request) -> dict[str, Any] | None:
    """The rounds that go on at which somebody has a seat."""
    rows = list(queries.rounds_worked_by(request.user).exclude(state__in=_OVER)[:_SHOWN])
    return {"rounds": rows} if rows else None


def works(person: Person) -> bool:
    """Who has a seat at any round."""
    return person.is_authenticated and queries.rounds_worked_by(person).exists()


def mine(request: Request) -> dict[str, Any] | None:
    """What waits for a reviewer; nothing for who is none."""
    seats = queries.reviewing_seats(request.user)
    if not seats:
        return None
    waiting = sum(row.state != Review.State.SUBMITTED for one in seats for row in queries.reviews_of(one))
    undeclared = sum(one.round.state == Round.State.DECLARING and one.declared_at is None for one in seats)
    return {"left": waiting + undeclared}


def exported(person: Person) -> dict[str, Any]:
    """What a reviewer has written and declared, themselves."""
    reviews = Review.objects.filter(reviewer__person=person).exclude(state=Review.State.VOID)
    declared = Conflict.objects.filter(reviewer__person=person).exclude(declared="")
    return {
        "reviews": [
            {
                "round": row.candidate.round.key,
                "candidate": row.candidate.number,
                "state": row.state,
                "scores": row.scores,
                "why": row.why,
                "to_applicant": row.to_applicant,
                "to_office": row.to_office,
            }
            for row in reviews.select_related("candidate__round")
        ],
        "declared": [
            {"round": row.reviewer.round.key, "ground": row.declared, "why": row.declared_why}
            for row in declared.select_related("reviewer__round")
        ],
    }


def erase(person: Person, at: datetime) -> None:
    """What was decided by them stands, without their name; the words by which they told of themselves go."""
    Conflict.objects.filter(reviewer__person=person).update(declared_why="")


def kept(person: Person) -> list[str]:
    """Reviews stay as a part of decisions."""
    if not Review.objects.filter(reviewer__person=person).exists():
        return []
    return [str(_("Your reviews stay as a part of the decisions that they led to, without your name."))]


PARTS = Parts(
    mine=(
        MinePart(key="selection", title=_("Reviews"), template="selection/parts/mine.html", context=mine, order=300),
    ),
    work=(
        WorkPart(
            key="selection",
            title=_("Selection"),
            template="selection/parts/to_do.html",
            context=to_do,
            allowed=works,
            order=60,
        ),
    ),
    personal=(Personal(key="selection", export=exported, erase=erase, kept=kept),),
)
