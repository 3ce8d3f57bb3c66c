"""How long it takes to hand out reviews, and that nobody finds a better sum: `python bench/assigning.py [--again 3] [--seed 6]`.

Calls of 20 × 12, 100 × 30 and 300 × 60 applications by reviewers, three reviews each, whole affinities of 0 to 100 drawn at random,
6 % hard conflicts, everyone's load an equal share and two to spare. For each: Kuutio's largest sum, and its own way (the worst pair
first). Where they can be imported, peers answer the same question: `scipy` (its MILP by HiGHS) and `networkx` (network simplex);
neither is a part of Kuutio. JSON on stdout: seconds of processor, the least of the repeats, and the sums, which must be equal; the
exit code is 1 when they aren't.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from kuutio.core.choosing.assignment import Assignment, Reviewing, assign, loads_shared

SIZES = ((20, 12), (100, 30), (300, 60))
REVIEWS = 3


def call(applications: int, reviewers: int, seed: int) -> Reviewing:
    random = Random(seed)
    affinity = [[random.randint(0, 100) for _ in range(reviewers)] for _ in range(applications)]
    pairs = ((a, r) for a in range(applications) for r in range(reviewers))
    barred = frozenset(pair for pair in pairs if random.random() < 0.06)
    return Reviewing(affinity, REVIEWS, loads_shared(applications, REVIEWS, reviewers), barred=barred)


def by_kuutio(asked: Reviewing, *, floor_first: bool) -> Assignment:
    told = assign(asked, floor_first=floor_first)
    if not isinstance(told, Assignment):
        raise SystemExit("The drawn call can't be handed out: take another seed.")
    return told


def by_scipy(asked: Reviewing) -> int:
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import lil_matrix

    gain = np.array(asked.affinity)
    applications, reviewers = gain.shape
    each, most = lil_matrix((applications, gain.size)), lil_matrix((reviewers, gain.size))
    highest = np.ones(gain.size)
    for a in range(applications):
        each[a, a * reviewers : (a + 1) * reviewers] = 1
    for r in range(reviewers):
        most[r, r::reviewers] = 1
    for a, r in asked.barred:
        highest[a * reviewers + r] = 0
    rules = [
        LinearConstraint(each.tocsr(), asked.reviews, asked.reviews),
        LinearConstraint(most.tocsr(), 0, asked.most),
    ]
    answer = milp(-gain.ravel(), constraints=rules, bounds=Bounds(0, highest), integrality=np.ones(gain.size))
    return round(-answer.fun)


def by_networkx(asked: Reviewing) -> int:
    import networkx

    graph = networkx.DiGraph()
    demand = len(asked.affinity) * asked.reviews
    graph.add_node("to", demand=demand)
    for a, row in enumerate(asked.affinity):
        graph.add_node(("a", a), demand=-asked.reviews)
        for r, gain in enumerate(row):
            if (a, r) not in asked.barred:
                graph.add_edge(("a", a), ("r", r), capacity=1, weight=-gain)
    for r, most in enumerate(asked.most):
        graph.add_edge(("r", r), "to", capacity=most, weight=0)
    return -networkx.network_simplex(graph)[0]


def timed(work: Callable[[], Any], again: int) -> tuple[float, Any]:
    spans = []
    for _ in range(again):
        began = time.process_time()
        told = work()
        spans.append(time.process_time() - began)
    return round(min(spans), 3), told


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--again", type=int, default=3)
    words.add_argument("--seed", type=int, default=6)
    options = words.parse_args()
    peers = {name: work for name, work in (("scipy", by_scipy), ("networkx", by_networkx)) if find_spec(name)}
    told, same = [], True
    for applications, reviewers in SIZES:
        asked = call(applications, reviewers, options.seed)
        spent, largest = timed(lambda asked=asked: by_kuutio(asked, floor_first=False), options.again)
        fair_spent, fair = timed(lambda asked=asked: by_kuutio(asked, floor_first=True), options.again)
        row: dict[str, Any] = {
            "applications": applications,
            "reviewers": reviewers,
            "largest_sum": {"seconds": spent, "sum": int(largest.total), "worst": int(largest.worst)},
            "worst_pair_first": {"seconds": fair_spent, "sum": int(fair.total), "worst": int(fair.worst)},
        }
        for name, work in peers.items():
            seconds, total = timed(lambda asked=asked, work=work: work(asked), options.again)
            row[name] = {"seconds": seconds, "sum": total}
            same = same and total == largest.total
        told.append(row)
    json.dump(told, sys.stdout, indent=2)
    sys.stdout.write("\n")
    return 0 if same else 1


if __name__ == "__main__":
    raise SystemExit(main())
