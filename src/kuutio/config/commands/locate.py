"""`./kuutio locate`: which municipality a point is in, and how sure that is."""

import argparse
import sys
from pathlib import Path

from kuutio.cities.layer import accuracy_of, file_in
from kuutio.config.console import say
from kuutio.config.environment import read
from kuutio.core.positions import Wrong
from kuutio.core.problems import Invalid

HELP = "Say which municipality a point is in, and whether a border is too near to be sure."
NEEDS_DATABASE = False

REASONS = {
    Wrong.MISSING: "there are no coordinates",
    Wrong.HALF: "one of the two numbers is missing",
    Wrong.NOT_A_NUMBER: "LON and LAT must be numbers, in degrees",
    Wrong.OUT_OF_RANGE: "LON must be within -180 and 180, LAT within -90 and 90 degrees",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """A point or a file of them."""
    parser.add_argument("position", nargs="*", metavar="LON LAT", help="degrees, longitude first")
    parser.add_argument("--csv", metavar="FILE", help="points with the columns id, lon, lat; - for stdin")
    parser.add_argument(
        "--accuracy",
        type=float,
        metavar="METRES",
        help="nearer than this to another municipality is near_border (default: what the borders and a position allow)",
    )
    parser.add_argument(
        "--borders", type=Path, metavar="FILE", help="other borders than those in force: GeoParquet, CRS84, code"
    )


def run(options: argparse.Namespace) -> int:
    """Print CSV: `id`, `municipality` (its code, `outside` or `invalid`), `certainty`."""
    if bool(options.csv) == bool(options.position) or len(options.position) not in (0, 2):
        say("kuutio: give LON LAT, or --csv FILE")
        return 2
    if options.accuracy is not None and not 0 <= options.accuracy <= 100_000:
        raise Invalid("--accuracy must be a number of metres, at most 100000.")
    from kuutio.cities.locating import Judge, answer, points
    from kuutio.core.borderlines import unsure_m

    borders = options.borders or file_in(read("KUUTIO_DATA"))
    judge = Judge(borders, unsure_m(accuracy_of(borders)) if options.accuracy is None else options.accuracy)
    if options.csv:
        with points(options.csv) as rows:
            told = answer(rows, judge, sys.stdout)
        if told.turned:
            some = "1 point" if len(told.turned) == 1 else f"{len(told.turned)} points"
            say(f"kuutio: {some} outside would fit Finland with lon and lat swapped; the first: {told.turned[0][0]}")
        return 0
    lon, lat = options.position
    told = answer([("1", lon, lat)], judge, sys.stdout)
    for wrong in told.wrong:
        say(f"kuutio: {REASONS[wrong]}")
    if told.turned:
        say(f"kuutio: that is outside, but would fit Finland with the two swapped: ./kuutio locate {lat} {lon}")
    return 0
