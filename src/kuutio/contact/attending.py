"""Who is at a case besides the one who looks, what they do there, and whose answers are on their way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kuutio.cities.models import Person
from kuutio.contact.actions.presence import HERE, TYPING
from kuutio.contact.models import AnswerDraft, Case, Presence


def live_parts(case: Case, person: Person, at: datetime) -> dict[str, Any]:
    """Who else is at a case and what they do, whose answers are on their way, and since when nothing has changed."""
    there = Presence.objects.filter(case=case, seen_at__gt=at - HERE).exclude(person=person).select_related("person")
    held = list(AnswerDraft.objects.filter(case=case, send_at__isnull=False).select_related("person"))
    answering = {row.person_id for row in held if row.person_id != person.pk}
    return {
        "others": [
            {
                "name": str(row.person),
                "answers": row.person_id in answering or (row.typed_at is not None and row.typed_at > at - TYPING),
            }
            for row in there.order_by("person__name", "person_id")[:10]
        ],
        "held": next((row for row in held if row.person_id == person.pk), None),
        "stamp": stamp_of(case),
    }


def stamp_of(case: Case) -> str:
    """The moment of a case's last change, as an address can carry it."""
    return str(int(case.updated_at.timestamp() * 1_000_000))
