"""The endowment that counts in Equal Shares: raised step by step, jumping over the steps that change nothing."""

from __future__ import annotations

from fractions import Fraction

from .drafts import Draft, Trace
from .market import Market
from .purses import Purchase, Purses
from .rules import EqualShares, Stop


def raised(market: Market, rule: EqualShares, first: Fraction) -> tuple[Trace, int]:
    """The run that counts, and how many endowments were tried, from the first on, in the currency.

    A run that repeats a lower one proves that all between them do too. So as long as runs repeat, the jumps double; where one
    doesn't, they get shorter, down to a single step, which needs no proof.
    """
    unit, budget = market.election.money_unit, int(market.election.budget * market.election.money_unit)
    market.begin(float(first * unit))
    counts = Draft(market, first * unit).run()
    if rule.increment is None:
        return counts, 1
    number, ahead = 0, 1
    while not _settled(market, rule, counts.places, budget):
        draft = Draft(market, (first + (number + ahead) * rule.increment) * unit)
        if ahead == 1:
            trace = draft.run()
            if _cost(market, trace.places) > budget:
                return counts, number + 2
            same = trace.places == counts.places
        else:
            same = draft.repeats(counts)
            if not same:
                ahead //= 4
                ahead = max(ahead, 1)
                continue
            trace = draft.trace
        counts, number = trace, number + ahead
        ahead = 2 * ahead if same else 1
        market.begin(float(counts.endowment))
    return counts, number + 1


def bought_by(market: Market, trace: Trace) -> list[Purchase]:
    """The purchases of a run, exactly."""
    purses = Purses(market, trace.endowment)
    for place, payment in zip(trace.places, trace.payments, strict=True):
        purses.buy_near(place, payment)
    return purses.purchases


def _cost(market: Market, places: list[int]) -> int:
    return sum(market.costs[place] for place in places)


def _settled(market: Market, rule: EqualShares, bought: list[int], budget: int) -> bool:
    """Whether a raised endowment would change nothing, or the rule ends here."""
    if len(bought) == len(market.supported):
        return True
    if rule.stop is Stop.OVERSHOOT:
        return False
    left = budget - _cost(market, bought)
    return all(market.costs[place] > left for place in set(market.supported).difference(bought))
