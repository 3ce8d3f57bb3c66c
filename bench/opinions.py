"""How fast an opinion map is made, and whether the same votes give the same bytes.

    python bench/opinions.py [--people 1921] [--statements 197] [--votes 50000] [--dir DIR]

Votes are made up, as many as in a large public conversation: three camps, each statement seen by some. `--dir` takes a Polis export
instead. JSON on stdout; seconds are the processor's, the best of three, with one thread.
"""

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "src"))

from kuutio.core.opinions import Conversation, opinion_map, read_polis, to_json
from kuutio.core.opinions.conversations import UNSEEN, Statement


def made_up(people: int, statements: int, votes: int) -> Conversation:
    draw = np.random.default_rng(1)
    camps = draw.normal(size=(3, statements))
    leaning = camps[draw.integers(0, 3, people)] + draw.normal(size=(people, statements))
    matrix = np.where(leaning > 0.3, 1, np.where(leaning < -0.3, -1, 0)).astype(np.int8)
    # Some vote on nearly everything, most on little.
    effort = draw.exponential(size=(people, 1)) * draw.random((people, statements))
    matrix[effort < np.sort(effort.ravel())[-votes]] = UNSEEN
    names = tuple(Statement(str(number)) for number in range(statements))
    return Conversation(names, tuple(map(str, range(people))), matrix)


def best(work: Callable[[], object], times: int = 3) -> float:
    spans = []
    for _ in range(times):
        start = time.process_time()
        work()
        spans.append(time.process_time() - start)
    return round(min(spans), 3)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--people", type=int, default=1921)
    arguments.add_argument("--statements", type=int, default=197)
    arguments.add_argument("--votes", type=int, default=50_000)
    arguments.add_argument("--dir", type=Path)
    options = arguments.parse_args()
    told: dict[str, object] = {}
    if options.dir:
        votes, comments = ((options.dir / name).read_text("utf-8") for name in ("votes.csv", "comments.csv"))
        talk = read_polis(votes, comments)
        told["read_s"] = best(lambda: read_polis(votes, comments))
    else:
        talk = made_up(options.people, options.statements, options.votes)
    first = opinion_map(talk)
    told |= {
        "people": len(talk.people),
        "statements": len(talk.statements),
        "votes": int(talk.seen.sum()),
        "map_s": best(lambda: opinion_map(talk, repeats=0)),
        "map_and_stability_s": best(lambda: opinion_map(talk)),
        "json_s": best(lambda: to_json(first)),
        "same_bytes": to_json(opinion_map(talk)) == to_json(first),
        "groups": len(first.groups.centres) if first.groups else 0,
        "stability": first.stability,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    json.dump(told, sys.stdout, indent=2)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
