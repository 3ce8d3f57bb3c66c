"""Bringing a hearing in from another system, by the verbs that officers and residents use."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from kuutio.audit.actions import record
from kuutio.cities.models import City, Organisation
from kuutio.core.identifiers import slug as slug_of
from kuutio.core.problems import Problem
from kuutio.participation.actions import polling, processes, stages
from kuutio.participation.actions.contributing import Said, contribute, reply_officially
from kuutio.participation.kerrokantasi import Comment, Hearing
from kuutio.participation.models import Contribution, Process, Section, Stage
from kuutio.participation.voices import Level, Voice

_NAMES = uuid.UUID("5b0d6c3e-93b7-4b57-9a3c-0c1b8d1f5a60")


@dataclass(slots=True)
class Told:
    """What was made of a hearing.

    Attributes:
        left_out: why so many comments weren't taken, by reason.
        lost: what isn't brought: votes on comments and answers to polls, which are counts without people; files.
    """

    process: str
    state: str
    sections: int = 0
    polls: int = 0
    comments: int = 0
    replies: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)


@transaction.atomic
def bring_hearing(hearing: Hearing, city: City, *, at: datetime) -> Told:
    """Bring a hearing into a city, whole or not at all; brought again, what is there already stays and new comments are added.

    A hearing without a summary in the languages that the city requires stays a draft for an officer to complete; its comments
    come when it is published, with the next import.
    """
    slug = slug_of(f"{city.pk}-{hearing.slug}")[:80].strip("-")
    process = Process.objects.filter(slug=slug).first() or _made(hearing, city, slug, at=at)
    stage = process.stages.get(slug="hearing")
    told = Told(process.slug, process.state, process.sections.count())
    told.polls = sum(section.polls.count() for section in process.sections.all())
    for section in hearing.sections:
        told.lost["poll answers"] += sum(poll.answers for poll in section.polls)
        if section.files:
            told.lost["files"] += section.files
    if process.is_public and process.state != Process.State.CLOSED:
        _comments(hearing, stage, city, told)
    else:
        told.left_out[f"process is {process.state}"] += len(hearing.comments)
    record("bring_hearing", f"process:{process.slug}", by=None, at=at, comments=told.comments, source=hearing.id)
    return told


def _made(hearing: Hearing, city: City, slug: str, *, at: datetime) -> Process:
    begun = min(at, hearing.opens_at)
    process = processes.begin_process(
        city,
        slug=slug,
        title=hearing.title,
        summary=hearing.abstract,
        plain_summary=hearing.abstract,
        place={"fi": hearing.place},
        theme=Process.Theme.PLANNING,
        area=hearing.area,
        by=None,
        at=begun,
    )
    stage = stages.add_stage(
        process,
        "hearing",
        title={"fi": "Kuuleminen", "sv": "Hörande", "en": "Hearing"},
        opens_at=hearing.opens_at,
        closes_at=hearing.closes_at,
        identification=hearing.identification,
        settings={"map": hearing.map},
        by=None,
        at=begun,
    )
    for part in hearing.sections:
        section = stages.add_section(
            process,
            kind=part.kind,
            title=part.title or hearing.title,
            text=part.text,
            stage=None if part.kind == Section.Kind.CLOSURE else stage,
            by=None,
            at=begun,
        )
        for poll in part.polls:
            polling.ask(section, question=poll.question, options=poll.options, several=poll.several, by=None, at=begun)
    try:
        return processes.publish_process(process, by=None, at=begun) if hearing.is_published else process
    except Problem:
        return process


def _comments(hearing: Hearing, stage: Stage, city: City, told: Told) -> None:
    """The comments as people wrote them, at their own times."""
    sections = dict(zip((part.id for part in hearing.sections), stage.process.sections.all(), strict=False))
    organisation = Organisation.objects.filter(kind="city", city=city).first()
    for comment in hearing.comments:
        told.lost["votes"] += comment.votes
        key = _key(hearing, comment.id)
        if comment.wrong or comment.at is None:
            told.left_out[comment.wrong] += 1
            continue
        if Contribution.objects.filter(key=key).exists():
            told.left_out["here already"] += 1
            continue
        parent = Contribution.objects.filter(key=_key(hearing, comment.parent)).first() if comment.parent else None
        section = sections.get(comment.section)
        said = Said(
            text=f"{comment.title}\n\n{comment.text}" if comment.title else comment.text,
            language=comment.language,
            key=key,
            section=section if section and section.stage_id == stage.pk else None,
            parent=parent,
            geometry=comment.geometry if hearing.map != "none" else None,
            place=comment.place,
            signature=comment.author,
        )
        _bring(stage, comment, said, parent, organisation, told)


def _bring(
    stage: Stage, comment: Comment, said: Said, parent: Any, organisation: Organisation | None, told: Told
) -> None:
    at = comment.at
    assert at is not None  # noqa: S101  # told by the caller
    try:
        with transaction.atomic():
            if comment.is_official and parent is not None and organisation is not None:
                reply_officially(parent, organisation, said, by=None, at=at)
                told.replies += 1
            else:
                contribute(stage, "comment", said, voice=Voice(level=Level.STRONG), at=at)
                told.comments += 1
    except Problem as problem:
        told.left_out[problem.kind] += 1


def _key(hearing: Hearing, comment: str) -> uuid.UUID:
    """The same comment of the same hearing always has the same key."""
    return uuid.uuid5(_NAMES, f"{hearing.id}/{comment}")
