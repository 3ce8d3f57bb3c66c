"""`./kuutio heads`: keep the signed heads of a vote's log while it goes on, where nobody who runs the vote can change them."""

import argparse
import sys
from pathlib import Path

from kuutio.config.commands.verify import MOST_HEADS_BYTES, fetched, file_bytes
from kuutio.config.console import say
from kuutio.core.problems import Invalid

HELP = "Keep a copy of the signed heads of a log that grows; refused when it was changed since the last copy."
NEEDS_DATABASE = False


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where the heads are, and the copy."""
    parser.add_argument("heads", metavar="URL|FILE", help="heads.txt of a vote, or its address")
    parser.add_argument("copy", metavar="COPY", help="the file that is kept; made if it isn't there")


def run(options: argparse.Namespace) -> int:
    """Print how many heads are kept now, or the first that isn't as it was; 0 or 1. Then the copy stays as it is.

    Raises:
        NotFound, Invalid: what is given can't be read.
    """
    from kuutio.core.bundles import HEAD_SEPARATOR, Broken, read_heads

    source = options.heads
    told = fetched(source) if "://" in source else file_bytes(source, MOST_HEADS_BYTES)
    copy = Path(options.copy)
    try:
        found = {head.head.size: head for head in read_heads(told)}
        kept = {head.head.size: head for head in read_heads(copy.read_bytes())} if copy.exists() else {}
    except Broken as broken:
        raise Invalid(str(broken)) from broken
    for size, head in sorted(kept.items()):
        there = found.get(size)
        if there is None or (there.head.origin, there.head.root) != (head.head.origin, head.head.root):
            why = "isn't there any more" if there is None else "was changed"
            sys.stdout.write(f"FAIL the head of {size} entries of {head.head.origin} {why}\n")
            return 1
    whole = copy.with_name(f"{copy.name}.part")
    whole.write_bytes(HEAD_SEPARATOR.join(found[size].to_bytes() for size in sorted(found)))
    whole.replace(copy)  # whole or not at all
    sys.stdout.write(f"KEPT {len(found)} heads, {len(found) - len(kept)} of them new\n")
    say(f"after the vote: ./kuutio verify BUNDLE --heads {copy}")
    return 0
