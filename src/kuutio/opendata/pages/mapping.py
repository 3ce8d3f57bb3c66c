"""Harmonised data sets: how well each city conforms, and where a city's mapping is drawn with a preview."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kuutio.cities.models import City
from kuutio.core.problems import Problem
from kuutio.opendata import permissions
from kuutio.opendata.actions.harmonising import set_mapping
from kuutio.opendata.engine import harmonise
from kuutio.opendata.engine.contract import Contract, parse
from kuutio.opendata.engine.harmonise import Issue
from kuutio.opendata.engine.snapshot import GEOMETRY, Manifest, read_manifest
from kuutio.opendata.models import Dataset, Distribution, Mapping
from kuutio.opendata.pages.frame import Framed, context, framed, page, reader
from kuutio.opendata.pages.mapping_form import FAULTS, Drawn, as_yaml, drawn, sent, suggested, told
from kuutio.opendata.tables import files_of
from kuutio.ui.wording import language

_MOST_YAML = 60_000
#: Why a city's table is no part of the harmonised one, by the word in its report.
_LEFT_OUT: dict[str, str | Promise] = {
    "not-public": gettext_lazy("The city’s data set isn’t public now."),
    "no-data": gettext_lazy("The city’s table has no data now."),
    "bad-mapping": gettext_lazy("The mapping can’t be read."),
    "does-not-fit": gettext_lazy("The table no longer fits the mapping."),
}


@page
def cities_page(frame: Framed) -> HttpResponse:
    """Each city's part: what it was made of, how many rows came along, what is lacking."""
    schema = parse(frame.dataset.contract) if frame.dataset.contract else None
    rows = {row.city_id: row for row in frame.dataset.mappings.select_related("city", "source__dataset__publisher")}
    others = [city for city in frame.members if city.code not in rows and _tables(frame, city)] if schema else []
    if schema is None or not (rows or frame.dataset.loads.filter(door="joint").exists()):
        raise Http404
    titles = _titles(schema)
    parts = [_part(frame, row, titles) for row in rows.values()]
    more = context(frame, "dataset-cities") | {"parts": parts, "others": others}
    return render(frame.request, "opendata/dataset/cities.html", more)


def _part(frame: Framed, row: Mapping, titles: dict[str, str]) -> dict[str, Any]:
    """One city's part in words."""
    report = row.report
    return {
        "mapping": row,
        "report": report,
        "may_draw": _may_draw(frame, row.source),
        "is_open": permissions.is_open(row.source.dataset),
        "problem": _LEFT_OUT.get(report.get("problem", ""), "") if report else "",
        "issues": [
            {"column": titles.get(issue["column"], issue["column"]), "text": _issue(issue)}
            for issue in report.get("issues", [])
        ],
        "unmapped": [titles.get(name, name) for name in report.get("unmapped", [])],
        "lost": [(titles.get(name, name), count) for name, count in report.get("lost", {}).items()],
        "without_code": [
            (titles.get(name, name), values) for name, values in report.get("without_code", {}).items()
        ],
    }  # fmt: skip


def _issue(issue: dict[str, Any]) -> str:
    return str(FAULTS[harmonise.Fault(issue["fault"])]) % {"detail": issue["detail"]}


def _titles(schema: Contract) -> dict[str, str]:
    return {rule.name: (rule.title or {}).get(language()) or rule.name for rule in schema.columns}


def _may_draw(frame: Framed, source: Distribution) -> bool:
    person = reader(frame.request)
    return person is not None and permissions.may_draw_mapping(person, frame.dataset, source)


def _tables(frame: Framed, city: City) -> list[Distribution]:
    """The city's tables that the reader may take into the harmonised one."""
    there = (
        Distribution.objects.filter(dataset__city=city, kind="table", current__isnull=False)
        .exclude(dataset__state=Dataset.State.DELETED)
        .select_related("dataset__publisher", "current")
    )
    return [one for one in there.order_by("table") if _may_draw(frame, one)]


@dataclass
class Board:
    """The page where a mapping is drawn: what was chosen, what is shown.

    Attributes:
        drawn: as a form; None while it is edited as YAML.
        yaml: as YAML.
        problems: what is about no one field.
        preview: the first harmonised rows; None when nobody asked to look.
        report: how the city would conform.
    """

    tables: list[Distribution]
    source: Distribution
    drawn: Drawn | None
    yaml: str
    problems: list[str] = field(default_factory=list)
    preview: list[dict[str, Any]] | None = None
    report: harmonise.Conformance | None = None

    @property
    def wrong(self) -> bool:
        """Something has to be mended."""
        return bool(self.problems or (self.drawn and any(row.errors for row in self.drawn.rows)))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mapping_page(request: HttpRequest, name: str, city: str) -> HttpResponse:
    """Draw a city's mapping: as a form or as YAML, with the first harmonised rows, then keep it."""
    frame = framed(request, name)
    place = get_object_or_404(City, code=city)
    tables = _tables(frame, place) if frame.dataset.contract and frame.dataset.city_id is None else []
    if not tables:
        raise Http404
    schema = parse(frame.dataset.contract)
    kept = frame.dataset.mappings.filter(city=place).first()
    board = _opened(request, schema, tables, kept, place)
    if request.method == "POST" and ("look" in request.POST or "keep" in request.POST):
        mapping = _understood(board, schema)
        if mapping and "keep" in request.POST and _kept(request, frame, board, place):
            messages.success(request, _("The mapping is kept. The harmonised table is made anew in a moment."))
            return redirect("opendata:dataset-cities", name=name)
        if mapping and not board.wrong:
            part = harmonise.Part(mapping, _directory(board.source))
            board.preview, board.report = harmonise.sample(schema, part), harmonise.rehearse(schema, part)
    titles = _titles(schema)
    more = context(frame, "dataset-cities") | {
        "board": board,
        "place": place,
        "sources": [
            {"value": str(one.pk), "label": str(one.table), "checked": one == board.source} for one in tables
        ],
        "there": _manifest(board.source).columns,
        "rules": schema.columns,
        "head": [titles.get(column, column) for column in (board.preview or [{}])[0]],
        "gaps": _gaps(board, titles),
        "page_title": _("Mapping of %(city)s") % {"city": place.name},
    }  # fmt: skip
    return render(request, "opendata/dataset/mapping.html", more, status=422 if board.wrong else 200)


def _opened(
    request: HttpRequest, schema: Contract, tables: list[Distribution], kept: Mapping | None, place: City
) -> Board:
    """The board as it is sent, or at first: with the mapping that is kept, or a suggested one."""
    asked = request.POST.get("source") or request.GET.get("source") or (str(kept.source_id) if kept else "")
    source = next((one for one in tables if str(one.pk) == asked), tables[0])
    there, table = _manifest(source), str(source.table)
    if request.method == "POST" and "change" not in request.POST:
        if request.POST.get("mode") == "yaml":
            board = Board(tables, source, None, request.POST.get("manifest", "")[:_MOST_YAML])
            if "form" in request.POST and (mapping := _read(board)):
                board.drawn = drawn(mapping, schema, there, language())
            return board
        form = sent(place.code, table, request.POST.dict(), schema, there, language())
        return Board(tables, source, None if "yaml" in request.POST else form, form.as_yaml())
    if kept and kept.source_id == source.pk:
        board = Board(tables, source, None, kept.manifest)
        mapping = _read(board)
    else:
        mapping = suggested(place.code, table, there, schema)
        board = Board(tables, source, None, as_yaml(mapping.as_json()))
    if mapping and request.GET.get("as") != "yaml":
        board.drawn = drawn(mapping, schema, there, language())
    return board


def _read(board: Board) -> harmonise.Mapping | None:
    try:
        return harmonise.parse(board.yaml)
    except harmonise.BadMapping as bad:
        board.problems += [_("The mapping can’t be read."), *_pointed(bad)]
        return None


def _understood(board: Board, schema: Contract) -> harmonise.Mapping | None:
    """The mapping, when it fits; else what is wrong is put where it belongs."""
    mapping = _read(board)
    if mapping is None:
        return None
    issues = [issue for issue in harmonise.check(mapping, _manifest(board.source), schema) if issue.stops]
    if board.drawn:
        board.problems += board.drawn.tell(issues)
    else:
        board.problems += [_line(issue) for issue in issues]
    if mapping.dataset != board.source.table:
        board.problems.append(_("The mapping is of another table than the chosen one."))
    return None if board.wrong else mapping


def _kept(request: HttpRequest, frame: Framed, board: Board, place: City) -> bool:
    try:
        set_mapping(frame.dataset, board.source, board.yaml, city=place, by=reader(request), at=timezone.now())
    except Problem as problem:
        board.problems += [str(problem.detail), *_pointed(problem)]
        return False
    return True


def _line(issue: Issue) -> str:
    return f"{issue.column}: {told(issue)}"


def _pointed(problem: Problem) -> list[str]:
    return [f"{error['pointer']}: {error['detail']}" for error in problem.errors]


def _gaps(board: Board, titles: dict[str, str]) -> list[dict[str, Any]]:
    """For each harmonised column what is lacking: rows without it, values without a code, values that couldn't be read."""
    report = board.report
    if report is None:
        return []
    made = []
    for name in [*report.mapped, *report.unmapped]:
        mapped = name in report.mapped
        made.append(
            {
                "title": titles.get(name, name),
                "filled": report.filled.get(name, 0) if mapped else None,
                "missing": report.missing.get(name, 0),
                "lost": report.lost.get(name, 0),
                "without_code": report.without_code.get(name, []),
            }
        )
    if GEOMETRY in report.missing:
        made.append({"title": _("Place"), "filled": report.rows, "missing": report.missing[GEOMETRY]})
    return made


def _directory(source: Distribution) -> Path:
    if source.current is None:
        raise Http404
    return files_of(str(source.table), source.current.content)


def _manifest(source: Distribution) -> Manifest:
    return read_manifest(_directory(source))
