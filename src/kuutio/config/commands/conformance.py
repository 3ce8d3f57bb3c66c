"""`./kuutio conformance`: whether a server keeps to a standard, statement by statement."""

import argparse

from kuutio.config.console import answer, say

HELP = "Ask a server whether it keeps to a standard, statement by statement."
NEEDS_DATABASE = False


def arguments(parser: argparse.ArgumentParser) -> None:
    """The server and the standard."""
    parser.add_argument("url", metavar="URL", help="the endpoint, or a Kuutio's address")
    parser.add_argument("--standard", required=True, choices=("open311",))
    parser.add_argument(
        "--api-key", default="", metavar="KEY", help="with it requests are posted, too: two real cases on that server"
    )


def run(options: argparse.Namespace) -> int:
    """Print the statements as JSON; 1 when one of them doesn't hold."""
    from kuutio.contact.open311.conformance import walk

    told = walk(options.url, key=options.api_key)
    answer(told)
    for one in told["statements"]:
        if one["ok"] is False:
            say(f"kuutio: {one['clause']}: {one['says']} {one['why']}")
    return 1 if told["failed"] else 0
