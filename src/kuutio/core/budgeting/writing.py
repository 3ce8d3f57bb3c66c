"""Counts and explanations as JSON values, for pages, files and the command line.

Costs are numbers. What is seldom a finite decimal (prices, payments, effective votes) is rounded to six decimals: to check a
count, count again.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import Any

from .counting import Count, Step
from .explaining import Explanation, Winner
from .naming import name_of, rule_to_json

DECIMALS = 6


def count_to_json(count: Count) -> dict[str, Any]:
    """The result: rule, winners in the order of funding, cost, and a step for each."""
    return {
        "rule": name_of(count.rule),
        "winners": list(count.winners),
        "cost": _number(count.cost),
        "steps": [_step(step) for step in count.steps],
        "parameters": rule_to_json(count.rule),
        "budget": _number(count.election.budget),
        "voters": count.election.voters,
        "endowment": None if count.endowment is None else _number(count.endowment),
        "runs": count.runs,
    }


def explanation_to_json(explanation: Explanation) -> dict[str, Any]:
    """The steps with their payers, and the losers with what they lacked."""
    losers = [
        {
            "project": one.project,
            "cost": _number(one.cost),
            "support": _number(one.support),
            "lack": str(one.lack),
            "money": _number(one.money),
            "more": one.more,
        }
        for one in explanation.losers
    ]
    return {"steps": [_winner(one) for one in explanation.winners], "losers": losers}


def _winner(winner: Winner) -> dict[str, Any]:
    # Amounts that look the same are one line to a reader.
    shown: defaultdict[int | float, int] = defaultdict(int)
    for one in winner.payers:
        shown[_number(one.amount)] += one.voters
    return _step(winner.step) | {"payers": [{"amount": amount, "voters": voters} for amount, voters in shown.items()]}


def _step(step: Step) -> dict[str, Any]:
    return {
        "project": step.project,
        "cost": _number(step.cost),
        "phase": str(step.phase),
        "support": _number(step.support),
        "left": _number(step.left),
        "price": None if step.price is None else _number(step.price),
        "effective_votes": None if step.effective_votes is None else _number(step.effective_votes),
    }


def _number(number: Fraction) -> int | float:
    rounded = round(number, DECIMALS)
    return rounded.numerator if rounded.denominator == 1 else float(rounded)
