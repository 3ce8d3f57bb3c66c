"""`./kuutio load-rules`: who takes care of what: units, joint desks and mandates, bodies outside the cities, forms, appointments."""

import argparse
from pathlib import Path

from kuutio.config.console import answer

HELP = "Bring in who takes care of what in the cities, joint desks with their mandates, and who else there is."


def arguments(parser: argparse.ArgumentParser) -> None:
    """The file."""
    parser.add_argument(
        "file", type=Path, metavar="FILE.toml", help="rules, desks, mandates, bodies, forms, appointments"
    )
    parser.add_argument("--json", action="store_true", help="the answer is JSON in any case")


def run(options: argparse.Namespace) -> None:
    """Bring it in, whole or not at all, and tell how much it is."""
    from django.utils import timezone

    from kuutio.contact.actions.setting_up import bring_rules, read_toml

    answer(bring_rules(read_toml(options.file), options.file.parent, at=timezone.now()))
