"""What several doors read: the cases that a person sees, a case's thread and history as they see it, the queue."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from kuutio.cities.models import Person
from kuutio.contact.models import Case, Event, Handover, Message
from kuutio.contact.permissions import View, desks_of, mandates_of
from kuutio.core.when import here


def cases_seen_by(person: Person, at: datetime) -> QuerySet[Case]:
    """Every case of which a person sees more than its existence: own, mandated, offered to them, given away by them."""
    desks = list(desks_of(person))
    if not desks:
        return Case.objects.none()
    seen = Q(responsible__in=desks)
    for mandate in mandates_of(person, here(at).date()):
        under = Q(responsible=mandate.giver_id)
        seen |= under & Q(category__in=mandate.categories) if mandate.categories else under
    offered = Handover.objects.filter(decision="", receiver__in=desks).values("case")
    given = Handover.objects.filter(decision=Handover.Decision.ACCEPTED, giver__in=desks).values("case")
    return Case.objects.filter(seen | Q(pk__in=offered) | Q(pk__in=given))


def open_cases(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Those that somebody still has to do something about."""
    return cases.filter(settled_at__isnull=True)


def thread_of(case: Case, view: View) -> QuerySet[Message]:
    """The messages that an officer sees: what the resident sees, their own city's notes, and notes for all."""
    if not view.reads_thread or view.organisation is None:
        return case.messages.none()
    seen = Q(seen_by__in=[Message.Seen.PARTICIPANTS, Message.Seen.GROUP]) | Q(organisation=view.organisation)
    messages = case.messages.filter(seen)
    if view.until is not None:
        messages = messages.filter(at__lte=view.until)
    return messages.select_related("contact", "author", "organisation").prefetch_related("attachments", "deliveries")


def thread_of_resident(case: Case) -> QuerySet[Message]:
    """The messages that the resident sees: never a note."""
    return (
        case.messages.filter(seen_by=Message.Seen.PARTICIPANTS)
        .select_related("organisation")
        .prefetch_related("attachments")
    )


def history_of(case: Case, view: View) -> QuerySet[Event]:
    """The events that an officer sees."""
    events = case.events.select_related("organisation", "actor")
    return events.filter(at__lte=view.until) if view.until is not None else events


def public_events(case: Case, kinds: Iterable[str] = ()) -> QuerySet[Event]:
    """What has happened, as the resident is told."""
    events = case.events.filter(is_public=True).select_related("organisation")
    return events.filter(kind__in=list(kinds)) if kinds else events
