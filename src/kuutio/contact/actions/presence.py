"""Who is at a case: told to the others who have it open. Nobody's but theirs: no audit, and gone after a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from kuutio.cities.models import Person
from kuutio.contact.models import Case, Presence

HERE = timedelta(seconds=40)
"""A screen that hasn't asked for so long is closed, or its machine sleeps."""
TYPING = timedelta(minutes=3)
"""Who wrote within so long, and is still here, is answering: people think between sentences."""
KEPT = timedelta(days=1)


def note_presence(case: Case, *, by: Person, at: datetime, is_typing: bool = False) -> None:
    """Write down that an officer has a case open, or writes at an answer."""
    told = {"seen_at": at} | ({"typed_at": at} if is_typing else {})
    if not Presence.objects.filter(case=case, person=by).update(**told):
        Presence.objects.update_or_create(case=case, person=by, defaults=told)


def sweep_presence(at: datetime) -> int:
    """Forget who was where; tells how many rows went."""
    count, _rows = Presence.objects.filter(seen_at__lt=at - KEPT).delete()
    return count
