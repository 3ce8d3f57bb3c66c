"""The public pages of proposals: their list in a stage, making one, one proposal with its arguments and what became of it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kuutio.cities.identified import identified
from kuutio.cities.models import Person
from kuutio.core.differences import compared
from kuutio.core.problems import NotAllowed, Problem
from kuutio.participation import permissions, proposal_queries, queries, shapes
from kuutio.participation.actions import contributing, deciding, proposing, supporting
from kuutio.participation.actions.contributing import Said
from kuutio.participation.actions.proposing import Extras
from kuutio.participation.kinds import STAGES, Verb, takes
from kuutio.participation.models import Contribution, Initiative, Process, Proposal, Reaction, Stage
from kuutio.participation.pages import mail_following
from kuutio.participation.pages.acts import hold_back
from kuutio.participation.pages.processes import head
from kuutio.participation.pages.proposal_forms import ArgumentForm, EditForm, InviteForm, ProposalForm, SignForm
from kuutio.participation.pages.shared import crumbs, person_of, seen, seen_stage, show
from kuutio.participation.similar import similar
from kuutio.participation.voices import Voice, voice_of
from kuutio.ui.wording import language

FORM = require_http_methods(["GET", "HEAD", "POST"])
PAGE = 50


def context(request: HttpRequest, stage: Stage, voice: Voice, at: datetime) -> dict[str, Any]:
    """The proposals of a stage that fit what is asked, and the choices to ask by."""
    asked = {name: request.GET.get(name, "")[:30] for name in ("category", "status", "city", "sort")}
    start = request.GET.get("from", "")
    first = int(start) if start.isascii() and start.isdecimal() and len(start) < 6 else 0
    cities = {part.city_id for part in stage.process.parts.all()}
    asked["category"] = asked["category"] if asked["category"] in Process.Theme.values else ""
    asked["status"] = asked["status"] if asked["status"] in Proposal.Status.values else ""
    asked["city"] = asked["city"] if asked["city"] in cities else ""
    rows = proposal_queries.listed(stage, **asked)
    total = rows.count()
    shown = list(rows[first : first + PAGE])
    places = [bytes(row.contribution.geometry) for row in shown if row.contribution.geometry]
    query = request.GET.copy()
    query.pop("from", None)
    before = f"?{query.urlencode()}&from=" if query else "?from="
    return {
        "proposals": shown,
        "total": total,
        "asked": asked,
        "themes": Process.Theme.choices,
        "statuses": Proposal.Status.choices,
        "sorts": [("supports", _("Most supported first")), ("new", _("Newest first"))],
        "bounds": shapes.bounds_of(places),
        "has_map": bool(places),
        "previous": f"{before}{max(first - PAGE, 0)}" if first else "",
        "next": f"{before}{first + PAGE}" if first + PAGE < total else "",
    }


@require_safe
def places(request: HttpRequest, slug: str, stage: str) -> HttpResponse:
    """The places of a stage's proposals as GeoJSON, for its map."""
    row = seen_stage(seen(request, slug), stage)
    features = [
        {
            "type": "Feature",
            "properties": {
                "name": one.contribution.title,
                "href": reverse("participation:proposal", args=[one.contribution.uuid]),
            },
            "geometry": shapes.geometry_of(one.contribution.geometry),
        }
        for one in proposal_queries.of_stage(row).exclude(contribution__geometry=None)[:2000]
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")


@FORM
@never_cache
def new(request: HttpRequest, slug: str, stage: str) -> HttpResponse:
    """Make a proposal. What others have proposed already is offered once before it is sent."""
    row = seen_stage(seen(request, slug), stage)
    voice, at = voice_of(request), timezone.now()
    permissions.demand(voice, Verb.PROPOSE, row, at)
    permissions.demand_kind("proposal", row)
    posted = request.method == "POST"
    if posted:
        hold_back(request, voice)
    form = ProposalForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        process=row.process,
        kind=row.kind,
        has_place=bool(STAGES[row.kind].places(row)),
        signed_in=voice.person is not None,
        initial={"key": uuid.uuid4(), "language": language()},
    )
    alike: list[Proposal] = []
    if form.is_valid():
        told = form.cleaned_data
        if not told["sure"]:
            alike = similar(row.process, told["title"], told["text"], told["language"])
        if not alike:
            try:
                made = proposing.propose(row, _said(told), _extras(told), voice=voice, at=at)
            except Problem as problem:
                show(problem, form)
            else:
                _thank(request, made.contribution)
                return _to(made)
    if alike:
        again = request.POST.copy()
        again["sure"] = "on"
        form.data = again
    facts = {
        **head(request, row.process),
        "stage": row,
        "form": form,
        "alike": alike,
        "draw_bounds": shapes.bounds_near(row.process),
        "title": STAGES[row.kind].invites,
        "crumbs": crumbs(row.process, str(STAGES[row.kind].invites)),
    }
    status = 422 if form.is_bound and not alike else 200
    return render(request, "participation/proposals/new.html", facts, status=status)


def _said(told: dict[str, Any]) -> Said:
    return Said(
        text=told["text"],
        title=told["title"],
        language=told["language"],
        key=told["key"],
        geometry=told.get("position"),
        place=told.get("place", ""),
        signature=told["signature"],
    )


def _extras(told: dict[str, Any]) -> Extras:
    return Extras(
        category=told["category"],
        photo=told["photo"].read() if told.get("photo") else None,
        photo_text=told.get("photo_text", ""),
        initiative=told.get("initiative", ""),
        municipality=told.get("municipality"),
    )


def _thank(request: HttpRequest, made: Contribution) -> None:
    if made.state == Contribution.State.HELD:
        messages.info(request, _("Thank you. A moderator looks at it before everybody sees it; you get a letter."))
    else:
        messages.success(request, _("Thank you. Everybody can read it now."))


def _to(proposal: Proposal) -> HttpResponse:
    return redirect("participation:proposal", number=proposal.contribution.uuid)


def seen_proposal(request: HttpRequest, number: uuid.UUID) -> Proposal:
    """A proposal that this reader sees: published, or their own, of a process that they may read.

    Raises:
        Http404: there is no such one for them.
    """
    row = get_object_or_404(proposal_queries.whole(Proposal.objects.all()), contribution__uuid=number)
    said, person = row.contribution, person_of(request)
    is_own = person is not None and permissions.may_revise(person, said)
    if said.state != Contribution.State.PUBLISHED and not is_own:
        raise Http404
    if not queries.seen_by(person).filter(pk=said.process_id).exists():
        raise Http404
    return row


@require_safe
def proposal(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """One proposal."""
    return _page(request, seen_proposal(request, number))


def _page(request: HttpRequest, row: Proposal, more: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    voice, at, said, person = voice_of(request), timezone.now(), row.contribution, person_of(request)
    stage = supporting.stage_to_act_in(row, Verb.SUPPORT, at)
    found = proposal_queries.arguments(row)
    argues = takes(stage, "argument_for")
    refused = permissions.refusal(voice, Verb.SUPPORT, stage, at)
    open_still = row.merged_into_id is None and said.state == Contribution.State.PUBLISHED
    initiative = getattr(row, "initiative", None)
    home = supporting.home_of(identified(request)) if initiative else None
    facts: dict[str, Any] = {
        **head(request, said.process),
        "row": row,
        "said": said,
        "stage": said.stage,
        "for": found["argument_for"],
        "against": found["argument_against"],
        "other": found["comment"],
        "may_argue": open_still and argues and permissions.may(voice, Verb.COMMENT, stage, at),
        "may_support": open_still and refused is None and person is not None,
        "refused": refused.detail if refused else "",
        "must_sign_in": open_still and voice.person is None and stage.is_open(at),
        "supported": person is not None
        and Reaction.objects.filter(contribution=said, person=person, value=Reaction.Value.FOR).exists(),
        "follows_it": person is not None and said.followers.filter(person=person).exists(),
        "is_mine": permissions.may_revise(person, said),
        "may_revise": permissions.may_revise(person, said)
        and row.status == Proposal.Status.RECEIVED
        and permissions.may(voice, Verb.PROPOSE, said.stage, at),
        "is_invited": person is not None and said.co_authors.filter(email=person.email).exists(),
        "may_withdraw": permissions.may_withdraw(person, said),
        "may_handle": person is not None and permissions.may_handle(person, row),
        "versions": said.versions.count(),
        "authors": said.co_authors.filter(person__isnull=False).count() + 1,
        "spent": proposal_queries.spent(row),
        "form": ArgumentForm(initial={"key": uuid.uuid4(), "language": language()}),
        "sign_form": SignForm(is_known=home is not None),
        "home": home,
        "initiative": _initiative(initiative) if initiative else None,
        "bounds": shapes.bounds_of([bytes(said.geometry)]) if said.geometry else "",
        "middle": shapes.middle_of(said.geometry) if said.geometry else None,
        "crumbs": crumbs(said.process, said.title or _("Proposal")),
    }
    return render(request, "participation/proposals/proposal.html", facts | (more or {}), status=status)


def _initiative(row: Initiative) -> dict[str, Any]:
    population = supporting.population_of(row)
    needed = row.needed or (supporting.needed(row, population) if population else None)
    counted = row.counted if row.handed_in_at else supporting.counted(row)
    return {
        "row": row,
        "population": population,
        "needed": needed,
        "counted": counted,
        "identified": supporting.counted(row, identified_only=True),
        "is_enough": needed is not None and (counted or 0) >= needed,
    }


@require_POST
@never_cache
def argue(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Say what speaks for or against."""
    row = seen_proposal(request, number)
    voice, at = voice_of(request), timezone.now()
    stage = supporting.stage_to_act_in(row, Verb.COMMENT, at)
    permissions.demand(voice, Verb.COMMENT, stage, at)
    permissions.demand_kind("argument_for", stage)
    hold_back(request, voice)
    form = ArgumentForm(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        said = Said(text=told["text"], language=told["language"], key=told["key"], parent=row.contribution)
        try:
            made = contributing.contribute(stage, told["side"], said, voice=voice, at=at)
        except Problem as problem:
            show(problem, form)
        else:
            _thank(request, made)
            return redirect(f"{reverse('participation:proposal', args=[number])}#c-{made.uuid}")
    return _page(request, row, {"form": form}, status=422)


@require_POST
@never_cache
@login_required
def support(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Support it, or take the support back."""
    row = seen_proposal(request, number)
    is_for = request.POST.get("value") == "for"
    supporting.support(row, is_for, voice=voice_of(request), at=timezone.now())
    messages.success(request, _("Your support counts.") if is_for else _("Your support was taken back."))
    return _to(row)


@require_POST
@never_cache
@login_required
def sign(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Support an initiative as a resident."""
    row = seen_proposal(request, number)
    initiative = get_object_or_404(Initiative, proposal=row)
    facts = identified(request)
    form = SignForm(request.POST, is_known=supporting.home_of(facts) is not None)
    if form.is_valid():
        told = form.cleaned_data
        home, is_15 = told.get("municipality"), told.get("is_15", False)
        try:
            supporting.sign(initiative, home, is_15, voice=voice_of(request), at=timezone.now(), facts=facts)
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("Your support counts."))
            return _to(row)
    return _page(request, row, {"sign_form": form}, status=422)


@require_POST
@never_cache
@login_required
def hand_in(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Hand an initiative in."""
    row = seen_proposal(request, number)
    supporting.hand_in(get_object_or_404(Initiative, proposal=row), by=cast(Person, request.user), at=timezone.now())
    messages.success(request, _("The initiative is handed in. You get a letter on what is done about it."))
    return _to(row)


@FORM
@never_cache
@login_required
def edit(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Change one's proposal."""
    row = seen_proposal(request, number)
    said = row.contribution
    if not permissions.may_revise(person_of(request), said):
        raise NotAllowed(_("A proposal is changed by its authors."))
    initial = {"title": said.title, "text": said.text, "place": said.place}
    form = EditForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            proposing.revise(row, **form.cleaned_data, voice=voice_of(request), at=timezone.now())
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("Saved."))
            return _to(row)
    return _form(request, row, form, _("Change the proposal"), _("Every version is kept: everybody can compare them."))


def _form(request: HttpRequest, row: Proposal, form: Any, title: str, lead: str = "") -> HttpResponse:
    facts = {"form": form, "title": title, "lead": lead, "crumbs": crumbs(row.contribution.process, title)}
    return render(request, "participation/work/form.html", facts, status=422 if form.is_bound else 200)


@FORM
@never_cache
@login_required
def invite(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Invite somebody to write together."""
    row = seen_proposal(request, number)
    if not permissions.may_revise(person_of(request), row.contribution):
        raise NotAllowed(_("A proposal is changed by its authors."))
    form = InviteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            proposing.invite(row, form.cleaned_data["email"], by=cast(Person, request.user), at=timezone.now())
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("The invitation is on its way."))
            return _to(row)
    return _form(request, row, form, _("Write together with somebody"))


@require_POST
@never_cache
@login_required
def join(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Accept an invitation."""
    row = seen_proposal(request, number)
    proposing.join(row, by=cast(Person, request.user), at=timezone.now())
    messages.success(request, _("You are one of its authors now."))
    return _to(row)


@FORM
@never_cache
def follow(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Follow it or stop, at once for who is signed in (GET leads back to it), by a letter to confirm for who isn't."""
    row = seen_proposal(request, number)
    person = person_of(request)
    if person is None:
        return mail_following.ask(request, row)
    if request.method == "POST":
        at = timezone.now()
        if request.POST.get("value") == "stop":
            deciding.unfollow(row, by=person, at=at)
        else:
            deciding.follow(row, by=person, at=at)
            messages.success(request, _("You get a letter whenever something happens with the proposal."))
    return _to(row)


@require_safe
def versions(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """All versions, and what changed between two of them."""
    row = seen_proposal(request, number)
    found = list(row.contribution.versions.order_by("number"))
    numbers = {str(one.number): one for one in found}
    new_one = numbers.get(request.GET.get("new", ""), found[-1] if found else None)
    before = numbers.get(request.GET.get("old", ""), found[-2] if len(found) > 1 else None)
    if new_one is None:
        raise Http404
    changes = []
    if before is not None:
        changes = [
            {"name": name, "parts": compared(getattr(before, field), getattr(new_one, field))}
            for field, name in (("title", _("Title")), ("text", _("Text")), ("place", _("Place")))
            if getattr(before, field) or getattr(new_one, field)
        ]
    facts = {
        "row": row,
        "said": row.contribution,
        "versions": found,
        "old": before,
        "new": new_one,
        "changes": changes,
        "crumbs": crumbs(row.contribution.process, _("Versions")),
    }
    return render(request, "participation/proposals/versions.html", facts)


@require_safe
def place(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """The place of one proposal as GeoJSON, for its map."""
    said = seen_proposal(request, number).contribution
    features = []
    if said.geometry is not None:
        geometry = shapes.geometry_of(said.geometry)
        features = [{"type": "Feature", "properties": {"name": said.title}, "geometry": geometry}]
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")


@require_safe
def photo(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """The picture."""
    row = seen_proposal(request, number)
    if not hasattr(row.contribution, "photo"):
        raise Http404
    answer = HttpResponse(bytes(row.contribution.photo.jpeg), content_type="image/jpeg")
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
