"""`./kuutio load-layer`: where somebody outside the cities answers, from a day on."""

import argparse
from datetime import date
from pathlib import Path

from kuutio.config.console import answer

HELP = "Bring the lines or areas where an external body answers (state roads, a harbour), in force from a day on."


def arguments(parser: argparse.ArgumentParser) -> None:
    """The file, whose it is, its day."""
    parser.add_argument("file", type=Path, metavar="FILE", help="any file of lines or polygons that GDAL reads")
    parser.add_argument("--body", required=True, metavar="SLUG", help="the external body, such as state-roads")
    parser.add_argument(
        "--valid-from", required=True, type=date.fromisoformat, metavar="DATE", help="the first day, such as 2027-01-01"
    )
    parser.add_argument(
        "--buffer", type=int, default=15, metavar="METRES", help="how far from its lines it answers (default: 15)"
    )
    parser.add_argument("--layer", default="", metavar="NAME", help="the layer of the file, where it has several")
    parser.add_argument(
        "--crs", default="", metavar="CODE", help="its reference system, where it tells none: EPSG:3067"
    )


def run(options: argparse.Namespace) -> None:
    """Load, and tell what is kept."""
    import shapely
    from django.utils import timezone

    from kuutio.contact.actions.layering import keep_layer

    row = keep_layer(
        options.body,
        options.file,
        valid_from=options.valid_from,
        buffer_m=options.buffer,
        at=timezone.now(),
        layer=options.layer,
        crs=options.crs,
    )
    parts = int(shapely.get_num_geometries(shapely.from_wkb(bytes(row.shape))))
    answer({"body": options.body, "valid_from": row.valid_from, "buffer_m": row.buffer_m, "parts": parts})
