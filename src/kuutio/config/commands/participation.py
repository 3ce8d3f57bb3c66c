"""`./kuutio participation import`: hearings of other systems."""

import argparse
from dataclasses import asdict
from pathlib import Path

from kuutio.config.console import answer
from kuutio.core.problems import Invalid, NotFound

HELP = "Bring in hearings from another system: what its interface answered, saved as a file."


def arguments(parser: argparse.ArgumentParser) -> None:
    """The system, the file, the city."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    bring = acts.add_parser("import", help="bring hearings in; run again, it adds what is new")
    bring.add_argument("system", choices=["kerrokantasi"], metavar="SYSTEM", help="kerrokantasi")
    bring.add_argument("file", type=Path, metavar="FILE", help="JSON: a hearing with its comments, or a list of them")
    bring.add_argument("--city", required=True, metavar="CITY", help="whose hearings they are, such as helsinki")


def run(options: argparse.Namespace) -> None:
    """Bring them in, and tell what was made of each."""
    from django.utils import timezone

    from kuutio.cities.models import City
    from kuutio.participation import kerrokantasi
    from kuutio.participation.actions.importing import bring_hearing

    city = City.objects.filter(pk=options.city).first()
    if city is None:
        raise NotFound(f"There is no city {options.city} here.")
    try:
        hearings = kerrokantasi.read(options.file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise NotFound(f"The file can't be read: {options.file}") from error
    except kerrokantasi.NotKerrokantasi as error:
        raise Invalid(str(error)) from error
    answer([asdict(bring_hearing(hearing, city, at=timezone.now())) for hearing in hearings])
