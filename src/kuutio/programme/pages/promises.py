"""The promises: each with the figures that show how it stands."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kuutio.core.evidence import Standing
from kuutio.core.parts import Face
from kuutio.core.problems import Text
from kuutio.programme import evidence, queries
from kuutio.programme.evidence import Judged, Shown
from kuutio.programme.pages.crumbs import crumbs
from kuutio.programme.showing import figure_words, share_of, standing_words
from kuutio.ui.wording import localized, number


@dataclass(frozen=True, slots=True)
class Line:
    """One figure as a reader sees it."""

    shown: Shown
    value: str
    share: int | None
    standing: str
    page: str


@dataclass(frozen=True, slots=True)
class Row:
    """A promise as a reader sees it."""

    judged: Judged
    standing: str
    lines: tuple[Line, ...]
    missing: tuple[Text, ...]


@require_safe
def promises(request: HttpRequest) -> HttpResponse:
    """Every promise with its verdict, its figures and what is missing; `?standing=` shows those that stand so."""
    programme = queries.current_programme()
    if programme is None:
        return render(request, "programme/none.html", {"crumbs": crumbs()})
    rows = evidence.judged(programme)
    counts = evidence.counts_of(rows)
    asked = request.GET.get("standing", "")
    chosen = Standing(asked) if asked in set(Standing) else None
    shown = [row for row in rows if chosen in {None, row.standing}]
    measured = [one.figure.measured_at for row in rows for one in row.figures if one.figure]
    context = {
        "programme": programme,
        "rooms": _rooms(shown),
        "counts": [
            {
                "key": standing.value,
                "words": standing_words(standing),
                "count": number(count),
                "is_chosen": standing is chosen,
                "width": round(1000 * count / len(rows)) if rows else 0,
                "x": round(1000 * sum(list(counts.values())[:at]) / len(rows)) if rows else 0,
            }
            for at, (standing, count) in enumerate(counts.items())
        ],
        "total": len(rows),
        "chosen": standing_words(chosen) if chosen else "",
        "measured_at": min(measured, default=None),
        "crumbs": crumbs((_("Promises"), "")),
    }
    return render(request, "programme/promises.html", context)


def _rooms(rows: list[Judged]) -> list[dict[str, object]]:
    """The promises of the whole first, then those of each focus area in the order of the promises."""
    rooms: dict[str, dict[str, object]] = {}
    for row in sorted(rows, key=lambda row: row.promise.focus_area is not None):
        area = row.promise.focus_area
        room = rooms.setdefault(
            area.slug if area else "whole",
            {
                "slug": area.slug if area else "whole",
                "face": area.face if area else Face.PROGRAMME,
                "title": localized(area.name)[0] if area else _("The whole strategy"),
                "rows": [],
            },
        )
        room["rows"].append(_row(row))  # type: ignore[attr-defined]  # a list
    return list(rooms.values())


def _row(row: Judged) -> Row:
    missing = [one.evidence.missing for one in row.figures if one.is_missing and one.figure]
    return Row(
        judged=row,
        standing=standing_words(row.standing),
        lines=tuple(_line(one) for one in row.figures),
        missing=(*missing, *(gap.text for gap in row.gaps)),
    )


def _line(one: Shown) -> Line:
    return Line(
        shown=one,
        value=figure_words(one),
        share=share_of(one),
        standing=standing_words(one.standing) if one.standing else "",
        page=_address(one.evidence.page),
    )


def _address(name: str) -> str:
    return name if name.startswith("/") else reverse(name)
