"""The chats as officers see them: who waits, and talking with one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kuutio.cities.models import Person
from kuutio.contact import chats, queries
from kuutio.contact.actions import chatting
from kuutio.contact.actions.reading import note_reading
from kuutio.contact.models import Case, Chat, ChatPresence
from kuutio.contact.pages.chat import MOST_SHOWN, LineForm, if_new, key
from kuutio.contact.pages.work import agent, crumbs, seen_case
from kuutio.contact.permissions import View
from kuutio.core.problems import NotAllowed, Problem

PAGE = 50


class AnswerLineForm(LineForm):
    """One line to the resident."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = gettext_lazy("Your line to the resident")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def waiting(request: HttpRequest) -> HttpResponse:
    """The talks that wait and go on; saying that one answers, or answers no more."""
    person, now = agent(request), timezone.now()
    if request.method == "POST":
        if request.POST.get("there") == "1":
            chatting.be_present(person, now)
        else:
            chatting.be_absent(person, now)
        return redirect("contact:chats")
    chatting.renew_presence(person, now)
    context = _waiting(request, person) | {"crumbs": crumbs(_("Chats"))}
    return render(request, "contact/chat/waiting.html", context)


@require_safe
@never_cache
@login_required
def waiting_lines(request: HttpRequest) -> HttpResponse:
    """The same list for the page's script, which says by asking that the officer is still there."""
    person, now = agent(request), timezone.now()
    chatting.renew_presence(person, now)
    context = _waiting(request, person)
    state = ".".join(f"{row.pk}{'a' if row.answered_at else ''}{chats.last_line(row.case)}" for row in context["chats"])
    return if_new(request, state or "none", lambda: render(request, "contact/chat/waiting_lines.html", context))


def _waiting(request: HttpRequest, person: Person) -> dict[str, Any]:
    now = timezone.now()
    told = request.GET.get("from", "")
    start = int(told) if told.isascii() and told.isdecimal() and len(told) < 7 else 0
    rows = list(chats.waiting_for(person, now)[start : start + PAGE + 1])
    return {
        "chats": rows[:PAGE],
        "next": start + PAGE if len(rows) > PAGE else None,
        "there": ChatPresence.objects.filter(person=person, seen_at__gt=now - chats.PRESENT).exists(),
        "others": ChatPresence.objects.filter(seen_at__gt=now - chats.PRESENT).exclude(person=person).count(),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def talk(request: HttpRequest, number: str) -> HttpResponse:
    """Talk with the resident of a case."""
    person, case, view = _writable(request, number)
    now = timezone.now()
    chatting.renew_presence(person, now)
    if request.method == "POST" and request.POST.get("end"):
        if (chat := chats.open_chat_of(case)) is not None:
            chatting.end_chat(chat, by=person, at=now)
        messages.success(request, _("The chat is ended. The case goes on here."))
        return redirect("contact:case", number=case.number)
    form = AnswerLineForm(request.POST if request.method == "POST" else None, initial={"key": key()})
    if form.is_valid():
        try:
            chatting.answer_in_chat(case, **form.cleaned_data, by=person, at=now)
        except NotAllowed:
            raise
        except Problem as problem:
            form.add_error(None, problem.words)
        else:
            return redirect(f"{reverse('contact:chat-answer', kwargs={'number': case.number})}#write")
    note_reading(case, view, by=person, at=now)
    context = _talk(case) | {"form": form, "crumbs": crumbs(case.number)}
    return render(request, "contact/chat/answer.html", context, status=422 if form.is_bound else 200)


@require_safe
@never_cache
@login_required
def talk_lines(request: HttpRequest, number: str) -> HttpResponse:
    """The lines and how the talk stands, for the page's script."""
    person, case, view = _writable(request, number)
    now = timezone.now()
    chatting.renew_presence(person, now)
    note_reading(case, view, by=person, at=now)
    chat = _latest(case)
    gone = bool(chat and chat.seen_at < now - chats.GONE)
    state = f"{chats.last_line(case)}-{chats.state_of(chat, now) if chat else ''}-{gone}"
    return if_new(request, state, lambda: render(request, "contact/chat/answer_lines.html", _talk(case)))


def _writable(request: HttpRequest, number: str) -> tuple[Person, Case, View]:
    person, case, view = seen_case(request, number)
    if not view.may_write:
        raise Http404
    return person, case, view


def _latest(case: Case) -> Chat | None:
    return case.chats.order_by("-opened_at", "-pk").first()


def _talk(case: Case) -> dict[str, Any]:
    chat, now = _latest(case), timezone.now()
    newest = list(queries.thread_of_resident(case).select_related("author").order_by("-at", "-pk")[:MOST_SHOWN])
    return {
        "case": case,
        "chat": chat,
        "state": chats.state_of(chat, now) if chat else chats.State.ENDED,
        "gone": bool(chat and chat.seen_at < now - chats.GONE),
        "thread": newest[::-1],
    }
