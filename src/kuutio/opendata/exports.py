"""Ready files of a served snapshot, made once in the worker: the downloads of the whole, and the tiles."""

from pathlib import Path

from django.conf import settings

from kuutio.opendata.engine import exports, tiles
from kuutio.opendata.models import Snapshot
from kuutio.opendata.tables import files_of, open_table

#: Made for every table; the geographic ones only where rows have places. Parquet is the snapshot itself.
READY = ("csv", "geojson", "gpkg", "xlsx")
_GEOGRAPHIC = {"geojson", "gpkg", "fgb"}
#: A worksheet has 1,048,576 rows, one of them the header.
XLSX_ROWS = 1_048_575


def export_path(table: str, snapshot: str, form: str) -> Path:
    """Where a ready file is, or will be."""
    return files_of(table, snapshot) / f"export.{form}"


def tiles_path(table: str, snapshot: str) -> Path:
    """Where the tiles are, or will be."""
    return files_of(table, snapshot) / "tiles.pmtiles"
