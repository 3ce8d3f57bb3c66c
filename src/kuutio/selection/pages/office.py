"""The office's pages of a round: where it stands, its reviewers, conflicts, assignment, ranking and log."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kuutio.cities.models import Person
from kuutio.core.choosing.scores import shown
from kuutio.core.problems import NotAllowed, Problem
from kuutio.selection import progress, queries, trail
from kuutio.selection.actions import (
    assigning,
    conflicts,
    deciding,
    publishing,
    ranking,
    reminding,
    reviewers,
    reviewing,
    rounds,
)
from kuutio.selection.models import Affiliation, Conflict, Draw, Review, Reviewer, Round
from kuutio.selection.pages.forms import AffiliationForm, MemberForm, ReviewerForm, SettingsForm
from kuutio.selection.pages.shared import crumbs, days_words, hidden_from, person_of, said, seated, tabs, tell, whole
from kuutio.selection.reading import OPEN_REVIEWS, table_now
from kuutio.selection.wordings import ACTS, PLACES, ground_words, points
from kuutio.ui.wording import localized, money, number

FORM = require_http_methods(["GET", "HEAD", "POST"])
MOVES = {
    "declare": rounds.begin_declaring,
    "review": assigning.begin_reviewing,
    "rank": ranking.make_ranking,
    "decide": deciding.end_deciding,
    "publish": publishing.publish_round,
}
_LINES = 100


@require_safe
@never_cache
@login_required
def work(request: HttpRequest) -> HttpResponse:
    """The rounds at which one has a seat."""
    person = person_of(request)
    rows = queries.rounds_worked_by(person).annotate(
        count=Count("candidates", filter=~Q(candidates__state="withdrawn"), distinct=True)
    )
    lines = list(rows)
    if not lines and not person.has_role("office") and not person.is_superuser and not person.has_role("auditor"):
        raise NotAllowed(_("Rounds are run by the offices that own them. Ask your organisation for a role."))
    return render(request, "selection/work/rounds.html", {"rounds": lines, "crumbs": crumbs()})


@require_safe
@never_cache
@login_required
def board(request: HttpRequest, key: str) -> HttpResponse:
    """Where a round stands: what comes next, what is missing, who holds what for how long."""
    seat, at = seated(request, key), timezone.now()
    round_ = seat.round
    rows = list(queries.candidates_seen_by(seat.person, round_).order_by("number"))
    act = progress.NEXT.get(round_.state, "")
    missing = progress.missing(round_)
    steps = progress.STEPS
    place = steps.index(round_.state) if round_.state in steps else -1
    context = {
        "seat": seat,
        "round": round_,
        "tabs": tabs(seat, "board"),
        "steps": [
            {"title": Round.State(state).label, "done": index < place, "current": index == place}
            for index, state in enumerate(steps)
        ],
        "act": act,
        "act_words": ACTS.get(act, ""),
        "missing": missing,
        "ready": all(one.is_met for one in missing),
        "since": days_words(max((at - round_.state_since).days, 0)),
        "late": sum(one.late_days is not None for one in progress.loads(round_, seat.person, at)) if seat.staff else 0,
        "may_name": seat.office and round_.state not in ("decided", "published", "cancelled"),
        "may_cancel": round_.state in ("draft", "declaring", "reviewing"),
        "lines": [(one, days_words(one.days)) for one in progress.held(round_, rows, at)],
        "members": list(round_.members.select_related("person", "organisation")),
        "budget": money(round_.budget_cents),
        "crumbs": crumbs(round_),
    }
    return render(request, "selection/work/board.html", context)


@require_POST
@never_cache
@login_required
def move(request: HttpRequest, key: str, act: str) -> HttpResponse:
    """Move a round on by its table; 409 where the table has no such move."""
    seat = seated(request, key)
    if act == "cancel":
        rounds.cancel_round(seat.round, reason=said(request, "reason"), by=seat.person, at=timezone.now())
    elif act in MOVES:
        MOVES[act](seat.round, by=seat.person, at=timezone.now())
    else:
        raise Http404
    messages.success(request, _("Done."))
    return redirect("selection:board", key=key)


@FORM
@never_cache
@login_required
def settings(request: HttpRequest, key: str) -> HttpResponse:
    """Change how a round is run, as far as its state lets."""
    seat = seated(request, key)
    form = SettingsForm(request.POST if request.method == "POST" else None, round_=seat.round)
    if form.is_valid():
        try:
            rounds.change_round(seat.round, by=seat.person, at=timezone.now(), **form.told())
        except NotAllowed:
            raise
        except Problem as problem:
            form.add_error(None, problem.words)
        else:
            messages.success(request, _("Saved."))
            return redirect("selection:board", key=key)
    return _form(request, form, _("Settings"), seat.round)


@FORM
@never_cache
@login_required
def members(request: HttpRequest, key: str) -> HttpResponse:
    """Name one of those who decide."""
    seat = seated(request, key)
    if not seat.office:
        raise NotAllowed(_("Only the office that runs the round can do this."))
    form = MemberForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        told = form.cleaned_data
        try:
            rounds.add_member(
                seat.round, told["person"], told["organisation"], part=told["part"], by=seat.person, at=timezone.now()
            )
        except NotAllowed:
            raise
        except Problem as problem:
            form.add_error(None, problem.words)
        else:
            messages.success(request, _("Saved."))
            return redirect("selection:board", key=key)
    return _form(request, form, _("Who decides"), seat.round)


@FORM
@never_cache
@login_required
def affiliations(request: HttpRequest, key: str) -> HttpResponse:
    """Note which organisation is whose: who works for one of them isn't free of the other."""
    seat = _staff(seated(request, key))
    form = AffiliationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            rounds.affiliate(round_=seat.round, by=seat.person, at=timezone.now(), **form.cleaned_data)
        except NotAllowed:
            raise
        except Problem as problem:
            form.add_error(None, problem.words)
        else:
            messages.success(request, _("Saved."))
            return redirect("selection:conflicts", key=key)
    return _form(request, form, _("Which organisation is whose"), seat.round)


@FORM
@never_cache
@login_required
def reviewers_page(request: HttpRequest, key: str) -> HttpResponse:
    """The reviewers of a round with what they have in hand; ask another one."""
    seat, at = _staff(seated(request, key)), timezone.now()
    round_ = seat.round
    form = ReviewerForm(request.POST if request.method == "POST" else None, round_=round_)
    if form.is_valid():
        told = form.cleaned_data
        try:
            reviewers.add_reviewer(
                round_,
                told["seat"].person,
                told["seat"].organisation,
                unit=told["unit"],
                topics=told["topics"],
                most=told["most"],
                least=told["least"] or 0,
                by=seat.person,
                at=at,
            )
        except NotAllowed:
            raise
        except Problem as problem:
            form.add_error(None, problem.words)
        else:
            messages.success(request, _("Saved."))
            return redirect("selection:reviewers", key=key)
    names = {one["key"]: localized(one["title"])[0] for one in round_.topics}
    lines: list[dict[str, Any]] = [
        {
            "load": one,
            "topics": ", ".join(names.get(key, key) for key in one.reviewer.topics),
            "days": days_words(one.waits_days) if one.waits_days is not None else "",
            "late": one.late_days is not None,
        }
        for one in progress.loads(round_, seat.person, at)
    ]
    context = {
        "seat": seat,
        "round": round_,
        "tabs": tabs(seat, "reviewers"),
        "form": form if seat.office and not round_.is_frozen and round_.state != "cancelled" else None,
        "lines": lines,
        "reminds": [line for line in lines if line["days"] and not line["load"].reviewer.left_at],
        "crumbs": crumbs(round_, _("Reviewers")),
    }
    return render(request, "selection/work/reviewers.html", context, status=422 if form.is_bound else 200)


@require_POST
@never_cache
@login_required
def leave(request: HttpRequest, key: str, alias: int) -> HttpResponse:
    """Give a reviewer no more reviews."""
    seat = seated(request, key)
    row = get_object_or_404(Reviewer.objects.select_related("round"), round=seat.round, alias=alias)
    try:
        reviewers.let_reviewer_go(row, reason=said(request, "reason"), by=seat.person, at=timezone.now())
    except Problem as refused:
        if refused.status != 422:
            raise
        tell(request, refused)
    return redirect("selection:reviewers", key=key)


@require_POST
@never_cache
@login_required
def remind(request: HttpRequest, key: str, alias: int) -> HttpResponse:
    """Remind a reviewer of what waits for them."""
    seat = seated(request, key)
    row = get_object_or_404(Reviewer.objects.select_related("round"), round=seat.round, alias=alias)
    try:
        reminding.remind_reviewer(row, by=seat.person, at=timezone.now())
    except Problem as refused:
        if refused.status != 409:
            raise
        tell(request, refused)
    else:
        messages.success(request, _("The reminder is on its way."))
    return redirect("selection:reviewers", key=key)


@FORM
@never_cache
@login_required
def conflicts_page(request: HttpRequest, key: str) -> HttpResponse:
    """Conflicts of interest: those that wait for a ruling first. Hard ones that the data shows are counted, and can't be ruled away."""
    seat = _staff(seated(request, key))
    round_ = seat.round
    if request.method == "POST":
        try:
            _rule(request, seat.person, round_)
        except Problem as refused:
            if refused.status not in (409, 422):
                raise
            tell(request, refused)
        return redirect("selection:conflicts", key=key)
    rows = (
        Conflict.objects.filter(reviewer__round=round_, candidate__in=queries.candidates_seen_by(seat.person, round_))
        .exclude(reviewer__person=seat.person)
        .select_related("reviewer__person", "reviewer__organisation", "candidate")
    )
    waiting = rows.filter(ruled="").filter(Q(level="SOFT") | (~Q(declared="") & ~Q(found_level="HARD")))
    grouped = waiting.filter(declared="", found__len=1).order_by().values_list("found").annotate(count=Count("pk"))
    single = waiting.exclude(declared="", found__len=1).order_by("candidate__number", "reviewer__alias")
    context = {
        "seat": seat,
        "round": round_,
        "tabs": tabs(seat, "conflicts"),
        "groups": [{"ground": found[0], "words": ground_words(found[0]), "count": count} for found, count in grouped],
        "waiting": [_conflict(row) for row in single[:_LINES]],
        "more": max(single.count() - _LINES, 0),
        "ruled": [_conflict(row) for row in rows.exclude(ruled="").order_by("-ruled_at", "candidate__number")[:_LINES]],
        "hard": rows.filter(found_level="HARD").count(),
        "affiliations": list(Affiliation.objects.select_related("owner", "organisation")),
        "may_rule": seat.office and not round_.is_frozen,
        "crumbs": crumbs(round_, _("Conflicts")),
    }
    return render(request, "selection/work/conflicts.html", context)


def _rule(request: HttpRequest, person: Person, round_: Round) -> None:
    level, reason, at = said(request, "level"), said(request, "reason"), timezone.now()
    if ground := said(request, "ground"):
        count = conflicts.rule_all(round_, ground=ground, level=level, reason=reason, by=person, at=at)
        messages.success(
            request, ngettext("%(count)s conflict ruled on.", "%(count)s conflicts ruled on.", count) % {"count": count}
        )
        return
    pk = said(request, "conflict")
    row = get_object_or_404(
        Conflict.objects.select_related("reviewer__round", "candidate"),
        pk=whole(pk),
        reviewer__round=round_,
    )
    conflicts.rule_conflict(row, level=level, reason=reason, by=person, at=at)
    messages.success(request, _("Saved."))


def _conflict(row: Conflict) -> dict[str, Any]:
    grounds = [*row.found, *([row.declared] if row.declared else [])]
    return {"row": row, "grounds": ", ".join(map(ground_words, grounds))}


@FORM
@never_cache
@login_required
def assignment(request: HttpRequest, key: str) -> HttpResponse:
    """Who reviews what; hand out, or see why it can't be done."""
    seat = _staff(seated(request, key))
    round_ = seat.round
    errors, status, found = list[str](), 200, None
    if request.method == "POST":
        try:
            found = assigning.assign_reviews(round_, by=seat.person, at=timezone.now())
        except Problem as refused:
            if refused.status != 422:
                raise
            errors, status = [str(one["detail"]) for one in refused.errors], 422
        else:
            messages.success(
                request,
                _("Handed out. The worst pair has %(worst)s of 100 points.")
                % {"worst": "–" if found.worst is None else number(shown(found.worst, 1), 1)},
            )
            return redirect("selection:assignment", key=key)
    candidates = list(queries.candidates_seen_by(seat.person, round_).exclude(state="withdrawn").order_by("number"))
    flags = set(
        Conflict.objects.filter(candidate__in=candidates, level="SOFT").values_list("candidate_id", "reviewer_id")
    )
    by: dict[int, list[Any]] = {one.pk: [] for one in candidates}
    for review in (
        Review.objects.filter(candidate__in=candidates)
        .exclude(state=Review.State.VOID)
        .select_related("reviewer__person")
        .order_by("reviewer__alias")
    ):
        by[review.candidate_id].append(
            {"review": review, "flagged": (review.candidate_id, review.reviewer_id) in flags}
        )
    alive = (*OPEN_REVIEWS, Review.State.SUBMITTED)
    lines = [
        {
            "candidate": one,
            "reviews": by[one.pk],
            "short": max(round_.reviews_wanted - sum(row["review"].state in alive for row in by[one.pk]), 0),
        }
        for one in candidates
    ]
    context = {
        "seat": seat,
        "round": round_,
        "tabs": tabs(seat, "assignment"),
        "lines": lines,
        "errors": errors,
        "may_assign": seat.office and round_.state == Round.State.DECLARING,
        "is_assigned": any(by.values()),
        "may_give": seat.office and round_.state in (Round.State.DECLARING, Round.State.REVIEWING),
        "crumbs": crumbs(round_, _("Assignment")),
    }
    return render(request, "selection/work/assignment.html", context, status=status)


@require_POST
@never_cache
@login_required
def review_act(request: HttpRequest, uuid: UUID, act: str) -> HttpResponse:
    """Open a review again, excuse its reviewer, or take it back before anybody writes."""
    review = get_object_or_404(Review.objects.select_related("candidate__round", "reviewer"), uuid=uuid)
    seat = seated(request, review.candidate.round.key)
    acts = {"reopen": reviewing.reopen_review, "excuse": reviewing.excuse_review, "take": assigning.take_review}
    if act not in acts:
        raise Http404
    acts[act](review, reason=said(request, "reason"), by=seat.person, at=timezone.now())
    messages.success(request, _("Done."))
    return redirect("selection:candidate", uuid=review.candidate.uuid)


@require_safe
@never_cache
@login_required
def ranking_page(request: HttpRequest, key: str) -> HttpResponse:
    """The ranking: score, score without own cities, advice on bias, the line of the money."""
    seat = seated(request, key)
    round_ = seat.round
    if round_.state in (Round.State.DRAFT, Round.State.DECLARING, Round.State.CANCELLED):
        context = {
            "seat": seat,
            "round": round_,
            "tabs": tabs(seat, "ranking"),
            "lines": [],
            "crumbs": crumbs(round_, _("Ranking")),
        }
        return render(request, "selection/work/ranking.html", context)
    if not round_.is_frozen and seat.member is not None and not seat.staff:
        raise NotAllowed(_("Those who decide see the ranking when all reviews are in."))
    table = table_now(round_)
    hidden = hidden_from(seat.person, round_)
    names = {
        str(one): (title, uuid, asked, state)
        for one, title, uuid, asked, state in round_.candidates.values_list(
            "number", "title", "uuid", "asked_cents", "state"
        )
    }
    draw = Draw.objects.filter(round=round_).first()
    lots = {name: place for place, name in enumerate(draw.order, 1)} if draw else {}
    lines, before = [], ""
    for row in table["rows"]:
        if row["candidate"] in hidden:
            continue
        title, uuid, asked, state = names[row["candidate"]]
        lines.append(
            {
                "number": row["candidate"],
                "title": localized(title)[0],
                "url": reverse("selection:candidate", args=[uuid]),
                "rank": row["rank"] or "–",
                "score": points(row["score"]),
                "outside": points(row["outside"]),
                "outside_rank": row["outside_rank"] or "",
                "moved": row["moved"],
                "advice": points(row["advice"]),
                "asked": money(asked),
                "reviews": row["reviews"],
                "place": PLACES[row["place"]],
                "line": bool(before) and before == "funded" and row["place"] != "funded",
                "tone": {"funded": "good", "at_line": "warn"}.get(row["place"], ""),
                "state": state,
                "lot": lots.get(row["candidate"], ""),
            }
        )
        before = row["place"]
    states = dict(round_.candidates.model.State.choices)
    for line in lines:
        line["state"] = states[line["state"]]
    tied = [line for line in lines if line["tone"] == "warn"]
    context = {
        "seat": seat,
        "round": round_,
        "tabs": tabs(seat, "ranking"),
        "lines": lines,
        "left": money(table["left_cents"]),
        "budget": money(round_.budget_cents),
        "weak": table["weak"],
        "moved": sum(line["moved"] for line in lines),
        "alone": sum(line["outside"] == "–" and line["reviews"] > 0 for line in lines),
        "tied": len(tied),
        "draw": draw,
        "may_draw": draw is None
        and len(tied) > 1
        and round_.state == Round.State.RANKED
        and (seat.office or seat.member is not None),
        "crumbs": crumbs(round_, _("Ranking")),
    }
    return render(request, "selection/work/ranking.html", context)


@require_POST
@never_cache
@login_required
def lots(request: HttpRequest, key: str) -> HttpResponse:
    """Draw the lots of those at the line."""
    seat = seated(request, key)
    ranking.draw_lots(seat.round, by=seat.person, at=timezone.now())
    messages.success(request, _("The lots are drawn. Anybody can draw them again from the seed."))
    return redirect("selection:ranking", key=key)


@require_safe
@never_cache
@login_required
def audit(request: HttpRequest, key: str) -> HttpResponse:
    """Every move of a round, its candidates, reviews and meetings, newest first."""
    seat = _staff(seated(request, key))
    rows = trail.lines_of(seat.round, seat.person)
    page = Paginator(rows, _LINES).get_page(request.GET.get("page"))
    context = {
        "seat": seat,
        "round": seat.round,
        "tabs": tabs(seat, "audit"),
        "page": page,
        "lines": trail.told(seat.round, list(page)),
        "log": queries.log_of(seat.round),
        "crumbs": crumbs(seat.round, _("Log")),
    }
    return render(request, "selection/work/audit.html", context)


def _staff(seat: Any) -> Any:
    """Raises Http404 for those who only decide: who reviews what is not theirs to read."""
    if not seat.staff:
        raise Http404
    return seat


def _form(request: HttpRequest, form: Any, title: str, round_: Round) -> HttpResponse:
    context = {"form": form, "title": title, "crumbs": crumbs(round_, title)}
    return render(request, "selection/work/form.html", context, status=422 if form.is_bound else 200)
