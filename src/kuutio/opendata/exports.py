"""Ready files of a snapshot: downloads of the whole, and the tiles."""

from pathlib import Path

from kuutio.opendata.engine import exports
from kuutio.opendata.engine.exports import FORMS, Form
from kuutio.opendata.models import Distribution, Snapshot
from kuutio.opendata.systems import has_geometry
from kuutio.opendata.tables import files_of, open_table

#: Made once for every version; the others are made when they are asked for. Parquet is the snapshot itself.
READY = (Form.CSV, Form.GEOJSON, Form.GPKG, Form.FGB, Form.XLSX)
#: A workbook is made ready only up to so many rows; a worksheet ends at 1,048,576.
_READY_XLSX_ROWS = 200_000


def export_path(table: str, snapshot: str, form: str) -> Path:
    """Where a ready file is, or will be."""
    return files_of(table, snapshot) / f"export.{form}"


def tiles_path(table: str, snapshot: str) -> Path:
    """Where the tiles are, or will be."""
    return files_of(table, snapshot) / "tiles.pmtiles"


def make_export(distribution: Distribution, snapshot: Snapshot, form: Form, path: Path) -> bool:
    """Make a ready file; returns False where this version has no use for the format.

    Raises:
        Gone: the version's files are no longer kept.
    """
    located = has_geometry(snapshot)
    if (FORMS[form].needs_geometry or form is Form.GPKG) and not located:
        return False
    if form is Form.XLSX and snapshot.rows > _READY_XLSX_ROWS:
        return False
    table = open_table(str(distribution.table), snapshot.content, distribution.filters)
    exports.write(table, form, path)
    return True
