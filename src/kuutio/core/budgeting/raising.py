"""The endowment that counts in Equal Shares: raised step by step, jumping over the steps that change nothing."""

from __future__ import annotations

from fractions import Fraction

from .drafts import Draft, Trace
from .market import Market
from .purses import Purchase, Purses
from .rules import EqualShares, Stop

#: A jump that failed is tried again in parts of this number.
FINER = 4
#: How many steps are looked at together even where each buys something else.
USUAL = 16


def raised(market: Market, rule: EqualShares, first: Fraction) -> tuple[Trace, int]:
    """The run that counts, and how many endowments were tried, from the first on, in the currency.

    Endowments are jumped over where it is sure that none of them would end the raising: where the run above them repeats the one
    below, or where even all that could be bought leaves enough of the budget. Jumps grow as long as they succeed; one that fails
    is tried again in parts, down to a single step, which needs no proof; what it was sure of is a beginning for those.
    """
    unit, budget = market.election.money_unit, int(market.election.budget * market.election.money_unit)
    market.begin(float(first * unit))
    counts, number = Draft(market, first * unit).run(), 0
    if rule.increment is None:
        return counts, 1
    # What all endowments up to a number surely buy first; the narrower ones come last, and buy more.
    common: list[tuple[int, Draft]] = []
    ahead = reach = 1
    while not _settled(market, rule, counts.places, budget):
        above = common[-1][1] if common else None
        draft = Draft(market, (first + (number + ahead) * rule.increment) * unit, above)
        if ahead > 1 and not draft.repeats(counts) and not _goes_on(market, rule, draft.possible(), budget):
            common.append((number + ahead, draft))
            ahead //= FINER
            continue
        trace = draft.run()
        if _cost(market, trace.places) > budget:
            return counts, number + 2
        if not common:
            reach *= FINER
        counts, number = trace, number + ahead
        market.begin(float(counts.endowment))
        while common and common[-1][0] <= number:
            common.pop()
            if not common:
                reach = max(reach // FINER, USUAL)
        ahead = _part(common[-1][0] - number) if common else reach
    return counts, number + 1


def _part(most: int) -> int:
    """How far to go on where the next endowments have something in common: to the end is too far, that was tried."""
    ahead = 1
    while ahead * FINER <= most:
        ahead *= FINER
    return ahead


def _goes_on(market: Market, rule: EqualShares, possible: set[int], budget: int) -> bool:
    """Whether the raising surely doesn't end with any outcome of some projects out of these."""
    without = [market.costs[place] for place in market.supported if place not in possible]
    left = budget - sum(market.costs[place] for place in possible)
    return bool(without) and left >= (0 if rule.stop is Stop.OVERSHOOT else min(without))


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
