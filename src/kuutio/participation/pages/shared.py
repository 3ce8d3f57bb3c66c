"""What the pages of participation have in common: the process that is asked for, and the way back."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from kuutio.cities.models import Person
from kuutio.core.problems import NotAllowed, Problem
from kuutio.participation import permissions, queries
from kuutio.participation.models import Process, Stage
from kuutio.ui.marked import rendered
from kuutio.ui.wording import language, localized


def person_of(request: HttpRequest) -> Person | None:
    """Who is signed in, None for nobody."""
    user: Any = request.user
    return user if user.is_authenticated else None


def seen(request: HttpRequest, slug: str) -> Process:
    """The process of an address, if this reader may read it.

    Raises:
        Http404: there is none, or it is another's draft.
    """
    rows = queries.with_parts(queries.seen_by(person_of(request))).select_related("outcome")
    return get_object_or_404(rows, slug=slug)


def seen_stage(process: Process, slug: str) -> Stage:
    """A stage of a process that is seen.

    Raises:
        Http404: it has none of this name.
    """
    for stage in process.stages.all():
        if stage.slug == slug:
            stage.process = process
            return stage
    raise Http404


def officer(request: HttpRequest) -> Person:
    """The officer who works on processes.

    Raises:
        NotAllowed: the person works for no city's processes.
    """
    person = person_of(request)
    if person is None or not permissions.is_officer(person):
        raise NotAllowed(_("Processes are made by officers of the cities. Ask your organisation for a role."))
    return person


def worked(request: HttpRequest, slug: str) -> tuple[Person, Process]:
    """An officer, and a process of one of their cities.

    Raises:
        NotAllowed: the person works for no city's processes.
        Http404: there is no such process of their cities.
    """
    person = officer(request)
    rows = queries.with_parts(queries.worked_on_by(person)).select_related("outcome")
    return person, get_object_or_404(rows, slug=slug)


def crumbs(process: Process | None = None, last: str = "") -> list[dict[str, str]]:
    """The way to a public page."""
    listing = {"title": _("Take part"), "url": reverse("participation:processes")}
    found = [{"title": _("Front page"), "url": reverse("web:front")}, listing]
    if process is not None:
        found.append(
            {
                "title": localized(process.title)[0],
                "url": reverse("participation:process", args=[process.slug]) if last else "",
            }
        )
    if last:
        found.append({"title": last})
    if len(found) == 2:  # the list itself
        found[-1] = {"title": listing["title"]}
    return found


def work_crumbs(process: Process | None = None, last: str = "") -> list[dict[str, str]]:
    """The way to an officer's page."""
    found = [
        {"title": _("Workspace"), "url": reverse("web:workspace")},
        {"title": _("Participation"), "url": reverse("participation:work") if process or last else ""},
    ]
    if process is not None:
        address = reverse("participation:work-process", args=[process.slug]) if last else ""
        found.append({"title": localized(process.title)[0], "url": address})
    if last:
        found.append({"title": last})
    return found


def show(problem: Problem, form: Any) -> None:
    """Show a refusal where it belongs: `/title/sv` beside the title; what has no field stands on top."""
    for error in problem.errors:
        name = error["pointer"].strip("/").split("/")[0]
        form.add_error(name if name in form.fields else None, error["detail"])
    if not problem.errors:
        form.add_error(None, str(problem.detail))


def told(value: Any) -> dict[str, Any]:
    """A text in Markdown as a page shows it, with its language where that is another than the page's."""
    text, code = localized(value)
    return {"html": rendered(text), "language": "" if code == language() else code} if text else {}
