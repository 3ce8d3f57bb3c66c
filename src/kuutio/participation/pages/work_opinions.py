"""The officers' page of a stage's statements: those that wait, those that are shown, the city's own; the map made now."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from procrastinate.exceptions import AlreadyEnqueued

from kuutio.cities.models import Person
from kuutio.core.problems import NotAllowed, Problem
from kuutio.participation import tasks
from kuutio.participation.actions import moderating, opinions
from kuutio.participation.models import Contribution, Moderation, OpinionMap, Stage
from kuutio.participation.pages.shared import seen_stage, show, work_crumbs, worked
from kuutio.participation.pages.work import FORM
from kuutio.ui.wording import language


class StatementsForm(forms.Form):
    """The city's own statements, one a line."""

    texts = forms.CharField(
        label=_("Statements of the city"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One a line, at most 200 characters each: one idea that people can agree or disagree with."),
    )
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)


@FORM
@never_cache
@login_required
def statements(request: HttpRequest, slug: str, stage: str) -> HttpResponse:
    """The statements of a stage, and what an officer does with them."""
    person, row = worked(request, slug)
    found = seen_stage(row, stage)
    if found.kind != "opinions":
        raise Http404
    form = StatementsForm(request.POST if "texts" in request.POST else None, initial={"language": language()})
    if request.method == "POST" and _done(request, found, form, person):
        return redirect("participation:work-statements", slug=slug, stage=stage)
    rows = list(
        Contribution.objects.filter(stage=found, kind="statement")
        .exclude(state="withdrawn")
        .prefetch_related(Prefetch("moderations", Moderation.objects.filter(act="hide").select_related("sealed")))
        .order_by("pk")
    )
    context = {
        "process": row,
        "stage": found,
        "waiting": [one for one in rows if one.state == Contribution.State.HELD],
        "others": [one for one in rows if one.state == Contribution.State.PUBLISHED],
        "hidden": [_hidden(one) for one in rows if one.state == Contribution.State.HIDDEN],
        "map": OpinionMap.objects.filter(stage=found).only("made_at", "people", "votes").first(),
        "form": form,
        "crumbs": work_crumbs(row, _now("Statements")),
    }
    return render(request, "participation/opinions/work.html", context, status=422 if form.is_bound else 200)


def _hidden(row: Contribution) -> dict[str, Any]:
    """A hidden statement, with the words that officers may still see and the reason."""
    last = next(iter(row.moderations.all()), None)
    sealed = getattr(last, "sealed", None) if last else None
    return {
        "row": row,
        "words": sealed.text if sealed else row.text,
        "ground": last.get_ground_display() if last else "",
    }


def _done(request: HttpRequest, stage: Stage, form: StatementsForm, person: Person) -> bool:
    """Do what was sent; False where the form has to be shown again."""
    act = request.POST.get("act", "")
    try:
        if form.is_bound:
            return form.is_valid() and _added(request, stage, form.cleaned_data, person)
        if act == "map":
            _make_map(stage)
            messages.success(request, _now("The map is being made. It is there in a moment."))
        elif act == "show":
            key = forms.UUIDField().clean(request.POST.get("statement", ""))
            one = get_object_or_404(
                Contribution.objects.select_related("process"), uuid=key, stage=stage, kind="statement"
            )
            verb = moderating.restore if one.state == Contribution.State.HIDDEN else moderating.publish
            verb(one, by=person, at=timezone.now())
            messages.success(request, _now("People can answer it now."))
        else:
            raise Http404
    except forms.ValidationError as error:
        raise Http404 from error
    except NotAllowed:
        raise
    except Problem as problem:
        if not form.is_bound:
            messages.error(request, problem.words)
            return True
        show(problem, form)
        return False
    return True


def _added(request: HttpRequest, stage: Stage, told: dict[str, Any], person: Person) -> bool:
    lines = told["texts"].splitlines()
    made = opinions.add_statements(stage, lines, told["language"], by=person, at=timezone.now())
    messages.success(request, _now("Added: %(count)s") % {"count": len(made)})
    return True


def _make_map(stage: Stage) -> None:
    """Ask the worker for it; one that waits already is enough."""
    try:
        with transaction.atomic():
            tasks.make_opinion_map.configure(queueing_lock=f"opinion-map-{stage.pk}").defer(stage_id=stage.pk)
    except (AlreadyEnqueued, IntegrityError):
        return
