"""The public pages of trials: their list, one trial with its diary, measures and what was learnt, telling what one thinks of it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kuutio.cities.models import City
from kuutio.core.problems import Problem
from kuutio.innovation import handing, permissions, queries
from kuutio.innovation.actions import trials as verbs
from kuutio.innovation.learnings import learnings_of
from kuutio.innovation.models import DiaryEntry, Feedback, Measure, Trial
from kuutio.innovation.pages.forms import FeedbackForm
from kuutio.innovation.pages.shared import FORM, asked_of, crumbs, listing, person_of, show, told
from kuutio.ui.wording import day, language, localized, number

WHENS = (
    ("running", gettext_lazy("Running now")),
    ("coming", gettext_lazy("Begins later")),
    ("ended", gettext_lazy("Ended")),
)


@require_safe
def trials(request: HttpRequest) -> HttpResponse:
    """The trials of all the cities, those that run first."""
    cities = list(City.objects.all())
    asked = asked_of(request, cities, whens=WHENS)
    rows, total = queries.trials(asked, language=language())
    way = crumbs((_("Trials"), ""))
    return listing(request, "innovation/trials.html", rows, total, asked, cities, whens=WHENS, crumbs=way)


def seen(request: HttpRequest, slug: str) -> Trial:
    """The trial of an address, if this reader may read it.

    Raises:
        Http404: there is none, or it isn't agreed on yet and not this reader's.
    """
    rows = queries.with_cities(queries.trials_seen_by(person_of(request)))
    rows = rows.select_related("owner", "organisation", "challenge", "testbed", "agreement")
    found: Trial = get_object_or_404(rows, slug=slug)
    return found


def measure_of(row: Measure) -> dict[str, Any]:
    """A measure as a page shows it: the chart's specification, the table's rows, how far it is from its target."""
    name, _language = localized(row.name)
    values = list(row.values.all())
    last = values[-1].value if values else None
    reached = last is not None and (last >= row.target if row.better == Measure.Better.UP else last <= row.target)
    points = [{"on": value.on.isoformat(), "value": float(value.value), "what": name} for value in values]
    ends = (values[0].on, values[-1].on) if len(values) > 1 else ()
    points += [{"on": on.isoformat(), "value": float(row.target), "what": str(_("Target"))} for on in ends]
    spec = {
        "type": "line",
        "x": "on",
        "y": "value",
        "color": "what",
        "order": [name, str(_("Target"))],
        "data": points,
        "unit": row.unit,
        "labels": {"x": str(_("Day")), "y": row.unit or name},
    }
    return {
        "row": row,
        "spec": spec,
        "has_chart": len(values) > 1,
        "values": values,
        "last": last,
        "reached": reached,
        "target": f"{number(row.target.normalize())} {row.unit}".strip(),
        "baseline": f"{number(row.baseline.normalize())} {row.unit}".strip() if row.baseline is not None else "",
    }


@require_safe
def trial(request: HttpRequest, slug: str) -> HttpResponse:
    """One trial."""
    return _page(request, seen(request, slug))


def learning_links(row: Trial) -> list[dict[str, str]]:
    """The learnings of a trial, with the addresses of their pages where there are such pages."""
    found = []
    for one in learnings_of(row):
        try:
            url = reverse("innovation:learning", args=[one.slug])
        except NoReverseMatch:
            url = ""
        found.append({"title": localized(one.title)[0], "url": url})
    return found


def _page(request: HttpRequest, row: Trial, form: FeedbackForm | None = None, status: int = 200) -> HttpResponse:
    person, at = person_of(request), timezone.now()
    published = row.feedback.filter(state=Feedback.State.PUBLISHED).exclude(text="")
    datasets = row.datasets.filter(dataset__state="published", dataset__access="PUBLIC").select_related("dataset")
    agreement = getattr(row, "agreement", None)
    facts = {
        "trial": row,
        "summary": told(row.summary),
        "agreement": agreement,
        "period": f"{day(agreement.starts_on)} – {day(agreement.ends_on)}" if agreement else "",
        "measures": [measure_of(one) for one in row.measures.prefetch_related("values")],
        "diary": row.diary.defer("photo"),
        "feedback": published[:50],
        "figures": queries.feedback_figures(row),
        "datasets": datasets,
        "learnings": learning_links(row),
        "outcome": told(row.outcome_text),
        "next_step": told(row.next_step_text),
        "overdue": queries.overdue_reason(row, at),
        "events": row.events.all(),
        "project": handing.project(row.pilot_project),
        "spearhead": handing.project(row.spearhead),
        "takes_feedback": row.state in (Trial.State.RUNNING, Trial.State.ENDED),
        "form": form or FeedbackForm(initial={"key": uuid.uuid4(), "language": language()}),
        "may_write": person is not None and permissions.may_write(person, row),
        "crumbs": crumbs((_("Trials"), reverse("innovation:trials")), (localized(row.title)[0], "")),
    }
    return render(request, "innovation/trial.html", facts, status=status)


@FORM
@never_cache
def feedback(request: HttpRequest, slug: str) -> HttpResponse:
    """Tell what one thinks of a trial (POST); GET leads back."""
    row = seen(request, slug)
    if request.method != "POST":
        return redirect(f"{reverse('innovation:trial', args=[slug])}#feedback")
    form = FeedbackForm(request.POST)
    if form.is_valid():
        said, person = form.cleaned_data, person_of(request)
        try:
            verbs.give_feedback(
                row,
                key=said["key"],
                grade=int(said["grade"]),
                text=said["text"],
                language=said["language"],
                by=person,
                at=timezone.now(),
            )
        except Problem as problem:
            show(problem, form)
            return _page(request, row, form, status=problem.status)
        messages.success(request, _("Thank you. What you wrote is read by the city before everybody can read it."))
        return redirect("innovation:trial", slug=slug)
    return _page(request, row, form, status=422)


@require_safe
def photo(request: HttpRequest, slug: str, entry: uuid.UUID) -> HttpResponse:
    """The photo of an entry of the diary."""
    trial = seen(request, slug)
    row = get_object_or_404(DiaryEntry, trial=trial, uuid=entry)
    if row.photo is None:
        raise Http404
    answer = HttpResponse(bytes(row.photo), content_type=row.photo_type)
    answer["Cache-Control"] = "public, max-age=86400" if trial.is_public else "private, no-store"
    return answer


@require_safe
def measures(request: HttpRequest, slug: str) -> HttpResponse:
    """A trial's measures as JSON, for programs."""
    row = seen(request, slug)
    found = [
        {
            "name": getattr(one.name, "data", {}),
            "unit": one.unit,
            "better": one.better,
            "baseline": float(one.baseline) if one.baseline is not None else None,
            "target": float(one.target),
            "values": [{"on": value.on.isoformat(), "value": float(value.value)} for value in one.values.all()],
        }
        for one in row.measures.prefetch_related("values")
    ]
    return JsonResponse({"trial": row.slug, "state": row.state, "measures": found})
