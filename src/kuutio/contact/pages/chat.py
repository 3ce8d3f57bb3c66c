"""The chat as the resident sees it: a page of the case that looks for new lines by itself, and with a link without scripts."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kuutio.cities.models import Organisation
from kuutio.contact import chats, queries
from kuutio.contact.actions import chatting
from kuutio.contact.links import secret_of
from kuutio.contact.models import Case, Chat
from kuutio.contact.pages.following import opened_case, to_new_case
from kuutio.contact.pages.forms import PhoneField
from kuutio.core.problems import Problem
from kuutio.ui import wording
from kuutio.ui.limits import is_within

MOST_SHOWN = 200
"""Lines on the page; older ones stand on the page of the case."""
MOST_BEGUN = 10


class LineForm(forms.Form):
    """One line of a talk."""

    text = forms.CharField(
        label=gettext_lazy("Your message"), max_length=chatting.LONGEST_LINE, widget=forms.Textarea(attrs={"rows": 2})
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)


class BeginForm(LineForm):
    """The first line, and with which city."""

    city = forms.ChoiceField(label=gettext_lazy("City"))
    # People leave it empty, since they don't see it; programs that fill in everything don't.
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    field_order = ("city", "text")

    def __init__(self, *args: Any, cities: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = gettext_lazy("What would you like to ask?")
        self.fields["city"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose the city")),
            *((row.city_id or "", str(row.city)) for row in cities),
        ]


class AddressForm(forms.Form):
    """Where to answer when nobody has time."""

    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    phone = PhoneField(label=gettext_lazy("Telephone"))


def key() -> str:
    """What makes a line that is sent twice one line."""
    return secrets.token_urlsafe(12)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a talk, where somebody is there to answer."""
    now = timezone.now()
    cities = list(chats.attended(now, chatting.OTHER).select_related("city"))
    form = BeginForm(request.POST if request.method == "POST" else None, cities=cities, initial={"key": key()})
    if cities and form.is_valid() and not form.cleaned_data["website"]:
        told = form.cleaned_data
        person = request.user if request.user.is_authenticated else None
        try:
            if not is_within(request, "chat", most=MOST_BEGUN, minutes=10):
                raise Problem(_("So many chats were begun from your network that you must wait. Write by the form."))
            chat = chatting.begin_chat(
                text=told["text"],
                city=told["city"],
                language=wording.language(),
                person=person,
                key=told["key"],
                at=now,
            )
        except Problem as problem:
            form.add_error(None, str(problem.detail))
        else:
            return redirect(_address(chat.case))
    crumbs = [{"title": _("Report or ask"), "url": reverse("contact:report")}, {"title": _("Chat")}]
    context = {"form": form, "cities": cities, "crumbs": crumbs}
    return render(request, "contact/chat/begin.html", context, status=422 if form.is_bound else 200)


def _address(case: Case, name: str = "chat-talk") -> str:
    return reverse(f"contact:{name}", kwargs={"number": case.number, "secret": secret_of(case)})


def _latest(case: Case) -> Chat | None:
    return case.chats.order_by("-opened_at", "-pk").first()


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def talk(request: HttpRequest, number: str, secret: str) -> HttpResponse:
    """The talk of a case; a line is sent here, too."""
    case = opened_case(number, secret)
    form = LineForm(request.POST if request.method == "POST" else None, initial={"key": key()})
    if form.is_valid():
        try:
            received = chatting.say_as_resident(case, **form.cleaned_data, at=timezone.now())
        except Problem as problem:
            form.add_error(None, problem.words)
        else:
            if received.case.pk != case.pk:
                return to_new_case(request, received.case)
            return redirect(f"{_address(case)}#write")
    return _page(request, case, form, AddressForm(), status=422 if form.is_bound else 200)


@require_POST
@never_cache
def join(request: HttpRequest, number: str, secret: str) -> HttpResponse:
    """Begin a talk in a case, where somebody is there who may answer it."""
    case, now = opened_case(number, secret), timezone.now()
    if not chats.is_attended(case, now):
        messages.error(request, _("Nobody answers chats just now. Write to us here: you will be answered."))
        return redirect("contact:followed", number=case.number, secret=secret)
    chatting.join_chat(case, at=now)
    return redirect(_address(case))


@require_POST
@never_cache
def address(request: HttpRequest, number: str, secret: str) -> HttpResponse:
    """Where to answer when nobody has time."""
    case = opened_case(number, secret)
    chat, form = _latest(case), AddressForm(request.POST)
    if form.is_valid() and chat is not None:
        try:
            chatting.leave_address(chat, **form.cleaned_data, at=timezone.now())
        except Problem as problem:
            form.add_error(None, str(problem.detail))
        else:
            messages.success(request, _("Thank you. We answer you there; you can close the page."))
            return redirect(_address(case))
    return _page(request, case, LineForm(initial={"key": key()}), form, status=422)


@require_safe
@never_cache
def lines(request: HttpRequest, number: str, secret: str) -> HttpResponse:
    """The lines and how the talk stands, for the page's script; 304 when nothing is new."""
    case, now = opened_case(number, secret), timezone.now()
    chat = _latest(case)
    if chat is not None and chat.ended_at is None:
        chatting.see_chat(chat, now)
    return if_new(
        request,
        f"{chats.last_line(case)}-{chats.state_of(chat, now) if chat else ''}",
        lambda: render(request, "contact/chat/lines.html", _context(request, case, chat, AddressForm())),
    )


def if_new(request: HttpRequest, state: str, make: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer with the tag of its state; without a body where the asker has it already."""
    tag = f'"{state}"'
    if tag in parse_etags(request.META.get("HTTP_IF_NONE_MATCH", "")):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = make()
    response["ETag"] = tag
    return response


def _context(request: HttpRequest, case: Case, chat: Chat | None, address_form: AddressForm) -> dict[str, Any]:
    reporter = case.participants.filter(kind="reporter").select_related("contact").first()
    newest = list(queries.thread_of_resident(case).order_by("-at", "-pk")[:MOST_SHOWN])
    return {
        "case": case,
        "secret": secret_of(case),
        "chat": chat,
        "state": chats.state_of(chat, timezone.now()) if chat else chats.State.ENDED,
        "thread": newest[::-1],
        "reached": bool(reporter and reporter.contact.preference != "none"),
        "contact": reporter.contact if reporter else None,
        "address_form": address_form,
    }


def _page(
    request: HttpRequest, case: Case, form: LineForm, address_form: AddressForm, *, status: int = 200
) -> HttpResponse:
    chat = _latest(case)
    if chat is not None and chat.ended_at is None:
        chatting.see_chat(chat, timezone.now())
    context = _context(request, case, chat, address_form) | {"form": form}
    return render(request, "contact/chat/talk.html", context, status=status)
