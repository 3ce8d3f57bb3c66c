"""The public pages of challenges: their list, one challenge with its questions, asking one."""

from __future__ import annotations

import uuid
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kuutio.cities.models import City, Person
from kuutio.core.problems import NotAllowed, Problem
from kuutio.innovation import handing, permissions, queries
from kuutio.innovation.actions import challenges as verbs
from kuutio.innovation.actions.judging import key_of
from kuutio.innovation.models import Answer, Challenge
from kuutio.innovation.pages.forms import QuestionForm
from kuutio.innovation.pages.shared import FORM, asked_of, crumbs, form_page, listing, person_of, show, told
from kuutio.selection.queries import round_of
from kuutio.ui.wording import language, localized

WHENS = (
    ("open", gettext_lazy("Open now")),
    ("coming", gettext_lazy("Opens later")),
    ("under_way", gettext_lazy("Under evaluation or trial")),
    ("ended", gettext_lazy("Ended")),
)


@require_safe
def challenges(request: HttpRequest) -> HttpResponse:
    """The challenges of all the cities, those that take answers first."""
    cities, at = list(City.objects.all()), timezone.now()
    asked = asked_of(request, cities, whens=WHENS)
    rows, total = queries.challenges(asked, language=language(), at=at)
    return listing(
        request,
        "innovation/challenges.html",
        rows,
        total,
        asked,
        cities,
        whens=WHENS,
        now=at,
        crumbs=crumbs((_("Challenges"), "")),
    )


def seen(request: HttpRequest, slug: str) -> Challenge:
    """The challenge of an address, if this reader may read it.

    Raises:
        Http404: there is none, or it is another's draft.
    """
    rows = queries.with_cities(queries.challenges_seen_by(person_of(request))).select_related("owner")
    found: Challenge = get_object_or_404(rows, slug=slug)
    return found


@require_safe
def challenge(request: HttpRequest, slug: str) -> HttpResponse:
    """One challenge."""
    return _page(request, seen(request, slug))


def _page(request: HttpRequest, row: Challenge, form: QuestionForm | None = None, status: int = 200) -> HttpResponse:
    at, person = timezone.now(), person_of(request)
    own = row.answers.filter(person=person).exclude(state=Answer.State.WITHDRAWN).first() if person else None
    round_ = round_of(key_of(row))
    facts = {
        "challenge": row,
        "description": told(row.description),
        "terms": told(row.terms),
        "end_reason": told(row.end_reason),
        "criteria": row.criteria.all(),
        "testbeds": [place.testbed for place in row.places.select_related("testbed") if place.testbed.is_public],
        "questions": queries.answered_questions(row),
        "waiting": row.questions.filter(answered_at__isnull=True).count(),
        "chosen": queries.chosen_answers(row),
        "trials": queries.public_trials().filter(challenge=row).select_related("organisation"),
        "events": row.events.all(),
        "takes_answers": queries.takes_answers(row, at),
        "takes_questions": queries.takes_questions(row, at),
        "is_coming": row.state == Challenge.State.OPEN and row.opens_at > at,
        "own": own,
        "project": handing.project(row.pilot_project),
        "spearhead": handing.project(row.spearhead),
        "results": round_.key if round_ is not None and round_.published_at is not None else "",
        "form": form or QuestionForm(initial={"key": uuid.uuid4()}),
        "may_edit": person is not None and permissions.may_edit(person, row),
        "crumbs": crumbs((_("Challenges"), reverse("innovation:challenges")), (localized(row.title)[0], "")),
    }
    return render(request, "innovation/challenge.html", facts, status=status)


@FORM
@never_cache
@login_required
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask about a challenge (POST); GET comes from the sign-in and leads back."""
    row = seen(request, slug)
    if request.method != "POST":
        return redirect(f"{reverse('innovation:challenge', args=[slug])}#ask")
    form = QuestionForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            person = cast(Person, request.user)
            verbs.ask(row, key=said["key"], text=said["text"], language=language(), by=person, at=timezone.now())
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
            way = crumbs((_("Challenges"), reverse("innovation:challenges")), (localized(row.title)[0], ""))
            return form_page(request, form, _("Ask about the challenge"), way, status=problem.status)
        messages.success(request, _("Thank you. The question and its answer become public together; you get a letter."))
        return redirect("innovation:challenge", slug=slug)
    return _page(request, row, form, status=422)
