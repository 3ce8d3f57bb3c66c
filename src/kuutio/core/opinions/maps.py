"""The opinion map: places, groups, what unites and what divides, and how far all that can be believed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import PCG64
from numpy.typing import NDArray

from kuutio.core.opinions.conversations import Conversation
from kuutio.core.opinions.groups import Groups, Labels, adjusted_rand, grouped, nearest
from kuutio.core.opinions.positions import Floats, Plane, extremity, filled, places, plane
from kuutio.core.opinions.routing import priorities
from kuutio.core.opinions.statements import Representative, consensus, counts, representative

FEWEST_VOTES = 7
"""Who voted on fewer statements has a place, and is in no group."""
FEWEST = 50
"""With fewer people in groups, groups aren't shown."""
LEAST_STABLE = 0.7
"""Below this stability, groups aren't shown."""
REPEATS = 20
DECIMALS = 6


@dataclass(frozen=True, eq=False)
class OpinionMap:
    """What the votes of a conversation tell.

    Attributes:
        places: of each person two numbers; of nobody who voted on nothing that is shown.
        clustered: the rows of the people who are in a group.
        groups: None where people are too few, or too alike. `groups.labels` belong to `clustered`.
        stability: the mean likeness (adjusted Rand index) of the groups to those of other samples of the same people, from about 0
            to 1; None without groups, or where it wasn't asked for.
        agree, disagree: of each statement how probable it is that all groups agree, or all disagree; all people as one group
            where groups aren't shown.
        typical: of each group what sets it apart.
        priority: of each statement, how often it is to be shown to those who haven't seen it.
    """

    conversation: Conversation
    plane: Plane
    places: Floats
    clustered: NDArray[np.intp]
    groups: Groups | None
    stability: float | None
    agree: Floats
    disagree: Floats
    typical: tuple[tuple[Representative, ...], ...]
    priority: Floats

    @property
    def shown(self) -> bool:
        """Whether the groups are to be believed, and so may be shown."""
        return _shown(len(self.clustered), self.stability)


def opinion_map(conversation: Conversation, *, seed: int = 0, repeats: int = REPEATS) -> OpinionMap:
    """The map of a conversation; the same for the same votes and seed.

    Args:
        seed: of the samples by which stability is measured.
        repeats: how many; with 0 there is no stability, and groups are not shown.
    """
    votes, seen = filled(conversation)
    on = plane(votes, seen)
    points = places(votes, seen, on)
    counted = conversation.seen & conversation.shown
    clustered = np.flatnonzero(counted.sum(1) >= min(FEWEST_VOTES, max(int(conversation.shown.sum()), 1)))
    groups = grouped(points[clustered]) if len(clustered) else None
    stability = None
    if groups is not None and repeats:
        stability = _stability(votes[clustered], seen[clustered], groups.labels, seed, repeats)
    if groups is None:
        labels, number = np.zeros(len(clustered), np.intp), 1
    else:
        labels, number = groups.labels, len(groups.centres)
    of_groups = counts(conversation, clustered, labels, number)
    typical = representative(*of_groups) if groups is not None else []
    if not _shown(len(clustered), stability):
        of_groups = counts(conversation, np.arange(len(votes)), np.zeros(len(votes), np.intp), 1)
    agree, disagree = consensus(*of_groups)
    return OpinionMap(
        conversation,
        on,
        points,
        clustered,
        groups,
        stability,
        agree,
        disagree,
        tuple(map(tuple, typical)),
        priorities(conversation, extremity(on)),
    )


def to_json(found: OpinionMap, *, unstable: bool = False) -> bytes:
    """A map as canonical JSON, the same bytes for the same map; numbers have six decimals.

    Args:
        unstable: tell the groups also where they aren't to be shown.
    """
    return (
        json.dumps(as_values(found, unstable=unstable), ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"
    )


def as_values(found: OpinionMap, *, unstable: bool = False) -> dict[str, Any]:
    """A map as JSON values, rounded."""
    talk, groups = found.conversation, found.groups
    told = groups is not None and (found.shown or unstable)
    group = dict(zip(found.clustered.tolist(), groups.labels.tolist(), strict=True)) if groups and told else {}
    best = [int(place) for place in np.argsort(-found.agree.round(9), kind="stable") if _counts(talk, int(place))]
    worst = [int(place) for place in np.argsort(-found.disagree.round(9), kind="stable") if _counts(talk, int(place))]
    return {
        "people": len(talk.people),
        "statements": len(talk.statements),
        "moderated_out": int((~talk.shown).sum()),
        "votes": int(talk.seen.sum()),
        "clustered": len(found.clustered),
        "explained": [_round(part) for part in found.plane.explained],
        "stability": None if found.stability is None else _round(found.stability),
        "shown": found.shown,
        "silhouette": _round(groups.silhouette) if groups and told else None,
        "groups": [
            {
                "group": number,
                "size": int((groups.labels == number).sum()),
                "centre": [_round(part) for part in groups.centres[number]],
                "representative": [_typical(talk, one) for one in found.typical[number]],
            }
            for number in range(len(groups.centres) if groups and told else 0)
            if groups
        ],
        "consensus": {
            "agree": [_shared(talk, place, found.agree) for place in best[:5]],
            "disagree": [_shared(talk, place, found.disagree) for place in worst[:5]],
        },
        "participants": [
            {"id": person, "x": _round(x), "y": _round(y), "group": group.get(row)}
            for row, (person, (x, y)) in enumerate(zip(talk.people, found.places.tolist(), strict=True))
        ],
        "priorities": {one.id: _round(found.priority[row]) for row, one in enumerate(talk.statements) if not one.out},
    }


def _shown(people: int, stability: float | None) -> bool:
    return stability is not None and stability >= LEAST_STABLE and people >= FEWEST


def _stability(votes: Floats, seen: NDArray[np.bool_], labels: Labels, seed: int, repeats: int) -> float:
    """The mean likeness of the groups to those that samples of the same people, drawn with putting back, would give.

    Every step is done again, the number of groups included; then everybody is put into the nearest of the new groups.

    Source: the bootstrap of C. Hennig, "Cluster-wise assessment of cluster stability", Computational Statistics & Data Analysis 52
        (2007), with the adjusted Rand index.
    """
    number = len(labels)
    raw = PCG64(seed)  # its bare stream is promised to stay the same in every version, unlike what is drawn from it
    likeness = []
    for _ in range(repeats):
        drawn = (raw.random_raw(number) >> np.uint64(11)).astype(np.float64) / 2.0**53
        times = np.bincount((drawn * number).astype(np.intp), minlength=number).astype(np.float64)
        there = times > 0
        on = plane(votes[there], seen[there], times[there])
        points = places(votes, seen, on)
        sample = grouped(points[there], times[there])
        again = np.zeros(number, np.intp) if sample is None else nearest(points, sample.centres)
        likeness.append(adjusted_rand(labels, again))
    return float(np.mean(likeness))


def _counts(talk: Conversation, place: int) -> bool:
    one = talk.statements[place]
    return not one.out and not one.meta and bool(talk.seen[:, place].any())


def _shared(talk: Conversation, place: int, worth: Sequence[float] | Floats) -> dict[str, Any]:
    return {"statement": talk.statements[place].id, "text": talk.statements[place].text, "value": _round(worth[place])}


def _typical(talk: Conversation, one: Representative) -> dict[str, Any]:
    statement = talk.statements[one.statement]
    return {
        "statement": statement.id,
        "text": statement.text,
        "vote": "agree" if one.agrees else "disagree",
        "votes": one.votes,
        "of": one.of,
        "share": _round(one.share),
        "against": _round(one.against),
        "z": _round(one.z),
        "significant": one.significant,
    }


def _round(value: Any) -> float:
    return round(float(value), DECIMALS) + 0.0  # no minus before a zero
