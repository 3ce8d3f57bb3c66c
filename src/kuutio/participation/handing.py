"""What became of a vote leaves participation here: `config` says who takes the winners; the domains don't know each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

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


Receiver = Callable[[Won], Any]
_receivers: list[Receiver] = []


def install(receiver: Receiver) -> None:
    """Name the one that takes the winners; called in the same transaction as the count."""
    _receivers[:] = [receiver]


def hand_on(project: Project, *, at: datetime) -> None:
    """Hand a winner on."""
    budget = project.budget
    won = Won(
        reference=f"{budget.process.slug}/{budget.slug}/{project.key}",
        name=written(project.title),
        promise=written(project.text),
        amount_cents=project.cost_cents,
        city=budget.city_id or "",
        cities=tuple(part.city_id for part in budget.process.parts.all())
        if budget.city_id is None
        else (budget.city_id,),
        address=reverse("participation:result", args=[budget.process.slug, budget.stage.slug, budget.slug]),
        at=at,
    )
    for receiver in _receivers:
        receiver(won)
