"""What people do on the public pages: comment, answer, support, withdraw, follow."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kuutio.cities.models import Person
from kuutio.core.problems import NotAllowed, Problem
from kuutio.participation import permissions, queries
from kuutio.participation.actions import contributing, following, supporting
from kuutio.participation.actions import mail_following as mail_verbs
from kuutio.participation.kinds import STAGES, Verb, takes
from kuutio.participation.models import Contribution, Proposal, Reaction
from kuutio.participation.pages import hearing, mail_following
from kuutio.participation.pages.forms import ReplyForm
from kuutio.participation.pages.processes import head, page_of_stage
from kuutio.participation.pages.shared import crumbs, person_of, seen, seen_stage, show
from kuutio.participation.problems import TooMuch
from kuutio.participation.voices import Voice, voice_of
from kuutio.ui.limits import is_within
from kuutio.ui.wording import language, localized

MOST_AN_HOUR = 20
"""From one address by people who aren't signed in: a library's computer is shared."""


@require_POST
@never_cache
def comment(request: HttpRequest, slug: str, stage: str) -> HttpResponse:
    """Comment on a section or on the whole."""
    row = seen_stage(seen(request, slug), stage)
    voice = voice_of(request)
    permissions.demand(voice, Verb.COMMENT, row, timezone.now())
    permissions.demand_kind("comment", row)
    hold_back(request, voice)
    form = hearing.form_of(row, voice, request.POST)
    if form.is_valid():
        told, topic = form.cleaned_data, form.topic()
        said = contributing.Said(
            text=told["text"],
            language=told["language"],
            key=told["key"],
            section=topic.section if topic else None,
            paragraph=topic.paragraph if topic else None,
            quote=topic.quote if topic else "",
            geometry=told["geometry"],
            place=told.get("place", ""),
            signature=told["signature"],
        )
        try:
            made = contributing.contribute(row, "comment", said, voice=voice, at=timezone.now())
        except Problem as problem:
            show(problem, form)
        else:
            return _thanked(request, made)
    return page_of_stage(request, row, {"form": form}, status=422)


def hold_back(request: HttpRequest, voice: Voice) -> None:
    """Refuse a stranger who writes more often than a person does.

    Raises:
        TooMuch: more than twenty an hour from one address, by nobody who is signed in.
    """
    if voice.person is None and not is_within(request, "contribute", most=MOST_AN_HOUR, minutes=60):
        raise TooMuch(_("Many comments have come from your connection within an hour. Sign in, or go on later."))


def _thanked(request: HttpRequest, made: Contribution) -> HttpResponse:
    if made.state == Contribution.State.HELD:
        messages.info(request, _("Thank you. A moderator looks at it before everybody sees it; you get a letter."))
    else:
        messages.success(request, _("Thank you. Your comment is here for everybody to read."))
    return redirect(f"{_stage_address(made)}#c-{made.uuid}")


def _stage_address(row: Contribution) -> str:
    return reverse("participation:stage", args=[row.process.slug, row.stage.slug])


def _seen_contribution(request: HttpRequest, number: uuid.UUID) -> Contribution:
    """A contribution that this reader sees: published, of a process that they may read."""
    rows = Contribution.objects.select_related("process", "stage__process", "section", "organisation", "author")
    row = get_object_or_404(rows, uuid=number)
    own = row.author_id is not None and row.author_id == request.user.pk
    if row.state != Contribution.State.PUBLISHED and not own:
        raise Http404
    if not queries.seen_by(person_of(request)).filter(pk=row.process_id).exists():
        raise Http404
    return row


@require_safe
def contribution(request: HttpRequest, contribution: uuid.UUID) -> HttpResponse:
    """The address of one contribution: leads to its place on the page of its stage, or of its proposal."""
    row = _seen_contribution(request, contribution)
    proposal = row if row.kind == Contribution.Kind.PROPOSAL else row.parent
    if proposal is not None and proposal.kind == Contribution.Kind.PROPOSAL:
        return redirect(f"{reverse('participation:proposal', args=[proposal.uuid])}#c-{row.uuid}")
    return redirect(f"{_stage_address(row)}{_page_with(row)}#c-{row.uuid}")


def _page_with(row: Contribution) -> str:
    """Which page of a stage with many threads a contribution is on."""
    first = row
    while first.parent is not None:
        first = first.parent
    return f"?from={first.uuid}" if queries.threads_before(first) >= hearing.MOST else ""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def reply(request: HttpRequest, contribution: uuid.UUID) -> HttpResponse:
    """Answer a contribution: as oneself while the stage lets, for one's city until the process is closed."""
    row = _seen_contribution(request, contribution)
    voice, at = voice_of(request), timezone.now()
    organisations = hearing.replying(request, row.stage)
    refused = permissions.refusal(voice, Verb.COMMENT, row.stage, at)
    answered = bool(STAGES[row.stage.kind].option(row.stage, "replies", default=True))
    may_answer = refused is None and takes(row.stage, "comment") and answered
    if not organisations and not may_answer:
        raise refused or NotAllowed(_("People don’t reply to each other in this stage."))
    form = ReplyForm(
        request.POST if request.method == "POST" else None,
        initial={"key": uuid.uuid4(), "language": language()},
        organisations=organisations,
        may_answer=may_answer,
        signed_in=voice.person is not None,
    )
    if form.is_bound:
        hold_back(request, voice)
    if form.is_valid():
        told = form.cleaned_data
        said = contributing.Said(
            text=told["text"], language=told["language"], key=told["key"], signature=told["signature"], parent=row
        )
        organisation = form.organisations.get(told.get("organisation", ""))
        try:
            if organisation is not None and voice.person is not None:
                made = contributing.reply_officially(row, organisation, said, by=voice.person, at=at)
            else:
                made = contributing.contribute(row.stage, "comment", said, voice=voice, at=at)
        except Problem as problem:
            show(problem, form)
        else:
            return _thanked(request, made)
    context = {
        **head(request, row.process),
        "row": row,
        "form": form,
        "crumbs": crumbs(row.process, _("Reply")),
    }
    return render(request, "participation/reply.html", context, status=422 if form.is_bound else 200)


@require_POST
@never_cache
def react(request: HttpRequest, contribution: uuid.UUID) -> HttpResponse:
    """Support a contribution, or take the support back."""
    row = _seen_contribution(request, contribution)
    values = {"for": Reaction.Value.FOR, "neutral": Reaction.Value.NEUTRAL, "against": Reaction.Value.AGAINST}
    value = values.get(request.POST.get("value", ""))
    proposal = Proposal.objects.filter(contribution=row).first()
    if proposal is not None:  # it may have been joined to another one, or be an initiative
        supporting.support(proposal, value == Reaction.Value.FOR, voice=voice_of(request), at=timezone.now())
    else:
        contributing.react(row, value.value if value else None, voice=voice_of(request), at=timezone.now())
    messages.success(request, _("Your support counts.") if value else _("Your support was taken back."))
    return redirect(f"{_stage_address(row)}#c-{row.uuid}")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def withdraw(request: HttpRequest, contribution: uuid.UUID) -> HttpResponse:
    """Withdraw what one wrote: a page that asks, and its button."""
    row = _seen_contribution(request, contribution)
    if not permissions.may_withdraw(person_of(request), row):
        raise NotAllowed(_("Only its author withdraws a contribution."))
    if request.method == "POST":
        contributing.withdraw(row, by=cast(Person, request.user), at=timezone.now())
        messages.success(request, _("Your words are taken away."))
        return redirect(_stage_address(row))
    context = {**head(request, row.process), "row": row, "crumbs": crumbs(row.process, _("Withdraw"))}
    return render(request, "participation/withdraw.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def follow(request: HttpRequest, slug: str) -> HttpResponse:
    """Follow a process: at once for who is signed in (GET leads back to it), by a letter to confirm for who isn't."""
    row = seen(request, slug)
    person = person_of(request)
    if person is None:
        return mail_following.ask(request, row)
    if request.method == "POST":
        following.follow_process(row, by=person, at=timezone.now())
        messages.success(
            request,
            _("You follow this process. A letter comes to %(address)s when a stage opens and when it is decided.")
            % {"address": person.email},
        )
    return redirect("participation:process", slug=slug)


@require_POST
@never_cache
@login_required
def unfollow(request: HttpRequest, slug: str) -> HttpResponse:
    """Stop following it."""
    row = seen(request, slug)
    following.unfollow_process(row, by=cast(Person, request.user), at=timezone.now())
    messages.success(request, _("You no longer follow this process."))
    return redirect("participation:process", slug=slug)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Stop from a letter, without signing in: a page that asks, and the press of its button or of the mail program's own.

    No cookie takes part in it, so that another site gains nothing by posting here: the token is the right.
    """
    found = following.followed_by(token)
    if found is None and (by_mail := mail_verbs.to_leave(token)) is not None:
        return mail_following.leave(request, by_mail)
    if request.method == "POST" and found:
        following.unfollow_process(found.process, by=found.person, at=timezone.now())
    context: dict[str, Any] = {
        "title": localized(found.process.title)[0] if found else "",
        "process": found.process if found else None,
        "left": request.method == "POST" or found is None,
        "crumbs": crumbs(),
    }
    return render(request, "participation/unfollow.html", context)
