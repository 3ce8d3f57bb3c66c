"""An election as a count sees it: projects with costs, a budget, and ballots without a voter's name.

Equal ballots are kept once with the number of voters who cast them, so neither the order of voters nor of projects can
matter to a count. Inside, money is whole numbers: everything is multiplied by the least number that makes it so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Number: TypeAlias = int | Fraction
#: What a voter put down: the projects, best first where the order counts; or the points of each.
Ballot: TypeAlias = Sequence[str] | Mapping[str, Number]

#: More than this, summed over all voters, and a float could no longer hold every sum of points exactly.
MOST_POINTS = 2**53


class Kind(StrEnum):
    """What voters were asked to do; the names are Pabulib's `vote_type`."""

    APPROVAL = "approval"
    ORDINAL = "ordinal"
    CUMULATIVE = "cumulative"
    SCORING = "scoring"
    CHOOSE_1 = "choose-1"

    @property
    def gives_points(self) -> bool:
        """Whether a ballot gives more to one project than to another."""
        return self in (Kind.ORDINAL, Kind.CUMULATIVE, Kind.SCORING)


class BadElection(ValueError):
    """What was given is no election that can be counted."""


@dataclass(frozen=True, slots=True)
class Project:
    """Something that the money may go to.

    Attributes:
        id: unique in its election; orders ties as text.
        cost: above 0, in the budget's currency.
    """

    id: str
    cost: Fraction
    name: str = ""


@dataclass(frozen=True, slots=True)
class Supporters:
    """Who supports a project, by distinct ballot.

    Attributes:
        rows: the ballots, rising.
        voters: how many cast each of them.
        points: what each of them gives, in the election's unit of points; None where all give the same.
    """

    rows: NDArray[np.intp]
    voters: NDArray[np.float64]
    points: NDArray[np.float64] | None


@dataclass(frozen=True, eq=False)
class Election:
    """Projects, budget and ballots; make one with `Election.of` or from a `.pb` file.

    Attributes:
        starts, items, points: the distinct ballots one after another: ballot `i` supports the projects at
            `items[starts[i]:starts[i + 1]]` with the points beside them (all 1 where the kind gives none).
        weights: how many voters cast each distinct ballot.
        voters: all ballots cast, empty ones included.
        point_unit: what one in `points` stands for is 1 / point_unit.
    """

    projects: tuple[Project, ...]
    budget: Fraction
    kind: Kind
    starts: NDArray[np.intp]
    items: NDArray[np.intp]
    points: NDArray[np.int64]
    weights: NDArray[np.int64]
    voters: int
    point_unit: int = 1

    @classmethod
    def of(
        cls,
        projects: Iterable[Project],
        budget: Number,
        ballots: Iterable[Ballot],
        kind: Kind = Kind.APPROVAL,
    ) -> Election:
        """The election of these ballots.

        A rank gives as many points as there are projects from it to the end of the ballot: the last of three gives 1.
        Support is more than 0 points.

        Raises:
            BadElection: a project twice, a cost or budget that is not above 0, a ballot with an unknown project, with one
                twice, or of another kind.
        """
        listed = tuple(projects)
        place = {project.id: number for number, project in enumerate(listed)}
        cast: Counter[tuple[tuple[int, Number], ...]] = Counter()
        for ballot in ballots:
            if isinstance(ballot, Mapping) != (kind in (Kind.CUMULATIVE, Kind.SCORING)):
                raise BadElection(f"A ballot of kind {kind} was given in another kind's form.")
            given = (
                ballot.items() if isinstance(ballot, Mapping) else zip(ballot, ranks(len(ballot), kind), strict=True)
            )
            try:
                cast[tuple(sorted((place[name], points) for name, points in given))] += 1
            except KeyError as unknown:
                raise BadElection(f"A ballot names {unknown.args[0]!r}, which is no project.") from None
        return cls.of_counted(listed, budget, cast, kind)

    @classmethod
    def of_counted(
        cls,
        projects: tuple[Project, ...],
        budget: Number,
        cast: Mapping[tuple[tuple[int, Number], ...], int],
        kind: Kind,
    ) -> Election:
        """The election of ballots that are counted already: places of projects, rising, with their points."""
        if len({project.id for project in projects}) != len(projects):
            raise BadElection("A project is there twice.")
        if budget <= 0 or any(project.cost <= 0 for project in projects):
            raise BadElection("The budget and each cost must be more than 0.")
        unit = lcm(*{points.denominator for ballot in cast for _, points in ballot}) if kind.gives_points else 1
        starts, items, points, weights = [0], [], [], []
        for ballot, voters in cast.items():
            if len({item for item, _ in ballot}) != len(ballot):
                raise BadElection("A ballot names a project twice.")
            for item, given in ballot:
                if given > 0:
                    items.append(item)
                    points.append(int(given * unit))
            starts.append(len(items))
            weights.append(voters)
        if sum(points) * max(weights, default=0) >= MOST_POINTS:
            raise BadElection("The points are too many, or have too many decimals, to be counted exactly.")
        return cls(
            projects=projects,
            budget=Fraction(budget),
            kind=kind,
            starts=np.array(starts, np.intp),
            items=np.array(items, np.intp),
            points=np.array(points, np.int64),
            weights=np.array(weights, np.int64),
            voters=sum(weights),
            point_unit=unit,
        )

    @cached_property
    def money_unit(self) -> int:
        """Money times this is whole, for all costs and the budget."""
        return lcm(self.budget.denominator, *(project.cost.denominator for project in self.projects))

    @cached_property
    def costs(self) -> list[int]:
        """Of each project, in the unit of money."""
        return [int(project.cost * self.money_unit) for project in self.projects]

    @cached_property
    def place(self) -> dict[str, int]:
        """Of each project, by its id."""
        return {project.id: number for number, project in enumerate(self.projects)}

    @cached_property
    def votes(self) -> list[int]:
        """How many voters support each project."""
        return self._summed(self._cast)

    @cached_property
    def scores(self) -> list[Fraction]:
        """The points that each project got, or its votes where the kind gives no points."""
        summed = self._summed(self._cast * self.points)
        return [Fraction(score, self.point_unit) for score in summed]

    @cached_property
    def supporters(self) -> list[Supporters]:
        """Of each project."""
        order = np.argsort(self.items, kind="stable")
        rows = np.repeat(np.arange(len(self.weights)), np.diff(self.starts))[order]
        voters = self.weights[rows].astype(np.float64)
        points = self.points[order].astype(np.float64) if self.kind.gives_points else None
        ends = np.cumsum(np.bincount(self.items, minlength=len(self.projects))).tolist()
        found = []
        for start, end in zip([0, *ends], ends, strict=False):
            part = slice(start, end)
            found.append(Supporters(rows[part], voters[part], None if points is None else points[part]))
        return found

    @property
    def _cast(self) -> NDArray[np.int64]:
        return np.repeat(self.weights, np.diff(self.starts))

    def _summed(self, what: NDArray[np.int64]) -> list[int]:
        sums = np.bincount(self.items, weights=what, minlength=len(self.projects))
        return [int(one) for one in sums.tolist()]


def ranks(length: int, kind: Kind) -> Sequence[int]:
    """The points of each place on a ballot that lists projects."""
    return range(length, 0, -1) if kind is Kind.ORDINAL else (1,) * length
