"""`./kuutio load-catalogue`: what residents can write about, in three languages."""

import argparse
from pathlib import Path

from kuutio.config.console import answer

HELP = "Bring in a catalogue of matters: groups, categories and their questions. Without a file, the group's own."


def arguments(parser: argparse.ArgumentParser) -> None:
    """The file."""
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE.toml", help="like contact/data/catalogue.toml")
    parser.add_argument("--json", action="store_true", help="the answer is JSON in any case")


def run(options: argparse.Namespace) -> None:
    """Bring it in, and tell how much it is."""
    from django.utils import timezone

    from kuutio.contact.actions.setting_up import bring_catalogue, read_toml
    from kuutio.contact.catalogue import OURS

    answer(bring_catalogue(read_toml(options.file or OURS), at=timezone.now()))
