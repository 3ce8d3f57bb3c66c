"""What all pages of the programme have in common: who asks, a form and how a refusal is shown in it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kuutio.cities.models import Person
from kuutio.core.problems import NotAllowed, Problem
from kuutio.programme import call_permissions as permissions

Crumbs = list[dict[str, str]]


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
    """Somebody who works for the programme.

    Raises:
        NotAllowed: they don't.
    """
    person = signed_in(request)
    if not permissions.is_office(person):
        raise NotAllowed(_("This is for the programme office. Ask your organisation for the role."))
    return person


def show(problem: Problem, form: Any) -> None:
    """A refusal where it belongs: `/title` beside the title; what has no field stands on top."""
    for error in problem.errors:
        name = error["pointer"].strip("/").replace("/", "_")
        field = name if name in form.fields else next((one for one in form.fields if one == name.split("_")[0]), None)
        form.add_error(field, str(error["detail"]))
    if not problem.errors:
        form.add_error(None, str(problem.detail))


def form_page(request: HttpRequest, form: Any, title: str, crumbs: Crumbs, **more: Any) -> HttpResponse:
    """A page of one form, whose button says `button`; 422 when it comes back."""
    context = {"form": form, "title": title, "crumbs": crumbs, **more}
    return render(request, "programme/form.html", context, status=422 if form.is_bound else 200)
