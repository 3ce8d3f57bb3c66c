"""Articles for everybody: a list with a search, and one article, for all cities or with a city's own words."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kuutio.cities.places import cities
from kuutio.contact.findable import KIND
from kuutio.contact.helps import current_versions, own_version, said, with_current
from kuutio.contact.models import Category, Help, HelpVersion
from kuutio.core.language import sort_key
from kuutio.search.queries import find
from kuutio.ui.marked import rendered
from kuutio.ui.wording import language, localized

PAGE = 20
_LAST = 500


@require_safe
def articles(request: HttpRequest) -> HttpResponse:
    """All articles by their titles, or those that some words find."""
    query = request.GET.get("q", "").replace("\0", "").strip()[:200]
    start = _start(request.GET.get("from", ""))
    rows, total = _found(query, start) if query else _all(start)
    address = reverse("contact:articles", query={"q": query} if query else None)
    join = "&" if query else "?"
    context = {
        "rows": rows,
        "query": query,
        "total": total,
        "next": f"{address}{join}from={start + PAGE}" if start + PAGE < total else "",
        "previous": f"{address}{join}from={max(start - PAGE, 0)}" if start else "",
        "crumbs": _crumbs(),
    }
    return render(request, "contact/helps/articles.html", context)


def _start(told: str) -> int:
    return min(int(told), PAGE * _LAST) if told.isascii() and told.isdecimal() and len(told) < 8 else 0


def _found(query: str, start: int) -> tuple[list[dict[str, str]], int]:
    results = find(query, language=language(), kind=KIND, limit=PAGE, offset=start)
    names = {city.code: localized(city.name)[0] for city in cities()}
    rows = [
        {"title": row.title, "path": row.path, "language": row.language, "city": names.get(row.city, "")}
        for row in results.rows
    ]
    return rows, results.kinds.get(KIND, 0)


def _all(start: int) -> tuple[list[dict[str, str]], int]:
    """A page of the titles of all; they are few hundreds, so they are put in order here, in the reader's language."""
    versions = HelpVersion.objects.filter(
        help__kind=Help.Kind.ARTICLE, help__is_active=True, city=None, is_current=True
    ).values_list("help__slug", "title")
    titled = sorted(
        ((localized(title), slug) for slug, title in versions), key=lambda row: (sort_key(row[0][0]), row[1])
    )
    rows = [
        {"title": title, "path": reverse("contact:article", args=[slug]), "language": code, "city": ""}
        for (title, code), slug in titled[start : start + PAGE]
    ]
    return rows, len(titled)


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """One article. What isn't written in the reader's language is shown in another, and said so."""
    row = with_current(Help.objects.filter(slug=slug, kind=Help.Kind.ARTICLE, is_active=True)).first()
    members = cities()
    city = next((row for row in members if row.code == request.GET.get("city", "")), None)
    told = said(row, city=city.code if city else "", language=language()) if row else None
    if row is None or told is None:
        raise Http404
    context: dict[str, Any] = {
        "told": told,
        "html": rendered(told.text, top=2),
        "city": city,
        "with_own": [city for city in members if own_version(row, city.code)],
        "categories": Category.objects.filter(pk__in=row.categories, is_active=True),
        "changed_at": max(version.at for version in current_versions(row)),
        "crumbs": [*_crumbs()[:1], {"title": _("Guidance"), "url": reverse("contact:articles")}, {"title": told.title}],
    }
    return render(request, "contact/helps/article.html", context)


def _crumbs() -> list[dict[str, str]]:
    return [{"title": _("Front page"), "url": reverse("web:front")}, {"title": _("Guidance")}]
