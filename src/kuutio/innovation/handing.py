"""Where innovation needs another domain: typed calls that `config` installs; the domains don't know each other.

Nothing is installed in an installation (or a test) without the other domain: then a proposal is answered here alone, no project
is known by its code, and figures stay with their trial.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from kuutio.cities.models import Person


@dataclass(frozen=True, slots=True)
class Offered:
    """A trial that a city was offered, for the desk that answers it.

    Attributes:
        reference: unique and unchanging: the proposal and the city.
        city: the city's code.
        address: of the proposal's page for officers, without the site's own part.
    """

    reference: str
    city: str
    title: str
    text: str
    language: str
    organisation: str
    person: Person | None
    address: str
    at: datetime
    answer_days: int


@dataclass(frozen=True, slots=True)
class Opened:
    """The case that was opened for it, and by when the city promised to answer."""

    number: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What the city has written to the proposer in the case."""

    case_number: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Project:
    """A pilot project or a spearhead, as far as a trial needs to know it."""

    code: str
    name: dict[str, str]
    kind: str
    address: str


@dataclass(frozen=True, slots=True)
class Reported:
    """A figure of a trial that counts for a project's indicator.

    Attributes:
        reference: unique and unchanging: told again, it is the same figure.
        project: the code of the pilot project or the spearhead.
        indicator: the indicator's code.
        evidence: the address of the trial's page, without the site's own part.
    """

    reference: str
    project: str
    indicator: str
    value: Decimal
    on: date
    evidence: str
    note: str
    by: Person | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """What a city answered to an offered trial here, for the case in which it waits."""

    case_number: str
    text: str
    by: Person | None
    at: datetime


@dataclass(frozen=True, slots=True)
class TakenBack:
    """An offered trial that its proposer took back, for the case in which it waits; `text` tells it in the proposal's language."""

    case_number: str
    text: str
    language: str
    at: datetime


OpenCase = Callable[[Offered], Opened]
SettleCase = Callable[[Answered], object]
TakeBackCase = Callable[[TakenBack], object]
SaidIn = Callable[[Sequence[str]], Sequence[Said]]
Projects = Callable[[], Sequence[Project]]
TakeFigure = Callable[[Reported], object]

_open_case: list[OpenCase] = []
_settle_case: list[SettleCase] = []
_take_back_case: list[TakeBackCase] = []
_said_in: list[SaidIn] = []
_projects: list[Projects] = []
_take_figure: list[TakeFigure] = []


def install(
    *,
    open_case: OpenCase | None = None,
    settle_case: SettleCase | None = None,
    take_back_case: TakeBackCase | None = None,
    said_in: SaidIn | None = None,
    projects: Projects | None = None,
    take_figure: TakeFigure | None = None,
) -> None:
    """Name who opens, settles and takes back cases, who tells what was said in them, who knows projects, who takes figures."""
    _open_case[:] = [open_case] if open_case else []
    _settle_case[:] = [settle_case] if settle_case else []
    _take_back_case[:] = [take_back_case] if take_back_case else []
    _said_in[:] = [said_in] if said_in else []
    _projects[:] = [projects] if projects else []
    _take_figure[:] = [take_figure] if take_figure else []


def open_case(offered: Offered) -> Opened | None:
    """Open a case for an offered trial, in the same transaction; None where nobody takes cases."""
    return _open_case[0](offered) if _open_case else None


def settle_case(answered: Answered) -> bool:
    """Answer and settle the case of an offered trial, in the same transaction; tells whether somebody took it."""
    if not _settle_case or not answered.case_number:
        return False
    _settle_case[0](answered)
    return True


def take_back_case(taken: TakenBack) -> None:
    """Let the case of an offered trial wait no more, in the same transaction."""
    for take_back in _take_back_case if taken.case_number else ():
        take_back(taken)


def said_in(numbers: Sequence[str]) -> Sequence[Said]:
    """What the cities have written in some cases, the oldest first."""
    known = [number for number in numbers if number]
    return _said_in[0](known) if _said_in and known else ()


def projects() -> Sequence[Project]:
    """The projects that a trial can belong to, by code."""
    return _projects[0]() if _projects else ()


def project(code: str) -> Project | None:
    """The project of a code; None where nobody knows it."""
    return next((one for one in projects() if one.code == code), None) if code else None


def report(figure: Reported) -> None:
    """Hand a figure to the project that it counts for, in the same transaction."""
    for take in _take_figure:
        take(figure)
