"""The rules in the plainest way, with fractions and nothing else: what the quick counts are held against."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

Ballots = list[dict[str, Any]]


def equal_shares(
    costs: dict[str, Any], ballots: Ballots, share: Fraction, utility: str, tie: Callable[[str], Any]
) -> list[str]:
    """One run, from the definition."""

    def worth(voter: int, project: str) -> Any:
        points = ballots[voter].get(project, 0)
        return (
            points
            if utility == "points"
            else (project in ballots[voter]) * (costs[project] if utility == "cost" else 1)
        )

    left, purses, won = dict(costs), [share] * len(ballots), []
    while True:
        best = []
        for project in left:
            supporters = sorted(
                (purses[i] / worth(i, project), i) for i in range(len(ballots)) if worth(i, project) > 0
            )
            missing, units = Fraction(costs[project]), sum(worth(i, project) for _, i in supporters)
            for ratio, i in supporters:
                if missing <= ratio * units:
                    best.append((missing / units, tie(project), project))
                    break
                missing, units = missing - purses[i], units - worth(i, project)
        if not best:
            return won
        rho, _, project = min(best)
        won.append(project)
        del left[project]
        purses = [purse - min(purse, rho * worth(i, project)) for i, purse in enumerate(purses)]


def outcome(
    costs: dict[str, Any], budget: Fraction, ballots: Ballots, rule: Any, tie: Callable[[str], Any]
) -> list[str]:
    """Equal Shares with all its parameters."""
    share = budget / len(ballots)
    share = Fraction(share.__floor__()) if rule.start == "floor" else share
    won = equal_shares(costs, ballots, share, rule.utility, tie)
    weighs = rule.utility == "points"
    supported = {project for ballot in ballots for project, points in ballot.items() if points > 0 or not weighs}
    while rule.increment and set(won) != supported:
        left = budget - sum(costs[one] for one in won)
        if rule.stop == "exhaustive" and all(costs[one] > left for one in supported - set(won)):
            break
        share += rule.increment
        raised = equal_shares(costs, ballots, share, rule.utility, tie)
        if sum(costs[one] for one in raised) > budget:
            break
        won = raised
    if rule.completion == "utilitarian":
        support = {one: sum(b.get(one, 0) if weighs else one in b for b in ballots) for one in costs}
        left = budget - sum(costs[one] for one in won)
        for one in sorted(set(costs) - set(won), key=lambda one: (-support[one], tie(one))):
            if costs[one] <= left:
                won, left = [*won, one], left - costs[one]
    return won


def phragmen(costs: dict[str, Any], budget: Fraction, ballots: Ballots, tie: Callable[[str], Any]) -> list[str]:
    """Sequential Phragmén; what nobody approved or costs more than the budget takes no part."""
    loads, won, left = [Fraction(0)] * len(ballots), [], budget
    open_to = {one for one in costs if costs[one] <= budget and any(one in ballot for ballot in ballots)}
    while open_to:
        times = {}
        for one in open_to:
            behind = [i for i, ballot in enumerate(ballots) if one in ballot]
            times[one] = (costs[one] + sum(loads[i] for i in behind)) / len(behind)
        first = [one for one in open_to if times[one] == min(times.values())]
        if any(costs[one] > left for one in first):
            break
        project = min(first, key=tie)
        won, left = [*won, project], left - costs[project]
        open_to.remove(project)
        loads = [times[project] if project in ballot else load for load, ballot in zip(loads, ballots, strict=True)]
    return won
