"""The addresses of files."""

from django.urls import path, re_path

from kuutio.opendata import downloads, originals
from kuutio.opendata.pages import versions

_TABLE = r"(?P<table>[a-z0-9][a-z0-9_-]*)"
_VERSION = r"@(?P<snapshot>[0-9a-f]{16})"
_FORM = r"(?P<form>csv|xlsx|json|jsonl|geojson|gpkg|fgb|parquet)"

app_name = "downloads"
urlpatterns = [
    path("original/<uuid:distribution>/<str:name>", originals.original, name="original"),
    re_path(rf"^{_TABLE}\.{_FORM}$", downloads.download, name="table"),
    re_path(rf"^{_TABLE}{_VERSION}\.{_FORM}$", downloads.download, name="version"),
    re_path(rf"^{_TABLE}\.pmtiles$", downloads.tiles, name="tiles"),
    re_path(rf"^{_TABLE}\.changes\.json$", versions.change_feed, name="changes"),
    re_path(rf"^{_TABLE}\.rejects\.csv$", downloads.rejects, name="rejects"),
    re_path(rf"^{_TABLE}{_VERSION}\.rejects\.csv$", downloads.rejects, name="version-rejects"),
]
