"""Bringing a conversation in that Polis, or another Kuutio, exported: its statements and everybody's votes, under their old names."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import City
from kuutio.core.identifiers import slug as slug_of
from kuutio.core.opinions import UNSEEN, Conversation, Statement
from kuutio.core.problems import Conflict, Problem
from kuutio.participation.actions import processes, stages
from kuutio.participation.actions.opinions import draw_number
from kuutio.participation.models import BroughtVote, Contribution, OpinionVoter, Process, Stage

_NAMES = uuid.UUID("6d3b5a52-7c0b-4c0b-8f0d-6d7c3a1f2b90")
_BATCH = 5000
_LONGEST_NUMBER = 9


@dataclass(slots=True)
class Brought:
    """What an import did: rows that are new, rows that changed, votes that are there already."""

    process: str
    state: str
    statements: int = 0
    people: int = 0
    votes: int = 0
    changed: int = 0
    same: int = 0


@transaction.atomic
def bring_conversation(
    conversation: Conversation, city: City, name: str, *, title: str, language: str, at: datetime
) -> Brought:
    """Bring a conversation into a city as a process of its own; brought again, what is new or changed is added.

    The process stays a draft for an officer to complete where the city requires texts in more languages.

    Args:
        name: tells this export from others, such as its folder's name.
        language: of the statements.
    """
    slug = slug_of(f"{city.pk}-{name}")[:80].strip("-")
    process = Process.objects.filter(slug=slug).first() or _made(conversation, city, slug, title, language, at=at)
    if process.state == Process.State.CLOSED:
        raise Conflict(_("The process is closed. What led to its decision stays as it was."))
    return bring_votes(process.stages.get(kind="opinions"), conversation, language=language, at=at)


@transaction.atomic
def bring_votes(stage: Stage, conversation: Conversation, *, language: str, at: datetime) -> Brought:
    """Bring statements and votes into a stage. A person of the export keeps a number that they have there."""
    stage = Stage.objects.select_for_update(no_key=True).get(pk=stage.pk)
    told = Brought(stage.process.slug, stage.process.state)
    statements = _statements(stage, conversation, language, told, at)
    voters = _voters(stage, conversation, told)
    known = {
        (voter, statement): (pk, value)
        for pk, voter, statement, value in BroughtVote.objects.filter(voter__stage=stage).values_list(
            "pk", "voter", "statement", "value"
        )
    }
    fresh, changed = [], []
    for row, person in enumerate(conversation.people):
        for column, one in enumerate(conversation.statements):
            value = int(conversation.votes[row, column])
            if value == UNSEEN:
                continue
            key = (voters[person], statements[one.id])
            pk, before = known.get(key, (None, None))
            if pk is None:
                fresh.append(BroughtVote(voter_id=key[0], statement_id=key[1], value=value))
            elif before != value:
                changed.append(BroughtVote(pk=pk, value=value))
            else:
                told.same += 1
    BroughtVote.objects.bulk_create(fresh, batch_size=_BATCH)
    BroughtVote.objects.bulk_update(changed, ["value"], batch_size=_BATCH)
    told.votes, told.changed = len(fresh), len(changed)
    record(
        "bring_votes",
        f"opinions:{stage.process.slug}/{stage.slug}",
        by=None,
        at=at,
        votes=told.votes,
        changed=told.changed,
    )
    return told


def _made(conversation: Conversation, city: City, slug: str, title: str, language: str, *, at: datetime) -> Process:
    times = [one.at_ms for one in conversation.statements if one.at_ms]
    opens_at = min(datetime.fromtimestamp(min(times) / 1000, UTC), at) if times else at
    words = {language: title[:200]}
    process = processes.begin_process(
        city, title=words, summary=words, plain_summary=words, slug=slug, theme="democracy", by=None, at=at
    )
    stages.add_stage(
        process,
        "opinions",
        title=words,
        opens_at=opens_at,
        closes_at=at + timedelta(seconds=1),
        identification=Stage.Identification.REGISTERED,
        settings={"writing": False, "by_city": False},
        by=None,
        at=at,
    )
    try:
        with transaction.atomic():
            return processes.publish_process(process, by=None, at=at)
    except Problem:
        return process


def _statements(stage: Stage, conversation: Conversation, language: str, told: Brought, at: datetime) -> dict[str, int]:
    """Each statement's row; one without words, of which only votes are known, counts as withdrawn."""
    keys = {one.id: uuid.uuid5(_NAMES, f"{stage.pk}/{one.id}") for one in conversation.statements}
    known = dict(Contribution.objects.filter(stage=stage, key__in=keys.values()).values_list("key", "pk"))
    fresh = [
        Contribution(
            key=keys[one.id],
            kind=Contribution.Kind.STATEMENT,
            state=_state(one),
            process_id=stage.process_id,
            stage=stage,
            text=one.text.strip().replace("\0", ""),
            language=language,
            made_at=when,
            changed_at=when,
        )
        for one in conversation.statements
        if keys[one.id] not in known
        for when in [min(datetime.fromtimestamp(one.at_ms / 1000, UTC), at) if one.at_ms else at]
    ]
    known |= {row.key: row.pk for row in Contribution.objects.bulk_create(fresh, batch_size=_BATCH)}
    told.statements = len(fresh)
    return {name: known[key] for name, key in keys.items()}


def _state(one: Statement) -> str:
    if not one.text.strip():
        return Contribution.State.WITHDRAWN
    return Contribution.State.HIDDEN if one.out else Contribution.State.PUBLISHED


def _voters(stage: Stage, conversation: Conversation, told: Brought) -> dict[str, int]:
    rows = OpinionVoter.objects.filter(stage=stage)
    known = dict(rows.exclude(origin="").values_list("origin", "pk"))
    taken = set(rows.values_list("number", flat=True))
    fresh = []
    for person in conversation.people:
        if person[:100] in known:
            continue
        # Its number is a pseudonym already, and with it everybody finds the same people in both exports.
        own = int(person) if person.isascii() and person.isdigit() and len(person) <= _LONGEST_NUMBER else None
        if own is None or own in taken:
            own = draw_number(taken)
        taken.add(own)
        fresh.append(OpinionVoter(stage=stage, origin=person[:100], number=own))
    known |= {row.origin: row.pk for row in OpinionVoter.objects.bulk_create(fresh, batch_size=_BATCH)}
    told.people = len(fresh)
    return {person: known[person[:100]] for person in conversation.people}
