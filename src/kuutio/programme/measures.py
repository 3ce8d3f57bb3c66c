"""Indicators as pages and open data read them: the target, what was reached so far, by project, city and period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from kuutio.programme.models import (
    FocusArea,
    Indicator,
    IndicatorTarget,
    IndicatorValue,
    Programme,
    Project,
)
from kuutio.ui import wording

FEWEST_PEOPLE = 5
"""A count of fewer people isn't told: it could be somebody."""


def is_hidden(value: Decimal | None, indicator: Indicator) -> bool:
    """A count of so few people that it isn't told, nor shown by a length or a share."""
    return value is not None and indicator.counts_people and 0 < value < FEWEST_PEOPLE


def said(value: Decimal | None, indicator: Indicator) -> str:
    """A figure in words: a dash where nothing was told, and no count of few people."""
    if value is None:
        return "–"
    if is_hidden(value, indicator):
        return _("fewer than %(least)s") % {"least": FEWEST_PEOPLE}
    return wording.number(value, indicator.decimals)


@dataclass(frozen=True, slots=True)
class Group:
    """Some of an indicator's figures as one: a project's, a city's."""

    label: str
    reached: Decimal | None
    target: Decimal | None = None
    code: str = ""
    is_example: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What was reached by the end of a period: the figure of the period, and all so far."""

    ends_on: date
    value: Decimal
    so_far: Decimal


@dataclass(frozen=True, slots=True)
class Measure:
    """An indicator with its figures.

    Attributes:
        target: of the projects in question, added up, or of the whole.
        reached: so far; None: nothing was told yet.
    """

    indicator: Indicator
    target: Decimal | None
    by_on: date | None
    reached: Decimal | None
    values: list[IndicatorValue]
    by_project: list[Group] = field(default_factory=list)
    by_city: list[Group] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    @property
    def percent(self) -> int | None:
        """Reached of the target, whole per cents rounded down; None without a target, and of a count of few people."""
        if not self.target or self.reached is None or is_hidden(self.reached, self.indicator):
            return None
        return int(self.reached * 100 / self.target)

    @property
    def is_example(self) -> bool:
        """Some of its figures are made up for the demonstration."""
        return any(value.is_example for value in self.values)

    @property
    def is_about(self) -> bool:
        """Some of its figures were told as “nearly”."""
        return any(value.about for value in self.values)


def measures_of(
    programme: Programme,
    *,
    projects: Sequence[Project] | None = None,
    area: FocusArea | None = None,
    key: str = "",
) -> list[Measure]:
    """The programme's indicators with their figures: of the whole, of a focus area's projects or of some projects.

    Of projects or an area, only the indicators that have a target or a figure there.
    """
    chosen = Q()
    narrow = projects is not None or area is not None
    if projects is not None:
        chosen = Q(project__in=projects)
    elif area is not None:
        chosen = Q(project__spearhead__focus_area=area)
    indicators = programme.indicators.select_related("source")
    if key:
        indicators = indicators.filter(key=key)
    values: dict[int, list[IndicatorValue]] = {}
    rows = IndicatorValue.objects.filter(chosen, indicator__programme=programme)
    for value in rows.select_related("project", "city").order_by("ends_on", "pk"):
        values.setdefault(value.indicator_id, []).append(value)
    targets: dict[int, list[IndicatorTarget]] = {}
    for target in IndicatorTarget.objects.filter(chosen, indicator__programme=programme).select_related("project"):
        targets.setdefault(target.indicator_id, []).append(target)
    found = [_measure(one, values.get(one.pk, []), targets.get(one.pk, [])) for one in indicators]
    return [one for one in found if not narrow or one.values or one.target is not None]


def _measure(indicator: Indicator, values: list[IndicatorValue], targets: list[IndicatorTarget]) -> Measure:
    latest: dict[int | None, IndicatorTarget] = {}
    for one in targets:
        known = latest.get(one.project_id)
        if known is None or known.by_on < one.by_on:
            latest[one.project_id] = one
    # A target of the whole stands for itself; those of projects are added up where there is none.
    whole = latest.get(None)
    counted = [whole] if whole else list(latest.values())
    if whole is None and any(value.project_id is None for value in values):
        counted = []  # what the whole has reached isn't held against the targets of some projects
    target = sum((one.value for one in counted), Decimal(0)) if counted else None
    if counted and indicator.adds == Indicator.Adds.LAST:
        target = max(one.value for one in counted)
    return Measure(
        indicator,
        target,
        max((one.by_on for one in counted), default=None),
        reached(indicator, values),
        values,
        _by_project(indicator, values, latest),
        _by_city(indicator, values),
        _steps(indicator, values),
    )


def reached(indicator: Indicator, values: Sequence[IndicatorValue]) -> Decimal | None:
    """Several figures as one: added up, or the latest."""
    # A figure of the whole stands for itself: those of projects are a part of it.
    values = [one for one in values if one.project_id is None] or values
    if not values:
        return None
    if indicator.adds == Indicator.Adds.LAST:
        return values[-1].value
    return sum((one.value for one in values), Decimal(0))


def _by_project(
    indicator: Indicator, values: Sequence[IndicatorValue], targets: dict[int | None, IndicatorTarget]
) -> list[Group]:
    groups: dict[int, list[IndicatorValue]] = {}
    projects: dict[int, Project] = {}
    for value in values:
        if value.project is not None:
            groups.setdefault(value.project.pk, []).append(value)
            projects[value.project.pk] = value.project
    for target in targets.values():
        if target.project is not None:
            projects.setdefault(target.project.pk, target.project)
    return [
        Group(
            str(project.name),
            reached(indicator, groups.get(pk, [])),
            targets[pk].value if pk in targets else None,
            project.code,
            any(one.is_example for one in groups.get(pk, [])),
        )
        for pk, project in sorted(projects.items(), key=lambda one: one[1].code)
    ]


def _by_city(indicator: Indicator, values: Sequence[IndicatorValue]) -> list[Group]:
    groups: dict[str, list[IndicatorValue]] = {}
    for value in values:
        if value.city is not None:
            groups.setdefault(value.city.pk, []).append(value)
    ordered = sorted(groups.values(), key=lambda own: own[0].city.position if own[0].city else 0)
    return [Group(str(own[0].city.name) if own[0].city else "", reached(indicator, own)) for own in ordered]


def _steps(indicator: Indicator, values: Sequence[IndicatorValue]) -> list[Step]:
    by_end: dict[date, list[IndicatorValue]] = {}
    for value in [one for one in values if one.project_id is None] or values:
        by_end.setdefault(value.ends_on, []).append(value)
    found: list[Step] = []
    so_far = Decimal(0)
    for ends_on, own in sorted(by_end.items()):
        figure = reached(indicator, own) or Decimal(0)
        so_far = figure if indicator.adds == Indicator.Adds.LAST else so_far + figure
        found.append(Step(ends_on, figure, so_far))
    return found
