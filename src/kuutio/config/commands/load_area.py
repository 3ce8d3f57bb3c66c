"""`./kuutio load-area`: where people have to live to use a city's service, as areas of a file."""

import argparse
from pathlib import Path

from kuutio.config.console import answer

HELP = "Bring the area whose residents may use a city's service, from any file of polygons that GDAL reads."


def arguments(parser: argparse.ArgumentParser) -> None:
    """The file, and whose area it is."""
    parser.add_argument("file", type=Path, metavar="FILE", help="GeoJSON, GeoPackage or another file of polygons")
    parser.add_argument("--service", required=True, metavar="CODE", help="the service's code")
    parser.add_argument("--city", required=True, metavar="SLUG", help="the city, such as helsinki")
    parser.add_argument("--name", required=True, metavar="FI|SV|EN", help="what the area is called, in three languages")
    parser.add_argument("--layer", default="", metavar="NAME", help="the layer of the file, where it has several")
    parser.add_argument(
        "--crs", default="", metavar="CODE", help="its reference system, where it tells none: EPSG:3067"
    )


def run(options: argparse.Namespace) -> None:
    """Load, and tell how large the area is.

    Raises:
        Invalid: the name isn't told in three languages.
    """
    import shapely
    from django.utils import timezone

    from kuutio.cities.drawing import keep_service_area
    from kuutio.core.language import LANGUAGES
    from kuutio.core.problems import Invalid

    words = [word.strip() for word in options.name.split("|")]
    if len(words) != len(LANGUAGES) or not all(words):
        raise Invalid("Tell the name in three languages: --name 'Itä|Öster|East'.")
    name = dict(zip(LANGUAGES, words, strict=True))
    row = keep_service_area(
        options.service,
        options.city,
        options.file,
        name=name,
        at=timezone.now(),
        layer=options.layer,
        crs=options.crs,
    )
    parts = int(shapely.get_num_geometries(shapely.from_wkb(bytes(row.shape or b""))))
    answer({"service": options.service, "city": options.city, "name": name, "parts": parts})
