"""`./kuutio load-borders`: finer or newer borders of municipalities, from a day on."""

import argparse
from datetime import date
from pathlib import Path

from kuutio.config.console import answer

HELP = (
    "Bring borders of municipalities from a file, in force from a day on; running processes take them up by themselves."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The file, its day, how exact it is."""
    parser.add_argument("file", type=Path, metavar="FILE", help="any file of polygons that GDAL reads, with codes")
    parser.add_argument(
        "--valid-from", required=True, type=date.fromisoformat, metavar="DATE", help="the first day, such as 2027-01-01"
    )
    parser.add_argument(
        "--accuracy",
        type=float,
        metavar="METRES",
        help="how far its lines may be from the borders: half a metre for each 1000 of its scale (default: those of ours)",
    )
    parser.add_argument("--layer", default="", metavar="NAME", help="the layer of municipalities, where it has several")
    parser.add_argument(
        "--crs", default="", metavar="CODE", help="its reference system, where it tells none: EPSG:3067"
    )
    parser.add_argument("--part", action="store_true", help="it holds a part of the country: the rest stays as it is")
    parser.add_argument("--accept", default="", metavar="REASON", help="take it in spite of what is odd, and say why")


def run(options: argparse.Namespace) -> None:
    """Load, and tell what is in force now."""
    from django.utils import timezone

    from kuutio.cities.border_files import read_borders
    from kuutio.cities.borders import keep_version
    from kuutio.cities.layer import ACCURACY_M
    from kuutio.cities.shape_files import digest

    version = keep_version(
        read_borders(options.file, layer=options.layer, crs=options.crs),
        valid_from=options.valid_from,
        accuracy_m=ACCURACY_M if options.accuracy is None else options.accuracy,
        source=options.file.name,
        sha256=digest(options.file),
        at=timezone.now(),
        is_part=options.part,
        accept=options.accept,
    )
    answer(
        {
            "version": version.pk,
            "municipalities": version.borders.count(),
            "valid_from": version.valid_from,
            "accuracy_m": version.accuracy_m,
            "in_force_at": version.in_force_at,
        }
    )
