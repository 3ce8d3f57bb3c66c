"""Where the ready files of a snapshot are: downloads of the whole, and the tiles."""

from pathlib import Path

from kuutio.opendata.tables import files_of


def export_path(table: str, snapshot: str, form: str) -> Path:
    """Where a ready file is, or will be."""
    return files_of(table, snapshot) / f"export.{form}"


def tiles_path(table: str, snapshot: str) -> Path:
    """Where the tiles are, or will be."""
    return files_of(table, snapshot) / "tiles.pmtiles"
