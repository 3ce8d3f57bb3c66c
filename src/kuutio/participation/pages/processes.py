"""The public pages: the list, a process, one stage of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from kuutio.cities.places import cities
from kuutio.participation import permissions, queries, shapes
from kuutio.participation.kinds import STAGES
from kuutio.participation.models import Follow, Process, Stage
from kuutio.participation.pages import hearing
from kuutio.participation.pages.shared import crumbs, person_of, seen, seen_stage, told
from kuutio.participation.timeline import current_step, step_of, steps
from kuutio.participation.voices import voice_of
from kuutio.ui.wording import language, localized


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """All processes, those that are open first; by words, city, theme and what can be done now."""
    at, asked = timezone.now(), _asked(request)
    rows, total = queries.listed(asked, language=language(), at=at)
    lines = [{"process": row, "step": current_step(row, at)} for row in rows]
    query = request.GET.copy()
    query.pop("from", None)
    before = f"?{query.urlencode()}&from=" if query else "?from="
    context = {
        "asked": asked,
        "lines": lines,
        "total": total,
        "cities": cities(),
        "themes": Process.Theme.choices,
        "whens": [
            ("open", pgettext("stage", "Open now")),
            ("coming", _("Opening later")),
            ("going", _("The city works on it")),
            ("closed", _("Decided")),
        ],
        "previous": f"{before}{max(asked.start - queries.PAGE, 0)}" if asked.start else "",
        "next": f"{before}{asked.start + queries.PAGE}" if asked.start + queries.PAGE < total else "",
        "may_work": permissions.is_officer(person_of(request)),
        "crumbs": crumbs(),
    }
    return render(request, "participation/list.html", context)


def _asked(request: HttpRequest) -> queries.Asked:
    """What the address asks; what it can't ask is left out."""
    told = {name: request.GET.get(name, "").replace("\0", "").strip()[:200] for name in ("q", "city", "theme", "when")}
    start = request.GET.get("from", "")
    return queries.Asked(
        text=told["q"],
        city=told["city"] if told["city"] in {city.code for city in cities()} else "",
        theme=told["theme"] if told["theme"] in Process.Theme.values else "",
        when=told["when"] if told["when"] in {"open", "coming", "going", "closed"} else "",
        start=int(start) if start.isascii() and start.isdecimal() and len(start) < 6 else 0,
    )


@require_safe
def process(request: HttpRequest, slug: str) -> HttpResponse:
    """A process: what it is about, its stages on a line, what the city says, what was decided."""
    row, at = seen(request, slug), timezone.now()
    sections = [section for section in row.sections.all() if section.stage_id is None]
    context = {
        **head(request, row),
        "steps": steps(row, at),
        "current": current_step(row, at) if row.state == Process.State.PUBLISHED else None,
        "description": told(row.description),
        "contact": told(row.contact),
        "sections": [{"section": section, "text": told(section.text)} for section in sections],
        "milestones": list(row.milestones.all()),
        "outcome": {"row": row.outcome, "decided": told(row.outcome.decided), "why": told(row.outcome.why)}
        if row.outcome
        else None,
        "bounds": shapes.bounds_of([bytes(row.area)]) if row.area else "",
        "counts": queries.counts_of(row),
        "crumbs": crumbs(row),
    }
    return render(request, "participation/process.html", context)


@require_safe
def shapes_of(request: HttpRequest, slug: str) -> HttpResponse:
    """The place of a process as GeoJSON, for its map."""
    row = seen(request, slug)
    properties = {"name": localized(row.place)[0] or localized(row.title)[0]}
    features = (
        [{"type": "Feature", "properties": properties, "geometry": shapes.geometry_of(row.area)}] if row.area else []
    )
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")


@require_safe
def places(request: HttpRequest, slug: str, stage: str) -> HttpResponse:
    """The plans and comments of a stage that have a place, as GeoJSON, for its map."""
    found = hearing.places_of(seen_stage(seen(request, slug), stage))
    return JsonResponse(found, content_type="application/geo+json")


@require_safe
def stage(request: HttpRequest, slug: str, stage: str) -> HttpResponse:
    """One stage: what is asked, and what its kind lets people do."""
    row = seen(request, slug)
    return page_of_stage(request, seen_stage(row, stage))


def page_of_stage(
    request: HttpRequest, stage: Stage, more: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The page of a stage, with the component of its kind; `more` is what an act adds, such as a form with its errors."""
    process, kind, at = stage.process, STAGES.get(stage.kind), timezone.now()
    voice = voice_of(request)
    refused = {verb: permissions.refusal(voice, verb, stage, at) for verb in kind.allows} if kind else {}
    context: dict[str, Any] = {
        **head(request, process),
        "stage": stage,
        "kind": kind,
        "step": step_of(process, stage, at),
        "steps": steps(process, at),
        "text": told(stage.text),
        "voice": voice,
        "may": {verb.value: problem is None for verb, problem in refused.items()},
        "refused": {verb.value: problem.detail for verb, problem in refused.items() if problem},
        "component": kind.component if kind else "",
        "crumbs": crumbs(process, localized(stage.title)[0]),
    }
    if kind is not None:
        context |= kind.context(request, stage, voice, at)
    return render(request, "participation/stage.html", context | (more or {}), status=status)


def head(request: HttpRequest, process: Process) -> dict[str, Any]:
    """What every page of a process tells of it."""
    person = person_of(request)
    return {
        "process": process,
        "cities": [part.city for part in process.parts.all()],
        "follows": person is not None and Follow.objects.filter(process=process, person=person).exists(),
        "may_edit": person is not None and permissions.may_edit(person, process),
    }
