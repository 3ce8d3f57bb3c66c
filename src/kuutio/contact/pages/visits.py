"""A resident's own case, open for half an hour to the officer who serves them; and what is told by hand."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kuutio.cities.models import Person
from kuutio.contact import permissions, queries
from kuutio.contact.actions import visiting
from kuutio.contact.actions.reading import note_reading
from kuutio.contact.channels.words import text_of
from kuutio.contact.links import spoken_code_of
from kuutio.contact.models import Attachment, Channel, Delivery, DeskVisit
from kuutio.contact.pages.desk_forms import ChangeReachForm, SayForm
from kuutio.contact.pages.following import given_out
from kuutio.contact.pages.work import agent, crumbs, seen_case
from kuutio.contact.saying import Said, letter_of, said_of_case, said_of_message
from kuutio.core.problems import Problem

OPENED = "desk-visits"
"""Where the browser's session keeps the visits that were begun in it: another browser of the same officer sees none of them."""


def go(request: HttpRequest, visit: DeskVisit) -> HttpResponse:
    """To the visit's page, which this browser alone opens."""
    request.session[OPENED] = [*request.session.get(OPENED, [])[-9:], str(visit.uuid)]
    return redirect("contact:visit", visit=visit.uuid)


def _visit(request: HttpRequest, uuid: Any) -> tuple[Person, DeskVisit]:
    """The visit of an address, while it lasts, in the browser that began it; else there is nothing."""
    person = agent(request)
    rows = DeskVisit.objects.select_related(
        "organisation", "case__responsible__city", "case__category", "case__unit", "case__duplicate_of"
    )
    visit = get_object_or_404(rows, uuid=uuid)
    if str(visit.uuid) not in request.session.get(OPENED, []) or not visiting.is_open(visit, person, timezone.now()):
        raise Http404
    return person, visit


@require_safe
@never_cache
@login_required
def visit(request: HttpRequest, visit: Any) -> HttpResponse:
    """The resident's case, for the officer who serves them: what the resident may see, and nothing else."""
    person, opened = _visit(request, visit)
    return _page(request, person, opened)


def _page(request: HttpRequest, person: Person, visit: DeskVisit, *, status: int = 200, **forms: Form) -> HttpResponse:
    case = visit.case
    reporter = case.participants.filter(kind="reporter").select_related("contact").first()
    contact = reporter.contact if reporter else None
    known = {field: getattr(contact, field, "") for field in ("preference", "email", "phone", "postal_address")}
    context = {
        "visit": visit,
        "case": case,
        "contact": contact,
        "thread": list(queries.thread_of_resident(case)),
        "events": list(queries.public_events(case)),
        "spoken_code": spoken_code_of(case),
        "said": said_of_case(case, contact.language if contact else case.language),
        "say_form": SayForm(initial={"key": secrets.token_urlsafe(12)}),
        "reach_form": ChangeReachForm(initial=known),
        "sees_more": permissions.view_of(person, case, timezone.now()).sight is not permissions.Sight.NONE,
        "crumbs": crumbs(_("With the resident")),
    }
    return render(request, "contact/desk/visit.html", context | forms, status=status)


@require_POST
@never_cache
@login_required
def visit_say(request: HttpRequest, visit: Any) -> HttpResponse:
    """Write down what the resident says."""
    person, opened = _visit(request, visit)
    form = SayForm(request.POST)
    if form.is_valid():
        try:
            now = timezone.now()
            received = visiting.say_for_resident(opened, **form.cleaned_data, by=person, at=now)
        except Problem as problem:
            form.add_error(None, problem.words)
        else:
            if received.case.pk != opened.case_id:
                said = _("The case was settled long ago: what the resident says opened a new one, %(number)s.")
                messages.success(request, said % {"number": received.case.number})
                return go(request, visiting.begin_with_new(received.case, channel=opened.channel, by=person, at=now))
            messages.success(request, _("The resident’s message is written down."))
            return redirect("contact:visit", visit=opened.uuid)
    return _page(request, person, opened, status=422, say_form=form)


@require_POST
@never_cache
@login_required
def visit_reach(request: HttpRequest, visit: Any) -> HttpResponse:
    """Change how the resident is told."""
    person, opened = _visit(request, visit)
    form = ChangeReachForm(request.POST)
    if form.is_valid():
        try:
            visiting.change_reach(opened, **form.cleaned_data, by=person, at=timezone.now())
        except Problem as problem:
            form.add_error(None, problem.words)
        else:
            messages.success(request, _("From now on the resident is told in this way."))
            return redirect("contact:visit", visit=opened.uuid)
    return _page(request, person, opened, status=422, reach_form=form)


@require_POST
@never_cache
@login_required
def visit_end(request: HttpRequest, visit: Any) -> HttpResponse:
    """Close the visit: the case is seen no more."""
    person, opened = _visit(request, visit)
    visiting.end_visit(opened, by=person, at=timezone.now())
    messages.success(request, _("The visit is closed."))
    return redirect("contact:desk")


@require_safe
@never_cache
@login_required
def visit_file(request: HttpRequest, visit: Any, file: Any) -> HttpResponse:
    """A file of the thread that the resident sees."""
    _person, opened = _visit(request, visit)
    return given_out(get_object_or_404(Attachment, uuid=file, message__in=queries.thread_of_resident(opened.case)))


# --- telling by hand


def _said(row: Delivery) -> Said:
    """What is read aloud; for a text message that an officer sends, its words."""
    if row.channel == Channel.SMS:
        return Said(row.contact.language, (text_of(row.message, row.contact),))
    return said_of_message(row.message, row.contact)


@require_safe
@never_cache
@login_required
def by_hand(request: HttpRequest, number: str, delivery: Any) -> HttpResponse:
    """A message to be told by hand, in the resident's language: what to say, or a letter for the printer."""
    person, case, view = seen_case(request, number)
    if not view.may_write:
        raise Http404
    note_reading(case, view, by=person, at=timezone.now())
    rows = Delivery.objects.select_related("contact", "message__case__responsible__city")
    row = get_object_or_404(rows, uuid=delivery, message__case=case)
    is_letter = row.channel == "letter"
    context = {
        "case": case,
        "delivery": row,
        "letter": letter_of(row.message, row.contact, timezone.now()) if is_letter else None,
        "said": None if is_letter else _said(row),
        "crumbs": crumbs(case.number),
    }
    return render(request, "contact/desk/by_hand.html", context)
