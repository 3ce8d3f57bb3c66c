"""Projects that come to a city as a promise: chosen by its people, with their money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from kuutio.audit.actions import record
from kuutio.cities.models import City
from kuutio.programme.models import PromisedProject


@transaction.atomic
def take_promise(
    reference: str,
    *,
    origin: str,
    name: Mapping[str, str],
    promise: Mapping[str, str],
    amount_cents: int,
    cities: Sequence[str],
    address: str,
    at: datetime,
) -> PromisedProject:
    """Take over a project that was decided on elsewhere; handed over again, it is the same project.

    Args:
        reference: what it came from, unique.
        cities: codes of the cities whose money it is.
    """
    project, made = PromisedProject.objects.get_or_create(
        reference=reference,
        defaults={
            "origin": origin,
            "name": dict(name),
            "promise": dict(promise),
            "amount_cents": amount_cents,
            "address": address,
            "promised_at": at,
        },
    )
    if made:
        project.cities.set(City.objects.filter(pk__in=cities))
        record("take_promise", f"promised-project:{reference}", by=None, at=at, amount_cents=amount_cents)
    return project


@transaction.atomic
def withdraw_promise(reference: str, why: Mapping[str, str], *, at: datetime) -> None:
    """Note that a promise isn't kept, and why; it stays to be read. Noted again, the first time stands.

    Args:
        why: texts by language, at least one.
    """
    project = PromisedProject.objects.select_for_update().filter(reference=reference, withdrawn_at=None).first()
    if project is None:
        return
    project.withdrawn_at, project.withdrawn_why = at, dict(why)
    project.save(update_fields=["withdrawn_at", "withdrawn_why"])
    record("withdraw_promise", f"promised-project:{reference}", by=None, at=at)
