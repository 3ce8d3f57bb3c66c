"""`./kuutio count`: count a participatory budget from its published ballots."""

import argparse
import time
from dataclasses import replace
from pathlib import Path

from kuutio.config.console import answer, say

HELP = "Count the ballots of a .pb file by a rule, exactly, and print who wins in which order; nothing is stored."
NEEDS_DATABASE = False
TIES = {
    "lexicographic": (),
    "votes": ("votes",),
    "cost": ("cost",),
    "votes,cost": ("votes", "cost"),
    "cost,votes": ("cost", "votes"),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """A file and a rule."""
    parser.add_argument("file", metavar="FILE.pb", help="an election in Pabulib's format")
    parser.add_argument(
        "--rule",
        required=True,
        help="greedy, greedy-per-cost, greedy-no-skip, phragmen, mes-cost, mes-cardinality or mes-points; "
        "the last three with +add1, +add1-exhaustive, +u, +floor, such as mes-cost+add1+u",
    )
    parser.add_argument("--increment", metavar="N", help="how much each share grows at a time, instead of 1")
    parser.add_argument("--ties", choices=sorted(TIES), default="lexicographic", help="what decides ties before the id")
    parser.add_argument("--explain", action="store_true", help="tell who paid what, and what the losers lacked")
    parser.add_argument("--json", action="store_true", help="print JSON alone, no words beside it")


def run(options: argparse.Namespace) -> int:
    """Print the result; 1 when the file can't be counted, 2 when the rule is none."""
    from kuutio.core.budgeting import (
        BadFile,
        BadRule,
        EqualShares,
        Ties,
        Unfit,
        count,
        count_to_json,
        explain,
        explanation_to_json,
        name_of,
        read_pb,
        rule_from_json,
        rule_from_name,
        rule_to_json,
    )

    try:
        rule = replace(rule_from_name(options.rule), ties=Ties(TIES[options.ties]))
        if options.increment is not None:
            if not isinstance(rule, EqualShares) or rule.increment is None:
                raise BadRule("--increment goes with +add1 or +add1-exhaustive.")
            with_it = rule_to_json(rule) | {"increment": options.increment}
            rule = rule_from_json(with_it)
    except BadRule as wrong:
        say(f"kuutio: {wrong}")
        return 2
    try:
        pb = read_pb(Path(options.file).read_bytes())
    except (OSError, ValueError) as wrong:
        said = wrong if isinstance(wrong, BadFile) else getattr(wrong, "strerror", None) or wrong
        say(f"kuutio: {options.file}: {said}")
        return 1
    for line, note in pb.notes:
        say(f"kuutio: {options.file}: line {line}: {note}")
    begun = time.perf_counter()
    try:
        result = count(pb.election, rule)
    except Unfit as wrong:
        say(f"kuutio: {wrong}")
        return 1
    seconds = time.perf_counter() - begun
    told = count_to_json(result) | {"rule": options.rule, "seconds": round(seconds, 6)}
    if options.explain:
        told |= explanation_to_json(explain(result))
    if not options.json:
        say(
            f"{name_of(rule)}: {len(result.winners)} of {len(pb.election.projects)} projects, {told['cost']} of {told['budget']}"
        )
    answer(told)
    return 0
