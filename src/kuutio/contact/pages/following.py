"""A resident's own case, by its secret link: what happens, the thread, answering, rating."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kuutio.contact import chats, nearby, queries
from kuutio.contact.actions.receiving import is_fresh, receive
from kuutio.contact.actions.residents import rate_case
from kuutio.contact.exporting import kept_in_words
from kuutio.contact.files import bytes_of, forget_files, keep_picture, kept_if_taken
from kuutio.contact.incoming import Incoming
from kuutio.contact.links import opens, path_of, spoken_code_of
from kuutio.contact.models import Attachment, Case, Channel, Contact
from kuutio.contact.pages.forms import ChangeReachForm, FindForm, RateForm, ReplyForm
from kuutio.core.case_numbers import parse
from kuutio.core.problems import Problem


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def find(request: HttpRequest) -> HttpResponse:
    """Opening a case by its number and secret. A wrong one says nothing of which was wrong."""
    form = FindForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        case = _case(form.cleaned_data["number"])
        if case is not None and opens(case, form.cleaned_data["secret"]):
            return redirect(path_of(case, get_language()))
        form.add_error(None, _("No case opens with these. Look at the message that you got, and try again."))
    return render(request, "contact/followed/find.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
@never_cache
def followed(request: HttpRequest, number: str, secret: str) -> HttpResponse:
    """The resident's page of a case."""
    return page_of(request, opened_case(number, secret), secret)


@require_POST
@never_cache
def reply(request: HttpRequest, number: str, secret: str) -> HttpResponse:
    """One more message of the resident; sent twice it is there once."""
    case = opened_case(number, secret)
    form = ReplyForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            photo = form.cleaned_data["photo"]
            files = (keep_picture(photo.read(), photo.name or "").file,) if photo else ()
            with kept_if_taken(files):
                received = receive(
                    Incoming(
                        channel=Channel.WEB,
                        text=form.cleaned_data["text"],
                        language=_language(),
                        external_id=f"reply:{case.pk}:{form.cleaned_data['key']}",
                        case=case,
                        contact=reporter_of(case),
                        files=files,
                    ),
                    at=timezone.now(),
                )
            if received.is_repeat:
                forget_files([one.path for one in files])
        except Problem as problem:
            form.add_error(None, str(problem.detail))
        else:
            if received.case.pk != case.pk:
                return to_new_case(request, received.case)
            messages.success(request, _("Your message has been sent."))
            return redirect("contact:followed", number=case.number, secret=secret)
    return page_of(request, case, secret, reply_form=form, status=422)


def to_new_case(request: HttpRequest, case: Case) -> HttpResponse:
    """To the case that a message opened, since the one it was written about was settled long ago."""
    said = _("The case was settled so long ago that your message opened a new one, %(number)s. You see it here.")
    messages.success(request, said % {"number": case.number})
    return redirect(path_of(case, get_language()))


@require_POST
@never_cache
def rate(request: HttpRequest, number: str, secret: str) -> HttpResponse:
    """The answer to the one question."""
    case = opened_case(number, secret)
    form = RateForm(request.POST)
    if form.is_valid():
        try:
            rate_case(case, **form.cleaned_data, at=timezone.now())
        except Problem as problem:
            form.add_error(None, str(problem.detail))
        else:
            messages.success(request, _("Thank you. Your answer helps us to serve better."))
            return redirect("contact:followed", number=case.number, secret=secret)
    return page_of(request, case, secret, rate_form=form, status=422)


@require_safe
@never_cache
def file(request: HttpRequest, number: str, secret: str, file: Any) -> HttpResponse:
    """A file of the thread that the resident sees."""
    case = opened_case(number, secret)
    row = get_object_or_404(Attachment, uuid=file, message__in=queries.thread_of_resident(case))
    return given_out(row)


def given_out(row: Attachment) -> HttpResponse:
    """A file as an answer: a picture is shown, everything else is a download that no page can run."""
    try:
        data = bytes_of(row.path)
    except FileNotFoundError as error:
        raise Http404 from error
    answer = HttpResponse(data, content_type=row.type if row.is_picture else "application/octet-stream")
    kind = "inline" if row.is_picture else "attachment"
    answer.headers["Content-Disposition"] = f"{kind}; filename*=UTF-8''{_quoted(row.name)}"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _quoted(name: str) -> str:
    from urllib.parse import quote

    return quote(name, safe="")


def page_of(request: HttpRequest, case: Case, secret: str, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The resident's page, with a form that needs another look where there is one."""
    contact = reporter_of(case)
    context = {
        "case": case,
        "secret": secret,
        "thread": list(queries.thread_of_resident(case)),
        "events": list(queries.public_events(case)),
        "reply_form": ReplyForm(initial={"key": secrets.token_urlsafe(12)}),
        "rate_form": RateForm(),
        "reach_form": reach_form(case, contact),
        "rating": getattr(case, "rating", None),
        "may_reopen": case.state != Case.State.DUPLICATE and is_fresh(case, timezone.now()),
        "sent": request.GET.get("sent") == "1",
        "joined_to": case.duplicate_of,
        "contact": contact,
        "followers": nearby.follower_count(case),
        "kept": kept_in_words(case) if case.erasure_asked_at and not case.forgotten_at else "",
        "diary_number": queries.diary_number_of(case, case.responsible),
        "spoken_code": spoken_code_of(case),
        "may_chat": chats.is_attended(case, timezone.now()),
        "chat": chats.open_chat_of(case),
    }
    return render(request, "contact/followed/case.html", context | forms, status=status)


def reach_form(case: Case, contact: Contact | None) -> ChangeReachForm:
    """The form for changing how one is told, with what is known."""
    names = ("preference", "name", "email", "phone", "postal_address")
    known = {name: getattr(contact, name) for name in names} if contact else {"preference": Contact.Preference.NONE}
    return ChangeReachForm(initial=known, allows_anonymous=case.category.allows_anonymous)


def _case(number: str) -> Case | None:
    try:
        known = parse(number)
    except ValueError:
        return None
    return Case.objects.select_related("responsible", "category", "duplicate_of", "unit").filter(number=known).first()


def opened_case(number: str, secret: str) -> Case:
    """The case of a link; a wrong link and an unknown case can't be told apart."""
    case = _case(number)
    if case is None or not opens(case, secret):
        raise Http404
    return case


def reporter_of(case: Case) -> Contact | None:
    """The one who reported a case, None where nobody is known."""
    first = case.participants.filter(kind="reporter").select_related("contact").first()
    return first.contact if first else None


def _language() -> Any:
    return get_language() or "fi"
