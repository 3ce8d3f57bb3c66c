import argparse
from pathlib import Path

from kuutio.config import demonstration
from kuutio.config.console import answer, say
from kuutio.core.problems import NotFound

HELP = "Show the demonstration's people and their passwords."


def arguments(parser: argparse.ArgumentParser) -> None:
    """`--json` prints them for a program."""
    parser.add_argument("--json", action="store_true", help="as JSON on stdout")


def run(options: argparse.Namespace) -> None:
    """Print the sign-ins of this installation.

    Raises:
        NotFound: this installation has no demonstration.
    """
    from django.conf import settings

    people = demonstration.sign_ins(Path(settings.DATA))
    if not people:
        raise NotFound("This installation has no demonstration people.")
    if options.json:
        answer({"people": people})
    else:
        for person in people:
            say(f"  {person['email']:34} {person['password']}")
