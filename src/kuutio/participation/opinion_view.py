"""A map as its page shows it: shares in whole percents, groups with letters, people summed up on a grid that can be drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

from kuutio.cities.places import cities
from kuutio.core.opinions import FEWEST, LEAST_STABLE
from kuutio.participation.models import OpinionMap
from kuutio.ui.wording import language, localized

WIDTH, HEIGHT, MARGIN = 640, 420, 24
COLUMNS, ROWS = 48, 32
SMALLEST, LARGEST = 4.0, 13.0
FEWEST_SHARED = 5
"""A statement that fewer people have answered isn't told as something that unites."""


def shown(row: OpinionMap, languages: Mapping[int, str], *, own: str = "") -> dict[str, Any]:
    """What the page needs.

    Args:
        languages: of the statements that are shown now; what was hidden since the map was made has no words any more.
        own: the reader's number, to mark their place; "" for none.
    """
    told = row.told
    view = _Words(told, languages)
    groups = [
        {
            "letter": letter(one["group"]),
            "size": one["size"],
            "percent": _percent(one["size"], told["clustered"]),
            "typical": [
                view.statement(typical["statement"])
                | {"agrees": typical["vote"] == "agree", "votes": typical["votes"], "of": typical["of"]}
                | {"percent": _percent(typical["votes"], typical["of"])}
                for typical in one["representative"]
                if typical["significant"] and int(typical["statement"]) in languages
            ],
        }
        for one in told["groups"]
    ]
    mine = next((one for one in told["participants"] if own and one["id"] == own), None)
    return {
        "agree": view.shared("agree"),
        "disagree": view.shared("disagree"),
        "groups": groups,
        "in_none": told["people"] - told["clustered"],
        "letters": [one["letter"] for one in groups],
        "reason": _reason(told),
        "fewest": FEWEST,
        "least_stable": round(LEAST_STABLE * 100),
        "stability": None if told["stability"] is None else max(round(told["stability"] * 100), 0),
        "drawing": drawing(told["participants"], mine),
        "own": letter(mine["group"]) if mine and mine["group"] is not None else "",
        "statements": view.all(),
        "by_city": view.by_city(),
        "flagged": told["flagged"],
        "sides": [view.outline(told), view.outline(told["without"])] if told["without"] else [],
    }


def letter(group: int) -> str:
    """A, B, C: what a group is called; it has no other name."""
    return "ABCDE"[group]


def drawing(people: Sequence[Mapping[str, Any]], own: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The people summed up on a grid, as marks: so many at most that a page with fifty thousand is no larger.

    The scale is the same in both directions, since only distances mean something.
    """
    spread = max((max(abs(one["x"]), abs(one["y"]) * WIDTH / HEIGHT) for one in people), default=0.0) or 1.0
    scale = (WIDTH / 2 - MARGIN) / spread

    def place(one: Mapping[str, Any]) -> tuple[float, float]:
        return WIDTH / 2 + one["x"] * scale, HEIGHT / 2 - one["y"] * scale

    cells: Counter[tuple[int, int, int]] = Counter()
    for one in people:
        x, y = place(one)
        group = -1 if one["group"] is None else one["group"]
        cells[int(x * COLUMNS / WIDTH), int(y * ROWS / HEIGHT), group] += 1
    most = max(cells.values(), default=1)
    marks: list[dict[str, Any]] = [
        {
            "x": round((column + 0.5) * WIDTH / COLUMNS, 1),
            "y": round((line + 0.5) * HEIGHT / ROWS, 1),
            "r": round(SMALLEST + (LARGEST - SMALLEST) * sqrt(count / most) if most > 1 else SMALLEST + 1, 1),
            "group": group + 1,
            "count": count,
        }
        for (column, line, group), count in sorted(cells.items(), key=lambda cell: (-cell[1], cell[0]))
    ]
    for mark in marks:
        mark["points"] = _outline_of(mark)
    told: dict[str, Any] = {"width": WIDTH, "height": HEIGHT, "marks": marks}
    if own is not None:
        told["own"] = dict(zip(("x", "y"), (round(part, 1) for part in place(own)), strict=True))
    return told


def _outline_of(mark: Mapping[str, Any]) -> str:
    """The corners of groups' shapes, so that nothing is told by colour alone; the first group and who is in none are round."""
    x, y, r = mark["x"], mark["y"], mark["r"]
    shapes = {
        2: ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
        3: ((0, -1.2), (1.1, 0.8), (-1.1, 0.8)),
        4: ((0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)),
        5: ((-1.1, -0.8), (1.1, -0.8), (0, 1.2)),
    }
    return " ".join(f"{x + r * dx:.1f},{y + r * dy:.1f}" for dx, dy in shapes.get(mark["group"], ()))


def _reason(told: Mapping[str, Any]) -> str:
    """Why there are no groups; "" where there are."""
    if told["shown"]:
        return ""
    if told["clustered"] < FEWEST:
        return "few"
    return "alike" if told["stability"] is None else "unstable"


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


class _Words:
    """Statements with their words and their figures."""

    def __init__(self, told: Mapping[str, Any], languages: Mapping[int, str]) -> None:
        self.told, self.languages = told, languages

    def statement(self, name: str) -> dict[str, Any]:
        """Its text, if it is still shown, and how all and each group answered."""
        code = self.languages.get(int(name), "")
        groups = [self._shares(of_group.get(name)) for of_group in self.told["of_groups"]]
        return {
            "id": name,
            "text": self.told["texts"].get(name, "") if code else "",
            "language": "" if code == language() else code,
            "groups": groups,
            **self._shares(self.told["totals"].get(name)),
        }

    def shared(self, side: str) -> list[dict[str, Any]]:
        """What unites: most of those who answered agree (or disagree), in every group."""
        found = []
        for one in self.told["consensus"][side]:
            statement = self.statement(one["statement"])
            parts = statement["groups"] or [statement]
            if statement["text"] and statement["all"] >= FEWEST_SHARED and all(part[side] > 50 for part in parts):
                found.append(statement)
        return found

    def all(self) -> list[dict[str, Any]]:
        """Every statement, what most answered first."""
        rows = [self.statement(name) for name in self.told["texts"]]
        return sorted((row for row in rows if row["text"]), key=lambda row: (-row["all"], int(row["id"])))

    def by_city(self) -> list[dict[str, Any]]:
        """The shared statements by city; a count of fewer than five isn't told."""
        known = {city.code: localized(city.name)[0] for city in cities()}
        return [
            self.statement(one["statement"])
            | {"cities": [{"name": known.get(code, ""), "counts": counts} for code, counts in one["cities"].items()]}
            for one in self.told["by_city"]
            if int(one["statement"]) in self.languages
        ]

    def outline(self, part: Mapping[str, Any]) -> dict[str, Any]:
        """One side of "with and without"."""
        sizes = part["sizes"] if "sizes" in part else [group["size"] for group in part["groups"]]
        return {
            "people": part["people"],
            "votes": part["votes"],
            "sizes": sizes,
            "stability": None if part["stability"] is None else max(round(part["stability"] * 100), 0),
            "agree": [
                self.statement(one["statement"])
                for one in part["consensus"]["agree"]
                if int(one["statement"]) in self.languages
            ][:3],
        }

    @staticmethod
    def _shares(counts: Sequence[int] | None) -> dict[str, int]:
        agree, disagree, passed = counts or (0, 0, 0)
        whole = agree + disagree + passed
        return {
            "all": whole,
            "agree": _percent(agree, whole),
            "disagree": _percent(disagree, whole),
            "left": 100 - _percent(disagree, whole),
            "pass": 0 if not whole else max(100 - _percent(agree, whole) - _percent(disagree, whole), 0),
        }
