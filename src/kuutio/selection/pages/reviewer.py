"""A reviewer's own pages: what waits, the conflicts to declare, what is read, and the review."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kuutio.core.choosing import scores
from kuutio.core.choosing.conflicts import sight
from kuutio.core.choosing.scores import Level
from kuutio.core.problems import Problem
from kuutio.selection import permissions, queries
from kuutio.selection.actions import conflicts, reviewers, reviewing
from kuutio.selection.models import Conflict, Consensus, Expertise, Interest, Review, Reviewer, Round, Version
from kuutio.selection.pages.shared import days_words, person_of, said, sections_of, tell, whole
from kuutio.selection.reading import method_of
from kuutio.selection.wordings import DECLARED, extremes, ground_words, points, scale_options
from kuutio.ui.wording import localized

FORM = require_http_methods(["GET", "HEAD", "POST"])
MOST_CHOICES = 10
"""Steps of a scale that are shown as choices; a longer one gets a field for a number."""


@require_safe
@never_cache
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """A reviewer's rounds and reviews, what waits first."""
    person, at = person_of(request), timezone.now()
    rounds, seats = [], queries.reviewing_seats(person)
    known = Expertise.objects.filter(person=person).first()
    for reviewer in seats:
        rows = queries.reviews_of(reviewer)
        rounds.append(
            {
                "round": reviewer.round,
                "declares": reviewer.round.state == Round.State.DECLARING,
                "declared": reviewer.declared_at,
                "lines": [
                    {
                        "review": row,
                        "days": days_words(max((at - row.state_since).days, 0)),
                        "waits": row.state in WAITING,
                    }
                    for row in rows
                ],
                "left": sum(row.state in WAITING for row in rows),
                "late": reviewer.round.review_by is not None and reviewer.round.review_by < at,
            }
        )
    own = set(known.topics) if known else {one for seat in seats for one in seat.topics}
    context = {
        "rounds": rounds,
        "topics": [{"value": key, "label": title, "checked": key in own} for key, title in _topics(seats).items()],
        "words": known.words if known else "",
        "crumbs": _crumbs(),
    }
    return render(request, "selection/review/mine.html", context)


WAITING = (Review.State.ASSIGNED, Review.State.ACCEPTED, Review.State.DRAFT, Review.State.REOPENED)


@require_POST
@never_cache
@login_required
def expertise(request: HttpRequest) -> HttpResponse:
    """Say what one knows."""
    person = person_of(request)
    known = set(_topics(queries.reviewing_seats(person)))
    if not known:
        raise Http404
    chosen = [one for one in request.POST.getlist("topics") if one in known]
    reviewers.say_expertise(person, topics=chosen, words=said(request, "words"), by=person, at=timezone.now())
    messages.success(request, _("Saved."))
    return redirect("selection:mine")


def _topics(seats: list[Reviewer]) -> dict[str, str]:
    """The topics of the rounds that somebody reviews in, by their keys."""
    return {str(one["key"]): localized(one["title"])[0] for seat in seats for one in seat.round.topics}


@FORM
@never_cache
@login_required
def declare(request: HttpRequest, key: str) -> HttpResponse:
    """Who applies in a round, and what stands between oneself and them."""
    person = person_of(request)
    reviewer = get_object_or_404(
        Reviewer.objects.select_related("round", "organisation"),
        round__key=key,
        person=person,
        left_at__isnull=True,
        round__state__in=[Round.State.DECLARING, Round.State.REVIEWING],
    )
    round_ = reviewer.round
    shown = list(queries.candidates_seen_by(person, round_).exclude(state="withdrawn").prefetch_related("parties"))
    problem, status = "", 200
    if request.method == "POST":
        numbers = [str(one.number) for one in shown]
        declared = {
            int(name): (said(request, f"ground_{name}"), said(request, f"why_{name}"))
            for name in numbers
            if said(request, f"ground_{name}")
        }
        interests = {
            int(name): int(value) for name in numbers if (value := said(request, f"interest_{name}")) in ("0", "1", "2")
        }
        try:
            conflicts.declare_conflicts(reviewer, declared, interests=interests, by=person, at=timezone.now())
        except Problem as refused:
            problem, status = refused.words, 422
        else:
            messages.success(request, _("Thank you. Your declaration is kept."))
            return redirect("selection:mine")
    said_before = dict(Interest.objects.filter(reviewer=reviewer).values_list("candidate", "value"))
    flags = {row.candidate_id: row for row in Conflict.objects.filter(reviewer=reviewer, level=Conflict.Level.SOFT)}
    posted = request.POST if request.method == "POST" else {}
    context = {
        "round": round_,
        "reviewer": reviewer,
        "grounds": [(value, label) for value, label in DECLARED.items()],
        "interests": Interest.Value.choices,
        "lines": [
            {
                "candidate": one,
                "parties": [] if round_.blind else list(one.parties.all()),
                "interest": posted.get(f"interest_{one.number}", said_before.get(one.pk, "")),
                "ground": posted.get(f"ground_{one.number}", ""),
                "why": posted.get(f"why_{one.number}", ""),
                # In a blind round it would tell whose the candidate is (V9).
                "flag": ""
                if round_.blind or one.pk not in flags
                else ", ".join(map(ground_words, flags[one.pk].found)),
            }
            for one in shown
        ],
        "problem": problem,
        "crumbs": _crumbs(_("Conflicts of interest")),
    }
    return render(request, "selection/review/declare.html", context, status=status)


def own_review(request: HttpRequest, uuid: UUID) -> Review:
    """A reviewer's own review.

    Raises:
        Http404: it is another's, it is void, or a hard conflict hides its candidate.
    """
    review = get_object_or_404(
        Review.objects.select_related("reviewer", "candidate__round"), uuid=uuid, reviewer__person=person_of(request)
    )
    if review.state == Review.State.VOID or permissions.is_barred(person_of(request), review.candidate):
        raise Http404
    if review.candidate.round.state in (Round.State.DRAFT, Round.State.DECLARING):
        raise Http404
    return review


@FORM
@never_cache
@login_required
def review(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What is read, and the review beside it."""
    row = own_review(request, uuid)
    person, errors, status, top = person_of(request), dict[str, str](), 200, ""
    if request.method == "POST":
        try:
            told = _told(request, row)
            row = reviewing.save_review(row, by=person, at=timezone.now(), **told)
            if said(request, "act") != "submit":
                messages.success(request, _("Saved. Nobody else sees it yet."))
                return redirect("selection:review", uuid=uuid)
            reviewing.submit_review(row, by=person, at=timezone.now())
        except Problem as refused:
            if refused.status in (403, 404):
                raise
            status = refused.status
            errors = {error["pointer"].strip("/"): str(error["detail"]) for error in refused.errors}
            top = str(refused.detail)
            _keep(row, request)
        else:
            messages.success(request, _("Your review is sent."))
            return redirect("selection:review", uuid=uuid)
    return render(request, "selection/review/review.html", _context(row, errors, top), status=status)


@require_POST
@never_cache
@login_required
def save(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Save while it is written; the page goes on."""
    row = own_review(request, uuid)
    try:
        row = reviewing.save_review(row, by=person_of(request), at=timezone.now(), **_told(request, row))
    except Problem as refused:
        return render(request, "selection/review/saved.html", {"problem": refused.words, "review": row})
    return render(request, "selection/review/saved.html", {"review": row, "at": timezone.now()})


@require_POST
@never_cache
@login_required
def answer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Accept a review, or decline it with a reason."""
    row, person = own_review(request, uuid), person_of(request)
    if said(request, "act") == "decline":
        try:
            reviewing.decline_review(row, reason=said(request, "reason"), by=person, at=timezone.now())
        except Problem as refused:
            if said(request, "reason"):
                raise
            del refused
            messages.error(request, _("Tell why you decline."))
            return redirect("selection:review", uuid=uuid)
        messages.success(request, _("Thank you. The office asks somebody else."))
        return redirect("selection:mine")
    reviewing.accept_review(row, by=person, at=timezone.now())
    return redirect("selection:review", uuid=uuid)


@require_POST
@never_cache
@login_required
def consensus(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Write what the reviewers found together, or agree with it."""
    row, person = own_review(request, uuid), person_of(request)
    try:
        if said(request, "act") == "agree":
            reviewing.agree_consensus(row.candidate, by=person, at=timezone.now())
        else:
            reviewing.write_consensus(
                row.candidate,
                text=said(request, "text"),
                revision=whole(said(request, "revision")),  # 0: there was none when the page was opened
                by=person,
                at=timezone.now(),
            )
    except Problem as refused:
        if refused.status not in (409, 422):
            raise
        tell(request, refused)
    else:
        messages.success(request, _("Saved."))
    return redirect("selection:review", uuid=uuid)


def _told(request: HttpRequest, row: Review) -> dict[str, Any]:
    keys = list(row.candidate.round.criteria.values_list("key", flat=True))
    given = {}
    for key in keys:
        value = said(request, f"score_{key}")
        if value.isascii() and value.isdigit() and len(value) <= 3:
            given[key] = int(value)
    revision = said(request, "revision")
    return {
        "scores_given": given,
        "why": {key: said(request, f"why_{key}") for key in keys},
        "to_applicant": said(request, "to_applicant"),
        "to_office": said(request, "to_office"),
        "revision": whole(revision) if revision else None,
    }


def _keep(row: Review, request: HttpRequest) -> None:
    """What was typed stays on the page, though it isn't kept."""
    told = _told(request, row)
    row.scores, row.why = told["scores_given"], told["why"]
    row.to_applicant, row.to_office = told["to_applicant"], told["to_office"]


def _context(row: Review, errors: dict[str, str], top: str) -> dict[str, Any]:
    candidate, round_ = row.candidate, row.candidate.round
    sent = row.state == Review.State.SUBMITTED
    level = Conflict.objects.filter(reviewer=row.reviewer, candidate=candidate).values_list("level", flat=True).first()
    sees = sight(Level(level or "NONE"), submitted=sent, blind=round_.blind)
    version = Version.objects.get(candidate=candidate, number=row.version)
    writes = row.state in WAITING and not round_.is_frozen
    others = []
    if sees.others_reviews:
        method = method_of(round_)
        for other in (
            Review.objects.filter(candidate=candidate, state=Review.State.SUBMITTED)
            .exclude(pk=row.pk)
            .select_related("reviewer")
        ):
            given = scores.Review("", "", "", other.scores)
            others.append({"review": other, "total": points(method.total(given))})
    low, high = round_.scale_low, round_.scale_high
    return {
        "review": row,
        "candidate": candidate,
        "round": round_,
        "sections": sections_of(version.document, hides=not sees.partners),
        "version": version,
        "parties": list(candidate.parties.all()) if sees.partners else [],
        "blind": not sees.partners,
        "is_stale": row.version < candidate.version,
        "is_flagged": level == "SOFT" and sees.partners,
        "criteria": [
            {
                "criterion": one,
                "options": scale_options(low, high, row.scores.get(one.key)) if high - low <= MOST_CHOICES else [],
                "score": row.scores.get(one.key),
                "why": row.why.get(one.key, ""),
                "error": errors.get(one.key, ""),
            }
            for one in round_.criteria.all()
        ],
        "low": low,
        "high": high,
        "extremes": extremes(low, high),
        "writes": writes,
        "sent": sent,
        "answers": row.state in (Review.State.ASSIGNED, Review.State.ACCEPTED) and writes,
        "errors": errors,
        "top": top,
        "others": others,
        "note": Consensus.objects.filter(candidate=candidate).prefetch_related("agreed").first() if sent else None,
        "may_note": sent and not round_.is_frozen,
        "agreed": sent and Consensus.objects.filter(candidate=candidate, agreed=row.reviewer).exists(),
        "save_url": reverse("selection:review-save", args=[row.uuid]),
        "crumbs": _crumbs(f"{candidate.number}. {localized(candidate.title)[0]}"),
    }


def _crumbs(last: str = "") -> list[dict[str, str]]:
    found = [
        {"title": _("My page"), "url": reverse("web:mine")},
        {"title": _("My reviews"), "url": reverse("selection:mine") if last else ""},
    ]
    return [*found, {"title": last}] if last else found
