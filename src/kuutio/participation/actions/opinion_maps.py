"""Making the map of a stage from its answers, and keeping it with what it was made from."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction

from kuutio.audit.actions import record
from kuutio.core import disclosure
from kuutio.core.opinions import AGREE, DISAGREE, PASS, Conversation, opinion_map, write_polis
from kuutio.core.opinions import OpinionMap as Found
from kuutio.core.opinions.maps import as_values
from kuutio.core.opinions.polis import COMMENTS, VOTES
from kuutio.participation.actions.opinions import number_people
from kuutio.participation.conversations import SEED, Talk, talk_of
from kuutio.participation.flags import flagged
from kuutio.participation.kinds import STAGES
from kuutio.participation.models import OpinionMap, Reaction, Stage

FILES = "opinions.zip"
ELSEWHERE = ""
"""In the table by city: those who told no city."""
_ALL = "*"


@transaction.atomic
def make_map(stage: Stage, *, at: datetime) -> OpinionMap:
    """Make the map of a stage; from the same answers it is the same."""
    stage = Stage.objects.select_related("process").get(pk=stage.pk)
    answered = Reaction.objects.filter(contribution__stage=stage, contribution__kind="statement")
    number_people(stage, answered.values_list("person", flat=True).distinct())
    talk = talk_of(stage)
    found, told = make(talk, by_city=bool(STAGES[stage.kind].option(stage, "by_city")))
    conversation = talk.conversation
    labels = found.groups.labels.tolist() if found.groups is not None and found.shown else []
    rows = found.clustered.tolist() if labels else []
    groups = {conversation.people[row]: label for row, label in zip(rows, labels, strict=True)}
    files = write_polis(conversation, groups)
    made, _new = OpinionMap.objects.update_or_create(
        stage=stage,
        defaults={
            "made_at": at,
            "digest": hashlib.sha256((files[VOTES] + files[COMMENTS]).encode()).hexdigest(),
            "seed": SEED,
            "stability": told["stability"],
            "people": told["people"],
            "votes": told["votes"],
            "told": told,
            "files": zipped(files),
        },
    )
    record("make_opinion_map", f"opinions:{stage.process.slug}/{stage.slug}", by=None, at=at, digest=made.digest)
    return made


def make(talk: Talk, *, by_city: bool) -> tuple[Found, dict[str, Any]]:
    """The map, and what its page shows as JSON values: the same for the same answers.

    Besides what `core.opinions` tells: `totals` of each statement (agree, disagree, pass), `of_groups` the same of each group
    that is shown, `by_city`, and what was `flagged`, with the map `without`.
    """
    conversation = talk.conversation
    found = opinion_map(conversation, seed=SEED)
    told = as_values(found)
    told["totals"] = _totals(conversation, np.arange(len(conversation.people)))
    told["of_groups"] = []
    if found.groups is not None and found.shown:
        for group in told["groups"]:
            told["of_groups"].append(_totals(conversation, found.clustered[found.groups.labels == group["group"]]))
    told["texts"] = {one.id: one.text for one in conversation.statements if not one.out}
    shown = [one["statement"] for side in ("agree", "disagree") for one in told["consensus"][side]]
    told["by_city"] = _by_city(talk, dict.fromkeys(shown)) if by_city else []
    findings = flagged(conversation, talk.began)
    told["flagged"] = [
        {"reason": one.reason, "findings": len(one.sets), "people": sum(map(len, one.sets))}
        for one in findings
        if one.sets
    ]
    aside = frozenset(one for finding in findings for one in finding.set_aside)
    told["without"] = _outline(as_values(opinion_map(conversation.without(aside), seed=SEED))) if aside else None
    return found, told


def zipped(files: Mapping[str, str]) -> bytes:
    """The files in a zip whose bytes depend on nothing but them."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name), files[name].encode(), zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _totals(conversation: Conversation, rows: Any) -> dict[str, list[int]]:
    votes = conversation.votes[rows]
    sums = [(votes == value).sum(0).tolist() for value in (AGREE, DISAGREE, PASS)]
    return {one.id: [part[place] for part in sums] for place, one in enumerate(conversation.statements) if not one.out}


def _outline(told: Mapping[str, Any]) -> dict[str, Any]:
    """What of a map is laid beside another one."""
    kept = {name: told[name] for name in ("people", "votes", "clustered", "stability", "shown", "consensus")}
    return kept | {"sizes": [group["size"] for group in told["groups"]]}


def _by_city(talk: Talk, statements: Mapping[str, None]) -> list[dict[str, Any]]:
    """How each city answered some statements; None for counts that would tell of fewer than five people."""
    cities = sorted(set(talk.cities.values()))
    if not cities:
        return []
    conversation, names = talk.conversation, (*cities, ELSEWHERE)
    places = {one.id: place for place, one in enumerate(conversation.statements)}
    whose = np.array([names.index(talk.cities.get(person, ELSEWHERE)) for person in conversation.people], np.intp)
    told = []
    for statement in statements:
        column = conversation.votes[:, places[statement]]
        counts = {
            (name, value): int(((whose == number) & (column == value)).sum())
            for number, name in enumerate(names)
            for value in (AGREE, DISAGREE, PASS)
        }
        told.append({"statement": statement, "cities": _safe(counts, names)})
    return told


def _safe(counts: Mapping[tuple[str, int], int], names: tuple[str, ...]) -> dict[str, list[int | None]]:
    """The counts without those that tell of few, one answer at a time: how many gave it in all is known to everybody."""
    columns = {value: _column({name: counts[name, value] for name in names}) for value in (AGREE, DISAGREE, PASS)}
    return {name: [column[name] for column in columns.values()] for name in names}


def _column(counts: dict[str, int]) -> dict[str, int | None]:
    total = sum(counts.values())
    hidden = disclosure.hidden(counts | {_ALL: total}, [(_ALL, tuple(counts))])
    if 0 < total < disclosure.FEWEST or _ALL in hidden:
        return dict.fromkeys(counts)  # the sum can't be hidden, so nothing else is shown
    return {name: None if name in hidden else count for name, count in counts.items()}
