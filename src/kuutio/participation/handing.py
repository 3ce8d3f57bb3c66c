"""What became of a vote leaves participation here: `config` says who takes the winners; the domains don't know each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from kuutio.participation.eligibility import cities_of
from kuutio.participation.models import Project
from kuutio.participation.texts import written


@dataclass(frozen=True, slots=True)
class Won:
    """A project that got its money.

    Attributes:
        reference: unique and unchanging: the process, the budget and the project's id.
        name, promise: texts by language.
        city: the code of the city whose money it is; "" for a joint budget.
        cities: the codes of all that pay.
        address: of the result, without the site's own part.
    """

    reference: str
    name: dict[str, str]
    promise: dict[str, str]
    amount_cents: int
    city: str
    cities: tuple[str, ...]
    address: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """A winner that isn't carried out after all.

    Attributes:
        why: texts by language.
    """

    reference: str
    why: dict[str, str]
    at: datetime


Receiver = Callable[[Won], Any]
TakenReceiver = Callable[[Taken], Any]
_receivers: list[Receiver] = []
_taken_receivers: list[TakenReceiver] = []


def install(receiver: Receiver, taken_back: TakenReceiver) -> None:
    """Name the one that takes the winners, in the same transaction as the count, and is told of those that are taken back."""
    _receivers[:], _taken_receivers[:] = [receiver], [taken_back]


def hand_on(project: Project, *, at: datetime) -> None:
    """Hand a winner on."""
    budget = project.budget
    won = Won(
        reference=_reference(project),
        name=written(project.title),
        promise=written(project.text),
        amount_cents=project.cost_cents,
        city=budget.city_id or "",
        cities=tuple(city.pk for city in cities_of(budget)),
        address=reverse("participation:result", args=[budget.process.slug, budget.stage.slug, budget.slug]),
        at=at,
    )
    for receiver in _receivers:
        receiver(won)


def take_back(project: Project, why: dict[str, str], *, at: datetime) -> None:
    """Say that a winner that was handed on isn't carried out."""
    for receiver in _taken_receivers:
        receiver(Taken(_reference(project), why, at))


def _reference(project: Project) -> str:
    return f"{project.budget.process.slug}/{project.budget.slug}/{project.key}"
