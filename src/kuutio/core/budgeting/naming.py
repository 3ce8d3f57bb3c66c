"""Rules by name and as JSON: `mes-cost+add1+u`, and an object that says all that a rule says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, replace
from fractions import Fraction
from typing import Any

from .purses import Utility
from .rules import BadRule, Completion, EqualShares, Greedy, Overflow, Phragmen, Rule, Start, Stop, Ties, whole

MOST_DIGITS = 30

_KINDS: dict[str, type[Rule]] = {"greedy": Greedy, "equal-shares": EqualShares, "phragmen": Phragmen}
_BASES: dict[str, Rule] = {
    "greedy": Greedy(),
    "greedy-per-cost": Greedy(per_cost=True),
    "greedy-no-skip": Greedy(overflow=Overflow.STOP),
    "phragmen": Phragmen(),
    "mes-cost": EqualShares(Utility.COST),
    "mes-cardinality": EqualShares(Utility.CARDINALITY),
    "mes-points": EqualShares(Utility.POINTS),
}
#: The names of rules without additions.
NAMES = tuple(_BASES)
_ADDITION = re.compile(r"add(?P<step>[0-9]{1,15}(?:\.[0-9]{1,6})?)(?P<until>-exhaustive)?|u|floor")


def rule_from_name(name: str) -> Rule:
    """The rule with a name such as `mes-cost+add1+u`.

    Equal Shares takes the additions `+addN` (the endowment grows by N until the outcome would cost too much),
    `+addN-exhaustive` (only until nothing more fits), `+u` (what is left goes by votes) and `+floor` (the first endowment is
    whole), each at most once.

    Raises:
        BadRule: there is no such rule.
    """
    base, *additions = name.split("+")
    rule = _BASES.get(base)
    if rule is None:
        raise BadRule(f"There is no rule {base!r}; there are {', '.join(NAMES)}.")
    seen: set[str] = set()
    for addition in additions:
        match = _ADDITION.fullmatch(addition)
        sort = "add" if match and match["step"] else addition
        if match is None or sort in seen:
            raise BadRule(
                f"{addition!r} is no addition, or is there twice; there are add1, add1-exhaustive, u and floor."
            )
        if not isinstance(rule, EqualShares):
            raise BadRule(f"{base} takes no additions, only mes-cost, mes-cardinality and mes-points do.")
        seen.add(sort)
        if match["step"]:
            stop = Stop.EXHAUSTIVE if match["until"] else Stop.OVERSHOOT
            rule = replace(rule, increment=Fraction(match["step"]), stop=stop)
        elif addition == "u":
            rule = replace(rule, completion=Completion.UTILITARIAN)
        else:
            rule = replace(rule, start=Start.FLOOR)
    return rule


def name_of(rule: Rule) -> str:
    """The name of a rule, without its order of ties; with its threshold for greedy."""
    if isinstance(rule, Phragmen):
        return "phragmen"
    if isinstance(rule, Greedy):
        name = "greedy" + "-per-cost" * rule.per_cost + "-no-skip" * (rule.overflow is Overflow.STOP)
        return f"{name} (threshold {rule.threshold})" if rule.threshold else name
    name = f"mes-{rule.utility}"
    if rule.increment is not None:
        name += f"+add{decimal(rule.increment)}" + "-exhaustive" * (rule.stop is Stop.EXHAUSTIVE)
    return name + "+u" * (rule.completion is Completion.UTILITARIAN) + "+floor" * (rule.start is Start.FLOOR)


def rule_to_json(rule: Rule) -> dict[str, Any]:
    """A rule as JSON values: all that it says, and its kind."""
    kind = next(kind for kind, of in _KINDS.items() if of is type(rule))
    said: dict[str, Any] = {"kind": kind, **asdict(rule)}
    said["ties"] = {"keys": list(rule.ties.keys), "lot": list(rule.ties.lot)}
    if isinstance(rule, EqualShares) and rule.increment is not None:
        said["increment"] = decimal(rule.increment)
    return said


def rule_text(rule: Rule) -> str:
    """The canonical JSON of a rule: keys sorted, no spaces; equal for equal rules, so that it can be hashed and logged."""
    return json.dumps(rule_to_json(rule), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def rule_from_json(said: str | Mapping[str, Any]) -> Rule:
    """The rule that `rule_to_json` or `rule_text` wrote. What is left out has its usual value; nothing may be there besides.

    Raises:
        BadRule: it is no rule.
    """
    if isinstance(said, str):
        try:
            said = json.loads(said)
        except (ValueError, RecursionError):
            raise BadRule("A rule is a JSON object.") from None
    if not isinstance(said, Mapping):
        raise BadRule("A rule is a JSON object.")
    given = dict(said)
    kind = given.pop("kind", None)
    of = _KINDS.get(kind) if isinstance(kind, str) else None
    if of is None:
        raise BadRule(f"The kind of a rule is one of {', '.join(_KINDS)}.")
    known = {field.name for field in fields(of)}
    if unknown := sorted(map(str, given.keys() - known)):
        raise BadRule(f"{kind} has no {unknown[0]!r}; it has {', '.join(sorted(known))}.")
    return of(**{name: _read(name, value) for name, value in given.items()})


def _read(name: str, value: Any) -> Any:
    enums: dict[str, Callable[[Any], Any]] = {
        "utility": Utility,
        "start": Start,
        "stop": Stop,
        "completion": Completion,
        "overflow": Overflow,
    }
    if name in enums:
        try:
            return enums[name](value)
        except ValueError:
            raise BadRule(f"{value!r} is no {name}.") from None
    if name == "per_cost":
        if not isinstance(value, bool):
            raise BadRule("per_cost is true or false.")
        return value
    if name == "threshold":
        return whole(value, name, 0)
    if name == "increment":
        return None if value is None else _number(value)
    return _ties(value)


def _ties(value: Any) -> Ties:
    if not isinstance(value, Mapping) or not value.keys() <= {"keys", "lot"}:
        raise BadRule("ties is an object with keys and lot.")
    parts = []
    for part in ("keys", "lot"):
        words = value.get(part, [])
        if not isinstance(words, list | tuple) or not all(isinstance(word, str) for word in words):
            raise BadRule(f"{part} of ties is a list of texts.")
        parts.append(tuple(words))
    return Ties(*parts)


def _number(value: Any) -> Fraction:
    text = str(value)
    if isinstance(value, bool) or len(text) > MOST_DIGITS or not re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", text):
        raise BadRule("The increment is a number above 0, as a text or whole.")
    return Fraction(text)


def decimal(number: Fraction) -> str:
    """A number with finitely many decimals, in the shortest way."""
    if number.denominator == 1:
        return str(number.numerator)
    for places in range(1, MOST_DIGITS):
        shifted = number * 10**places
        if shifted.denominator == 1:
            digits = str(shifted.numerator).rjust(places + 1, "0")
            return f"{digits[:-places]}.{digits[-places:]}"
    raise BadRule("The increment must have finitely many decimals.")
