"""How the cities serve: a page that compares them and one for each, charts with a table beside every one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kuutio.cities.models import City
from kuutio.contact.models import Channel, ServiceMonth
from kuutio.contact.public_words import CASES
from kuutio.core.identifiers import dataset_name
from kuutio.core.service_figures import Shown
from kuutio.opendata.declared import GROUP
from kuutio.opendata.models import Dataset
from kuutio.ui import wording

HIDDEN = "–"
SHOWN_MONTHS = 12
_LAST = 1_000


@dataclass(frozen=True, slots=True)
class Column:
    """A figure of a table: what it is called, how it is said."""

    name: str
    title: str
    decimals: int = 0
    unit: str = ""

    def said(self, figures: Shown) -> str:
        """The figure in the reader's language; a dash where it is hidden or there is none."""
        value = figures[self.name]
        return HIDDEN if value is None else f"{wording.number(value, self.decimals)}{self.unit}"


def _columns() -> list[Column]:
    hours = f" {_('h')}"
    return [
        Column("received", _("Cases received")),
        Column("closed", _("Cases closed")),
        Column("answer_business_hours_median", _("First answer, median in business hours"), 1, hours),
        Column("answer_business_hours_p90", _("First answer, nine of ten in business hours"), 1, hours),
        Column("answer_hours_median", _("First answer, median by the clock"), 1, hours),
        Column("answer_hours_p90", _("First answer, nine of ten by the clock"), 1, hours),
        Column("answered_in_time_percent", _("Answered as promised"), 0, " %"),
        Column("close_business_hours_median", _("Closing, median in business hours"), 1, hours),
        Column("close_business_hours_p90", _("Closing, nine of ten in business hours"), 1, hours),
        Column("close_hours_median", _("Closing, median by the clock"), 1, hours),
        Column("close_hours_p90", _("Closing, nine of ten by the clock"), 1, hours),
        Column("closed_in_time_percent", _("Closed as promised"), 0, " %"),
        Column("handed_in", _("Taken over from others")),
        Column("handed_out", _("Handed over to others")),
        Column("returned_percent", _("Offers returned"), 0, " %"),
        Column("reopened", _("Reopened")),
        Column("stars_mean", _("Mean rating"), 1),
        Column("rated", _("Number of ratings")),
    ]


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """All the cities beside each other in one month, and month by month."""
    rows = list(ServiceMonth.objects.select_related("organisation__city"))
    months = _with_something(rows)
    month = _chosen(request, months)
    now = [row for row in rows if row.month == month]
    joint = next((row.figures for row in now if row.organisation is None), None)
    offices = sorted((row for row in now if row.organisation and _is_shown(row)), key=_order)
    context = _context(rows, months, month) | {
        "heads": [
            *([{"title": _("All together")}] if joint else []),
            *({"title": _name(row), "url": _url(row)} for row in offices),
        ],
        "lines": _lines([*([joint] if joint else []), *(row.figures for row in offices)]),
        "figures": _headline(joint),
        "chart": _by_city(rows, months, "answer_business_hours_median", _("business hours")),
        "channels": _channel_lines(offices, joint),
        "datasets": _datasets(f"{GROUP}-service-statistics", f"{GROUP}-service-channels"),
        "crumbs": [{"title": _("Front page"), "url": reverse("web:front")}, {"title": _("How we serve")}],
    }
    return render(request, "contact/statistics/compare.html", context)


@require_safe
def city(request: HttpRequest, code: str) -> HttpResponse:
    """One city's months."""
    place = get_object_or_404(City, pk=code)
    rows = list(ServiceMonth.objects.filter(organisation__city=place, organisation__kind="city"))
    months = _with_something(rows)
    month = _chosen(request, months)
    figures = next((row.figures for row in rows if row.month == month), None)
    shown = [row for row in reversed(rows) if row.month in months]
    context = _context(rows, months, month) | {
        "city": place,
        "heads": [{"title": _month(row.month)} for row in shown],
        "lines": _lines([row.figures for row in shown]),
        "figures": _headline(figures),
        "volume": _series(
            rows,
            months,
            {"received": _("Cases received"), "closed": _("Cases closed")},
            {"x": "", "y": _("cases in a month")},
        ),
        "speed": _series(
            rows,
            months,
            {"answer_business_hours_median": _("Median"), "answer_business_hours_p90": _("Nine of ten")},
            {"x": "", "y": _("business hours")},
        ),
        "channels": _channel_lines([], figures),
        "datasets": _datasets(
            dataset_name(place.code, CASES), f"{GROUP}-service-statistics", f"{GROUP}-service-channels"
        ),
        "crumbs": [
            {"title": _("Front page"), "url": reverse("web:front")},
            {"title": _("How we serve"), "url": reverse("contact:statistics")},
            {"title": wording.localized(place.name)[0]},
        ],
    }
    return render(request, "contact/statistics/city.html", context)


def _context(rows: list[ServiceMonth], months: list[date], month: date | None) -> dict[str, Any]:
    return {
        "updated_at": rows[0].worked_out_at if rows else None,
        "month": _month(month) if month else "",
        "months": [{"value": f"{one:%Y-%m}", "title": _month(one), "chosen": one == month} for one in reversed(months)],
    }


def _with_something(rows: list[ServiceMonth]) -> list[date]:
    """The last months in which anything happened, the oldest first."""
    told = {row.month for row in rows if any(row.figures[name] != 0 for name in ("received", "closed", "answered"))}
    return sorted(told)[-SHOWN_MONTHS:]


def _chosen(request: HttpRequest, months: list[date]) -> date | None:
    """The month that is asked for, else the last one.

    Raises:
        Http404: nothing is known of it.
    """
    asked = request.GET.get("month", "")
    if not asked:
        return months[-1] if months else None
    found = next((one for one in months if f"{one:%Y-%m}" == asked), None)
    if found is None:
        raise Http404
    return found


def _order(row: ServiceMonth) -> int:
    place = row.organisation.city if row.organisation else None
    return place.position if place else _LAST


def _name(row: ServiceMonth) -> str:
    assert row.organisation is not None  # noqa: S101  # offices only
    return wording.localized(row.organisation.city.name if row.organisation.city else row.organisation.name)[0]


def _url(row: ServiceMonth) -> str:
    place = row.organisation.city if row.organisation else None
    return reverse("contact:statistics-city", args=[place.code]) if place else ""


def _is_shown(row: ServiceMonth) -> bool:
    """Cities always; another office where it had something to do."""
    return _order(row) < _LAST or any(row.figures[name] != 0 for name in ("received", "closed", "answered"))


def _lines(of: list[Shown]) -> list[dict[str, Any]]:
    """A line for each figure, a cell for each city or month."""
    return [{"name": column.title, "cells": [column.said(figures) for figures in of]} for column in _columns()]


def _month(first: date) -> str:
    """`10/2026`, which all three languages understand."""
    return f"{first.month}/{first.year}"


def _headline(figures: Shown | None) -> list[dict[str, str]]:
    """The few figures that say most; those that are hidden are left out."""
    if figures is None:
        return []
    hours = f" {_('h')}"
    told = [
        Column("received", _("cases received")),
        Column("answer_business_hours_median", _("to the first answer, median in business hours"), 1, hours),
        Column("answered_in_time_percent", _("answered as promised"), 0, " %"),
        Column("closed_in_time_percent", _("closed as promised"), 0, " %"),
    ]
    said = [{"value": column.said(figures), "title": column.title} for column in told]
    if figures["stars_mean"] is not None:
        count = wording.number(figures["rated"])
        title = _("mean rating from %(count)s residents") % {"count": count}
        said.append({"value": f"{wording.number(figures['stars_mean'], 1)}/5", "title": title})
    return [one for one in said if one["value"] != HIDDEN]


def _by_city(rows: list[ServiceMonth], months: list[date], name: str, unit: str) -> dict[str, Any] | None:
    """A line for each city; all the cities keep their colours."""
    cities = [row for row in sorted(rows, key=_order) if row.organisation and row.organisation.city]
    data = [
        {"x": row.month.isoformat(), "y": row.figures[name], "c": _name(row)}
        for row in cities
        if row.month in months and row.figures[name] is not None
    ]
    order = list(dict.fromkeys(map(_name, cities)))
    chart = {"type": "line", "x": "x", "y": "y", "color": "c", "order": order, "labels": {"x": "", "y": unit}}
    return chart | {"data": data} if data else None


def _series(
    rows: list[ServiceMonth], months: list[date], names: dict[str, str], labels: dict[str, str]
) -> dict[str, Any] | None:
    """A line for each of some figures of one office."""
    data = [
        {"x": row.month.isoformat(), "y": row.figures[name], "c": title}
        for name, title in names.items()
        for row in rows
        if row.month in months and row.figures[name] is not None
    ]
    chart = {"type": "line", "x": "x", "y": "y", "color": "c", "order": list(names.values()), "labels": labels}
    return chart | {"data": data} if data else None


def _channel_lines(offices: list[ServiceMonth], joint: Shown | None) -> dict[str, Any] | None:
    """How many came by each channel: of all together or one city first, then of each office."""
    if joint is None or not joint["channels"]:
        return None
    heads = [_("All together") if offices else _("Cases"), *map(_name, offices)]
    of = [joint["channels"], *(row.figures["channels"] for row in offices)]
    lines = []
    for channel in Channel:
        counts = [one.get(channel.value, 0) for one in of]
        if any(count != 0 for count in counts):
            cells = [HIDDEN if count is None else wording.number(count) for count in counts]
            lines.append({"name": str(channel.label), "cells": cells})
    return {"heads": heads, "lines": lines}


def _datasets(*names: str) -> list[Dataset]:
    """Those that are published already."""
    found = {row.name: row for row in Dataset.objects.filter(name__in=names, state=Dataset.State.PUBLISHED)}
    return [found[name] for name in names if name in found]
