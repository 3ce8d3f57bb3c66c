"""A ballot paper as a form: the lines of its projects, and what was filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kuutio.core.budgeting import rule_from_json, sentence
from kuutio.core.bundles.openings import Choice
from kuutio.participation.models import Budget, Project
from kuutio.participation.papers import Paper, gives_points
from kuutio.participation.problems import BadBallot
from kuutio.ui.wording import language, localized, money


@dataclass(frozen=True, slots=True)
class Line:
    """A project on the paper.

    Attributes:
        value: what was filled in: "on", a rank, points.
    """

    project: Project
    cost: str
    value: str = ""


def lines_of(budget: Budget, told: Mapping[str, Any] | None = None) -> list[Line]:
    """The projects of a paper, in the order that was drawn when the vote was opened; before that as they were put in."""
    rows = list(budget.projects.filter(feasibility=Project.Feasibility.FEASIBLE))
    place = {key: number for number, key in enumerate(budget.rule.get("ties", {}).get("lot", []))}
    rows.sort(key=lambda row: place.get(row.key, len(place)))
    return [Line(row, money(row.cost_cents), _value(budget, row.key, told)) for row in rows]


def _value(budget: Budget, key: str, told: Any) -> str:
    if told is None:
        return ""
    if _by_number(budget.paper):
        return str(told.get(f"n-{key}", ""))[:6]
    chosen = told.getlist("choice") if hasattr(told, "getlist") else told.get("choice", [])
    return "on" if key in chosen else ""


def _by_number(paper: str) -> bool:
    return paper == Paper.ORDINAL or gives_points(paper)


def read_choice(budget: Budget, told: Any) -> Choice:
    """What was filled in.

    Raises:
        BadBallot: it isn't whole; the sentence says what to do.
    """
    keys = [line.project.key for line in lines_of(budget)]
    if not _by_number(budget.paper):
        chosen = set(told.getlist("choice"))
        if budget.paper == Paper.CHOOSE_1 and len(chosen) != 1:
            raise BadBallot(_("Choose one project."))
        found = [key for key in keys if key in chosen]
        check_words(budget, found)
        return found
    numbers = {key: number for key in keys if (number := _number(told.get(f"n-{key}", "")))}
    if budget.paper == Paper.ORDINAL:
        if len(set(numbers.values())) < len(numbers):
            raise BadBallot(_("Two projects have the same number. Give each its own: 1 is the best."))
        ranked = sorted(numbers, key=numbers.__getitem__)
        check_words(budget, ranked)
        return ranked
    check_words(budget, numbers)
    return numbers


def _number(text: str) -> int:
    text = text.strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) <= 4):
        raise BadBallot(_("Write whole numbers, without signs or decimals."))
    return int(text)


def check_words(budget: Budget, choice: Choice) -> None:
    """Refuse what the limits of a paper don't let, in words of a voter.

    Raises:
        BadBallot: the sentence says what to do.
    """
    limits, count = budget.limits, len(choice)
    least, most = limits.get("min_length", 0), limits.get("max_length")
    if count < least:
        raise BadBallot(
            ngettext("Choose at least %(count)s project.", "Choose at least %(count)s projects.", least)
            % {"count": least}
        )
    if most is not None and count > most:
        raise BadBallot(
            ngettext("Choose at most %(count)s project.", "Choose at most %(count)s projects.", most) % {"count": most}
        )
    if budget.paper == Paper.KNAPSACK:
        costs = dict(budget.projects.values_list("key", "cost_cents"))
        over = sum(costs[key] for key in choice) - budget.amount_cents
        if over > 0:
            raise BadBallot(
                _("Your projects cost %(amount)s more than there is. Take one away.") % {"amount": money(over)}
            )
    if isinstance(choice, dict):
        top, total = limits.get("max_points"), limits.get("max_sum_points")
        if top is not None and any(points > top for points in choice.values()):
            raise BadBallot(_("Give a project at most %(count)s points.") % {"count": top})
        if total is not None and sum(choice.values()) > total:
            raise BadBallot(
                _("You gave %(given)s points, and there are %(count)s. Take some back.")
                % {"given": sum(choice.values()), "count": total}
            )


def rules_of(budget: Budget) -> list[str]:
    """What a voter may do, in short sentences, shown where they vote."""
    limits, paper = budget.limits, budget.paper
    least, most = limits.get("min_length", 1), limits.get("max_length")
    found: list[str] = []
    if paper == Paper.CHOOSE_1:
        found.append(_("Choose one project."))
    elif paper == Paper.ORDINAL:
        found.append(_("Number the projects in your order: 1 is the one you want most. Leave the others empty."))
    elif paper == Paper.CUMULATIVE:
        found.append(
            _("You have %(count)s points. Divide them as you like.") % {"count": limits.get("max_sum_points", 10)}
        )
    elif paper == Paper.SCORING:
        found.append(
            _("Give points from 0 to %(count)s to as many projects as you like.")
            % {"count": limits.get("max_points", 5)}
        )
    elif paper == Paper.KNAPSACK:
        found.append(
            _("Choose projects whose costs fit in the budget: %(amount)s.") % {"amount": money(budget.amount_cents)}
        )
    else:
        found.append(_("Choose the projects that you support."))
    if most is not None and paper != Paper.CHOOSE_1:
        found.append(ngettext("At most %(count)s project.", "At most %(count)s projects.", most) % {"count": most})
    if least > 1:
        found.append(ngettext("At least %(count)s project.", "At least %(count)s projects.", least) % {"count": least})
    return found


def rule_words(budget: Budget) -> str:
    """How it is counted, one sentence after another."""
    return sentence(rule_from_json(budget.rule), language())


def who_may(budget: Budget) -> str:
    """Who may vote, in a sentence."""
    from kuutio.participation.eligibility import cities_of

    names = ", ".join(localized(city.name)[0] for city in cities_of(budget))
    area = localized(budget.area)[0]
    place = area if budget.postal_codes and area else names
    told = {"place": place, "age": budget.least_age, "most": budget.most_age}
    if budget.work_city_counts and not budget.postal_codes:
        if budget.most_age is None:
            return _("Those who live or work in %(place)s and are at least %(age)s years old.") % told
        return _("Those who live or work in %(place)s and are %(age)s to %(most)s years old.") % told
    if budget.most_age is None:
        return _("Those who live in %(place)s and are at least %(age)s years old.") % told
    return _("Those who live in %(place)s and are %(age)s to %(most)s years old.") % told
