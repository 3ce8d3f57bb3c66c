"""The borders that come with Kuutio, as a file: for what must work without a database."""

from __future__ import annotations

from pathlib import Path

FILE = Path(__file__).parent / "data" / "municipalities.parquet"

ACCURACY_M = 50.0
"""How far a line of FILE may be from the border in truth: it is drawn for 1:100 000, where half a millimetre on paper is 50 m.

The corners say the scale: one in 230 m at the median, 44 000 in the whole country; the unedited borders of the cadastre (1:10 000)
have a multiple of that, and no file here is finer to measure against. Half a millimetre is what a map of this scale is held to
(US National Map Accuracy Standards, 1947: nine well-defined points in ten within 1/50 inch at 1:20 000 and smaller).
"""


def borders(file: Path = FILE) -> list[tuple[str, bytes]]:
    """Code and border (WKB, CRS84) of each municipality, by code.

    Args:
        file: GeoParquet in CRS84 with `code` and `geometry`.

    Raises:
        OSError, ValueError, KeyError: it can't be read, is no Parquet, or lacks a column.
    """
    import pyarrow.parquet as pq

    rows = pq.read_table(file, columns=["code", "geometry"]).to_pylist()
    return sorted((str(row["code"]), bytes(row["geometry"])) for row in rows)
