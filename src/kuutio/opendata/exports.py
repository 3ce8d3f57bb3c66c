"""Ready files of a snapshot: downloads of the whole, and the tiles."""

import logging
from pathlib import Path

from kuutio.core.problems import BadQuery
from kuutio.opendata.engine import exports
from kuutio.opendata.engine.exports import FORMS, Form
from kuutio.opendata.models import Distribution, Snapshot
from kuutio.opendata.systems import has_geometry
from kuutio.opendata.tables import files_of, open_table

log = logging.getLogger(__name__)
#: Made once for every version; the others are made when they are asked for. Parquet is the snapshot itself.
READY = (Form.CSV, Form.GEOJSON, Form.GPKG, Form.FGB, Form.XLSX)
#: A workbook is made ready only up to so many rows; a worksheet ends at 1,048,576.
_READY_XLSX_ROWS = 200_000
_WORKSHEET_ROWS = 1_048_576 - 1  # below the head


def export_path(table: str, snapshot: str, form: str) -> Path:
    """Where a ready file is, or will be."""
    return files_of(table, snapshot) / f"export.{form}"


def tiles_path(table: str, snapshot: str) -> Path:
    """Where the tiles are, or will be."""
    return files_of(table, snapshot) / "tiles.pmtiles"


def offered(snapshot: Snapshot, form: str) -> bool:
    """Whether a version can be had whole in a form, as far as is known: it has places, or fits a worksheet."""
    if FORMS[Form(form)].needs_geometry or form == Form.GPKG:
        return has_geometry(snapshot)
    if form == Form.XLSX and snapshot.rows > _READY_XLSX_ROWS:
        return snapshot.rows <= _WORKSHEET_ROWS
    # Ready files are made in one go: one that isn't among them could not be made.
    return form not in READY or not snapshot.exports or form in snapshot.exports


def make_export(distribution: Distribution, snapshot: Snapshot, form: Form, path: Path) -> bool:
    """Make a ready file; returns False where this version has no use for the format, or doesn't fit into it.

    Raises:
        Gone: the version's files are no longer kept.
    """
    located = has_geometry(snapshot)
    if (FORMS[form].needs_geometry or form is Form.GPKG) and not located:
        return False
    if form is Form.XLSX and snapshot.rows > _READY_XLSX_ROWS:
        return False
    table = open_table(str(distribution.table), snapshot.content, distribution.filters)
    try:
        exports.write(table, form, path)
    except BadQuery as error:  # a cell longer than Excel's; who asks for the file is told the same
        log.info("%s of %s isn't made: %s", form, distribution.table, error)
        return False
    return True
