"""The one search over everything: a question, its answers by kind, best first."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kuutio.cities.places import cities
from kuutio.opendata.queries import publishes_for
from kuutio.search.queries import Found, Results, changed_at, find
from kuutio.ui.wording import language, localized
from kuutio.web import gathered

PAGE = 20
#: Who turns so many pages is better helped by another word.
PAGES = 25
_LONGEST = 200


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What the house holds about the words asked for, as far as this reader may see it."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:_LONGEST]
    sources = {source.kind: source for source in gathered.parts().searches}
    kind = request.GET.get("kind", "")
    kind = kind if kind in sources else ""
    page = _page(request.GET.get("page", ""))
    results = Results([], {}, ())
    if text:
        results = find(
            text, language=language(), kind=kind, audience=audience(request.user), limit=PAGE, offset=(page - 1) * PAGE
        )
    shown = results.kinds.get(kind, 0) if kind else results.total
    names = {city.code: localized(city.name)[0] for city in cities()}
    context = {
        "q": text,
        "rows": [_row(row, sources, names) for row in results.rows],
        "total": shown,
        "corrected": results.corrected,
        "kinds": _kinds(results.kinds, sources, text, kind),
        "previous": _address(text, kind, page - 1) if page > 1 else "",
        "next": _address(text, kind, page + 1) if page * PAGE < shown and page < PAGES else "",
        "changed_at": changed_at(),
        "crumbs": [{"title": _("Front page"), "url": reverse("web:front")}, {"title": _("Search")}],
    }
    return render(request, "web/search.html", context)


def audience(person: Any) -> list[str]:
    """Whose view a reader has: everybody's, and that of each organisation for which they publish."""
    held = publishes_for(person) if person.is_authenticated else []
    return ["public", *(f"organisation:{organisation}" for organisation in held)]


def _page(given: str) -> int:
    return min(PAGES, max(1, int(given))) if given.isascii() and given.isdigit() and len(given) < 5 else 1


def _address(text: str, kind: str, page: int = 1) -> str:
    more: dict[str, str] = {"kind": kind} if kind else {}
    more |= {"page": str(page)} if page > 1 else {}
    return reverse("web:search", query={"q": text, **more})


def _kinds(counts: dict[str, int], sources: dict[str, Any], text: str, chosen: str) -> list[dict[str, Any]]:
    """The kinds that have answers, as links; the first one takes all."""
    known = [(kind, source) for kind, source in sources.items() if counts.get(kind)]
    if len(known) < 2 and not chosen:
        return []
    every = {"title": _("All"), "count": sum(counts.values()), "url": _address(text, ""), "current": not chosen}
    return [
        every,
        *(
            {"title": source.plural, "count": counts[kind], "url": _address(text, kind), "current": kind == chosen}
            for kind, source in known
        ),
    ]


def _row(row: Found, sources: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    source = sources.get(row.kind)
    return {
        "title": row.title,
        "path": row.path,
        "text": Truncator(row.body).chars(220),
        "kind": source.label if source else row.kind,
        "city": names.get(row.city, ""),
        "language": row.language if row.language != language() else "",
    }
