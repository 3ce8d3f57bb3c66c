"""Counting beside pabutools in one run, some minutes: `python bench/budgeting.py [--without-pabutools] [--voters 90000]`.

Elections: real ones of the tests, and two that are made from a seed in the shape of Łódź and Warszawa (districts, some famous
projects, one to ten approvals), of `--voters` and of two thirds as many. Times are the processor's, in seconds, the best of three
for Kuutio and of one for pabutools, which runs in its faster mode (equal ballots grouped) and whose winners are compared. Reading is
not in the times of counts. pabutools counts the made elections once, and leaves out what would take it hours. A line for each count
on stderr, JSON on stdout.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "src"))

from bench.running import machine, say
from tests.core.budgeting.elections import files

from kuutio.core.budgeting import Election, count, make_pb, read_pb, rule_from_name, write_pb

ROOT = Path(__file__).resolve().parent.parent
COSTS = ("greedy", "mes-cost", "mes-cardinality", "mes-cost+add1-exhaustive")
TINY = {
    "Switzerland_Zurich_SN.pb": (*COSTS, "phragmen"),
    "US_Seattle_2019_District_1_knapsack.pb": (*COSTS, "phragmen"),
    "Switzerland_Zurich_S5D10.pb": (*COSTS, "mes-points"),
}
BIG = "Hungary_Budapest_2024.pb"


def made(voters: int, projects: int, share: float, seed: int) -> str:
    """An election as a `.pb` file: `share` of all that the projects cost is the budget."""
    dice = np.random.default_rng(seed)
    costs = np.round(np.exp(dice.normal(11.5, 1.0, projects)), -3).clip(3000).astype(int)
    where, home = dice.integers(0, 20, projects), dice.integers(0, 20, voters)
    fame = dice.zipf(1.6, projects).clip(1, 60) * dice.uniform(0.5, 1.5, projects)
    lengths = dice.integers(1, 11, voters)
    ballots = []
    for district in range(20):
        chance = fame * np.where(where == district, 12.0, 1.0)
        for length in lengths[home == district]:
            chosen = dice.choice(projects, length, replace=False, p=chance / chance.sum())
            ballots.append([str(one) for one in chosen])
    meta = {"budget": str(int(costs.sum() * share)), "vote_type": "approval"}
    return write_pb(make_pb(meta, [{"project_id": str(n), "cost": str(cost)} for n, cost in enumerate(costs)], ballots))


def timed(work: Callable[[], Any], times: int = 1) -> tuple[float, Any]:
    best, result = float("inf"), None
    for _ in range(times):
        begun = time.process_time()
        result = work()
        best = min(best, time.process_time() - begun)
    return best, result


def fresh(election: Election) -> Election:
    """The same election without what an earlier count has worked out."""
    return replace(election)


def memory_mb(data: bytes, rule: str) -> float:
    """The most that a process holds which reads and counts a file, the interpreter included."""
    with tempfile.NamedTemporaryFile(suffix=".pb") as file:
        file.write(data)
        file.flush()
        # Not `ru_maxrss`: a process that is started begins with its parent's, and this one holds pabutools.
        words = "import re, sys; from pathlib import Path; from kuutio.core.budgeting import *;"
        words += "count(read_pb(Path(sys.argv[1]).read_bytes()).election, rule_from_name(sys.argv[2]));"
        words += "print(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1])"
        told = subprocess.run(
            [sys.executable, "-c", words, file.name, rule],
            env={"PYTHONPATH": str(ROOT / "src")},
            capture_output=True,
            text=True,
            check=True,
        )
    return round(int(told.stdout) / 1024, 1)


def side_by_side(name: str, data: bytes, rules: dict[str, bool]) -> list[dict[str, Any]]:
    """One row for each rule; the rules say whether pabutools counts by them too."""
    read_s, pb = timed(lambda: read_pb(data), 3)
    peer = peer_of(name, data) if any(rules.values()) else None
    say(f"{name}: {pb.election.voters} voters, {len(pb.election.projects)} projects, read in {read_s:.3f} s")
    rows = []
    for rule, beside in rules.items():
        seconds, result = timed(lambda rule=rule: count(fresh(pb.election), rule_from_name(rule)), 3)
        row: dict[str, Any] = {"election": name, "voters": pb.election.voters, "projects": len(pb.election.projects)}
        row |= {"rule": rule, "read_s": round(read_s, 3), "kuutio_s": round(seconds, 5), "runs": result.runs}
        line = f"  {rule}: Kuutio {seconds:.5f} s ({result.runs} endowments)"
        if peer is not None and beside:
            peer_s, won = timed(lambda rule=rule: peer.winners(rule))
            mine = sorted(result.winners) if rule == "phragmen" else list(result.winners)
            row |= {"pabutools_s": round(peer_s, 4), "times": round(peer_s / seconds, 1), "same": mine == won}
            line += f", pabutools {peer_s:.4f} s: {peer_s / seconds:.1f} times, {'same' if mine == won else 'OTHER'} winners"
        say(line)
        rows.append(row)
    return rows


def peer_of(name: str, data: bytes) -> Any:
    """The election in pabutools, which is loaded only where it is asked for."""
    from tests.core.budgeting.oracle import Peer

    return Peer(name, data)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--without-pabutools", action="store_true")
    arguments.add_argument("--voters", type=int, default=90_000, help="of the larger election that is made")
    options = arguments.parse_args()
    with_peer = not options.without_pabutools
    before = machine()
    rows = []
    for name, rules in TINY.items():
        rows += side_by_side(name, files()[name], dict.fromkeys(rules, with_peer))
    shares = {"mes-cost": with_peer, "mes-cardinality": with_peer}
    alone = {"greedy": False, "phragmen": False, "mes-cost+add1": False, "mes-cardinality+add1": False}
    rows += side_by_side(BIG, files()[BIG], shares | alone)
    large, middle = made(options.voters, 160, 0.3, 1).encode(), made(options.voters * 2 // 3, 83, 0.5, 2).encode()
    rows += side_by_side("made, large", large, shares | alone)
    rows += side_by_side("made, middle", middle, {"mes-cost": with_peer, "mes-cost+add1": False})
    told = {
        "machine": before,
        "rows": rows,
        "memory_mb": {rule: memory_mb(large, rule) for rule in ("mes-cost", "mes-cost+add1")},
    }
    say(f"memory of a process that reads and counts the large one: {told['memory_mb']} MB")
    json.dump(told, sys.stdout, indent=2)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
