import argparse

from kuutio.config.console import say

HELP = "Bring a file into a data set and wait until it is served."


def arguments(parser: argparse.ArgumentParser) -> None:
    """The file and where it goes."""
    parser.add_argument("file")


def run(options: argparse.Namespace) -> int:
    """Load."""
    say("not yet")
    return 1
