"""Which representation the caller wants, and the links between representations."""

from typing import Any
from urllib.parse import quote, unquote_plus

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kuutio.core.problems import BadQuery

JSON, GEOJSON, HTML, SCHEMA = "application/json", "application/geo+json", "text/html", "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
ROOT = "/api/ogc"


def wants_html(request: HttpRequest) -> bool:
    """Whether a person reads: `f=html`, or a browser's `Accept` without `f`.

    Raises:
        BadQuery: an `f` that isn't offered.
    """
    asked = request.GET.get("f")
    if asked is None:
        accept = request.META.get("HTTP_ACCEPT", "")
        return "text/html" in accept and not accept.startswith((JSON, GEOJSON))
    if asked not in {"json", "html"}:
        raise BadQuery("The formats here are f=json and f=html.", errors=[{"pointer": "/f", "detail": "json or html"}])
    return asked == "html"


def base() -> str:
    """The root of the OGC API, without a final slash."""
    return settings.SITE_URL + ROOT


def link(href: str, rel: str, media_type: str, title: str, **more: Any) -> dict[str, Any]:
    """A link as OGC APIs write it."""
    return {"href": href, "rel": rel, "type": media_type, "title": title, **more}


def with_parameter(request: HttpRequest, name: str, value: str, *, without: tuple[str, ...] = ()) -> str:
    """The request's own address with one parameter set, and some left out; the others stay as they were written."""
    dropped = {name, *without}
    given = request.META.get("QUERY_STRING", "").split("&")
    kept = [part for part in given if part and _name(part) not in dropped]
    kept.append(f"{name}={quote(value, safe='')}")
    return f"{settings.SITE_URL}{request.path}?{'&'.join(kept)}"


def _name(part: str) -> str:
    name = part.partition("=")[0]
    return unquote_plus(name) if "%" in name or "+" in name else name


def with_format(request: HttpRequest, form: str) -> str:
    """The request's own address in another representation."""
    return with_parameter(request, "f", form)


def self_links(request: HttpRequest, media_type: str = JSON) -> list[dict[str, Any]]:
    """This document, and its other representation."""
    html = wants_html(request)
    return [
        link(with_format(request, "html" if html else "json"), "self", HTML if html else media_type, "This document"),
        link(
            with_format(request, "json" if html else "html"),
            "alternate",
            media_type if html else HTML,
            "This document as JSON" if html else "This document as a web page",
        ),
    ]


def shown(
    request: HttpRequest, document: dict[str, Any], template: str, *, media_type: str = JSON, **more: Any
) -> HttpResponse:
    """The document as JSON, or as a page for people made of the same document."""
    if wants_html(request):
        return render(request, f"opendata/ogc/{template}.html", {"document": document, **more})
    return HttpResponse(orjson.dumps(document), content_type=media_type)
