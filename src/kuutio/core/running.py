"""In which cities a service made on open data would run today, and what the others lack: which data set, which field, how old.

A service has *needs*; each city has *offers* for a need: its own table, or its part of a harmonised one. A city that meets every
need runs the service. Where it has several offers for one need, the one that lacks least counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Fault(StrEnum):
    """Why a need isn't met, from what is worst to mend to what is least."""

    NO_DATASET = "no-dataset"
    NOT_PUBLIC = "not-public"
    NO_DATA = "no-data"
    BROKEN = "broken"
    NO_ANSWER = "no-answer"
    NO_FIELD = "no-field"
    EMPTY_FIELD = "empty-field"
    OLD = "old"


_WEIGHT = {fault: len(Fault) - place for place, fault in enumerate(Fault)}


@dataclass(frozen=True, slots=True)
class Need:
    """Data that a service can't do without.

    Attributes:
        key: names the need among those of its service.
        offers: the keys of the data sets that would do.
        fields: the columns it reads, by the data set's key; none: any will do.
        most_days: how old the data may be; None: as old as its publisher promises.
    """

    key: int
    offers: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]]
    most_days: int | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What a city has of a data set now.

    Attributes:
        columns: those of its table, None where nobody can tell (an interface elsewhere).
        empty: the columns that hold no value.
        is_broken: it no longer fits its mapping, so that the harmonised table leaves it out.
        answers: an address elsewhere gave an answer when it was last asked.
        is_late: later than its publisher promises.
    """

    is_public: bool = True
    has_data: bool = True
    is_broken: bool = False
    answers: bool = True
    columns: frozenset[str] | None = None
    empty: frozenset[str] = frozenset()
    updated_at: datetime | None = None
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing to mend before the service runs in a city.

    Attributes:
        need: the key of the need.
        dataset: the key of the data set that is at fault; "" where the city has none.
        fields: the columns that are missing or empty.
    """

    need: int
    fault: Fault
    dataset: str = ""
    fields: tuple[str, ...] = ()


def lacks_of(needs: Sequence[Need], offers: Mapping[str, Offer], at: datetime) -> tuple[Lack, ...]:
    """What one city lacks; nothing: the service runs there.

    Args:
        offers: what the city has, by the data set's key.
    """
    return tuple(lack for need in needs for lack in _least(need, offers, at))


def _least(need: Need, offers: Mapping[str, Offer], at: datetime) -> tuple[Lack, ...]:
    """What is lacking of one need, by the offer that lacks least; among equal ones by that which is named first."""
    judged = [_lacks(need, key, offers[key], at) for key in need.offers if key in offers]
    if not judged:
        return (Lack(need.key, Fault.NO_DATASET),)
    return min(judged, key=lambda lacks: sum(_WEIGHT[lack.fault] for lack in lacks))


def _lacks(need: Need, key: str, offer: Offer, at: datetime) -> tuple[Lack, ...]:
    for is_wrong, fault in (
        (not offer.is_public, Fault.NOT_PUBLIC),
        (offer.is_broken, Fault.BROKEN),
        (not offer.answers, Fault.NO_ANSWER),
        (not offer.has_data, Fault.NO_DATA),
    ):
        if is_wrong:  # of what isn't there nothing more can be said
            return (Lack(need.key, fault, key),)
    found = []
    wanted = need.fields.get(key, ())
    missing = () if offer.columns is None else tuple(name for name in wanted if name not in offer.columns)
    if missing:
        found.append(Lack(need.key, Fault.NO_FIELD, key, missing))
    if empty := tuple(name for name in wanted if name in offer.empty and name not in missing):
        found.append(Lack(need.key, Fault.EMPTY_FIELD, key, empty))
    if is_old(need, offer, at):
        found.append(Lack(need.key, Fault.OLD, key))
    return tuple(found)


def is_old(need: Need, offer: Offer, at: datetime) -> bool:
    """Whether the data is older than the service bears."""
    if need.most_days is None:
        return offer.is_late
    return offer.updated_at is not None and at - offer.updated_at > timedelta(days=need.most_days)
