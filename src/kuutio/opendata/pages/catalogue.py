"""The list of data sets: search, filters with counts, orders, and the same list as map, feed and file."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kuutio.cities.places import City, cities
from kuutio.core.language import Language
from kuutio.opendata import addresses
from kuutio.opendata.findable import KIND
from kuutio.opendata.listing import Asked, Listed, listed, order_of
from kuutio.opendata.pages import facets, places, results
from kuutio.opendata.pages.files import csv_line
from kuutio.opendata.pages.results import Result
from kuutio.search.queries import changed_at
from kuutio.ui.wording import language, localized

PAGE, FILE_PAGE = 20, 200
_WHOLE = 10_000_000
_MOST_TEXT = 300


def orders(searching: bool) -> dict[str, str]:
    """The orders that a reader can choose, the usual one first."""
    best = {"best": _("Best match")} if searching else {}
    return best | {
        "newest": _("Newest data"),
        "name": _("Name"),
        "quality": _("Best described"),
        "used": _("Most used"),
    }


def asked_of(given: QueryDict, reader: Language, limit: int = PAGE) -> Asked:
    """What an address asks of the list; what it says wrong is passed over."""
    text = given.get("q", "").strip()[:_MOST_TEXT]
    known = orders(bool(text))
    order = given.get("sort", "")
    asked = Asked(text, facets.choices_of(given), order if order in known else next(iter(known)), limit, reader=reader)
    after, before = (
        places.place(given.get(word), order_of(asked) if asked.order != "best" else "best")
        for word in ("after", "before")
    )
    return Asked(asked.text, asked.choices, asked.order, limit, after, before, reader)


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """The page."""
    asked = asked_of(request.GET, language())
    found = listed(asked)
    members = cities()
    counted, choices = found.counts, dict(asked.choices)
    needed = facets.publishers_shown(
        counted.get("publisher", {}), list(choices.get("publisher", [])), request.GET.get("all") == "publisher"
    )
    names = facets.Names(members, needed)
    chosen = {name: list(values) for name, values in choices.items()}
    shown = _results(found.part.keys, members)
    context = {
        "asked": asked,
        "found": found,
        "results": shown,
        "facets": facets.facets(counted, chosen, names, request.GET),
        "flags": _flags(counted, chosen, names),
        "chosen": facets.chosen_links(chosen, names, request.GET),
        "orders": [
            {"value": value, "label": label, "checked": value == asked.order}
            for value, label in orders(bool(asked.text)).items()
        ],
        "pages": _pages(request.GET, asked, found),
        "files": _files(request.GET),
        "view": "map" if request.GET.get("view") == "map" else "list",
        "view_url": _with(request.GET, view="" if request.GET.get("view") == "map" else "map"),
        "city_order": ",".join(city.code for city in members),
        "crumbs": [{"title": _("Front page"), "url": reverse("web:front")}, {"title": _("Open data")}],
        "suggestions": _suggestions(found, asked, request.GET),
        "changed_at": changed_at(KIND),
        "places_on_map": sum(1 for one in shown if one.dataset.bbox),
    }
    return render(request, "opendata/catalogue.html", context)


def _results(keys: list[str], members: list[City]) -> list[Result]:
    known = {city.code: city for city in members}
    return [results.result(dataset, known, language()) for dataset in results.by_keys(keys)]


def _flags(
    counts: dict[str, dict[str, int]], chosen: dict[str, list[str]], names: facets.Names
) -> list[dict[str, Any]]:
    flags = []
    for name in facets.FLAGS:
        count, checked = counts.get(name, {}).get("yes", 0), "yes" in chosen.get(name, [])
        if count or checked:
            flags.append({"name": name, "label": names.of(name, "yes"), "count": count, "checked": checked})
    return flags


def _with(given: QueryDict, **changes: str) -> str:
    """The list's address with other parameters, from its first page on."""
    query = given.copy()
    for word in ("after", "before", "all"):
        query.pop(word, None)
    for name, value in changes.items():
        if value:
            query[name] = value
        else:
            query.pop(name, None)
    return f"{reverse('opendata:catalogue')}{'?' if query else ''}{query.urlencode()}"


def _pages(given: QueryDict, asked: Asked, found: Listed) -> dict[str, str]:
    """The addresses of the parts before and after this one."""
    part = found.part
    backwards = asked.before is not None and asked.after is None
    later = part.more if not backwards else True
    earlier = part.more if backwards else asked.after is not None
    return {
        "first": _with(given) if earlier else "",
        "previous": _with(given, before=places.token(part.first)) if earlier and part.first else "",
        "next": _with(given, after=places.token(part.last)) if later and part.last else "",
    }


def _files(given: QueryDict) -> dict[str, str]:
    """The same list as feed and files."""
    query = given.copy()
    for word in ("after", "before", "all", "view"):
        query.pop(word, None)
    end = f"?{query.urlencode()}" if query else ""
    names = {"feed": "catalogue-feed", "csv": "catalogue-csv", "json": "catalogue-json", "extents": "catalogue-extents"}
    made = {key: reverse(f"opendata:{name}") + end for key, name in names.items()}
    # The map is of the very data sets that stand beside it.
    made["extents"] = reverse("opendata:catalogue-extents") + (f"?{given.urlencode()}" if given else "")
    return made


def _suggestions(found: Listed, asked: Asked, given: QueryDict) -> list[dict[str, str]]:
    """What to try when nothing was found: the same words without filters, the same filters without words, everything."""
    if found.total:
        return []
    tries = []
    if asked.text and asked.choices:
        tries.append(
            {"label": _("Search without the filters"), "url": f"{reverse('opendata:catalogue')}?{_only(q=asked.text)}"}
        )
        tries.append({"label": _("Keep the filters, drop the words"), "url": _with(given, q="")})
    tries.append({"label": _("Show all data sets"), "url": reverse("opendata:catalogue")})
    return tries


def _only(**values: str) -> str:
    query = QueryDict(mutable=True)
    for name, value in values.items():
        query[name] = value
    return query.urlencode()


@require_safe
def extents(request: HttpRequest) -> JsonResponse:
    """The extents of the data sets on a page of the list, as GeoJSON."""
    part = listed(asked_of(request.GET, language())).part
    features = [feature for one in _results(part.keys, cities()) if (feature := results.extent(one))]
    # The largest lie lowest, so that none hides another.
    features.sort(key=_area, reverse=True)
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")


def _area(feature: dict[str, Any]) -> float:
    west, south, east, north = feature["bbox"]
    return float((east - west) * (north - south))


def _everything(given: QueryDict) -> Iterator[Result]:
    """The whole list: found at once, its data sets read some at a time."""
    members = cities()
    asked = asked_of(given, language())
    asked = Asked(asked.text, asked.choices, asked.order, _WHOLE, reader=asked.reader)
    while True:
        part = listed(asked).part
        for at in range(0, len(part.keys), FILE_PAGE):
            yield from _results(part.keys[at : at + FILE_PAGE], members)
        if not part.more:  # the best matches of a search come first, as a part of their own
            return
        asked = Asked(asked.text, asked.choices, asked.order, _WHOLE, part.last, None, asked.reader)


def described(one: Result) -> dict[str, Any]:
    """A data set in a file of the list."""
    dataset = one.dataset
    return {
        "name": dataset.name,
        "title": localized(dataset.title)[0],
        "description": localized(dataset.notes)[0],
        "cities": [city.code for city in one.cities],
        "publisher": localized(dataset.publisher.name)[0],
        "themes": dataset.themes,
        "licence": dataset.licence,
        "rhythm": dataset.frequency,
        "rows": one.rows,
        "formats": [*one.formats],
        "quality": one.points,
        "changed": one.changed_at.isoformat(timespec="seconds") if one.changed_at else None,
        "bbox": dataset.bbox,
        "page": addresses.dataset_page(dataset, language()),
        "uri": addresses.dataset_uri(dataset),
    }


@require_safe
def as_json(request: HttpRequest) -> JsonResponse:
    """A part of the list as JSON, 200 data sets at a time; `next` is the address of the following part."""
    asked = asked_of(request.GET, language(), FILE_PAGE)
    found = listed(asked)
    query = request.GET.copy()
    query["after"] = places.token(found.part.last)
    following = addresses.site(f"{request.path}?{query.urlencode()}") if found.part.more else None
    document = {
        "total": found.total,
        "corrected": dict(found.corrected),
        "datasets": [described(one) for one in _results(found.part.keys, cities())],
        "next": following,
    }
    return JsonResponse(document, json_dumps_params={"ensure_ascii": False})


@require_safe
def as_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The whole list as CSV, safe to open in a spreadsheet."""
    response = StreamingHttpResponse(_lines(request.GET), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="datasets.csv"'
    return response


def _lines(given: QueryDict) -> Iterator[bytes]:
    header: list[str] = []
    for one in _everything(given):
        row = {
            key: " ".join(map(str, value)) if isinstance(value, list) else value
            for key, value in described(one).items()
        }
        if not header:
            header = list(row)
            yield csv_line(header)
        yield csv_line(list(row.values()))
