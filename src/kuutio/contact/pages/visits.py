"""A resident's own case, open for half an hour to the officer who serves them; and what is told by hand."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
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
from kuutio.contact.actions.receiving import Received
from kuutio.contact.channels.words import text_of
from kuutio.contact.links import spoken_code_of
from kuutio.contact.models import Attachment, Channel, Delivery, DeskVisit, Participant
from kuutio.contact.pages.desk_forms import ChangeReachForm, ProxyForm, SayForm
from kuutio.contact.pages.following import given_out
from kuutio.contact.pages.forms import LanguageForm, RateForm
from kuutio.contact.pages.work import agent, crumbs, seen_case
from kuutio.contact.saying import Said, letter_of, said_of_case, said_of_message
from kuutio.core.problems import Problem

_RATE_IDS = "rate_%s"
"""The page has other forms, too."""
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
        "language_form": LanguageForm(initial={"language": case.language}),
        "rate_form": RateForm(auto_id=_RATE_IDS),
        "rating": getattr(case, "rating", None),
        "proxy_form": ProxyForm(),
        "proxies": case.participants.filter(kind=Participant.Kind.PROXY).select_related("contact"),
        "diary_number": queries.diary_number_of(case, case.responsible),
        "sees_more": permissions.view_of(person, case, timezone.now()).sight is not permissions.Sight.NONE,
        "crumbs": crumbs(_("With the resident")),
    }
    return render(request, "contact/desk/visit.html", context | forms, status=status)


@require_POST
@never_cache
@login_required
def visit_say(request: HttpRequest, visit: Any) -> HttpResponse:
    """Write down what the resident says."""

    def to_where_it_went(opened: DeskVisit, received: Received) -> HttpResponse | None:
        if received.case.pk == opened.case_id:
            return None
        said = _("The case was settled long ago: what the resident says opened a new one, %(number)s.")
        messages.success(request, said % {"number": received.case.number})
        begun = visiting.begin_with_new(received.case, channel=opened.channel, by=opened.officer, at=timezone.now())
        return go(request, begun)

    done = _("The resident’s message is written down.")
    return _act(request, visit, SayForm(request.POST), "say_form", visiting.say_for_resident, done, to_where_it_went)


def _act(
    request: HttpRequest,
    visit: Any,
    form: Form,
    shown_as: str,
    verb: Callable[..., Any],
    done: str,
    elsewhere: Callable[[DeskVisit, Any], HttpResponse | None] = lambda _opened, _made: None,
) -> HttpResponse:
    """Do for the resident what a form says, and come back; a form that needs another look is shown again.

    Args:
        elsewhere: where to go by what the verb has made; None: back.
    """
    person, opened = _visit(request, visit)
    if form.is_valid():
        try:
            made = verb(opened, **form.cleaned_data, by=person, at=timezone.now())
        except Problem as problem:
            form.add_error(None, problem.words)
        else:
            if (other := elsewhere(opened, made)) is not None:
                return other
            messages.success(request, done)
            return redirect("contact:visit", visit=opened.uuid)
    return _page(request, person, opened, status=422, **{shown_as: form})


@require_POST
@never_cache
@login_required
def visit_reach(request: HttpRequest, visit: Any) -> HttpResponse:
    """Change how the resident is told."""
    done = _("From now on the resident is told in this way.")
    return _act(request, visit, ChangeReachForm(request.POST), "reach_form", visiting.change_reach, done)


@require_POST
@never_cache
@login_required
def visit_language(request: HttpRequest, visit: Any) -> HttpResponse:
    """Serve the resident in another language."""
    done = _("The language of service is changed.")
    return _act(request, visit, LanguageForm(request.POST), "language_form", visiting.change_language, done)


@require_POST
@never_cache
@login_required
def visit_rate(request: HttpRequest, visit: Any) -> HttpResponse:
    """Write down how well the resident says that they were served."""
    done = _("The resident’s rating is written down.")
    return _act(
        request, visit, RateForm(request.POST, auto_id=_RATE_IDS), "rate_form", visiting.rate_for_resident, done
    )


@require_POST
@never_cache
@login_required
def visit_proxy(request: HttpRequest, visit: Any) -> HttpResponse:
    """Let somebody act for the resident, or no more."""
    person, opened = _visit(request, visit)
    which = request.POST.get("remove", "")
    if which.isascii() and which.isdecimal() and len(which) < 18:
        visiting.remove_proxy(opened, int(which), by=person, at=timezone.now())
        messages.success(request, _("They don’t act for the resident any more."))
        return redirect("contact:visit", visit=opened.uuid)
    form = ProxyForm(request.POST)

    def name(visit: DeskVisit, *, basis: str, by: Person, at: datetime, **_told: str) -> None:
        contact = form.contact(visit.case.language, at)
        visiting.name_proxy_at_visit(visit, contact, basis=basis, by=by, at=at)

    return _act(request, visit, form, "proxy_form", name, _("They act for the resident from now on."))


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
