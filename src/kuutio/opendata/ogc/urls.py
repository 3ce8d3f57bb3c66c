"""The addresses of the OGC API."""

from django.urls import path, re_path

from kuutio.opendata.ogc import collections, items, landing, openapi, schemas, tiles

_ID = r"(?P<collection>[a-z0-9][a-z0-9_-]*)"

app_name = "ogc"
urlpatterns = [
    path("", landing.landing, name="landing"),
    path("conformance", landing.conformance, name="conformance"),
    path("openapi", openapi.openapi, name="openapi"),
    path("collections", collections.collections, name="collections"),
    re_path(rf"^collections/{_ID}$", collections.collection, name="collection"),
    re_path(rf"^collections/{_ID}/items$", items.items, name="items"),
    re_path(rf"^collections/{_ID}/items/(?P<identifier>.+)$", items.item, name="item"),
    re_path(rf"^collections/{_ID}/queryables$", schemas.queryables, name="queryables"),
    re_path(rf"^collections/{_ID}/sortables$", schemas.sortables, name="sortables"),
    re_path(rf"^collections/{_ID}/schema$", schemas.schema, name="schema"),
    path("tileMatrixSets", tiles.matrix_sets, name="matrix-sets"),
    path("tileMatrixSets/WebMercatorQuad", tiles.matrix_set, name="matrix-set"),
    re_path(rf"^collections/{_ID}/tiles$", tiles.tilesets, name="tilesets"),
    re_path(rf"^collections/{_ID}/tiles/WebMercatorQuad$", tiles.tileset, name="tileset"),
    re_path(rf"^collections/{_ID}/tiles/WebMercatorQuad/(?P<z>\d+)/(?P<y>\d+)/(?P<x>\d+)$", tiles.tile, name="tile"),
]
