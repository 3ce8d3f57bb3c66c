"""The line that each act writes into a case's history, and into the audit, in its own transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kuutio.audit.actions import record
from kuutio.cities.models import Organisation, Person
from kuutio.contact.models import Case, Event


def hold(case_id: int) -> Case:
    """The case as it is now, held until the transaction ends.

    Nothing is joined: who waits for another's change of the responsible city would find no row, since the join is looked at
    with the old one.
    """
    return Case.objects.select_for_update().get(pk=case_id)


def tell(
    case: Case,
    kind: str,
    *,
    by: Person | None,
    at: datetime,
    organisation: Organisation | None = None,
    is_public: bool = False,
    facts: Mapping[str, Any] | None = None,
) -> Event:
    """Add an event to a case.

    Args:
        organisation: for which the act was done; None: the resident's or the system's.
        is_public: whether the resident sees it among what has happened.
        facts: JSON values; no personal data.
    """
    return Event.objects.create(
        case=case, kind=kind, at=at, actor=by, organisation=organisation, is_public=is_public, facts=dict(facts or {})
    )


def tell_all(*events: Event) -> None:
    """Add several events at once, in their order."""
    Event.objects.bulk_create(events)


def audit(verb: str, case: Case, *, by: Person | None, at: datetime, **facts: Any) -> None:
    """The audit's line of an act upon a case."""
    record(verb, f"case:{case.number}", by=by, at=at, **facts)


def touch(case: Case, at: datetime, *fields: str) -> None:
    """Save what changed of a case, and that it changed."""
    case.updated_at = at
    case.save(update_fields=[*fields, "updated_at"])
