"""What officers do from a case's screen: each a form that calls one verb and comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kuutio.cities.models import Organisation, Person
from kuutio.contact.actions import handing, telling, working
from kuutio.contact.models import Case, Delivery, Handover
from kuutio.contact.pages.forms import AnswerForm, DirectForm, NoteForm, OfferForm
from kuutio.contact.pages.work import page_of_case, seen_case
from kuutio.core.case_numbers import parse
from kuutio.core.problems import Invalid, NotAllowed, Problem


def _act(request: HttpRequest, number: str, done: str, call: Callable[[Person, Case], Any]) -> HttpResponse:
    """Do one thing to a case and come back to it; a refusal is told there."""
    person, case, _view = seen_case(request, number)
    try:
        call(person, case)
    except NotAllowed:
        raise
    except Problem as problem:
        messages.error(request, str(problem.detail))
    else:
        messages.success(request, done)
    return redirect("contact:case", number=case.number)


def _formed(
    request: HttpRequest, number: str, name: str, form: Form, done: str, call: Callable[[Person, Case], Any]
) -> HttpResponse:
    """The same by a form that may need another look: what was written stays."""
    person, case, view = seen_case(request, number)
    if form.is_valid():
        try:
            call(person, case)
        except NotAllowed:
            raise
        except Problem as problem:
            form.add_error(None, str(problem.detail))
        else:
            messages.success(request, done)
            return redirect("contact:case", number=case.number)
    return page_of_case(request, person, case, view, status=422, **{name: form})


@require_POST
@never_cache
@login_required
def take(request: HttpRequest, number: str) -> HttpResponse:
    """Take a case to handle it oneself."""
    return _act(
        request,
        number,
        _("The case is yours now."),
        lambda person, case: working.take_case(case, by=person, at=timezone.now()),
    )


@require_POST
@never_cache
@login_required
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """Answer the resident."""
    form = AnswerForm(request.POST)

    def call(person: Person, case: Case) -> None:
        told = form.cleaned_data
        working.answer_case(
            case, text=told["text"], then=told["then"], draft_key=told["key"], by=person, at=timezone.now()
        )

    return _formed(request, number, "answer_form", form, _("The answer has been sent."), call)


@require_POST
@never_cache
@login_required
def note(request: HttpRequest, number: str) -> HttpResponse:
    """Write a note among officers."""
    form = NoteForm(request.POST)

    def call(person: Person, case: Case) -> None:
        working.note_case(case, **form.cleaned_data, by=person, at=timezone.now())

    return _formed(request, number, "note_form", form, _("The note is saved."), call)


@require_POST
@never_cache
@login_required
def move(request: HttpRequest, number: str) -> HttpResponse:
    """Put a case into another state."""
    state = request.POST.get("state", "")

    def call(person: Person, case: Case) -> None:
        if state not in Case.State.values:
            raise Invalid(_("There is no such state."))
        working.move_case(case, state, by=person, at=timezone.now())

    return _act(request, number, _("The state of the case is changed."), call)


@require_POST
@never_cache
@login_required
def direct(request: HttpRequest, number: str) -> HttpResponse:
    """Correct the category or the unit."""
    _person, case, _view = seen_case(request, number)
    form = DirectForm(request.POST, city=case.responsible.city)

    def call(person: Person, case: Case) -> None:
        working.direct_case(case, **form.cleaned_data, by=person, at=timezone.now())

    return _formed(request, number, "direct_form", form, _("The case is directed anew."), call)


@require_POST
@never_cache
@login_required
def join(request: HttpRequest, number: str) -> HttpResponse:
    """Join a case to another."""

    def call(person: Person, case: Case) -> None:
        try:
            other = Case.objects.get(number=parse(request.POST.get("to", "")))
        except (ValueError, Case.DoesNotExist) as error:
            raise Invalid(_("There is no case of that number.")) from error
        working.join_case(case, other, by=person, at=timezone.now())

    return _act(request, number, _("The cases are joined."), call)


@require_POST
@never_cache
@login_required
def part(request: HttpRequest, number: str) -> HttpResponse:
    """Undo a joining."""
    return _act(
        request,
        number,
        _("The case stands alone again."),
        lambda person, case: working.part_case(case, by=person, at=timezone.now()),
    )


@require_POST
@never_cache
@login_required
def offer(request: HttpRequest, number: str) -> HttpResponse:
    """Offer a case to another city."""
    _person, case, _view = seen_case(request, number)
    form = OfferForm(request.POST, giver=case.responsible)

    def call(person: Person, case: Case) -> None:
        handing.offer_case(case, **form.cleaned_data, by=person, at=timezone.now())

    return _formed(
        request, number, "offer_form", form, _("The case is offered. You’ll see here what they decide."), call
    )


@require_POST
@never_cache
@login_required
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """Accept, return or withdraw the open offer of a case."""
    decision, reason = request.POST.get("decision", ""), request.POST.get("reason", "")
    person, case, _view = seen_case(request, number)
    handover = case.handovers.filter(decision="").first()
    try:
        if handover is None:
            raise Invalid(_("The case isn’t offered to anybody any more."))
        _decide(handover, decision, reason, person)
    except NotAllowed:
        raise
    except Problem as problem:
        told = [str(error["detail"]) for error in problem.errors] or [str(problem.detail)]
        messages.error(request, " ".join(told))
        return redirect("contact:case", number=case.number)
    messages.success(request, _("Your decision is noted."))
    if decision == "return":
        return redirect("contact:queue")
    return redirect("contact:case", number=case.number)


def _decide(handover: Handover, decision: str, reason: str, person: Person) -> None:
    now = timezone.now()
    match decision:
        case "accept":
            handing.accept_case(handover, by=person, at=now)
        case "return":
            handing.return_case(handover, reason=reason, by=person, at=now)
        case "withdraw":
            handing.withdraw_offer(handover, by=person, at=now)
        case _:
            raise Invalid(_("Choose what to do with the offer."))


@require_POST
@never_cache
@login_required
def settle(request: HttpRequest, number: str) -> HttpResponse:
    """Decide as the duty officer whose a case is."""
    person, case, _view = seen_case(request, number)
    city = get_object_or_404(
        Organisation, slug=request.POST.get("to", "").replace("\0", ""), kind=Organisation.Kind.CITY
    )
    try:
        handing.settle_dispute(case, to=city, reason=request.POST.get("reason", ""), by=person, at=timezone.now())
    except NotAllowed:
        raise
    except Problem as problem:
        messages.error(request, str(problem.detail))
        return redirect("contact:case", number=case.number)
    messages.success(request, _("Your decision is noted."))
    return redirect("contact:queue")


@require_POST
@never_cache
@login_required
def told(request: HttpRequest, number: str) -> HttpResponse:
    """Note that the resident was told by telephone, letter or text message."""

    def call(person: Person, case: Case) -> None:
        rows = Delivery.objects.filter(message__case=case, state=Delivery.State.BY_HAND)
        told_of = request.POST.get("delivery", "")
        row = rows.filter(pk=told_of).first() if told_of.isdecimal() and len(told_of) < 18 else None
        if row is None:
            raise Invalid(_("This has been done already."))
        telling.told_by_hand(row, by=person, at=timezone.now())

    return _act(request, number, _("Noted: the resident has been told."), call)
