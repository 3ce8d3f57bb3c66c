"""What is judged with all that is known of it, the authority's decision, and the meetings."""

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
from django.views.decorators.http import require_http_methods, require_POST

from kuutio.core.choosing import scores
from kuutio.core.problems import NotAllowed, Problem
from kuutio.selection import permissions
from kuutio.selection.actions import assigning, deciding, meetings
from kuutio.selection.models import (
    Conflict,
    Consensus,
    Decision,
    Draw,
    Item,
    Meeting,
    Member,
    Review,
    Reviewer,
    Round,
    Version,
)
from kuutio.selection.pages.forms import DecisionForm, MeetingForm
from kuutio.selection.pages.shared import (
    Seat,
    crumbs,
    days_words,
    hidden_from,
    said,
    seat_at,
    seated,
    sections_of,
    seen_candidate,
    tabs,
    tell,
    whole,
)
from kuutio.selection.progress import held
from kuutio.selection.reading import method_of, table_now
from kuutio.selection.wordings import ACTS, GROUNDS, PLACES, ground_words, points
from kuutio.ui.wording import localized, money

FORM = require_http_methods(["GET", "HEAD", "POST"])


@FORM
@never_cache
@login_required
def candidate(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One candidate: what was read, its reviews, who could review it, what was decided. POST hands a review out by hand."""
    seat, row = seen_candidate(request, uuid)
    round_, at = row.round, timezone.now()
    if request.method == "POST":
        reviewer = get_object_or_404(Reviewer, round=round_, alias=whole(said(request, "reviewer")))
        try:
            assigning.give_review(row, reviewer, reason=said(request, "reason"), by=seat.person, at=at)
        except Problem as refused:
            if refused.status not in (409, 422):
                raise
            tell(request, refused)
        else:
            messages.success(request, _("Handed out."))
        return redirect("selection:candidate", uuid=uuid)
    opens = seat.staff or round_.is_frozen
    version = Version.objects.get(candidate=row, number=row.version)
    context = {
        "seat": seat,
        "candidate": row,
        "round": round_,
        "staff": seat.staff,
        "sections": sections_of(version.document, hides=False),
        "version": version,
        "versions": list(row.versions.values_list("number", "handed_at", "digest")),
        "parties": list(row.parties.all()),
        "asked": money(row.asked_cents),
        "held": held(round_, [row], at)[0],
        "days": days_words(held(round_, [row], at)[0].days),
        "criteria": list(round_.criteria.all()),
        "reviews": _reviews(row, seat.staff) if opens else [],
        "standing": _standing(row) if opens else None,
        "note": Consensus.objects.filter(candidate=row).first() if opens else None,
        "could": assigning.could_review(row)
        if seat.office and round_.state in ("declaring", "reviewing") and row.state in ("handed", "in_review")
        else [],
        "decisions": [
            {"row": one, "granted": money(one.granted_cents), "letter": getattr(one, "letter", None)}
            for one in row.decisions.select_related("letter", "item__meeting")
        ],
        "may_decide": seat.authority
        and round_.decisions == Round.Decisions.TWO
        and row.state in ("proposed_yes", "proposed_no"),
        "crumbs": crumbs(round_, f"{row.number}. {localized(row.title)[0]}"),
    }
    return render(request, "selection/work/candidate.html", context)


def _reviews(row: Any, staff: bool) -> list[dict[str, Any]]:
    method, criteria = method_of(row.round), list(row.round.criteria.all())
    levels = dict(Conflict.objects.filter(candidate=row).values_list("reviewer", "level"))
    found = []
    for one in row.reviews.exclude(state=Review.State.VOID).select_related(
        "reviewer__person", "reviewer__organisation"
    ):
        sent = one.state == Review.State.SUBMITTED
        if not sent and not staff:
            continue
        found.append(
            {
                "review": one,
                "sent": sent,
                "total": points(method.total(scores.Review("", "", "", one.scores))) if sent else "",
                "scores": [(key.title, one.scores.get(key.key), one.why.get(key.key, "")) for key in criteria],
                "flagged": levels.get(one.reviewer_id) == "SOFT",
                "stale": one.version < row.version,
                "may_reopen": sent and not row.round.is_frozen,
                "may_excuse": one.state in ("assigned", "accepted", "draft", "reopened")
                and row.round.state == Round.State.REVIEWING,
                "may_take": row.round.state == Round.State.DECLARING,
            }
        )
    return found


def _standing(row: Any) -> dict[str, Any] | None:
    if row.round.state in (Round.State.DRAFT, Round.State.DECLARING, Round.State.CANCELLED):
        return None
    one = next((one for one in table_now(row.round)["rows"] if one["candidate"] == str(row.number)), None)
    if one is None or one["score"] is None:
        return None
    return {
        "rank": one["rank"],
        "score": points(one["score"]),
        "outside": points(one["outside"]),
        "outside_rank": one["outside_rank"],
        "advice": points(one["advice"]),
        "moved": one["moved"],
        "place": PLACES[one["place"]],
    }


@FORM
@never_cache
@login_required
def legality(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The authority's decision."""
    seat, row = seen_candidate(request, uuid)
    if not seat.authority or row.round.decisions != Round.Decisions.TWO:
        raise NotAllowed(_("On legality the fund’s authority decides."))
    acts = [(act, ACTS[act]) for act in deciding.ACTS_OF_AUTHORITY]
    form = DecisionForm(
        request.POST if request.method == "POST" else None, acts=acts, grants=True, drawn=False, numbered=True
    )
    status = 422 if form.is_bound else 200
    if form.is_valid():
        told = form.told()
        try:
            deciding.decide_legality(row, told.pop("act"), by=seat.person, at=timezone.now(), **told)
        except Problem as refused:
            if refused.status not in (409, 422):
                raise
            status = refused.status
            form.add_error(None, _needs(refused))
        else:
            messages.success(request, _("Decided. The letter is on its way."))
            return redirect("selection:candidate", uuid=uuid)
    context = {
        "form": form,
        "title": _("Decision on legality"),
        "lead": _("%(title)s asked for %(sum)s. Write in %(language)s at least: the letter goes out in it.")
        % {"title": localized(row.title)[0], "sum": money(row.asked_cents), "language": _language(row.language)},
        "crumbs": crumbs(row.round, f"{row.number}. {localized(row.title)[0]}"),
    }
    return render(request, "selection/work/form.html", context, status=status)


def _language(code: str) -> str:
    return {"fi": _("Finnish"), "sv": _("Swedish"), "en": _("English")}[code]


def _needs(problem: Problem) -> str:
    """A refusal with what is missing, in words."""
    words = {
        "reason": _("Write the reasons in the candidate’s language."),
        "conditions": _("Write the conditions in the candidate’s language."),
        "expediency_decided": _("The decision on expediency comes first."),
    }
    lacking = [words[str(one)] for one in problem.facts.get("missing", ()) if str(one) in words]
    return " ".join(lacking) or problem.words


# --- meetings ---------------------------------------------------------------------------------------------------------


@FORM
@never_cache
@login_required
def meetings_page(request: HttpRequest, key: str) -> HttpResponse:
    """The meetings of a round; plan another one."""
    seat = seated(request, key)
    form = MeetingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            row = meetings.plan_meeting(seat.round, by=seat.person, at=timezone.now(), **form.cleaned_data)
        except Problem as refused:
            if refused.status != 409:
                raise
            form.add_error(None, refused.words)
        else:
            return redirect("selection:meeting", uuid=row.uuid)
    context = {
        "seat": seat,
        "round": seat.round,
        "tabs": tabs(seat, "meetings"),
        "meetings": list(seat.round.meetings.all()),
        "form": form if seat.office and seat.round.state == Round.State.RANKED else None,
        "crumbs": crumbs(seat.round, _("Decision meetings")),
    }
    return render(request, "selection/work/meetings.html", context, status=422 if form.is_bound else 200)


def _meeting(request: HttpRequest, uuid: UUID) -> tuple[Seat, Meeting]:
    row = get_object_or_404(
        Meeting.objects.select_related("round__owner", "round__authority", "confirmed_by__person"), uuid=uuid
    )
    return seat_at(request, row.round), row


@FORM
@never_cache
@login_required
def meeting(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The agenda, and then the minutes. POST adds another matter."""
    seat, row = _meeting(request, uuid)
    if request.method == "POST":
        try:
            meetings.add_item(row, title=said(request, "title"), by=seat.person, at=timezone.now())
        except Problem as refused:
            if refused.status not in (409, 422):
                raise
            tell(request, refused)
        return redirect("selection:meeting", uuid=uuid)
    hidden = hidden_from(seat.person, row.round)
    items = [
        one
        for one in row.items.select_related("candidate").prefetch_related("recusals__member__person", "decisions")
        if one.candidate is None or str(one.candidate.number) not in hidden
    ]
    suggested = meetings.suggested_recusals(row.round, items) if row.state in ("planned", "going") else {}
    present = set(row.present.values_list("pk", flat=True))
    context = {
        "seat": seat,
        "round": row.round,
        "tabs": tabs(seat, "meetings"),
        "meeting": row,
        "lines": [
            {
                "item": one,
                "url": reverse("selection:item", args=[row.uuid, one.position]),
                "recusals": [(other, ground_words(other.ground)) for other in one.recusals.all()],
                "suggested": len(
                    [
                        1
                        for member, _ground in suggested.get(one.pk, [])
                        if not any(r.member_id == member.pk for r in one.recusals.all())
                    ]
                ),
                "decision": list(one.decisions.all())[-1] if one.decisions.all() else None,
            }
            for one in items
        ],
        "members": [(one, one.pk in present) for one in row.round.members.select_related("person", "organisation")],
        "may_confirm": row.state == "ended" and seat.member is not None and seat.member.pk in present,
        "crumbs": crumbs(row.round, _("Decision meeting")),
    }
    return render(request, "selection/work/meeting.html", context)


@require_POST
@never_cache
@login_required
def meeting_act(request: HttpRequest, uuid: UUID, act: str) -> HttpResponse:
    """Begin, end, confirm or cancel a meeting; 409 where its table has no such move."""
    seat, row = _meeting(request, uuid)
    at = timezone.now()
    try:
        if act == "begin":
            chosen = [whole(one) for one in request.POST.getlist("present")]
            present = list(row.round.members.filter(pk__in=chosen))
            meetings.begin_meeting(row, present=present, by=seat.person, at=at)
        elif act == "end":
            meetings.end_meeting(row, by=seat.person, at=at)
        elif act == "confirm":
            meetings.confirm_minutes(row, by=seat.person, at=at)
        elif act == "cancel":
            meetings.cancel_meeting(row, reason=said(request, "reason"), by=seat.person, at=at)
        else:
            raise Http404
    except Problem as refused:
        if refused.status != 422:
            raise
        tell(request, refused)
    else:
        messages.success(request, _("Done."))
    return redirect("selection:meeting", uuid=uuid)


@FORM
@never_cache
@login_required
def item(request: HttpRequest, uuid: UUID, position: int) -> HttpResponse:
    """One item: who stands aside, what was said, what is decided."""
    seat, row = _meeting(request, uuid)
    one = get_object_or_404(Item.objects.select_related("candidate", "meeting__round"), meeting=row, position=position)
    one.meeting = row
    if one.candidate is not None:
        one.candidate.round = row.round
        if permissions.is_barred(seat.person, one.candidate):
            raise Http404
    round_ = row.round
    draw = Draw.objects.filter(round=round_).first()
    drawn = draw is not None and one.candidate is not None and str(one.candidate.number) in draw.order
    jury = round_.decisions == Round.Decisions.ONE
    form = DecisionForm(
        request.POST if request.method == "POST" and said(request, "do") == "decide" else None,
        acts=[(act, ACTS[act]) for act in deciding.acts_of(round_)],
        grants=jury,
        drawn=drawn,
        numbered=False,
    )
    status = 422 if form.is_bound else 200
    if request.method == "POST" and not form.is_bound:
        _small_act(request, seat, one)
        return redirect("selection:item", uuid=uuid, position=position)
    if form.is_valid():
        told = form.told()
        try:
            deciding.decide_item(one, told.pop("act"), by=seat.person, at=timezone.now(), **told)
        except Problem as refused:
            if refused.status not in (409, 422):
                raise
            status = refused.status
            form.add_error(None, _needs(refused))
        else:
            messages.success(request, _("Decided."))
            return redirect("selection:meeting", uuid=uuid)
    suggested = meetings.suggested_recusals(round_, [one]).get(one.pk, [])
    aside = {other.member_id: other for other in one.recusals.select_related("member__person")}
    may = permissions.may_decide_item(seat.person, one)
    context = {
        "seat": seat,
        "round": round_,
        "meeting": row,
        "item": one,
        "form": form if may and one.candidate is not None and row.state == "going" and not one.is_done else None,
        "standing": _standing(one.candidate) if one.candidate is not None else None,
        "asked": money(one.candidate.asked_cents) if one.candidate is not None else "",
        "recusals": [(other, ground_words(other.ground)) for other in aside.values()],
        "suggested": [(member, ground, ground_words(ground)) for member, ground in suggested if member.pk not in aside],
        "grounds": list(GROUNDS.items()),
        "members": [one for one in round_.members.select_related("person") if one.pk not in aside],
        "own": seat.member if seat.member is not None and seat.member.pk not in aside else None,
        "may_aside": row.state in ("planned", "going") and not one.is_done and (seat.office or seat.member is not None),
        "may_note": seat.office and row.state in ("going", "ended"),
        "is_aside": seat.member is not None and seat.member.pk in aside,
        "decisions": list(Decision.objects.filter(item=one)),
        "crumbs": crumbs(round_, _("Item %(position)s") % {"position": one.position}),
    }
    return render(request, "selection/work/item.html", context, status=status)


def _small_act(request: HttpRequest, seat: Seat, one: Item) -> None:
    try:
        if said(request, "do") == "aside":
            member = get_object_or_404(Member, round=seat.round, pk=whole(said(request, "member")))
            meetings.stand_aside(
                one, member, ground=said(request, "ground"), why=said(request, "why"), by=seat.person, at=timezone.now()
            )
        else:
            meetings.note_item(one, minutes=said(request, "minutes"), by=seat.person, at=timezone.now())
    except Problem as refused:
        if refused.status not in (409, 422):
            raise
        tell(request, refused)
    else:
        messages.success(request, _("Saved."))
