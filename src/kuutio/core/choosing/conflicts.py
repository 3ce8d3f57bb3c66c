"""Who can't judge what, and what a reviewer may see: rules V6, V9 and V10.

Source: the Administrative Procedure Act (434/2003), section 28: party, representative, interest, service or pertinent commission
relationship with a party, member of its organs, and "confidence otherwise endangered"; kin as in its subsection 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kuutio.core.choosing.scores import Level


class Ground(StrEnum):
    """Why; `DECLARED_…` are said by the reviewer or the office, the others are found from the data."""

    NAMED = "NAMED"
    LEAD_UNIT = "LEAD_UNIT"
    PARTNER_ORGANISATION = "PARTNER_ORGANISATION"
    RELATED_ORGANISATION = "RELATED_ORGANISATION"
    SAME_CITY = "SAME_CITY"
    DECLARED_KIN = "DECLARED_KIN"
    DECLARED_INTEREST = "DECLARED_INTEREST"
    DECLARED_BOARD = "DECLARED_BOARD"
    DECLARED_REPRESENTATIVE = "DECLARED_REPRESENTATIVE"
    DECLARED_OTHER = "DECLARED_OTHER"


class Employer(StrEnum):
    """How a call reads "employed by a party" where a whole city is the party.

    ORGANISATION: whoever works for any partner organisation stands aside (the Act's letter). UNIT: only who works for the unit that
    leads or takes part; colleagues elsewhere in the same organisation may score and are flagged. In a six-city
    programme the first can leave an application without a reviewer, which is then told, and outside reviewers are asked for.
    """

    ORGANISATION = "ORGANISATION"
    UNIT = "UNIT"


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation in an application, by its Business ID, and the unit that takes part ("": not told)."""

    organisation: str
    city: str = ""
    unit: str = ""
    lead: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """An application as conflicts see it; `named` are the ids of the people that it names."""

    id: str
    parties: tuple[Party, ...]
    named: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Judge:
    """A reviewer: who they are, whom they work for, and which city's they are.

    Attributes:
        related: organisations that their own one owns or steers, or is owned or steered by.
    """

    id: str
    organisation: str
    city: str = ""
    unit: str = ""
    declared: Mapping[str, Ground] = field(default_factory=dict, hash=False)
    related: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Conflict:
    """How a reviewer stands to an application, and every ground for it."""

    level: Level
    grounds: tuple[Ground, ...] = ()


def conflict(judge: Judge, case: Case, employer: Employer = Employer.ORGANISATION) -> Conflict:
    """V6: HARD can't open the application, is in no list and no figure of it; SOFT may score and is flagged.

    A unit that isn't told, on either side, is taken to be the same: nobody judges their own by leaving a field empty.
    """
    hard, soft = set[Ground](), set[Ground]()
    if judge.id in case.named:
        hard.add(Ground.NAMED)
    if case.id in judge.declared:
        hard.add(judge.declared[case.id])
    for party in case.parties:
        if party.organisation == judge.organisation:
            same_unit = not judge.unit or not party.unit or judge.unit == party.unit
            if employer == Employer.ORGANISATION or same_unit:
                hard.add(Ground.LEAD_UNIT if party.lead and same_unit else Ground.PARTNER_ORGANISATION)
            else:
                soft.add(Ground.PARTNER_ORGANISATION)
            continue
        if party.organisation in judge.related:
            # A city and its own company are one interest; where units are told apart, they are flagged.
            (hard if employer == Employer.ORGANISATION else soft).add(Ground.RELATED_ORGANISATION)
        if judge.city and party.city == judge.city:
            soft.add(Ground.SAME_CITY)
    if hard:
        return Conflict(Level.HARD, tuple(sorted(hard | soft)))
    return Conflict(Level.SOFT, tuple(sorted(soft))) if soft else Conflict(Level.NONE)


@dataclass(frozen=True, slots=True)
class Sight:
    """What a reviewer may see of an application."""

    application: bool
    partners: bool
    others_reviews: bool


def sight(level: Level, *, submitted: bool, blind: bool) -> Sight:
    """What is open to a reviewer: nothing under a hard conflict (V6); who the partners are, in a blind call, and what others
    gave, only after one's own review is submitted (V9, V10)."""
    if level == Level.HARD:
        return Sight(application=False, partners=False, others_reviews=False)
    return Sight(application=True, partners=submitted or not blind, others_reviews=submitted)


def without_reviewer(judges: Iterable[Judge], cases: Iterable[Case], employer: Employer, needed: int) -> list[str]:
    """The ids of the applications that fewer than `needed` of these reviewers may judge: the office asks for others."""
    pool = list(judges)
    return [
        case.id for case in cases if sum(conflict(judge, case, employer).level != Level.HARD for judge in pool) < needed
    ]
