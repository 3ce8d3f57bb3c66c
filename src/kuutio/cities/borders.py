"""Load the municipalities' borders from the file that comes with Kuutio, or from a finer one."""

from pathlib import Path

import pyarrow.parquet as pq
import shapely
from django.db import transaction

from kuutio.cities import layer
from kuutio.cities.places import Municipality, locator

FILE = layer.FILE


@transaction.atomic
def load(file: Path = FILE) -> int:
    """Put each municipality of the file in, or its new border over the old one; returns how many.

    Args:
        file: GeoParquet in CRS84 with `code`, `name_fi`, `name_sv` and `geometry` (WKB).
    """
    rows = pq.read_table(file, columns=["code", "name_fi", "name_sv", "geometry"]).to_pylist()
    found = {}  # by code: the last of two rows stands
    for row in rows:
        west, south, east, north = shapely.from_wkb(row["geometry"]).bounds
        found[row["code"]] = Municipality(
            code=row["code"],
            name_fi=row["name_fi"],
            name_sv=row["name_sv"],
            border=row["geometry"],
            west=west,
            south=south,
            east=east,
            north=north,
        )
    told = ["name_fi", "name_sv", "border", "west", "south", "east", "north"]
    Municipality.objects.bulk_create(
        found.values(), batch_size=100, update_conflicts=True, unique_fields=["code"], update_fields=told
    )
    locator.cache_clear()
    return len(found)
