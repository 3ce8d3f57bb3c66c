"""The money's way as a page shows it: a drawing, a stacked form for narrow screens, a table; all of the same flows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kuutio.cities.places import City
from kuutio.core.flows import Drawing, draw
from kuutio.programme.models import FocusArea
from kuutio.programme.spending import OFFICE, Flow
from kuutio.ui.wording import localized, money, number

_XS = (0, 400, 800)
_MILLION = 100_000_000


@dataclass(frozen=True, slots=True)
class Label:
    """A node's words and its colour's class."""

    name: str
    amount: str
    colour: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A row of the table: what goes to one city in one focus area."""

    area: str
    city: str
    swatch: int | None
    projects: int
    amounts: tuple[int, ...]

    @property
    def total_cents(self) -> int:
        """All sources together."""
        return sum(self.amounts)


@dataclass(frozen=True, slots=True)
class Bar:
    """A line of the stacked form; `width` in thousandths of the column's largest."""

    label: Label
    width: int


@dataclass(frozen=True, slots=True)
class FlowView:
    """All three forms."""

    drawing: Drawing
    nodes: list[dict[str, object]]
    bands: list[dict[str, object]]
    stacks: list[tuple[str, list[Bar]]]
    sources: list[str]
    cells: list[Cell]
    sums: list[int]
    total_cents: int
    projects: int


def flow_view(
    flows: Sequence[Flow],
    counts: Mapping[tuple[str, str], int],
    sources: Mapping[str, str],
    areas: Sequence[FocusArea],
    cities: Sequence[City],
) -> FlowView:
    """The forms of some money: of one fund, or of funds that may be added up.

    Args:
        counts: how many projects there are for each area and city.
        sources: what the sources are called, in their order.
    """
    names = _Names(sources, areas, cities)
    order = (tuple(sources), (*(area.slug for area in areas), OFFICE, ""), (*(city.pk for city in cities), ""))
    drawing = draw([((flow.source, flow.area, flow.city), flow.cents) for flow in flows], order, xs=_XS)
    return FlowView(
        drawing=drawing,
        nodes=[{"node": node, "label": names.label(node.column, node.key, node.amount)} for node in drawing.nodes],
        bands=[
            {
                "path": band.path,
                "colour": names.colour(1, band.start if band.column == 1 else band.end),
                "words": f"{names.name(band.column, band.start)} – {names.name(band.column + 1, band.end)}: {millions(band.amount)}",
            }
            for band in drawing.bands
        ],
        stacks=_stacks(drawing, names),
        sources=list(sources.values()),
        cells=_cells(flows, counts, order, names),
        sums=[sum(flow.cents for flow in flows if flow.source == source) for source in sources],
        projects=sum(counts.values()),
        total_cents=sum(flow.cents for flow in flows),
    )


def millions(cents: int) -> str:
    """An amount as a drawing has room for it: in millions, to the tenth; below one, in whole euros."""
    if cents < _MILLION:
        return money(cents // 100 * 100)
    return _("€%(amount)s M") % {"amount": number(round(cents / _MILLION, 1), 1)}


class _Names:
    """What the keys of the three columns are called."""

    def __init__(self, sources: Mapping[str, str], areas: Sequence[FocusArea], cities: Sequence[City]) -> None:
        self._sources = sources
        self._areas = {area.slug: area for area in areas}
        self._cities = {city.pk: city for city in cities}

    def name(self, column: int, key: str) -> str:
        """A key in words."""
        if column == 0:
            return self._sources[key]
        if column == 1:
            special = {OFFICE: _("Strategy office"), "": _("Focus area not told")}
            return special.get(key) or localized(self._areas[key].name)[0]
        return localized(self._cities[key].name)[0] if key else _("Elsewhere or not known")

    def colour(self, column: int, key: str) -> str:
        """A class of the drawing."""
        if column == 0:
            return f"source-{[*self._sources].index(key) + 1}"
        if column == 1:
            return f"area-{self._areas[key].face}" if key in self._areas else f"area-{key or 'none'}"
        return f"city-{self._cities[key].position}" if key else "city-none"

    def swatch(self, key: str) -> int | None:
        """A city's place in the order of colours."""
        return self._cities[key].position if key else None

    def label(self, column: int, key: str, amount: int) -> Label:
        """A node's words."""
        return Label(self.name(column, key), millions(amount), self.colour(column, key))


def _stacks(drawing: Drawing, names: _Names) -> list[tuple[str, list[Bar]]]:
    titles = (_("From which source"), _("To which focus area"), _("To which city"))
    stacks = []
    for column, title in enumerate(titles):
        own = [node for node in drawing.nodes if node.column == column]
        most = max((node.amount for node in own), default=1)
        stacks.append(
            (title, [Bar(names.label(column, node.key, node.amount), 1000 * node.amount // most) for node in own])
        )
    return stacks


def _cells(
    flows: Sequence[Flow], counts: Mapping[tuple[str, str], int], order: tuple[Sequence[str], ...], names: _Names
) -> list[Cell]:
    cents = {(flow.source, flow.area, flow.city): flow.cents for flow in flows}
    return [
        Cell(
            area=names.name(1, area),
            city=names.name(2, city),
            swatch=names.swatch(city),
            projects=counts[area, city],
            amounts=tuple(cents.get((source, area, city), 0) for source in order[0]),
        )
        for area in order[1]
        for city in order[2]
        if (area, city) in counts
    ]
