"""A trial's own people's pages: the city's officers and, for the diary, the measures and the risks, the firm's lead."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kuutio.cities.models import Person
from kuutio.core.moves import legal
from kuutio.core.moves.tables import TRIAL
from kuutio.core.problems import NotAllowed, Problem
from kuutio.core.when import here
from kuutio.innovation import permissions, queries
from kuutio.innovation.actions import diary as diary_verbs
from kuutio.innovation.actions import trials as verbs
from kuutio.innovation.actions.moving import missing_words
from kuutio.innovation.models import DiaryEntry, Feedback, Measure, Risk, Trial, TrialDataset
from kuutio.innovation.pages import work_forms as forms
from kuutio.innovation.pages.shared import FORM, form_page, show, work_crumbs, worked_trial
from kuutio.innovation.pages.trials import learning_links, measure_of
from kuutio.innovation.texts import written
from kuutio.ui.wording import language, localized

ACTS = {
    "agree": gettext_lazy("Go ahead: it is agreed on"),
    "start": gettext_lazy("Start the trial"),
    "end": gettext_lazy("End the trial"),
    "learn": gettext_lazy("Finish with what was learnt"),
}


def _way(row: Trial, last: str) -> list[dict[str, str]]:
    return work_crumbs((localized(row.title)[0], reverse("innovation:work-trial", args=[row.slug])), (last, ""))


@require_safe
@never_cache
@login_required
def trial(request: HttpRequest, slug: str) -> HttpResponse:
    """One trial as its own people see it: what can be done next, and what must hold first."""
    person, row = worked_trial(request, slug)
    at, may_run = timezone.now(), permissions.may_run(person, row)
    holds = verbs.holds_of(row, at=at)
    steps = [
        {
            "act": move.act,
            "words": ACTS[move.act],
            "missing": [missing_words(need) for need in sorted(move.needs - holds)],
        }
        for move in legal(TRIAL, row.state)
        if move.act in ACTS
    ]
    facts = {
        "trial": row,
        "agreement": getattr(row, "agreement", None),
        "steps": steps if may_run else [],
        "may_give_up": may_run and row.state in (Trial.State.IDEA, Trial.State.AGREED),
        "may_run": may_run,
        "is_before": row.state in (Trial.State.IDEA, Trial.State.AGREED),
        "is_over": row.state in (Trial.State.LEARNED, Trial.State.GIVEN_UP),
        "measures": [measure_of(one) for one in row.measures.prefetch_related("values")],
        "diary": row.diary.defer("photo"),
        "risks": row.risks.all(),
        "held": row.feedback.filter(state=Feedback.State.HELD) if may_run else [],
        "datasets": row.datasets.select_related("dataset"),
        "learnings": learning_links(row),
        "new_learning": _new_learning(row),
        "overdue": queries.overdue_reason(row, at),
        "crumbs": work_crumbs((localized(row.title)[0], "")),
    }
    return render(request, "innovation/work/trial.html", facts)


def _new_learning(row: Trial) -> str:
    try:
        return f"{reverse('innovation:new_learning')}?trial={row.slug}"
    except NoReverseMatch:
        return ""


def _texts(row: Trial, form: Any, by: Person, at: datetime) -> None:
    said = dict(form.cleaned_data)
    cities = list(said.pop("cities"))
    verbs.describe_trial(row, cities=cities, by=by, at=at, **said)


def _outcome(row: Trial, form: Any, by: Person, at: datetime) -> None:
    verbs.describe_trial(row, by=by, at=at, **form.cleaned_data)


def _agreement(row: Trial, form: Any, by: Person, at: datetime) -> None:
    verbs.write_agreement(row, form.terms(), by=by, at=at)


def _measure(row: Trial, form: Any, by: Person, at: datetime) -> None:
    said = dict(form.cleaned_data)
    verbs.set_measure(row, **{**said, "name": written(said["name"])}, by=by, at=at)


def _diary(row: Trial, form: Any, by: Person, at: datetime) -> None:
    said = form.cleaned_data
    photo = said["photo"].read(diary_verbs.MOST_BYTES + 1) if said.get("photo") else None
    told = diary_verbs.Told(
        key=said["key"],
        on=said["on"],
        text=said["text"],
        language=said["language"],
        photo=photo,
        photo_text=said["photo_text"],
    )
    diary_verbs.write_diary(row, told, by=by, at=at)


def _risk(row: Trial, form: Any, by: Person, at: datetime) -> None:
    diary_verbs.name_risk(row, **form.cleaned_data, by=by, at=at)


def _dataset(row: Trial, form: Any, by: Person, at: datetime) -> None:
    verbs.link_dataset(row, form.cleaned_data["dataset"], by=by, at=at)


def _prolong(row: Trial, form: Any, by: Person, at: datetime) -> None:
    verbs.prolong(row, form.cleaned_data["ends_on"], why=form.cleaned_data["why"], by=by, at=at)


def _finish(row: Trial, form: Any, by: Person, at: datetime) -> None:
    verbs.finish_next_step(row, form.cleaned_data["on"], by=by, at=at)


def _give_up(row: Trial, form: Any, by: Person, at: datetime) -> None:
    verbs.move_trial(row, "give_up", by=by, at=at, note=form.cleaned_data["why"])


Done = Callable[[Trial, Any, Person, datetime], None]
FORMS: dict[str, tuple[Any, Done, Any]] = {
    "texts": (forms.TrialForm, _texts, gettext_lazy("Texts and cities")),
    "outcome": (forms.OutcomeForm, _outcome, gettext_lazy("Outcome and next step")),
    "agreement": (forms.AgreementForm, _agreement, gettext_lazy("Agreement")),
    "measure": (forms.MeasureForm, _measure, gettext_lazy("Measure of success")),
    "diary": (forms.DiaryForm, _diary, gettext_lazy("Diary entry")),
    "risk": (forms.RiskForm, _risk, gettext_lazy("Risk")),
    "dataset": (forms.LinkForm, _dataset, gettext_lazy("Data set of the trial")),
    "prolong": (forms.ProlongForm, _prolong, gettext_lazy("Prolong the trial")),
    "finish": (forms.DayForm, _finish, gettext_lazy("The next step was taken")),
    "give-up": (forms.ReasonForm, _give_up, gettext_lazy("Give the trial up")),
}
_OF_TRIAL = ("texts", "outcome", "agreement")
_BY_FIRM = ("diary", "risk")


@FORM
@never_cache
@login_required
def edit(request: HttpRequest, slug: str, part: str) -> HttpResponse:
    """Change one part of a trial, or add to it."""
    person, row = worked_trial(request, slug)
    if part not in FORMS:
        raise Http404
    made, done, title = FORMS[part]
    if part not in _BY_FIRM and not permissions.may_run(person, row):
        raise NotAllowed(_("Only officers of its cities can do this with a trial."))
    words: dict[str, Any] = {"trial": row} if part in _OF_TRIAL else {}
    if part == "diary":
        words["initial"] = {"key": uuid.uuid4(), "on": here(timezone.now()).date(), "language": language()}
    posted = request.method == "POST"
    form = made(request.POST if posted else None, request.FILES if posted else None, **words)
    status = 422 if posted else 200
    if form.is_valid():
        try:
            done(row, form, person, timezone.now())
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
            status = problem.status
        else:
            messages.success(request, _("Saved."))
            return redirect("innovation:work-trial", slug=slug)
    return form_page(request, form, str(title), _way(row, str(title)), status=status)


@FORM
@never_cache
@login_required
def value(request: HttpRequest, slug: str, measure: int) -> HttpResponse:
    """Write down a measure on a day."""
    person, row = worked_trial(request, slug)
    found = get_object_or_404(Measure, trial=row, pk=measure)
    posted = request.method == "POST"
    form = forms.ValueForm(request.POST if posted else None, initial={"on": here(timezone.now()).date()})
    title, status = localized(found.name)[0], 422 if posted else 200
    if form.is_valid():
        said = form.cleaned_data
        try:
            verbs.measured(found, said["on"], said["value"], note=said["note"], by=person, at=timezone.now())
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
            status = problem.status
        else:
            messages.success(request, _("Saved."))
            return redirect("innovation:work-trial", slug=slug)
    return form_page(request, form, title, _way(row, title), status=status)


@require_POST
@never_cache
@login_required
def act(request: HttpRequest, slug: str, act: str) -> HttpResponse:
    """Take a trial on, sign its agreement, take something off it, read what residents said."""
    person, row = worked_trial(request, slug)
    what = request.POST.get("row", "")
    number: Any = int(what) if what.isascii() and what.isdecimal() and len(what) < 18 else 0
    try:
        _do(row, act, number, by=person, at=timezone.now())
    except NotAllowed:
        raise
    except Problem as problem:
        messages.error(request, problem.words)
    else:
        messages.success(request, _("Done."))
    return redirect("innovation:work-trial", slug=slug)


def _do(row: Trial, act: str, number: int, *, by: Person, at: datetime) -> None:
    match act:
        case "agree" | "start" | "end" | "learn":
            verbs.move_trial(row, act, by=by, at=at)
        case "sign-city" | "sign-firm":
            verbs.sign_agreement(row, act.removeprefix("sign-"), by=by, at=at)
        case "remove-measure":
            verbs.remove_measure(get_object_or_404(Measure, trial=row, pk=number), by=by, at=at)
        case "remove-entry":
            diary_verbs.remove_entry(get_object_or_404(DiaryEntry, trial=row, pk=number), by=by, at=at)
        case "close-risk":
            diary_verbs.close_risk(get_object_or_404(Risk, trial=row, pk=number), by=by, at=at)
        case "unlink":
            verbs.unlink_dataset(get_object_or_404(TrialDataset, trial=row, pk=number), by=by, at=at)
        case "publish-feedback" | "hide-feedback":
            found = get_object_or_404(Feedback, trial=row, pk=number)
            verbs.read_feedback(found, published=act == "publish-feedback", by=by, at=at)
        case _:
            raise Http404
