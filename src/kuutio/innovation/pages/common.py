"""What the pages of solutions, test users, concepts, learnings and matching have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kuutio.cities.models import Person
from kuutio.core.problems import NotAllowed, Problem
from kuutio.innovation import permissions

FORM = require_http_methods(["GET", "HEAD", "POST"])
PAGE = 20


def person_of(request: HttpRequest) -> Person | None:
    """Who is signed in, None for nobody."""
    user: Any = request.user
    return user if user.is_authenticated else None


def officer(request: HttpRequest) -> Person:
    """The officer of a city who asks.

    Raises:
        NotAllowed: the person works for no city.
    """
    person = person_of(request)
    if person is None or not permissions.is_officer(person):
        raise NotAllowed(_("This page is for the officers of the cities. Ask your organisation for a role."))
    return person


def crumbs(*steps: tuple[str, str]) -> list[dict[str, str]]:
    """The way to a public page: its titles and addresses, the last without one."""
    front = [(_("Front page"), reverse("web:front")), (_("Trials and innovation"), reverse("innovation:index"))]
    return [{"title": title, "url": url} for title, url in (*front, *steps)]


def work_crumbs(*steps: tuple[str, str]) -> list[dict[str, str]]:
    """The way to an officer's page."""
    return [{"title": title, "url": url} for title, url in ((_("Workspace"), reverse("web:workspace")), *steps)]


def show(problem: Problem, form: Any) -> None:
    """Show a refusal where it belongs: `/title/sv` beside the title; what has no field stands on top."""
    for error in problem.errors:
        name = error["pointer"].strip("/").split("/")[0]
        form.add_error(name if name in form.fields else None, error["detail"])
    if not problem.errors:
        form.add_error(None, str(problem.detail))


def form_page(
    request: HttpRequest, form: Any, title: str, steps: Sequence[dict[str, str]], **more: Any
) -> HttpResponse:
    """A page of one form; 422 when it shows what is to be mended."""
    context = {"form": form, "title": title, "crumbs": steps, **more}
    template = more.get("template", "innovation/form.html")
    return render(request, template, context, status=422 if form.is_bound else 200)


def start_of(asked: QueryDict) -> int:
    """From which row on a list is shown."""
    start = asked.get("from", "")
    return int(start) if start.isascii() and start.isdecimal() and len(start) < 6 else 0


def pages_of(asked: QueryDict, start: int, total: int) -> dict[str, str]:
    """The addresses of the pages before and after."""
    query = asked.copy()
    query.pop("from", None)
    before = f"?{query.urlencode()}&from=" if query else "?from="
    return {
        "previous": f"{before}{max(start - PAGE, 0)}" if start else "",
        "next": f"{before}{start + PAGE}" if start + PAGE < total else "",
    }


def word_of(asked: QueryDict, name: str, among: Sequence[str] = ()) -> str:
    """What the address asks; what it can't ask is left out."""
    value = asked.get(name, "").replace("\0", "").strip()[:200]
    return value if not among or value in among else ""
