"""The addresses of files."""

from django.urls import path, re_path

from kuutio.opendata import downloads, originals
from kuutio.opendata.answers import reading

_TABLE = r"(?P<table>[a-z0-9][a-z0-9_-]*)"
_VERSION = r"@(?P<snapshot>[0-9a-f]{16})"
_FORM = r"(?P<form>csv|xlsx|json|jsonl|geojson|gpkg|fgb|parquet)"

app_name = "downloads"
urlpatterns = [
    path("original/<uuid:distribution>/<str:name>", reading(originals.original), name="original"),
    re_path(rf"^{_TABLE}\.{_FORM}$", reading(downloads.download), name="table"),
    re_path(rf"^{_TABLE}{_VERSION}\.{_FORM}$", reading(downloads.download), name="version"),
    re_path(rf"^{_TABLE}\.pmtiles$", reading(downloads.tiles), name="tiles"),
    re_path(rf"^{_TABLE}\.rejects\.csv$", reading(downloads.rejects), name="rejects"),
    re_path(rf"^{_TABLE}{_VERSION}\.rejects\.csv$", reading(downloads.rejects), name="version-rejects"),
]
