"""Meetings' pages: one meeting with its seats, the calendars, and the officers' forms."""

from __future__ import annotations

import uuid
from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from i18nfield.forms import I18nFormField

from kuutio.cities.models import Person
from kuutio.core.problems import NotAllowed, Problem
from kuutio.participation import queries
from kuutio.participation.actions import meeting as verbs
from kuutio.participation.calendars import calendar
from kuutio.participation.models import Meeting, Registration
from kuutio.participation.pages.processes import head
from kuutio.participation.pages.shared import crumbs, person_of, show, told, work_crumbs, worked
from kuutio.participation.pages.work import FORM, form_page
from kuutio.participation.pages.work_forms import MomentField
from kuutio.participation.texts import written
from kuutio.ui.forms import LanguagesTextarea, LanguagesTextInput
from kuutio.ui.wording import localized

MOST = 500


def _seen(request: HttpRequest, number: uuid.UUID) -> Meeting:
    rows = Meeting.objects.filter(process__in=queries.seen_by(person_of(request)))
    return get_object_or_404(rows.select_related("process"), uuid=number)


@require_safe
def meeting(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """One meeting: when, where, seats, minutes."""
    row, person, at = _seen(request, number), person_of(request), timezone.now()
    seats = list(row.registrations.filter(state=Registration.State.GOING).values_list("person", flat=True))
    own = Registration.objects.filter(meeting=row, person=person).first() if person else None
    before = 0
    if own is not None and own.state == Registration.State.WAITING:
        waiting = row.registrations.filter(state=Registration.State.WAITING).order_by("at", "pk")
        before = list(waiting.values_list("pk", flat=True)).index(own.pk) + 1
    facts = {
        **head(request, row.process),
        "meeting": row,
        "text": told(row.text),
        "minutes": told(row.minutes),
        "is_over": at >= row.ends_at,
        "may_register": not row.is_cancelled and at < row.starts_at,
        "own": own,
        "before": before,
        "taken": len(seats),
        "free": max(row.capacity - len(seats), 0) if row.capacity is not None else None,
        "crumbs": crumbs(row.process, localized(row.title)[0]),
    }
    return render(request, "participation/meetings/meeting.html", facts)


@FORM
@never_cache
@login_required
def register(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Take a seat or give it back (POST); GET comes from the sign-in and leads back."""
    row = _seen(request, number)
    if request.method == "POST":
        person, at = cast(Person, request.user), timezone.now()
        try:
            if request.POST.get("value") == "leave":
                verbs.give_back(row, by=person, at=at)
                messages.success(request, _("Your seat is given back."))
            elif verbs.register(row, by=person, at=at).state == Registration.State.GOING:
                messages.success(request, _("You have a seat. Welcome!"))
            else:
                messages.info(request, _("All seats are taken: you are in the waiting list and get a letter."))
        except Problem as problem:
            messages.error(request, str(problem.detail))
    return redirect("participation:meeting", number=number)


def _calendar(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'inline; filename="{name}.ics"'
    return answer


@require_safe
def file(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """One meeting for one's calendar."""
    row = _seen(request, number)
    return _calendar(calendar([row]), str(row.uuid))


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """All meetings of the public processes, to subscribe to; `?process=` and `?city=` choose some."""
    rows = Meeting.objects.filter(process__in=queries.public_processes()).order_by("-starts_at")
    process, city = (request.GET.get(name, "")[:80].replace("\0", "") for name in ("process", "city"))
    if process:
        rows = rows.filter(process__slug=process)
    if city:
        rows = rows.filter(process__parts__city=city)
    return _calendar(calendar(rows[:MOST], _("Meetings of the cities")), "meetings")


class MeetingForm(forms.Form):
    """What is said of a meeting."""

    title = I18nFormField(label=gettext_lazy("Title"), widget=LanguagesTextInput)
    text = I18nFormField(label=gettext_lazy("Text"), widget=LanguagesTextarea, required=False)
    starts_at = MomentField(label=gettext_lazy("Begins"))
    ends_at = MomentField(label=gettext_lazy("Ends"))
    place = I18nFormField(label=gettext_lazy("Place"), widget=LanguagesTextInput, required=False)
    link = forms.URLField(
        label=gettext_lazy("Address on the web"), required=False, max_length=1000, assume_scheme="https"
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("Seats"), required=False, min_value=1, help_text=gettext_lazy("Empty: as many as come.")
    )
    is_cancelled = forms.BooleanField(label=gettext_lazy("The meeting is cancelled"), required=False)
    minutes = I18nFormField(label=gettext_lazy("Minutes"), widget=LanguagesTextarea, required=False)

    def call(self) -> verbs.Call:
        """What the verb takes."""
        told = self.cleaned_data
        return verbs.Call(
            title=written(told["title"]),
            text=written(told["text"]),
            place=written(told["place"]),
            starts_at=told["starts_at"],
            ends_at=told["ends_at"],
            link=told["link"],
            capacity=told["capacity"],
            is_cancelled=told.get("is_cancelled", False),
        )


@FORM
@never_cache
@login_required
def work(request: HttpRequest, slug: str, number: uuid.UUID | None = None) -> HttpResponse:
    """Call a meeting; change it, and write its minutes when it has been."""
    person, process = worked(request, slug)
    at = timezone.now()
    known = get_object_or_404(Meeting, process=process, uuid=number) if number else None
    names = ("title", "text", "place", "link", "starts_at", "ends_at", "capacity", "is_cancelled", "minutes")
    initial = {name: getattr(known, name) for name in names} if known else {}
    form = MeetingForm(request.POST if request.method == "POST" else None, initial=initial)
    has_been = known is not None and at >= known.starts_at
    if not has_been:
        del form.fields["minutes"]
    if known is None:
        del form.fields["is_cancelled"]
    if form.is_valid():
        try:
            if known is None:
                verbs.call_meeting(process, form.call(), by=person, at=at)
            else:
                verbs.change_meeting(known, form.call(), by=person, at=at)
                if has_been:
                    verbs.write_minutes(known, written(form.cleaned_data["minutes"]), by=person, at=at)
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("Saved."))
            return redirect("participation:work-process", slug=slug)
    title = _("Meeting")
    return form_page(request, form, title, work_crumbs(process, title))
