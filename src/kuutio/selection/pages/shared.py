"""What the pages of choosing have in common: who asks, in which seat, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kuutio.cities.models import Person
from kuutio.core.problems import Problem
from kuutio.selection import permissions, queries
from kuutio.selection.models import Candidate, Member, Round
from kuutio.ui.wording import localized


@dataclass(frozen=True, slots=True)
class Seat:
    """In which roles a person sits at a round. `reads` all of it: whoever has any of them."""

    person: Person
    round: Round
    office: bool
    authority: bool
    auditor: bool
    member: Member | None

    @property
    def staff(self) -> bool:
        """Who reads of reviewers and conflicts, too: all but those who only decide."""
        return self.office or self.authority or self.auditor

    @property
    def reads(self) -> bool:
        return self.staff or self.member is not None


def person_of(request: HttpRequest) -> Person:
    """Who is signed in; the door has asked for that before."""
    user: Any = request.user
    return user  # type: ignore[no-any-return]


def seat_at(request: HttpRequest, round_: Round) -> Seat:
    """The seat of who asks.

    Raises:
        Http404: they have none in this round, so that they don't learn of it.
    """
    person = person_of(request)
    seat = Seat(
        person,
        round_,
        permissions.is_office(person, round_),
        permissions.is_authority(person, round_),
        permissions.is_auditor(person),
        permissions.member_of(person, round_),
    )
    if not seat.reads:
        raise Http404
    return seat


def seated(request: HttpRequest, key: str) -> Seat:
    """The seat of who asks at the round of an address.

    Raises:
        Http404: as for `seat_at`, or there is no such round.
    """
    return seat_at(request, get_object_or_404(Round.objects.select_related("owner", "authority"), key=key))


def seen_candidate(request: HttpRequest, uuid: Any) -> tuple[Seat, Candidate]:
    """A candidate for somebody with a seat.

    Raises:
        Http404: there is none, or a hard conflict hides it, or they have no seat.
    """
    candidate = get_object_or_404(
        Candidate.objects.select_related("round__owner", "round__authority", "contact"), uuid=uuid
    )
    seat = seat_at(request, candidate.round)
    if permissions.is_barred(seat.person, candidate):
        raise Http404
    return seat, candidate


def tabs(seat: Seat, current: str) -> list[dict[str, Any]]:
    """The pages of a round, for who may read them."""
    key = seat.round.key
    found = [
        ("board", _("Overview"), reverse("selection:board", args=[key])),
        ("reviewers", _("Reviewers"), reverse("selection:reviewers", args=[key])),
        ("conflicts", _("Conflicts"), reverse("selection:conflicts", args=[key])),
        ("assignment", _("Assignment"), reverse("selection:assignment", args=[key])),
        ("ranking", _("Ranking"), reverse("selection:ranking", args=[key])),
        ("meetings", _("Decision meetings"), reverse("selection:meetings", args=[key])),
        ("audit", _("Log"), reverse("selection:audit", args=[key])),
    ]
    shown = found if seat.staff else [row for row in found if row[0] in ("board", "ranking", "meetings")]
    return [{"title": title, "url": url, "current": name == current} for name, title, url in shown]


def crumbs(round_: Round | None = None, last: str = "") -> list[dict[str, str]]:
    """The way to a page of the office."""
    found = [
        {"title": _("Workspace"), "url": reverse("web:workspace")},
        {"title": _("Selection"), "url": reverse("selection:work") if round_ or last else ""},
    ]
    if round_ is not None:
        found.append(
            {
                "title": localized(round_.title)[0],
                "url": reverse("selection:board", args=[round_.key]) if last else "",
            }
        )
    if last:
        found.append({"title": last})
    return found


def days_words(count: int) -> str:
    """For how many days something has waited."""
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}


def sections_of(document: list[dict[str, Any]], *, hides: bool) -> list[dict[str, Any]]:
    """A document for reading, in the reader's language where it has it; what identifies is left out of a blind round."""
    return [
        {
            "heading": localized(one["heading"])[0],
            "text": localized(one["text"])[0],
            "language": localized(one["text"])[1],
            "figures": [
                {"label": localized(figure["label"])[0], "value": figure["value"]} for figure in one["figures"]
            ],
        }
        for one in document
        if not (hides and one["identifies"])
    ]


def said(request: HttpRequest, name: str) -> str:
    """A posted text."""
    return str(request.POST.get(name, "")).strip()


def whole(text: str) -> int:
    """A number as it was posted; 0 where it is none, or longer than any of ours."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def tell(request: HttpRequest, problem: Problem) -> None:
    """A refusal on the page that comes next; what must be mended is said in full."""
    messages.error(request, problem.words)


def hidden_from(person: Person, round_: Round) -> frozenset[str]:
    """The numbers of the candidates that don't exist for a person."""
    barred = queries.barred_references(person)
    if not barred:
        return frozenset()
    rows = Candidate.objects.filter(round=round_, reference__in=barred)
    return frozenset(str(number) for number in rows.values_list("number", flat=True))
