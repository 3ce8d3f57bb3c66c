"""Where a city's people say that a service point keeps other hours on some days."""

from __future__ import annotations

from datetime import time
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kuutio.cities.exceptions import Exceptional, may_except, remove_exception, set_exception
from kuutio.cities.models import DatePeriod, Person, Unit
from kuutio.contact.pages.ruling_forms import day_field
from kuutio.core.language import LANGUAGES
from kuutio.core.problems import NotAllowed, Problem
from kuutio.ui import wording


class ExceptionForm(forms.Form):
    """Days and their hours."""

    first = day_field(gettext_lazy("First day"))
    last = day_field(gettext_lazy("Last day"))
    opens = forms.TimeField(
        label=pgettext_lazy("directory", "Opens"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy("Empty: closed all day."),
    )
    closes = forms.TimeField(
        label=pgettext_lazy("directory", "Closes"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    name_fi = forms.CharField(label=gettext_lazy("Why, in Finnish"), max_length=100)
    name_sv = forms.CharField(label=gettext_lazy("Why, in Swedish"), max_length=100)
    name_en = forms.CharField(label=gettext_lazy("Why, in English"), max_length=100)

    def told(self) -> Exceptional:
        """What the form says."""
        said = self.cleaned_data
        name: dict[str, str] = {language: said[f"name_{language}"] for language in LANGUAGES}
        return Exceptional(said["first"], said["last"], name, said["opens"], said["closes"])


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def exceptions(request: HttpRequest, slug: str) -> HttpResponse:
    """A unit's exceptions to come, and the form that adds one.

    Raises:
        NotAllowed: the person serves another city.
    """
    person = cast(Person, request.user)
    unit = get_object_or_404(Unit.objects.select_related("city"), slug=slug)
    if not may_except(person, unit):
        raise NotAllowed(_("Only the city’s own people change the hours of its service points."))
    form = ExceptionForm(request.POST if request.method == "POST" and "remove" not in request.POST else None)
    which = request.POST.get("remove", "")
    if which.isascii() and which.isdecimal() and len(which) < 18:
        remove_exception(unit, int(which), by=person, at=timezone.now())
        messages.success(request, _("The usual hours hold again."))
        return redirect("contact:unit-hours", slug=slug)
    if form.is_valid():
        try:
            set_exception(unit, form.told(), by=person, at=timezone.now())
        except Problem as problem:
            form.add_error(None, problem.words)
        else:
            messages.success(request, _("The other hours are saved."))
            return redirect("contact:unit-hours", slug=slug)
    rows = DatePeriod.objects.filter(unit=unit, override=True, source="", ends_on__gte=timezone.localdate())
    context = {
        "unit": unit,
        "rows": [{"period": row, "hours": _hours(row)} for row in rows.prefetch_related("groups__spans")],
        "form": form,
        "crumbs": [
            {"title": _("Services and places"), "url": reverse("contact:services")},
            {"title": wording.localized(unit.name)[0], "url": reverse("contact:unit", kwargs={"slug": slug})},
            {"title": _("Other hours")},
        ],
    }
    return render(request, "contact/directory/hours.html", context, status=422 if form.is_bound else 200)


def _hours(row: DatePeriod) -> str:
    spans = [span for group in row.groups.all() for span in group.spans.all()]
    return ", ".join(f"{_clock(span.start)}–{_clock(span.end)}" for span in spans) or _("Closed all day")


def _clock(at: Any) -> str:
    return f"{at:%H:%M}" if isinstance(at, time) else ""
