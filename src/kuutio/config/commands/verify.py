"""`./kuutio verify`: check a decision that was published, on one's own machine."""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from kuutio.config.console import answer, say
from kuutio.core.problems import Invalid, NotFound

HELP = "Check a published decision: every entry of its log, every signature, and the count itself."
NEEDS_DATABASE = False

MOST_HEADS_BYTES = 16 * 2**20


def arguments(parser: argparse.ArgumentParser) -> None:
    """The bundle, and what others kept."""
    parser.add_argument("bundle", metavar="URL|FILE", help="the zip bundle that was published, or its address")
    parser.add_argument(
        "--heads", metavar="FILE", help="signed heads that a witness kept: they must belong to the bundle's log"
    )
    parser.add_argument("--json", action="store_true", help="print all that was found, as JSON")


def run(options: argparse.Namespace) -> int:
    """Print PASS, or the first wrong entry; 0 or 1.

    Raises:
        NotFound: there is no such file.
        Invalid: the address is one that isn't fetched, or doesn't give it.
    """
    from kuutio.core.bundles import Broken, read_heads, verify_bundle

    packed = fetched(options.bundle) if "://" in options.bundle else file_bytes(options.bundle)
    known = file_bytes(options.heads, MOST_HEADS_BYTES) if options.heads else None
    try:
        verdict = verify_bundle(packed, None if known is None else read_heads(known))
    except Broken as broken:
        if options.json:
            answer({"pass": False, "entry": broken.entry, "why": broken.why})
        else:
            sys.stdout.write(f"FAIL {broken}\n")
        return 1
    if options.json:
        answer({"pass": True, **asdict(verdict)})
        return 0
    sys.stdout.write("PASS\n")
    for line in (
        f"{verdict.kind} of {verdict.origin}",
        f"entries: {verdict.entries}; signed heads: {verdict.heads}; witnesses of the last: {_names(verdict.witnesses)}",
        *verdict.said,
    ):
        say(line)
    if known is None:
        say("compared with heads that others kept: none (--heads FILE does that)")
    else:
        say(f"compared with heads that others kept: {verdict.compared}, all of this log")
    return 0


def _names(witnesses: tuple[str, ...]) -> str:
    return ", ".join(witnesses) or "none"


def file_bytes(name: str, most: int | None = None) -> bytes:
    """A file, if it isn't too large.

    Raises:
        NotFound, Invalid: there is none, or it is.
    """
    from kuutio.core.bundles import MOST_BYTES

    path, limit = Path(name), most or MOST_BYTES
    if not path.is_file():
        raise NotFound(f"There is no file {name}.")
    if path.stat().st_size > limit:
        raise Invalid(f"{name} is too large: at most {limit} bytes are read.")
    return path.read_bytes()


def fetched(url: str) -> bytes:
    """What is at an address: https from the public internet, or this very machine."""
    from kuutio.config.downloads import download
    from kuutio.core.bundles import MOST_BYTES

    return download(url, MOST_BYTES)
