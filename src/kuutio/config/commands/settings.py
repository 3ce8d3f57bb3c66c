import argparse

from kuutio.config.console import answer
from kuutio.config.environment import SETTINGS

HELP = "Print the settings that environment variables may change, as JSON."
NEEDS_DATABASE = False


def arguments(parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(options: argparse.Namespace) -> None:
    """Print name, default and meaning of each."""
    answer([{"name": one.name, "default": one.default, "help": one.help} for one in SETTINGS])
