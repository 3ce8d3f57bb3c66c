"""The root of the OGC API: what there is, which standards it keeps."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kuutio.opendata.answers import answered, only
from kuutio.opendata.ogc.collections import catalogue_version
from kuutio.opendata.ogc.negotiation import HTML, JSON, OPENAPI, base, link, self_links, shown

_FEATURES = "http://www.opengis.net/spec/ogcapi-features-{}/1.0/conf/{}"
_CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf/"
_COMMON = "http://www.opengis.net/spec/ogcapi-common-{}/1.0/conf/{}"
_RECORDS = "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/"
_TILES = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/"

#: What is kept; each class has its tests in `tests/conformance`.
CONFORMS_TO = [
    *(_COMMON.format(1, word) for word in ("core", "landing-page", "json", "html", "oas30")),
    *(_COMMON.format(2, word) for word in ("collections", "json", "html")),
    *(_FEATURES.format(1, word) for word in ("core", "oas30", "html", "geojson")),
    _FEATURES.format(2, "crs"),
    *(_FEATURES.format(3, word) for word in ("queryables", "queryables-query-parameters", "filter", "features-filter")),
    _FEATURES.format(5, "schemas"),
    "http://www.opengis.net/spec/ogcapi-features-8/1.0/conf/sorting",
    *(
        _CQL2 + word
        for word in (
            "cql2-text",
            "cql2-json",
            "basic-cql2",
            "advanced-comparison-operators",
            "case-insensitive-comparison",
            "basic-spatial-functions",
            "basic-spatial-functions-plus",
            # The name that drafts had, which QGIS looks for.
            "basic-spatial-operators",
        )
    ),
    *(
        _RECORDS + word
        for word in (
            "record-core",
            "record-collection",
            "record-api",
            "record-core-query-parameters",
            "json",
            "html",
            "sorting",
        )
    ),
    *(_TILES + word for word in ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt", "oas30")),
]


def landing(request: HttpRequest) -> HttpResponse:
    """Where a client begins."""
    only(request, "f", "lang")
    here = base()
    document = {
        "title": _("Open data of the cities"),
        "description": _("The cities' data sets through the same standard interface."),
        "attribution": "Kuutio",
        "links": [
            *self_links(request),
            link(f"{here}/openapi", "service-desc", OPENAPI, "The API's description (OpenAPI 3.0)"),
            link(f"{here}/openapi?f=html", "service-doc", HTML, "The API's description for people"),
            link(f"{here}/conformance", "conformance", JSON, "The standards that are kept"),
            link(
                f"{here}/conformance",
                "http://www.opengis.net/def/rel/ogc/1.0/conformance",
                JSON,
                "The standards that are kept",
            ),
            link(f"{here}/collections", "data", JSON, "The collections"),
            link(f"{here}/collections", "http://www.opengis.net/def/rel/ogc/1.0/data", JSON, "The collections"),
            link(
                f"{here}/collections/catalogue",
                "http://www.opengis.net/def/rel/ogc/1.0/ogc-catalog",
                JSON,
                "The catalogue of data sets as records",
            ),
            link(
                f"{here}/tileMatrixSets",
                "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes",
                JSON,
                "Tile matrix sets",
            ),
        ],
    }
    return answered(request, catalogue_version(), lambda: shown(request, document, "landing"))


def conformance(request: HttpRequest) -> HttpResponse:
    """The conformance classes."""
    only(request, "f", "lang")
    document = {"conformsTo": CONFORMS_TO, "links": self_links(request)}
    return answered(request, "conformance", lambda: shown(request, document, "conformance"))
