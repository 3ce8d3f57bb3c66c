"""`./kuutio opinions`: the opinion map of a conversation that Polis, or a Kuutio, exported."""

import argparse
import sys
from pathlib import Path
from typing import Any

from kuutio.core.problems import Invalid, NotFound

HELP = "Make the opinion map of a Polis export: groups, what unites them, and whether that is to be believed."
NEEDS_DATABASE = False

MOST_BYTES = 256 * 2**20


def arguments(parser: argparse.ArgumentParser) -> None:
    """The export."""
    parser.add_argument("folder", metavar="DIR", help="with votes.csv, and comments.csv where there is one")
    parser.add_argument("--json", action="store_true", help="print the whole map as JSON, the same bytes every time")
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="of the samples that stability is measured by (0)"
    )
    parser.add_argument(
        "--unstable",
        action="store_true",
        help="tell the groups also where they are too unstable, or too small, to be shown",
    )


def run(options: argparse.Namespace) -> int:
    """Print the map.

    Raises:
        NotFound: the folder has no votes.csv.
        Invalid: a file can't be understood.
    """
    from kuutio.core.opinions import BadExport, opinion_map, read_polis, to_json
    from kuutio.core.opinions.maps import as_values
    from kuutio.core.opinions.polis import COMMENTS, VOTES

    folder = Path(options.folder)
    if not (folder / VOTES).is_file():
        raise NotFound(f"There is no {VOTES} in {options.folder}.")
    if not 0 <= options.seed < 2**63:
        raise Invalid("--seed must be a whole number from 0.")
    try:
        talk = read_polis(_text(folder / VOTES), _text(folder / COMMENTS) if (folder / COMMENTS).is_file() else None)
    except BadExport as error:
        raise Invalid(str(error)) from error
    found = opinion_map(talk, seed=options.seed)
    if options.json:
        sys.stdout.write(to_json(found, unstable=options.unstable).decode())
        return 0
    sys.stdout.writelines(f"{line}\n" for line in _lines(as_values(found, unstable=options.unstable)))
    return 0


def _lines(told: dict[str, Any]) -> list[str]:
    stable = "none" if told["stability"] is None else f"{told['stability']:.2f}"
    lines = [
        f"people {told['people']}, statements {told['statements']} ({told['moderated_out']} moderated out), votes {told['votes']}",
        f"people in groups {told['clustered']}, stability {stable}",
    ]
    if not told["groups"]:
        lines.append("groups: not shown, too unstable or too few people")
    for group in told["groups"]:
        lines.append(f"group {group['group']}: {group['size']} people")
        lines += [
            f"  {one['vote']:8} {one['votes']:5} of {one['of']:5}  {one['statement']:>5}  {_short(one['text'])}"
            for one in group["representative"]
        ]
    for vote, statements in told["consensus"].items():
        lines.append(f"all {vote}:")
        lines += [f"  {one['value']:.2f}  {one['statement']:>5}  {_short(one['text'])}" for one in statements]
    return lines


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 100 else line[:99] + "…"


def _text(path: Path) -> str:
    if path.stat().st_size > MOST_BYTES:
        raise Invalid(f"{path.name} is too large: at most {MOST_BYTES} bytes are read.")
    return path.read_text("utf-8", "replace")
