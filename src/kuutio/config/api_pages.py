"""`/api/`: the interfaces side by side, and a page that people can read of each OpenAPI document."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kuutio.config.api import api
from kuutio.core.problems import BadQuery
from kuutio.opendata.ogc import openapi as ogc


def interfaces() -> list[dict[str, str]]:
    """The interfaces: name, address, what it is for, where it is described."""
    site = settings.SITE_URL
    return [
        {
            "name": "OGC API",
            "address": f"{site}/api/ogc/",
            "use": _(
                "Maps and analyses: QGIS, GDAL and every program that speaks OGC API – Features, Records or Tiles."
            ),
            "described": f"{site}/api/docs?of=ogc",
        },
        {
            "name": "CKAN Action API",
            "address": f"{site}/api/3/action/",
            "use": _("Harvesters, ckanapi and whatever was written for CKAN; the tables as its datastore."),
            "described": f"{site}/api/3/action/help_show?name=package_search",
        },
        {
            "name": "DCAT-AP 3",
            "address": f"{site}/catalog.ttl",
            "use": _("Catalogues of catalogues, data.europa.eu among them: Turtle, RDF/XML and JSON-LD."),
            "described": f"{site}/catalog.jsonld",
        },
        {
            "name": "Open311 GeoReport v2",
            "address": f"{site}/api/open311/v2/",
            "use": _(
                "Map services and reporting apps that speak GeoReport v2: the public facts of cases, "
                "and a way to bring in new ones with an API key."
            ),
            "described": f"{site}/api/open311/v2/discovery.json",
        },
        {
            "name": "Kuutio v1",
            "address": f"{site}/api/v1/",
            "use": _("Everything of Kuutio: data sets, rows, versions, changes, search, SQL; writing with an API key."),
            "described": f"{site}/api/docs",
        },
    ]


def root(request: HttpRequest) -> HttpResponse:
    """The interfaces, for programs and for people."""
    if "text/html" in request.headers.get("Accept", "") or request.GET.get("f") == "html":
        return render(request, "web/interfaces.html", {"interfaces": interfaces()})
    return JsonResponse({"interfaces": interfaces()}, json_dumps_params={"ensure_ascii": False})


def _operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The operations of an OpenAPI document in order, with their parameters spelled out."""
    shared = document.get("components", {}).get("parameters", {})
    found = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            parameters = [
                shared.get(one["$ref"].rsplit("/", 1)[-1], {}) if "$ref" in one else one
                for one in operation.get("parameters", [])
            ]
            found.append(
                {
                    "method": method.upper(),
                    "path": path,
                    "summary": operation.get("summary", ""),
                    "description": operation.get("description", ""),
                    "needs_key": bool(operation.get("security")),
                    "parameters": [
                        {
                            "name": one.get("name", ""),
                            "place": one.get("in", ""),
                            "required": one.get("required", False),
                            "type": one.get("schema", {}).get("type", ""),
                            "description": one.get("description") or one.get("schema", {}).get("description", ""),
                        }
                        for one in parameters
                    ],
                }
            )
    return found


def docs(request: HttpRequest) -> HttpResponse:
    """An OpenAPI document as a page to read.

    Raises:
        BadQuery: `of` is neither `v1` nor `ogc`.
    """
    which = request.GET.get("of", "v1")
    if which == "v1":
        document, address, base = api.get_openapi_schema(path_prefix="/api/v1/"), "/api/v1/openapi.json", ""
    elif which == "ogc":
        document, address, base = ogc.document(), "/api/ogc/openapi", "/api/ogc"
    else:
        raise BadQuery(
            _("The descriptions here are of=v1 and of=ogc."), errors=[{"pointer": "/of", "detail": which[:50]}]
        )
    context = {
        "which": which,
        "title": document["info"]["title"],
        "about": document["info"].get("description", ""),
        "address": address,
        "base": base,
        "operations": _operations(document),
    }
    return render(request, "web/api_docs.html", context)
