"""What pabutools and pabulib-checker elect: the peers that the counts are held against.

    PYTHONPATH=src python -m tests.core.budgeting.oracle

goes on making `data/oracle.json` (remove it to begin anew), for hours: a peer takes minutes where a test may take a second. Phragmén: pabutools
also funds what nobody approved, once nothing else is left; those are taken out.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from typing import Any

from pabulib.checker import Checker
from pabutools.election import (
    Additive_Cardinal_Sat,
    Cardinality_Sat,
    Cost_Sat,
    parse_pabulib,
)
from pabutools.election.satisfaction import AdditiveSatisfaction
from pabutools.fractions import frac
from pabutools.rules import greedy_utilitarian_welfare, sequential_phragmen
from pabutools.rules.mes.mes_rule import method_of_equal_shares_scheme
from pabutools.tiebreaking import lexico_tie_breaking

from tests.core.budgeting.elections import FROZEN, RULES, STEPS, files


def _sat(points: Callable[[Any, Any], Any], by_cost: bool) -> type[AdditiveSatisfaction]:
    class Points(AdditiveSatisfaction):
        def __init__(self, instance: Any, profile: Any, ballot: Any) -> None:
            super().__init__(instance, profile, ballot, self.worth)

        def worth(self, instance: Any, profile: Any, ballot: Any, project: Any, precomputed: Any) -> Any:
            return points(ballot, project) * (project.cost if by_cost else 1) if project in ballot else 0

    return Points


def _ranked(ballot: Any, project: Any) -> int:
    order = list(ballot)
    return len(order) - order.index(project)


class Peer:
    """An election in pabutools."""

    def __init__(self, name: str, data: bytes) -> None:
        with tempfile.NamedTemporaryFile(suffix=".pb") as file:
            file.write(data)
            file.flush()
            self.instance, profile = parse_pabulib(file.name)
        self.kind = self.instance.meta["vote_type"]
        self.profile = profile.as_multiprofile()
        self.step = STEPS.get(name, 1)

    def fits(self, rule: str) -> bool:
        points = self.kind in ("ordinal", "cumulative", "scoring")
        return not ((rule.startswith("mes-points") and not points) or (rule == "phragmen" and points))

    def winners(self, rule: str) -> list[str]:
        """Ids in the order of funding; sorted for Phragmén, whose order pabutools doesn't tell."""
        base, *more = rule.split("+")
        if base == "phragmen":
            won = sequential_phragmen(self.instance, self.profile)
            return sorted(one.name for one in won if self.profile.approval_score(one))
        if base.startswith("greedy"):
            return self._greedy([], by_points=True, per_cost=base == "greedy-per-cost")
        sat = {"mes-cost": Cost_Sat, "mes-cardinality": Cardinality_Sat}.get(base) or self._points()
        won = self._shares(sat, "add1" in more, "add1-exhaustive" in more)
        return (
            self._greedy(won, by_points=base == "mes-points", per_cost=False)
            if "u" in more
            else [one.name for one in won]
        )

    def _points(self, by_cost: bool = False) -> Any:
        if self.kind == "ordinal":
            return _sat(_ranked, by_cost)
        return _sat(lambda ballot, project: ballot[project], True) if by_cost else Additive_Cardinal_Sat

    def _greedy(self, won: list[Any], by_points: bool, per_cost: bool) -> list[str]:
        if by_points and self.kind in ("ordinal", "cumulative", "scoring"):
            sat = self._points(by_cost=not per_cost)
        else:
            sat = Cardinality_Sat if per_cost else Cost_Sat
        return [
            one.name
            for one in greedy_utilitarian_welfare(self.instance, self.profile, sat, initial_budget_allocation=won)
        ]

    def _shares(self, sat: Any, overshoot: bool, exhaustive: bool) -> list[Any]:
        share = frac(self.instance.budget_limit, self.profile.num_ballots())

        def run(endowment: Any, increment: Any = None) -> list[Any]:
            seen = self.profile.as_sat_profile(sat)
            return list(
                method_of_equal_shares_scheme(
                    self.instance,
                    self.profile,
                    seen,
                    endowment,
                    [],
                    lexico_tie_breaking,
                    True,
                    increment,
                    sat in (Cost_Sat, Cardinality_Sat),
                )
            )

        if exhaustive:
            return run(share, self.step)
        won = run(share)
        while overshoot:
            share += self.step
            raised = run(share)
            if sum(one.cost for one in raised) > self.instance.budget_limit:
                break
            won = raised
        return won


def checker_winners(data: bytes) -> list[str]:
    """Whom pabulib-checker elects by one run of Equal Shares, in its order: ties go by cost, then votes."""
    checker = Checker()
    checker.process_files([data.decode()])
    return list(checker._compute_equalshares_winners())


def main() -> None:
    """Make the frozen results anew."""
    told: dict[str, Any] = json.loads(FROZEN.read_text("utf-8")) if FROZEN.exists() else {}
    big = sorted(files().items(), key=lambda one: len(one[1]))
    for name, data in big:
        peer = Peer(name, data)
        for rule in RULES:
            if peer.fits(rule) and rule not in told.setdefault(name, {}):
                told[name][rule] = peer.winners(rule)
                sys.stderr.write(f"{name} {rule}\n")
                FROZEN.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
