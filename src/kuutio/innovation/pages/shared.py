"""What the pages of innovation have in common: who asks, what they may see, and the way back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kuutio.cities.models import City, Person
from kuutio.core.problems import NotAllowed, Problem
from kuutio.innovation import permissions, queries
from kuutio.innovation.models import Challenge, Technology, Testbed, Theme, Trial
from kuutio.innovation.pages import common
from kuutio.innovation.queries import PAGE, Asked
from kuutio.ui.marked import rendered
from kuutio.ui.wording import language, localized

FORM = require_http_methods(["GET", "HEAD", "POST"])


def person_of(request: HttpRequest) -> Person | None:
    """Who is signed in, None for nobody."""
    user: Any = request.user
    return user if user.is_authenticated else None


def officer(request: HttpRequest) -> Person:
    """The officer who works on trials.

    Raises:
        NotAllowed: the person works for no city and keeps no testbeds.
    """
    person = person_of(request)
    if person is None or not permissions.keeps_testbeds(person):
        raise NotAllowed(_("Trials are run by officers of the cities. Ask your organisation for a role."))
    return person


def worked_testbed(request: HttpRequest, slug: str) -> tuple[Person, Testbed]:
    """A keeper, and one of their testbeds.

    Raises:
        NotAllowed: the person keeps none at all.
        Http404: there is no such one of theirs.
    """
    person = officer(request)
    return person, get_object_or_404(queries.kept_by(person), slug=slug)


def worked_challenge(request: HttpRequest, slug: str) -> tuple[Person, Challenge]:
    """An officer, and a challenge of one of their cities.

    Raises:
        NotAllowed: the person works for no city.
        Http404: there is no such challenge of theirs.
    """
    person = officer(request)
    rows = queries.with_cities(queries.challenges_of(person)).select_related("owner")
    return person, get_object_or_404(rows, slug=slug)


def worked_trial(request: HttpRequest, slug: str) -> tuple[Person, Trial]:
    """Somebody who works on a trial: an officer of its cities, or the firm's lead.

    Raises:
        Http404: there is no such trial of theirs.
    """
    person = person_of(request)
    rows = queries.with_cities(queries.trials_of(person))
    rows = rows.select_related("owner", "organisation", "challenge", "testbed", "agreement", "answer", "proposal")
    found: Trial = get_object_or_404(rows, slug=slug)
    assert person is not None  # noqa: S101  # nobody works on a trial without signing in
    return person, found


def asked_of(request: HttpRequest, cities: list[City], kinds: Any = (), whens: Any = ()) -> Asked:
    """What a reader asks of a list; what no list has is left out."""
    told = {name: request.GET.get(name, "")[:200].replace("\0", "") for name in ("q", "city", "theme", "technology")}
    kind, when = request.GET.get("kind", ""), request.GET.get("when", "")
    start = request.GET.get("from", "")
    return Asked(
        text=told["q"].strip(),
        city=told["city"] if told["city"] in {city.pk for city in cities} else "",
        theme=told["theme"] if told["theme"] in Theme.values else "",
        technology=told["technology"] if told["technology"] in Technology.values else "",
        kind=kind if kind in dict(kinds) else "",
        when=when if when in dict(whens) else "",
        start=int(start) if start.isascii() and start.isdecimal() and len(start) < 6 else 0,
    )


def turns(request: HttpRequest, start: int, total: int) -> dict[str, str]:
    """The addresses of the pages before and after."""
    query = request.GET.copy()
    query.pop("from", None)
    before = f"?{query.urlencode()}&from=" if query else "?from="
    return {
        "previous": f"{before}{max(start - PAGE, 0)}" if start else "",
        "next": f"{before}{start + PAGE}" if start + PAGE < total else "",
    }


def listing(
    request: HttpRequest, template: str, rows: list[Any], total: int, asked: Asked, cities: list[City], **facts: Any
) -> HttpResponse:
    """A list with its filters, a page at a time."""
    context = {
        "rows": rows,
        "total": total,
        "asked": asked,
        "cities": cities,
        "themes": Theme.choices,
        "technologies": Technology.choices,
        "may_work": permissions.keeps_testbeds(person_of(request)),
        **turns(request, asked.start, total),
        **facts,
    }
    return render(request, template, context)


def crumbs(parent: tuple[str, str] | None, last: str = "") -> list[dict[str, str]]:
    """The way to a public page.

    Args:
        parent: the title and the page's name of the list that it belongs to; None for the list itself.
    """
    found = common.crumbs(*([(parent[0], reverse(parent[1]))] if parent else []))
    return [*found, {"title": last}] if last else found


def work_crumbs(last: str = "", *above: tuple[str, str]) -> list[dict[str, str]]:
    """The way to an officer's page.

    Args:
        above: title and address of each page between the overview and this one.
    """
    found = [
        {"title": _("Workspace"), "url": reverse("web:workspace")},
        {"title": _("Trials"), "url": reverse("innovation:work") if last else ""},
    ]
    found += [{"title": title, "url": address} for title, address in above]
    return [*found, {"title": last}] if last else found


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


def in_one(text: str, code: str) -> dict[str, str]:
    """A text that people wrote in one language, in the same form as those of many."""
    return {code: text} if text else {}


def form_page(
    request: HttpRequest,
    form: Any,
    title: str,
    way: list[dict[str, str]],
    *,
    lead: str = "",
    button: str = "",
    status: int | None = None,
    **facts: Any,
) -> HttpResponse:
    """A page with one form."""
    context = {"form": form, "title": title, "lead": lead, "crumbs": way, "button": button, **facts}
    code = status or (422 if form.is_bound else 200)
    return render(request, "innovation/one_form.html", context, status=code)
