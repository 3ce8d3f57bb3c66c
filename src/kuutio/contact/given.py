"""What a city keeps of a case that it has given away: the case as it was that moment, and nothing of what it became.

Messages and events tell by their times what came later. What a row of today says (who takes part and how they are reached, place,
state) is written down with the hand-over, and forgotten with the case.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any

from kuutio.contact.models import Case, Contact, Handover, Message, Participant
from kuutio.contact.permissions import Sight, View
from kuutio.contact.queue import Look

_OF_CASE = ("address", "lon", "lat", "category_id", "state", "place_source", "is_near_border")
_OF_CONTACT = ("name", "email", "phone", "postal_address", "preference")


def kept_of(case: Case) -> dict[str, Any]:
    """What the giver of a case keeps of it, as JSON values."""
    people = case.participants.exclude(kind=Participant.Kind.FOLLOWER).select_related("contact")
    return {
        **{field: getattr(case, field) for field in _OF_CASE},
        "people": [
            {
                "contact": row.contact_id,
                "kind": row.kind,
                "basis": row.basis,
                **{field: getattr(row.contact, field) for field in _OF_CONTACT},
            }
            for row in people
        ],
    }


def as_seen(case: Case, view: View) -> Case:
    """The case as somebody sees it; a copy, not to be saved, where it is the case as it was when they gave it away."""
    if view.given is None:
        return case
    kept, shown = view.given.kept, copy(case)
    shown.responsible = view.given.receiver
    shown.unit = shown.assignee = None
    shown.answer_due_at = shown.resolve_due_at = shown.city_due_at = None
    if shown.erasure_asked_at is not None and view.until is not None and shown.erasure_asked_at > view.until:
        shown.erasure_asked_at = None
    shown.address = ""
    shown.lon = shown.lat = None
    shown.is_near_border = False
    for field in _OF_CASE:
        if field in kept:
            setattr(shown, field, kept[field])
    return shown


def rows_as_seen(cases: Sequence[Case], look: Look) -> list[Case]:
    """The cases of a list as somebody sees each: those that they only gave away as they were then."""
    foreign = [case.pk for case in cases if case.responsible_id not in look.desks]
    if not foreign:
        return list(cases)
    now_theirs = Case.objects.filter(look.worked | look.offered, pk__in=foreign).values_list("pk", flat=True)
    handed = Handover.objects.filter(case__in=foreign, giver__in=list(look.desks), decision=Handover.Decision.ACCEPTED)
    latest = {
        row.case_id: row
        for row in handed.exclude(case__in=now_theirs).select_related("receiver").order_by("decided_at")
    }
    return [
        as_seen(case, View(Sight.GAVE, until=latest[case.pk].decided_at, given=latest[case.pk]))
        if case.pk in latest
        else case
        for case in cases
    ]


def people_seen(case: Case, view: View) -> list[Participant]:
    """Those who take part, but who only follow, as somebody sees them."""
    if not view.reads_thread:
        return []
    if view.given is None:
        rows = case.participants.exclude(kind=Participant.Kind.FOLLOWER)
        return list(rows.select_related("contact"))
    return [
        Participant(kind=row["kind"], basis=row["basis"], contact=Contact(**{name: row[name] for name in _OF_CONTACT}))
        for row in view.given.kept.get("people", [])
    ]


def with_names_seen(thread: list[Message], view: View) -> list[Message]:
    """Messages under the names that their writers had."""
    if view.given is not None:
        names = {row["contact"]: row["name"] for row in view.given.kept.get("people", [])}
        for message in thread:
            if message.contact is not None:
                message.contact.name = names.get(message.contact.pk, "")
    return thread


def forget_in_given(case_id: int, contact_id: int) -> None:
    """Take one person out of what the givers of a case keep."""
    for handover in Handover.objects.select_for_update().filter(case=case_id).exclude(kept={}):
        people = [row for row in handover.kept["people"] if row["contact"] != contact_id]
        handover.kept |= {"people": people}
        handover.save(update_fields=["kept"])
