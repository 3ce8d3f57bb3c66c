"""What a hearing's component shows: the sections, their comments in threads, and the form."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from kuutio.cities.models import Organisation, Person
from kuutio.participation import permissions, queries
from kuutio.participation.kinds import STAGES
from kuutio.participation.models import Contribution, Section, Stage
from kuutio.participation.pages.forms import CommentForm
from kuutio.participation.pages.shared import person_of, told
from kuutio.participation.voices import Voice
from kuutio.ui.wording import language

MOST = 1000
"""So many comments stand on one page; a hearing that had more shows the newest."""


@dataclass(slots=True)
class Thread:
    """A contribution and what was answered to it, the oldest answer first."""

    row: Contribution
    answers: list[Thread] = field(default_factory=list)
    mine: bool = False
    supported: bool = False


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
    """The sections with their threads; the form of a new comment."""
    rows = list(queries.contributions_of(stage)[:MOST])
    found = threads(rows, voice.person)
    sections = list(stage.process.sections.filter(stage=stage))
    return {
        "threads": found,
        "total": sum(row.state == Contribution.State.PUBLISHED for row in rows),
        "sections": [
            {
                "section": section,
                "text": told(section.text),
                "threads": [one for one in found if one.row.section_id == section.pk],
            }
            for section in sections
        ],
        "whole": [one for one in found if one.row.section_id is None],
        "form": form_of(stage, voice),
        "may_reply": STAGES[stage.kind].option(stage, "replies", default=True),
        "replying": replying(request, stage),
    }


def form_of(stage: Stage, voice: Voice, data: Any = None, sections: Sequence[Section] | None = None) -> CommentForm:
    """The form of a comment, empty or as it was sent."""
    known = list(stage.process.sections.filter(stage=stage)) if sections is None else sections
    return CommentForm(
        data, sections=known, initial={"key": uuid.uuid4(), "language": language()}, signed_in=voice.person is not None
    )


def replying(request: HttpRequest, stage: Stage) -> list[Organisation]:
    """For whom this reader may reply officially."""
    own = permissions.cities_of(person_of(request))
    return list(Organisation.objects.filter(kind="city", city__in=own).filter(city__processes=stage.process))
