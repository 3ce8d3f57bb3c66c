"""What a hearing's component shows: the sections, their comments in threads, and the form."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import pgettext

from kuutio.cities.models import Organisation, Person
from kuutio.participation import permissions, queries, shapes
from kuutio.participation.kinds import STAGES
from kuutio.participation.models import Contribution, Poll, PollAnswer, Section, Stage
from kuutio.participation.pages.forms import CommentForm, Topic
from kuutio.participation.pages.shared import person_of
from kuutio.participation.paragraphs import is_heading, quote_of, shown
from kuutio.participation.results import results_of
from kuutio.participation.voices import Voice
from kuutio.ui.marked import rendered
from kuutio.ui.wording import language, localized

MOST = 500
"""So many threads stand on one page; older ones on further pages."""
ON_MAP = 2000


@dataclass(slots=True)
class Thread:
    """A contribution and what was answered to it, the oldest answer first."""

    row: Contribution
    answers: list[Thread] = field(default_factory=list)
    mine: bool = False
    supported: bool = False

    @property
    def place(self) -> str:
        """Where it is in words: what was written, else the coordinates of what was marked."""
        if self.row.place or self.row.geometry is None:
            return self.row.place
        lon, lat = shapes.middle_of(self.row.geometry)
        return f"{lat:.5f}, {lon:.5f}"


def threads(rows: Sequence[Contribution], reader: Person | None) -> list[Thread]:
    """Contributions with their answers below them; an answer whose thread isn't shown isn't either."""
    supported = queries.supported_by(reader, [row.pk for row in rows]) if reader else frozenset()
    made = {
        row.pk: Thread(row, mine=reader is not None and row.author_id == reader.pk, supported=row.pk in supported)
        for row in rows
    }
    roots = []
    for row in rows:
        if row.parent_id is None:
            roots.append(made[row.pk])
        elif row.parent_id in made:
            made[row.parent_id].answers.insert(0, made[row.pk])
    return roots


def context(request: HttpRequest, stage: Stage, voice: Voice, at: datetime) -> dict[str, Any]:
    """The sections with their threads, plans and places; the form of a new comment."""
    rows, following = queries.page_of_threads(stage, request.GET.get("from", "")[:40], MOST)
    counts = queries.comments_by_place(stage)
    found = threads(rows, voice.person)
    sections = list(stage.process.sections.filter(stage=stage).prefetch_related("documents"))
    placed = [wkb for wkb in (*(one.geometry for one in sections), *(row.geometry for row in rows)) if wkb is not None]
    drawn = [bytes(wkb) for wkb in placed]
    polls = _polls(stage, voice, at)
    kind = STAGES[stage.kind]
    by_paragraph = bool(kind.option(stage, "paragraphs"))
    takes_places = bool(kind.places(stage))
    drawn = drawn or ([bytes(stage.process.area)] if takes_places and stage.process.area else [])
    bounds = shapes.bounds_of(drawn)
    return {
        "threads": found,
        "total": stage.contributions.filter(state=Contribution.State.PUBLISHED).count(),
        "newest": "?" if request.GET.get("from") else "",
        "older": f"?from={following.uuid}" if following else "",
        "sections": [
            _shown(section, found, counts, by_paragraph) | {"polls": polls.get(section.pk, [])} for section in sections
        ],
        "whole": [one for one in found if one.row.section_id is None],
        "form": form_of(stage, voice, about=request.GET.get("about", "")),
        "may_reply": kind.option(stage, "replies", default=True),
        "replying": replying(request, stage),
        "bounds": bounds if placed else "",
        "draw_bounds": bounds,
        "has_map": bool(drawn) or takes_places,
        "takes_places": takes_places,
    }


def _polls(stage: Stage, voice: Voice, at: datetime) -> dict[int, list[dict[str, Any]]]:
    """The polls of a stage by their sections, with what this reader chose; the results when the stage is over."""
    rows = list(Poll.objects.filter(section__stage=stage).prefetch_related("options"))
    if not rows:
        return {}
    results = results_of(rows) if at >= stage.closes_at else {}
    chosen: dict[int, set[int]] = {}
    if voice.person is not None:
        answers = PollAnswer.objects.filter(poll__in=rows, person=voice.person).values_list("poll", "options")
        for poll, option in answers:
            chosen.setdefault(poll, set()).add(option)
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row.section_id, []).append(
            {
                "poll": row,
                "options": list(row.options.all()),
                "key": uuid.uuid4(),
                "chosen": chosen.get(row.pk, set()),
                "result": results.get(row.pk),
            }
        )
    return found


def _shown(
    section: Section, found: Sequence[Thread], counts: dict[tuple[int, int], int], by_paragraph: bool
) -> dict[str, Any]:
    """A section as its page shows it: paragraph by paragraph, with how often each was commented on."""
    own = [one for one in found if one.row.section_id == section.pk]
    code = localized(section.text)[1]
    return {
        "section": section,
        "language": "" if code == language() else code,
        "threads": own,
        "documents": list(section.documents.all()),
        "paragraphs": [
            {
                "number": number,
                "html": rendered(text),
                "code": f"{section.pk}-{number}" if by_paragraph and not is_heading(text) else "",
                "count": counts.get((section.pk, number), 0),
            }
            for number, text in shown(section.text)
        ],
    }


def form_of(stage: Stage, voice: Voice, data: Any = None, *, about: str = "") -> CommentForm:
    """The form of a comment, empty or as it was sent."""
    kind = STAGES[stage.kind]
    return CommentForm(
        data,
        topics=topics(stage, by_paragraph=bool(kind.option(stage, "paragraphs"))),
        places=kind.places(stage),
        signed_in=voice.person is not None,
        initial={"key": uuid.uuid4(), "language": language(), "about": about, "shape": "point"},
    )


def topics(stage: Stage, *, by_paragraph: bool) -> list[Topic]:
    """What can be commented on in a stage: its sections and, where it says so, their paragraphs."""
    found: list[Topic] = []
    for section in stage.process.sections.filter(stage=stage):
        title = localized(section.title)[0]
        found.append(Topic(section, title))
        paragraphs = [(number, text) for number, text in shown(section.text) if not is_heading(text)]
        if by_paragraph and len(paragraphs) > 1:
            found += [
                Topic(section, f"{title}, {number}: {quote_of(text)}", number, quote_of(text))
                for number, text in paragraphs
            ]
    return found


def places_of(stage: Stage) -> dict[str, Any]:
    """The plans and the comments of a stage that have a place, as GeoJSON; the same stand in the list."""
    plans = [
        _feature(section.geometry, pgettext("map", "Plan"), localized(section.title)[0], f"#s-{section.pk}")
        for section in stage.process.sections.filter(stage=stage, geometry__isnull=False)
    ]
    rows = queries.contributions_of(stage).filter(geometry__isnull=False, state=Contribution.State.PUBLISHED)[:ON_MAP]
    comments = [
        _feature(row.geometry, pgettext("noun", "Comment"), quote_of(row.text), f"#c-{row.uuid}") for row in rows
    ]
    return {"type": "FeatureCollection", "features": plans + comments}


def _feature(wkb: Any, kind: str, name: str, url: str) -> dict[str, Any]:
    properties = {pgettext("map", "What"): kind, "name": name, "url": url}
    return {"type": "Feature", "properties": properties, "geometry": shapes.geometry_of(wkb)}


def replying(request: HttpRequest, stage: Stage) -> list[Organisation]:
    """For whom this reader may reply officially."""
    own = permissions.cities_of(person_of(request))
    return list(Organisation.objects.filter(kind="city", city__in=own).filter(city__processes=stage.process))
