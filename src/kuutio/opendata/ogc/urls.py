"""The addresses of the OGC API."""

from django.urls import path, re_path

from kuutio.opendata.answers import reading
from kuutio.opendata.ogc import collections, items, landing, openapi, schemas, tiles

_ID = r"(?P<collection>[a-z0-9][a-z0-9_-]*)"

app_name = "ogc"
urlpatterns = [
    path("", reading(landing.landing), name="landing"),
    path("conformance", reading(landing.conformance), name="conformance"),
    path("openapi", reading(openapi.openapi), name="openapi"),
    path("collections", reading(collections.collections), name="collections"),
    re_path(rf"^collections/{_ID}$", reading(collections.collection), name="collection"),
    re_path(rf"^collections/{_ID}/items$", reading(items.items), name="items"),
    re_path(rf"^collections/{_ID}/items/(?P<identifier>.+)$", reading(items.item), name="item"),
    re_path(rf"^collections/{_ID}/queryables$", reading(schemas.queryables), name="queryables"),
    re_path(rf"^collections/{_ID}/sortables$", reading(schemas.sortables), name="sortables"),
    re_path(rf"^collections/{_ID}/schema$", reading(schemas.schema), name="schema"),
    path("tileMatrixSets", reading(tiles.matrix_sets), name="matrix-sets"),
    path("tileMatrixSets/WebMercatorQuad", reading(tiles.matrix_set), name="matrix-set"),
    re_path(rf"^collections/{_ID}/tiles$", reading(tiles.tilesets), name="tilesets"),
    re_path(rf"^collections/{_ID}/tiles/WebMercatorQuad$", reading(tiles.tileset), name="tileset"),
    re_path(
        rf"^collections/{_ID}/tiles/WebMercatorQuad/(?P<z>\d+)/(?P<y>\d+)/(?P<x>\d+)$", reading(tiles.tile), name="tile"
    ),
]
