"""The opening of a vote: all that could be bent later, frozen before the first ballot; and what a ballot may say under it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kuutio.core.budgeting.elections import BadElection, Election, Kind, Project
from kuutio.core.budgeting.naming import rule_from_json
from kuutio.core.budgeting.rules import BadRule, Rule
from kuutio.core.bundles.canonical import Broken, b64u, canonical, from_b64u
from kuutio.core.bundles.logs import Keys, keys_of
from kuutio.core.ledger import BlindPublicKey, BlindRefused, read_public_key

KIND = "vote"
VERSION = 1

AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,2})?", re.ASCII)
LIMITS = frozenset(
    ("min_length", "max_length", "max_sum_cost", "min_points", "max_points", "min_sum_points", "max_sum_points")
)
"""What a ballot must keep to, by Pabulib's names."""

Choice = list[str] | dict[str, int]
"""Projects, best first where the order counts; or the points of each."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What was frozen before the first ballot."""

    origin: str
    kind: Kind
    budget: Fraction
    projects: tuple[Project, ...]
    limits: Mapping[str, Fraction]
    rule: Rule
    keys: Keys
    passes: BlindPublicKey

    def costs(self) -> dict[str, Fraction]:
        return {project.id: project.cost for project in self.projects}


def opening_entry(
    origin: str,
    *,
    election: Mapping[str, Any],
    rule: Mapping[str, Any],
    log_key: str,
    pass_key: bytes,
    witnesses: Sequence[str] = (),
    quorum: int = 0,
    facts: Mapping[str, Any] | None = None,
) -> bytes:
    """Entry 0 of a vote.

    Args:
        election: `kind` (Pabulib's `vote_type`), `budget`, `projects` (each with `id`, `cost`, and `name` if it has one) and
            `limits`; amounts are texts such as `"125000.50"` or whole numbers, in the currency.
        rule: of `core.budgeting` as JSON, its order of ties and the lot included.
        pass_key: SubjectPublicKeyInfo of the key that signs passes of this vote and nothing else.
        facts: what else is to be frozen, such as titles and times.

    Raises:
        Broken: it says something that can't be counted.
    """
    keys = {"log": log_key, "witnesses": list(witnesses), "quorum": quorum, "passes": b64u(pass_key)}
    said = {"type": KIND, "version": VERSION, "origin": origin, "election": dict(election), "rule": dict(rule)}
    entry = dict(facts or {}) | said | {"keys": keys}
    read_opening(entry, origin)
    return canonical(entry)


def read_opening(entry: Mapping[str, Any], origin: str) -> Opening:
    """The opening of a vote.

    Raises:
        Broken: it is none; nothing in a log that begins so can be believed.
    """
    if entry.get("type") != KIND or entry.get("version") != VERSION:
        raise Broken("it is not the opening of a vote, or of a version that isn't known yet", 0)
    keys = keys_of(dict(entry), origin)
    try:
        passes = read_public_key(from_b64u(entry["keys"].get("passes")))
        rule = rule_from_json(entry["rule"])
        election = entry["election"]
        projects = tuple(
            Project(_text(one["id"]), _amount(one["cost"]), _text(one.get("name", ""), 0))
            for one in election["projects"]
        )
        limits = {name: _amount(value) for name, value in election.get("limits", {}).items()}
        if not projects or not LIMITS.issuperset(limits):
            raise ValueError("there is no project, or a limit that isn't known")
        kind, budget = Kind(election["kind"]), _amount(election["budget"])
        Election.of(projects, budget, [], kind)
    except (BlindRefused, BadRule, BadElection, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Broken(f"the opening can't be read: {error}", 0) from error
    return Opening(origin, kind, budget, projects, limits, rule, keys, passes)


def check_choice(opening: Opening, choice: Any, costs: Mapping[str, Fraction] | None = None) -> Choice:
    """What a voter put down, if the vote allows it.

    Args:
        costs: `opening.costs()`, where many ballots are checked.

    Raises:
        ValueError: it doesn't; the text says why.
    """
    costs = opening.costs() if costs is None else costs
    limits = opening.limits
    gives_points = opening.kind in (Kind.CUMULATIVE, Kind.SCORING)
    if not isinstance(choice, dict if gives_points else list) or not all(isinstance(one, str) for one in choice):
        raise ValueError("the ballot has another form than this vote asks for")
    if len(set(choice)) != len(choice):
        raise ValueError("the ballot names a project twice")
    if unknown := [one for one in choice if one not in costs]:
        raise ValueError(f"the ballot names {unknown[0]!r}, which is no project of this vote")
    most = 1 if opening.kind is Kind.CHOOSE_1 else limits.get("max_length", len(costs))
    if not limits.get("min_length", 0) <= len(choice) <= most:
        raise ValueError("the ballot names too few projects, or too many")
    if "max_sum_cost" in limits and sum(costs[one] for one in choice) > limits["max_sum_cost"]:
        raise ValueError("the ballot's projects cost more than a voter may spend")
    if isinstance(choice, dict):
        points = list(choice.values())
        if any(type(one) is not int for one in points):
            raise ValueError("points are whole numbers")
        if any(not limits.get("min_points", 0) <= one <= limits.get("max_points", one) for one in points):
            raise ValueError("the ballot gives a project too few points, or too many")
        total = sum(points)
        if not limits.get("min_sum_points", 0) <= total <= limits.get("max_sum_points", total):
            raise ValueError("the ballot gives too few points in all, or too many")
    return choice


def _amount(value: Any) -> Fraction:
    text = str(value)
    if isinstance(value, bool) or not isinstance(value, int | str) or not AMOUNT.fullmatch(text):
        raise ValueError(f"{text[:30]!r} is no amount")
    return Fraction(text)


def _text(value: Any, least: int = 1) -> str:
    if not isinstance(value, str) or not least <= len(value) <= 1000:
        raise ValueError("a project's id or name is no text")
    return value
