"""Cases that are joined to one: all stand directly under it, so that whoever tells or finds one looks a single step further."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from kuutio.cities.models import Organisation, Person
from kuutio.contact.actions.events import tell, touch
from kuutio.contact.models import Case, Event
from kuutio.contact.moves import may_move


def hold_together(*keys: int) -> None:
    """Hold cases and all that are joined to them until the transaction ends.

    In the order of their keys, so that two officers who join them both ways don't wait for each other for ever.
    """
    rows = Case.objects.select_for_update().filter(Q(pk__in=keys) | Q(duplicate_of__in=keys))
    list(rows.order_by("pk").values_list("pk", flat=True))


def take_along(case: Case, to: Case, *, by: Person, at: datetime, organisation: Organisation | None) -> list[str]:
    """Put what is joined to a case under the one that the case itself is being joined to; gives their numbers.

    The cases are held by `hold_together`.
    """
    rows = list(case.duplicates.order_by("pk"))
    for row in rows:
        _put_under(row, to, by=by, at=at, organisation=organisation, came_with=case)
    return [row.number for row in rows]


def give_back(case: Case, *, by: Person, at: datetime, organisation: Organisation | None) -> None:
    """Undo `take_along`: what came with a case goes with it, unless it has been parted or joined elsewhere since."""
    parted = case.events.filter(kind=Event.Kind.PARTED).order_by("-at", "-pk").first()
    joined = case.events.filter(kind=Event.Kind.JOINED, facts__has_key="along")
    if parted is not None:
        joined = joined.filter(pk__gt=parted.pk)
    numbers = {number for facts in joined.values_list("facts", flat=True) for number in facts["along"]}
    for row in Case.objects.filter(number__in=numbers, duplicate_of=case.duplicate_of_id).order_by("pk"):
        _put_under(row, case, by=by, at=at, organisation=organisation, came_with=None)


def _put_under(
    row: Case, to: Case, *, by: Person, at: datetime, organisation: Organisation | None, came_with: Case | None
) -> None:
    row.duplicate_of = to
    touch(row, at, "duplicate_of")
    facts = {"to": to.number} | ({"came_with": came_with.number} if came_with else {})
    tell(row, Event.Kind.JOINED, by=by, at=at, organisation=organisation, is_public=True, facts=facts)


def state_before(case: Case) -> str:
    """What a case was before it was joined to another: it is that again when it is parted."""
    joined = case.events.filter(kind=Event.Kind.STATE, facts__to=Case.State.DUPLICATE).order_by("-at", "-pk").first()
    was = str(joined.facts["from"]) if joined is not None else ""
    return was if was in Case.State.values and may_move(Case.State.DUPLICATE, was) else Case.State.OPEN
