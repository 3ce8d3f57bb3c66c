"""Cases of choosing as JSON: from plain data to the rules' own types, and their answers back."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from kuutio.core.choosing.assignment import Impossible, Reviewing, assign
from kuutio.core.choosing.bias import Advice, advice
from kuutio.core.choosing.line import THRESHOLD, Line, draw_line, drawn, with_lots
from kuutio.core.choosing.scores import (
    Criterion,
    Level,
    Method,
    Review,
    Standing,
    method_findings,
    review_findings,
    shown,
    standings,
)
from kuutio.core.grants.cases import Told, told_finding
from kuutio.core.grants.findings import Finding
from kuutio.core.grants.reading import MOST_CENTS, Node, unique

MOST_APPLICATIONS = 5000
MOST_REVIEWERS = 1000
MOST_REVIEWS = 50_000
MOST_CRITERIA = 50
MOST_SCORE = 100


# --- scores -----------------------------------------------------------------------------------------------------------


def score(node: Node, *, details: bool = False) -> Told:
    """Scores, ranks, the same without own cities' reviewers, the advice on bias, who is funded and what is left.

    Raises:
        Unreadable: a field is missing or doesn't fit.
    """
    method = _method(node)
    cities, requested = _applications(node.at("applications"))
    reviews = _reviews(node, method, cities)
    found = [*method_findings(method), *_wrong(method, reviews)]
    if found:
        return {"errors": [{"error": finding.code, "rule": finding.rule, **_place(finding)} for finding in found]}
    ranking = standings(method, cities, reviews)
    budget = node.at("call_budget_cents").whole(0, MOST_CENTS)
    threshold = node.at("threshold").fraction() if node.has("threshold") else THRESHOLD
    line = draw_line(ranking, requested, budget, method, threshold)
    lots = drawn(node.at("seed").text(), line.at_the_line) if node.has("seed") else []
    if node.has("seed"):
        line = with_lots(line, requested, node.at("seed").text())
    adjusted = advice(method, reviews)
    told = _told(ranking, line, adjusted, list(cities))
    if details:
        told |= _more(ranking, line, adjusted, lots)
    return told


def _method(node: Node) -> Method:
    rows = node.at("criteria").rows(MOST_CRITERIA)
    unique(rows, "key")
    criteria = tuple(
        Criterion(
            row.at("key").name(),
            row.at("weight").whole(-MOST_SCORE, MOST_SCORE * MOST_SCORE),
            row.at("threshold").fraction() if row.has("threshold") else None,
        )
        for row in rows
    )
    if not node.has("scale"):
        return Method(criteria)
    ends = node.at("scale").rows(2)
    if len(ends) != 2:
        raise node.at("scale").wrong("must be [lowest, highest].")
    lowest = ends[0].whole(0, MOST_SCORE - 1)
    return Method(criteria, (lowest, ends[1].whole(lowest + 1, MOST_SCORE)))


def _applications(node: Node) -> tuple[dict[str, frozenset[str]], dict[str, int]]:
    rows = node.rows(MOST_APPLICATIONS)
    unique(rows, "id")
    cities = {
        row.at("id").name(): frozenset(city.text() for city in row.at("cities").rows(MOST_APPLICATIONS)) for row in rows
    }
    return cities, {row.at("id").name(): row.at("requested_cents").whole(0, MOST_CENTS) for row in rows}


def _reviews(node: Node, method: Method, cities: dict[str, frozenset[str]]) -> list[Review]:
    reviewers = node.at("reviewers").rows(MOST_REVIEWERS)
    unique(reviewers, "id")
    home = {row.at("id").name(): row.at("city").text() if row.has("city") else "" for row in reviewers}
    rows = node.at("reviews").rows(MOST_REVIEWS)
    unique(rows, "application", "reviewer")
    return [_review(row, method, cities, home) for row in rows]


def _review(node: Node, method: Method, cities: dict[str, frozenset[str]], home: dict[str, str]) -> Review:
    application, reviewer = node.at("application").name(), node.at("reviewer").name()
    if application not in cities:
        raise node.at("application").wrong("is none of the applications.")
    if reviewer not in home:
        raise node.at("reviewer").wrong("is none of the reviewers.")
    scores = {key: value.whole(-MOST_SCORE, MOST_SCORE) for key, value in node.at("scores").items(MOST_CRITERIA)}
    return Review(
        application,
        reviewer,
        home[reviewer],
        scores,
        node.at("coi").choice(Level) if node.has("coi") else Level.NONE,
        node.at("submitted").flag(),
    )


def _wrong(method: Method, reviews: list[Review]) -> list[Finding]:
    """What is wrong with the scores of reviews that count (V1); reasons (V12) aren't in these cases."""
    return [
        Finding(finding.key, f"{review.application}/{review.reviewer}/{finding.where}", finding.facts)
        for review in reviews
        if review.counts
        for finding in review_findings(method, review)
        if finding.rule == "V1"
    ]


def _place(finding: Finding) -> dict[str, Any]:
    return ({"where": finding.where} if finding.where else {}) | dict(finding.facts)


def _told(ranking: list[Standing], line: Line, adjusted: Advice | None, order: list[str]) -> Told:
    by = {one.application: one for one in ranking}
    return {
        "score": {name: _exact(by[name].score) for name in order},
        "rank": {name: by[name].rank for name in order},
        "score_without_own_city": {name: _exact(by[name].outside_score) for name in order},
        "bias_adjusted_score": None
        if adjusted is None
        else {name: _six(adjusted.scores[name]) if name in adjusted.scores else None for name in order},
        "funded": list(line.funded),
        "at_the_line": list(line.at_the_line),
        "left_cents": line.left,
    }


def _more(ranking: list[Standing], line: Line, adjusted: Advice | None, lots: list[str]) -> Told:
    return {
        "rank_without_own_city": {one.application: one.outside_rank for one in ranking},
        "moved": [one.application for one in ranking if one.moved],
        "reviews": {one.application: one.reviews for one in ranking},
        "criteria": {one.application: {key: _exact(value) for key, value in one.criteria.items()} for one in ranking},
        "below": list(line.below),
        "not_fundable": list(line.not_fundable),
        "lots": lots,
        "bias_exact": adjusted and {name: _ratio(value) for name, value in adjusted.scores.items()},
        "leniency": adjusted and {name: _ratio(value) for name, value in adjusted.leniency.items()},
        "bias_weak": adjusted and adjusted.weak,
    }


def _exact(value: Fraction | None) -> dict[str, str] | None:
    return None if value is None else {"exact": _ratio(value), "shown": shown(value)}


def _ratio(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"


def _six(value: Fraction) -> float:
    return float(shown(value, 6))


# --- assignment -------------------------------------------------------------------------------------------------------


def read_assignment(node: Node) -> Reviewing:
    """What is to be handed out.

    Raises:
        Unreadable: a field is missing or doesn't fit.
    """
    applications = node.at("applications").whole(0, MOST_APPLICATIONS)
    reviewers = node.at("reviewers").whole(0, MOST_REVIEWERS)
    rows = node.at("affinity").rows(MOST_APPLICATIONS)
    if len(rows) != applications:
        raise node.at("affinity").wrong(f"must have {applications} rows, one for each application.")
    table = [[value.fraction() for value in row.rows(MOST_REVIEWERS)] for row in rows]
    for row, values in zip(rows, table, strict=True):
        if len(values) != reviewers:
            raise row.wrong(f"must have {reviewers} values, one for each reviewer.")
    conflicts = node.at("conflicts").rows(MOST_APPLICATIONS * MOST_REVIEWERS) if node.has("conflicts") else []
    return Reviewing(
        affinity=table,
        reviews=node.at("reviews_per_application").whole(0, MOST_REVIEWERS),
        most=_limits(node.at("max_load"), reviewers),
        least=_limits(node.at("min_load"), reviewers) if node.has("min_load") else (),
        barred=frozenset(_pair(pair, applications, reviewers) for pair in conflicts),
        cities=_cities(node, "reviewer_cities", reviewers),
        lead_cities=_cities(node, "lead_cities", applications),
        one_per_city=node.has("one_per_city") and node.at("one_per_city").flag(),
        one_outside=node.has("one_outside") and node.at("one_outside").flag(),
    )


def _limits(node: Node, reviewers: int) -> list[int]:
    """A limit for each reviewer, or one for all."""
    if not isinstance(node.value, list):
        return [node.whole(0, MOST_APPLICATIONS)] * reviewers
    if len(node.value) != reviewers:
        raise node.wrong(f"must be a number, or a list of {reviewers}.")
    return [one.whole(0, MOST_APPLICATIONS) for one in node.rows(MOST_REVIEWERS)]


def _pair(node: Node, applications: int, reviewers: int) -> tuple[int, int]:
    ends = node.rows(2)
    if len(ends) != 2:
        raise node.wrong("must be [application, reviewer].")
    return ends[0].whole(0, applications - 1), ends[1].whole(0, reviewers - 1)


def _cities(node: Node, key: str, count: int) -> list[str]:
    if not node.has(key):
        return []
    names = [name.text() for name in node.at(key).rows(MOST_APPLICATIONS)]
    if len(names) != count:
        raise node.at(key).wrong(f"must have {count} items.")
    return names


def assignment(node: Node, *, details: bool = False) -> Told:
    """`{"feasible", "max_total_affinity"}`: the largest sum there is; with details the assignment that the platform makes too,
    which first makes the worst pair as good as it can be.

    Raises:
        Unreadable: a field is missing or doesn't fit.
    """
    asked = read_assignment(node)
    try:
        largest = assign(asked, floor_first=False)
    except ValueError as error:
        raise node.wrong(str(error)) from error
    if isinstance(largest, Impossible):
        return {
            "feasible": False,
            "max_total_affinity": None,
            "errors": [told_finding(finding) for finding in largest.findings],
        }
    told: Told = {"feasible": True, "max_total_affinity": _number(largest.total)}
    fair = assign(asked) if details else None
    if fair is not None and not isinstance(fair, Impossible):
        told["fair"] = {
            "worst_affinity": None if fair.worst is None else _number(fair.worst),
            "total_affinity": _number(fair.total),
            "reviewers": [list(own) for own in fair.reviewers],
            "loads": list(fair.loads),
        }
    return told


def _number(value: Fraction) -> int | float:
    return value.numerator if value.denominator == 1 else float(value)
