"""What officers do from a case's screen: each a form that calls one verb and comes back."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kuutio.cities.models import Organisation, Person, Unit
from kuutio.contact import permissions
from kuutio.contact.actions import answering, correcting, handing, splitting, telling, working
from kuutio.contact.models import Case, Delivery
from kuutio.contact.pages.forms import (
    AnswerForm,
    AssignForm,
    DiaryForm,
    DirectForm,
    LanguageForm,
    NoteForm,
    OfferForm,
    PlaceForm,
    SplitForm,
    UnitOfferForm,
)
from kuutio.contact.pages.work import officers_of, page_of_case, seen_case
from kuutio.core.case_numbers import parse
from kuutio.core.problems import Invalid, NotAllowed, Problem, Text

Door = Callable[..., HttpResponse]
Verb = Callable[[Person, Case, dict[str, Any]], Any]


def _plain(said: QueryDict, _case: Case) -> None:
    """An act that needs no form: what was sent is read by the act itself."""


def act(
    done: Text,
    form: Callable[[QueryDict, Case], Form | None] = _plain,
    *,
    shown_as: str = "",
    leaves: bool = False,
    is_about_answer: bool = False,
) -> Callable[[Verb], Door]:
    """Make the door of a verb: post only, the case by the officer's rights, a refusal told where the officer is.

    Args:
        done: what is said when it is done.
        form: what reads the words that were sent; the act gets them cleaned, else as they were sent.
        shown_as: the name of the form on the case's screen, where it comes back with what was written and what is wrong.
        leaves: whether the officer no longer sees the case after it.
        is_about_answer: else it comes after the answer that the officer has just sent, which then leaves at once.
    """

    def made(verb: Verb) -> Door:
        @require_POST
        @never_cache
        @login_required
        @wraps(verb)
        def door(request: HttpRequest, number: str) -> HttpResponse:
            person, case, view = seen_case(request, number)
            said = form(request.POST, case)
            if said is not None and not said.is_valid():
                return _again(request, person, case, view, said, shown_as)
            try:
                if not is_about_answer:
                    answering.send_before_going_on(case, by=person, at=timezone.now())
                verb(person, case, said.cleaned_data if said is not None else _words(request.POST))
            except NotAllowed:
                raise
            except Problem as problem:
                told = problem.words
                if said is not None and shown_as:
                    said.add_error(None, told)
                    return _again(request, person, case, view, said, shown_as)
                messages.error(request, told)
                return redirect("contact:case", number=case.number)
            messages.success(request, str(done))
            return redirect("contact:queue") if leaves else redirect("contact:case", number=case.number)

        return door

    return made


def _words(said: QueryDict) -> dict[str, str]:
    """What was sent without a form; the database holds no NUL."""
    return {name: str(value).replace("\0", "") for name, value in said.items()}


def _again(
    request: HttpRequest, person: Person, case: Case, view: permissions.View, said: Form, shown_as: str
) -> HttpResponse:
    if shown_as:
        return page_of_case(request, person, case, view, status=422, **{shown_as: said})
    messages.error(request, " ".join(str(error) for errors in said.errors.values() for error in errors))
    return redirect("contact:case", number=case.number)


@act(gettext_lazy("The case is yours now."))
def take(person: Person, case: Case, _told: dict[str, Any]) -> None:
    """Take a case to handle it oneself."""
    working.take_case(case, by=person, at=timezone.now())


@act(
    gettext_lazy("The case has its officer."),
    lambda said, case: AssignForm(said, officers=officers_of([case.responsible])),
    shown_as="assign_form",
)
def assign(person: Person, case: Case, told: dict[str, Any]) -> None:
    """Give a case to an officer of the city."""
    working.take_case(case, to=told["officer"], by=person, at=timezone.now())


@act(
    gettext_lazy("The answer is on its way."),
    lambda said, case: AnswerForm(said, keep_at=reverse("contact:draft", args=[case.number])),
    shown_as="answer_form",
    is_about_answer=True,
)
def answer(person: Person, case: Case, told: dict[str, Any]) -> None:
    """Answer the resident, in a moment."""
    answering.hold_answer(case, **told, by=person, at=timezone.now())


@act(gettext_lazy("The answer was taken back. Nothing has been sent."), is_about_answer=True)
def take_back(person: Person, case: Case, _told: dict[str, Any]) -> None:
    """Take an answer back before it leaves."""
    answering.take_back_answer(case, by=person, at=timezone.now())


@act(gettext_lazy("The note is saved."), lambda said, _case: NoteForm(said), shown_as="note_form")
def note(person: Person, case: Case, told: dict[str, Any]) -> None:
    """Write a note among officers."""
    working.note_case(case, **told, by=person, at=timezone.now())


@act(gettext_lazy("The state of the case is changed."))
def move(person: Person, case: Case, told: dict[str, Any]) -> None:
    """Put a case into another state."""
    if told.get("state") not in Case.State.values:
        raise Invalid(_("There is no such state."))
    working.move_case(case, told["state"], by=person, at=timezone.now())


@act(
    gettext_lazy("The case is directed anew."),
    lambda said, case: DirectForm(said, city=case.responsible.city),
    shown_as="direct_form",
)
def direct(person: Person, case: Case, told: dict[str, Any]) -> None:
    """Correct the category or the unit. Where the unit is left as it is, that of another category's rule gets the case."""
    unit = told["unit"] if told["unit"] != case.unit else None
    joint_queue = told["joint_queue"] and case.unit is not None
    working.direct_case(
        case, category=told["category"], unit=unit, joint_queue=joint_queue, by=person, at=timezone.now()
    )


@act(gettext_lazy("The place of the case is corrected."), lambda said, _case: PlaceForm(said), shown_as="place_form")
def place(person: Person, case: Case, told: dict[str, Any]) -> None:
    """Correct where a case is; whose it is then is offered on its screen, and not changed."""
    correcting.place_case(case, **told, by=person, at=timezone.now())


@act(gettext_lazy("The language of service is changed."), lambda said, _case: LanguageForm(said))
def language(person: Person, case: Case, told: dict[str, Any]) -> None:
    """Correct the language in which the case is served."""
    correcting.set_language(case, **told, by=person, at=timezone.now())


@act(gettext_lazy("The diary number is saved."), lambda said, _case: DiaryForm(said))
def diary(person: Person, case: Case, told: dict[str, Any]) -> None:
    """Write down the city's own diary number."""
    correcting.set_diary_number(case, **told, by=person, at=timezone.now())


@act(gettext_lazy("The cases are joined."))
def join(person: Person, case: Case, told: dict[str, Any]) -> None:
    """Join a case to another."""
    try:
        other = Case.objects.get(number=parse(told.get("to", "")))
    except (ValueError, Case.DoesNotExist) as error:
        raise Invalid(_("There is no case of that number.")) from error
    working.join_case(case, other, by=person, at=timezone.now())


@act(gettext_lazy("The case stands alone again."))
def part(person: Person, case: Case, _told: dict[str, Any]) -> None:
    """Undo a joining."""
    working.part_case(case, by=person, at=timezone.now())


@act(gettext_lazy("The chosen messages are a case of their own now."), lambda said, case: SplitForm(said, case=case))
def split(person: Person, case: Case, told: dict[str, Any]) -> None:
    """Take chosen messages into a case of their own."""
    chosen = [message.uuid for message in told["messages"]]
    splitting.split_case(case, chosen, category=told["category"], by=person, at=timezone.now())


@act(gettext_lazy("The split is undone."))
def unsplit(person: Person, case: Case, _told: dict[str, Any]) -> None:
    """Put the messages of a split back."""
    splitting.undo_split(case, by=person, at=timezone.now())


@act(
    gettext_lazy("The case is offered. You’ll see here what they decide."),
    lambda said, case: OfferForm(said, giver=case.responsible),
    shown_as="offer_form",
)
def offer(person: Person, case: Case, told: dict[str, Any]) -> None:
    """Offer a case to another city."""
    handing.offer_case(case, **told, by=person, at=timezone.now())


@act(
    gettext_lazy("The case is offered. You’ll see here what they decide."),
    lambda said, case: UnitOfferForm(said, case=case),
    shown_as="within_form",
)
def offer_within(person: Person, case: Case, told: dict[str, Any]) -> None:
    """Offer a case to another unit of its city."""
    handing.offer_case(case, to=case.responsible, **told, by=person, at=timezone.now())


def _decide(person: Person, case: Case, told: dict[str, Any]) -> None:
    """Accept, return or withdraw the open offer of a case."""
    now, handover = timezone.now(), case.handovers.filter(decision="").first()
    if handover is None:
        raise Invalid(_("The case isn’t offered to anybody any more."))
    match told.get("decision"):
        case "accept":
            handing.accept_case(handover, by=person, at=now)
        case "return":
            handing.return_case(handover, reason=told.get("reason", ""), by=person, at=now)
        case "withdraw":
            handing.withdraw_offer(handover, by=person, at=now)
        case _:
            raise Invalid(_("Choose what to do with the offer."))


_decided = act(gettext_lazy("Your decision is noted."))(_decide)
_returned = act(gettext_lazy("Your decision is noted."), leaves=True)(_decide)


def decide(request: HttpRequest, number: str) -> HttpResponse:
    """Accept, return or withdraw the open offer of a case; who returns it sees it no more."""
    return (_returned if request.POST.get("decision") == "return" else _decided)(request, number)


@act(gettext_lazy("Your decision is noted."), leaves=True)
def settle(person: Person, case: Case, told: dict[str, Any]) -> None:
    """Decide as the duty officer whose a case is."""
    city = get_object_or_404(Organisation, slug=told.get("to", ""), kind=Organisation.Kind.CITY)
    unit = get_object_or_404(Unit, slug=told["unit"]) if told.get("unit") else None
    handing.settle_dispute(case, to=city, unit=unit, reason=told.get("reason", ""), by=person, at=timezone.now())


@act(gettext_lazy("Noted: the resident has been told."))
def told(person: Person, case: Case, told: dict[str, Any]) -> None:
    """Note that the resident was told by telephone, letter or text message."""
    rows = Delivery.objects.filter(message__case=case, state=Delivery.State.BY_HAND)
    which = told.get("delivery", "")
    row = rows.filter(pk=which).first() if which.isdecimal() and len(which) < 18 else None
    if row is None:
        raise Invalid(_("This has been done already."))
    telling.told_by_hand(row, by=person, at=timezone.now())
