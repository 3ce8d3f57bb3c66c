"""Vector tiles of a collection, out of its PMTiles file.

Source: OGC API - Tiles Part 1 (20-057); OGC Two Dimensional Tile Matrix Set (17-083r4), Annex D.1 WebMercatorQuad.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kuutio.core.problems import NotFound
from kuutio.opendata import addresses
from kuutio.opendata.answers import answered, only
from kuutio.opendata.engine.tiles import LAYER, Tileset
from kuutio.opendata.exports import tiles_path
from kuutio.opendata.ogc.collections import title_of
from kuutio.opendata.ogc.negotiation import JSON, base, link, self_links, shown
from kuutio.opendata.served import Served, served

MVT = "application/vnd.mapbox-vector-tile"
_QUAD = "WebMercatorQuad"
_QUAD_URI = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
_MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857"
_HALF = 20037508.342789244
_SCALE_0 = 559082264.0287178
_ZOOMS = 25


@lru_cache(maxsize=64)
def _opened(path: Path, changed: int) -> Tileset:
    return Tileset(path)


def _tileset_of(found: Served) -> Tileset:
    """The tiles of the current version.

    Raises:
        NotFound: the table has no places, or its tiles are still being made.
    """
    path = tiles_path(found.id, found.snapshot)
    try:
        return _opened(path, path.stat().st_mtime_ns)
    except FileNotFoundError as error:
        raise NotFound(
            _("This collection has no tiles, or they are still being made. Try again in a minute.")
        ) from error


def matrix_sets(request: HttpRequest) -> HttpResponse:
    """The one tile matrix set that is used."""
    only(request, "f", "lang")
    entry = {
        "id": _QUAD,
        "uri": _QUAD_URI,
        "title": "Google Maps Compatible for the World",
        "links": [link(f"{base()}/tileMatrixSets/{_QUAD}", "self", JSON, _QUAD)],
    }
    document = {"tileMatrixSets": [entry], "links": self_links(request)}
    return answered(request, "tms", lambda: shown(request, document, "document"))


def matrix_set(request: HttpRequest) -> HttpResponse:
    """WebMercatorQuad, spelled out."""
    only(request, "f", "lang")
    matrices = [
        {
            "id": str(zoom),
            "scaleDenominator": _SCALE_0 / 2**zoom,
            "cellSize": _HALF * 2 / 256 / 2**zoom,
            "pointOfOrigin": [-_HALF, _HALF],
            "tileWidth": 256,
            "tileHeight": 256,
            "matrixWidth": 2**zoom,
            "matrixHeight": 2**zoom,
        }
        for zoom in range(_ZOOMS)
    ]
    document = {
        "id": _QUAD,
        "title": "Google Maps Compatible for the World",
        "uri": _QUAD_URI,
        "crs": _MERCATOR,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": matrices,
    }
    return answered(request, "tms", lambda: shown(request, document, "document"))


def _describe(found: Served, tileset: Tileset) -> dict[str, Any]:
    here = f"{base()}/collections/{found.id}/tiles/{_QUAD}"
    west, south, east, north = tileset.facts.bounds
    return {
        "title": title_of(found.distribution),
        "dataType": "vector",
        "crs": _MERCATOR,
        "tileMatrixSetURI": _QUAD_URI,
        "tileMatrixSetLimits": [],
        "boundingBox": {
            "lowerLeft": [west, south],
            "upperRight": [east, north],
            "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        },
        "layers": [
            {
                "id": LAYER,
                "dataType": "vector",
                "minTileMatrix": str(tileset.facts.min_zoom),
                "maxTileMatrix": str(tileset.facts.max_zoom),
                "propertiesSchema": {
                    "type": "object",
                    "properties": {
                        name: {"type": _JSON_TYPES.get(kind, "string")} for name, kind in tileset.facts.fields.items()
                    },
                },
            }
        ],
        "links": [
            link(here, "self", JSON, _("Vector tiles")),
            link(
                f"{base()}/tileMatrixSets/{_QUAD}", "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme", JSON, _QUAD
            ),
            link(here + "/{tileMatrix}/{tileRow}/{tileCol}", "item", MVT, _("Vector tiles"), templated=True),
            link(addresses.site(f"/data/{found.id}.pmtiles"), "enclosure", "application/vnd.pmtiles", "PMTiles"),
        ],
    }


_JSON_TYPES = {"Number": "number", "Boolean": "boolean", "String": "string"}


def tilesets(request: HttpRequest, collection: str) -> HttpResponse:
    """The tile sets of a collection: one."""
    only(request, "f", "lang")
    found = served(collection)
    tileset = _tileset_of(found)

    def make() -> HttpResponse:
        described = _describe(found, tileset)
        brief = {key: described[key] for key in ("title", "dataType", "crs", "tileMatrixSetURI", "links")}
        return shown(request, {"tilesets": [brief], "links": self_links(request)}, "document")

    return answered(request, found.version, make)


def tileset(request: HttpRequest, collection: str) -> HttpResponse:
    """What the tile set holds."""
    only(request, "f", "lang")
    found = served(collection)
    tileset = _tileset_of(found)

    def make() -> HttpResponse:
        document = _describe(found, tileset)
        document["links"] = [*self_links(request), *document["links"][1:]]
        del document["tileMatrixSetLimits"]
        return shown(request, document, "document")

    return answered(request, found.version, make)


def tile(request: HttpRequest, collection: str, z: str, y: str, x: str) -> HttpResponse:
    """One tile; 204 where nothing lies."""
    only(request, "f", "lang")
    found = served(collection)
    tileset = _tileset_of(found)
    if max(len(z), len(y), len(x)) > 9 or int(z) >= _ZOOMS or int(x) >= 2 ** int(z) or int(y) >= 2 ** int(z):
        raise NotFound(_("There is no such tile."))

    def make() -> HttpResponse:
        content = tileset.tile(int(z), int(x), int(y))
        if content is None:
            return HttpResponse(status=204)
        response = HttpResponse(content, content_type=MVT)
        response["Content-Encoding"] = "gzip"
        return response

    return answered(request, found.version, make)
