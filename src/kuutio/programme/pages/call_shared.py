"""What the pages of calls and applications have in common: who asks, what is found, the way back, forms and refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kuutio.cities.models import Person
from kuutio.core.problems import NotAllowed, NotFound, Problem
from kuutio.programme import call_permissions as permissions
from kuutio.programme import call_queries as queries
from kuutio.programme.models import Application, ApplicationPartner, Call
from kuutio.ui.marked import rendered
from kuutio.ui.wording import language, localized


def person_of(request: HttpRequest) -> Person | None:
    """Who is signed in, None for nobody."""
    user: Any = request.user
    return user if user.is_authenticated else None


def signed_in(request: HttpRequest) -> Person:
    """Who is signed in; behind `login_required`."""
    person = person_of(request)
    if person is None:
        raise NotAllowed(_("Sign in first."))
    return person


def office(request: HttpRequest) -> Person:
    """Somebody of the office.

    Raises:
        NotAllowed: it is somebody else.
    """
    person = signed_in(request)
    if not permissions.is_office(person):
        raise NotAllowed(_("Calls are made by the programme’s office. Ask your organisation for the role."))
    return person


def call_of(request: HttpRequest, slug: str) -> Call:
    """A call that this reader may read.

    Raises:
        Http404: there is none, or it is a draft.
    """
    rows = Call.objects.select_related("programme", "owner").prefetch_related("cutoffs")
    call = get_object_or_404(rows, slug=slug)
    person = person_of(request)
    if not call.is_public and (person is None or not permissions.is_office(person)):
        raise Http404
    return call


def application_of(request: HttpRequest, number: UUID) -> tuple[Person, Application]:
    """A person and an application that they may read; what a hard conflict hides isn't there.

    Raises:
        Http404: there is none for them.
    """
    person = signed_in(request)
    row = get_object_or_404(queries.whole(), uuid=number)
    if not permissions.may_read(person, row) or f"application:{number}" in queries.barred_references(person):
        raise Http404
    return person, row


def part_of(row: Application, position: int) -> ApplicationPartner:
    """A partner of an application by its place.

    Raises:
        Http404: there is none there.
    """
    for partner in row.partners.all():
        if partner.position == position:
            partner.application = row
            return partner
    raise Http404


def crumbs(call: Call | None = None, last: str = "") -> list[dict[str, str]]:
    """The way to a public page of calls."""
    found = [
        {"title": _("Front page"), "url": reverse("web:front")},
        {"title": _("Calls"), "url": reverse("programme:calls") if call or last else ""},
    ]
    if call is not None:
        found.append(
            {
                "title": localized(call.title)[0] or call.slug,
                "url": reverse("programme:call", args=[call.slug]) if last else "",
            }
        )
    if last:
        found.append({"title": last})
    return found


def application_crumbs(row: Application, last: str = "") -> list[dict[str, str]]:
    """The way to a page of an application."""
    found = [
        {"title": _("My page"), "url": reverse("web:mine")},
        {"title": _("Applications"), "url": reverse("programme:applications")},
        {"title": named(row), "url": reverse("programme:application", args=[row.uuid]) if last else ""},
    ]
    if last:
        found.append({"title": last})
    return found


def work_crumbs(call: Call | None = None, last: str = "") -> list[dict[str, str]]:
    """The way to a page of the office."""
    found = [
        {"title": _("Workspace"), "url": reverse("web:workspace")},
        {"title": _("Calls and applications"), "url": reverse("programme:work-calls") if call or last else ""},
    ]
    if call is not None:
        found.append(
            {
                "title": localized(call.title)[0] or call.slug,
                "url": reverse("programme:work-call", args=[call.slug]) if last else "",
            }
        )
    if last:
        found.append({"title": last})
    return found


def named(row: Application) -> str:
    """What an application is called on pages."""
    return localized(row.title)[0] or row.number or _("Application without a title")


def show(problem: Problem, form: Any) -> None:
    """A refusal where it belongs: `/title` beside the title; what has no field stands on top."""
    for error in problem.errors:
        name = error["pointer"].strip("/").replace("/", "_")
        field = name if name in form.fields else next((one for one in form.fields if one == name.split("_")[0]), None)
        form.add_error(field, str(error["detail"]))
    if not problem.errors:
        form.add_error(None, str(problem.detail))


def form_page(request: HttpRequest, form: Any, title: str, crumbs: list[dict[str, str]], **more: Any) -> HttpResponse:
    """A page of one form; 422 when it comes back."""
    context = {"form": form, "title": title, "crumbs": crumbs, **more}
    return render(request, "programme/calls/form.html", context, status=422 if form.is_bound else 200)


def attempt(request: HttpRequest, act: Callable[[], object], done: str) -> bool:
    """Do what a button asks, and say how it went; whether it was done. Who may not do it gets 403, as always."""
    try:
        act()
    except (NotAllowed, NotFound):
        raise
    except Problem as problem:
        messages.error(request, problem.words)
        return False
    messages.success(request, done)
    return True


def told(value: Any) -> dict[str, Any]:
    """A text in Markdown as a page shows it, with its language where that is another than the page's."""
    text, code = localized(value)
    return {"html": rendered(text), "language": "" if code == language() else code} if text else {}


def now() -> Any:
    """The server's clock, read once when a request arrives."""
    return timezone.now()
