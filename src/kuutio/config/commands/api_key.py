"""`./kuutio api-key`: a key for a program, shown once."""

import argparse

from kuutio.config.console import answer
from kuutio.core.problems import NotFound

HELP = "Make an API key for a program; it is shown this once."
SYSTEM = "programs@kuutio.invalid"
"""Whose keys they are when nobody is named: an account of this installation that can't sign in, has no role and gets no mail."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The key's name, what it may do, whose it is."""
    parser.add_argument("name", metavar="NAME", help="by which its owner knows it: the program's name")
    parser.add_argument(
        "--scope",
        action="append",
        required=True,
        choices=("read", "publish", "open311"),
        help="what it may do; may be given several times",
    )
    parser.add_argument("--person", metavar="EMAIL", help="whose key it is (default: this installation's own account)")


def run(options: argparse.Namespace) -> None:
    """Print the key as JSON: `name`, `scopes`, `person`, `key`.

    Raises:
        NotFound: nobody has that address.
        Invalid: the name is empty.
    """
    from django.utils import timezone

    from kuutio.cities.keys import issue_api_key
    from kuutio.cities.people import Person

    if options.person:
        person = Person.objects.filter(email=options.person.strip().lower(), is_active=True).first()
        if person is None:
            raise NotFound(f"Nobody here has the address {options.person}.")
    else:
        person = Person.objects.filter(email=SYSTEM).first() or Person.objects.create_user(SYSTEM, name="Programs")
    row, key = issue_api_key(person, name=options.name, scopes=options.scope, by=person, at=timezone.now())
    answer({"name": row.name, "scopes": row.scopes, "person": person.email, "key": key})
