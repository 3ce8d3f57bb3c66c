"""What the pages of calls and applications have in common: what is found, the way back, what a button does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kuutio.cities.models import Person
from kuutio.core.problems import NotAllowed, NotFound, Problem
from kuutio.programme import call_permissions as permissions
from kuutio.programme import call_queries as queries
from kuutio.programme.models import Application, ApplicationPartner, Call
from kuutio.programme.pages.shared import person_of, signed_in
from kuutio.selection.queries import barred_references
from kuutio.ui.marked import rendered
from kuutio.ui.wording import language, localized


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
    """A person and an application that they may read; what a hard conflict hides isn't there, but for who writes it.

    Raises:
        Http404: there is none for them.
    """
    person = signed_in(request)
    row = get_object_or_404(queries.whole(), uuid=number)
    if permissions.is_in_consortium(person, row):
        return person, row
    if not permissions.may_read(person, row) or f"application:{number}" in barred_references(person):
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


def attempt(request: HttpRequest, act: Callable[[], object], done: str) -> bool:
    """Do what a button asks, and say how it went; whether it was done.

    Raises:
        NotAllowed: who asks may not do it.
        IllegalMove: the table of moves has no such step from this state (409).
    """
    try:
        act()
    except (NotAllowed, NotFound):
        raise
    except Problem as problem:
        if (
            "can" in problem.facts
        ):  # no such step from this state: a page of its own, with the status that programs read
            raise
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
