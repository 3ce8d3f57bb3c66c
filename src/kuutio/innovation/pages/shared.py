"""What the pages of innovation have in common: who asks, what they may see, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kuutio.cities.models import City, Person
from kuutio.core.problems import NotAllowed, Problem
from kuutio.innovation import permissions, queries
from kuutio.innovation.models import Challenge, Technology, Testbed, Theme, Trial
from kuutio.innovation.queries import PAGE, Asked
from kuutio.ui.marked import rendered
from kuutio.ui.wording import language, localized

FORM = require_http_methods(["GET", "HEAD", "POST"])
Step = tuple[str, str]
"""Of the way to a page: its title and its address; the page itself has none."""


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


def keeper(request: HttpRequest) -> Person:
    """An officer of a city, or who keeps a campus's testbeds.

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
    person = keeper(request)
    return person, get_object_or_404(queries.kept_by(person), slug=slug)


def worked_challenge(request: HttpRequest, slug: str) -> tuple[Person, Challenge]:
    """An officer, and a challenge of one of their cities.

    Raises:
        NotAllowed: the person works for no city.
        Http404: there is no such challenge of theirs.
    """
    person = keeper(request)
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
    said = request.GET
    return Asked(
        text=word_of(said, "q"),
        city=word_of(said, "city", [city.pk for city in cities]),
        theme=word_of(said, "theme", Theme.values),
        technology=word_of(said, "technology", Technology.values),
        kind=word_of(said, "kind", list(dict(kinds))),
        when=word_of(said, "when", list(dict(whens))),
        start=start_of(said),
    )


def word_of(asked: QueryDict, name: str, among: Sequence[str] | None = None) -> str:
    """What the address asks; what it can't ask is left out. `among` is None where any words will do."""
    value = asked.get(name, "").replace("\0", "").strip()[:200]
    return value if among is None or value in among else ""


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
        **pages_of(request.GET, asked.start, total),
        **facts,
    }
    return render(request, template, context)


def crumbs(*steps: Step) -> list[dict[str, str]]:
    """The way to a public page, from the front page."""
    front = [(_("Front page"), reverse("web:front")), (_("Trials and innovation"), reverse("innovation:index"))]
    return [{"title": title, "url": url} for title, url in (*front, *steps)]


def work_crumbs(*steps: Step) -> list[dict[str, str]]:
    """The way to an officer's page; without a step, to their overview."""
    above = [(_("Workspace"), reverse("web:workspace")), (_("Trials"), reverse("innovation:work") if steps else "")]
    return [{"title": title, "url": url} for title, url in (*above, *steps)]


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


def form_page(
    request: HttpRequest,
    form: Any,
    title: str,
    way: Sequence[dict[str, str]],
    *,
    status: int | None = None,
    template: str = "innovation/form.html",
    **facts: Any,
) -> HttpResponse:
    """A page of one form; 422 when it shows what is to be mended.

    Args:
        status: another answer, of the problem that is shown.
        facts: `lead`, `button` (its words), and what the template needs besides.
    """
    context = {"form": form, "title": title, "crumbs": way, **facts}
    return render(request, template, context, status=status or (422 if form.is_bound else 200))
