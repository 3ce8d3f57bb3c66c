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

    A run that repeats a lower one proves that all between them do too. So as long as runs repeat, the jumps grow; where one
    doesn't, they get shorter, down to a single step, which needs no proof; what it repeated is a beginning for those.
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
        if ahead > 1:
            if not draft.repeats(counts):
                common.append((number + ahead, draft))
                ahead //= FINER
                continue
            trace = draft.trace
        else:
            trace = draft.run()
            if _cost(market, trace.places) > budget:
                return counts, number + 2
        if not common:
            # All of it was one run, or it was a single step.
            reach *= FINER
        counts, number = trace, number + ahead
        market.begin(float(counts.endowment))
        while common and common[-1][0] <= number:
            common.pop()
            if not common:
                reach = max(reach // FINER, USUAL)
        ahead = _part(common, number) if common else reach
    return counts, number + 1


def _part(common: list[tuple[int, Draft]], number: int) -> int:
    """How far to go on where the next endowments have something in common: to the end, or not so far that all was tried."""
    ahead = 1
    while ahead * FINER <= common[-1][0] - number:
        ahead *= FINER
    return ahead


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
