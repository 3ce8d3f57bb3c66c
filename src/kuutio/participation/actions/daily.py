"""Evening by evening, how many passes a vote has issued: who compares them with the log sees when more ballots come than voters."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kuutio.core.when import here
from kuutio.participation.models import Budget, TurnoutDay
from kuutio.participation.opened import keys_of
from kuutio.participation.turnout import rounded_turnout_of


@transaction.atomic
def keep_day(budget: Budget, *, at: datetime) -> TurnoutDay | None:
    """Write down how far a vote is today, once a day; None where it doesn't go on. What stands there is never changed."""
    if budget.state != Budget.State.OPEN or at < budget.stage.opens_at:
        return None
    day, _made = TurnoutDay.objects.get_or_create(
        budget=budget,
        day=here(at).date(),
        defaults={"entries": keys_of(budget).size, "passes": rounded_turnout_of(budget)},
    )
    return day
