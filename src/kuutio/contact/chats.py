"""What is asked of chats: who is there to answer, how a talk stands, which talks wait."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db.models import F, Q, QuerySet

from kuutio.cities.models import Organisation, Person
from kuutio.contact.models import Case, Chat, ChatPresence, Mandate, Message
from kuutio.contact.queries import cases_seen_by
from kuutio.core.when import here

PRESENT = timedelta(seconds=90)
"""An officer whose page was seen within so long is there; it asks every 20 seconds."""
GONE = timedelta(minutes=3)
"""A resident whose page wasn't seen for so long has left."""


class State(StrEnum):
    """How a talk stands, as the resident's page tells it."""

    WAITING = "waiting"
    LATE = "late"
    TALKING = "talking"
    ENDED = "ended"


def state_of(chat: Chat, at: datetime) -> State:
    """How a talk stands at a moment; it is late when nobody has answered for as many minutes as the installation allows."""
    if chat.ended_at is not None:
        return State.ENDED
    if chat.answered_at is not None:
        return State.TALKING
    return State.LATE if at - chat.opened_at > timedelta(minutes=settings.CHAT_WAIT_MINUTES) else State.WAITING


def attended(at: datetime, category: str) -> QuerySet[Organisation]:
    """The cities for which somebody answers chats just now about a category: their own officers, or a desk that they let answer."""
    there = ChatPresence.objects.filter(seen_at__gt=at - PRESENT, person__is_active=True, person__roles__role="agent")
    served = there.values("person__roles__organisation")
    day = here(at).date()
    mandates = Mandate.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=day),
        Q(categories=[]) | Q(categories__contains=[category]),
        may_answer=True,
        starts_on__lte=day,
        desk__organisation__in=served,
    )
    cities = Organisation.objects.filter(kind=Organisation.Kind.CITY)
    return cities.filter(Q(pk__in=served) | Q(pk__in=mandates.values("giver"))).order_by(F("city__position"))


def is_attended(case: Case, at: datetime) -> bool:
    """Whether somebody who may answer a case answers chats just now."""
    if attended(at, case.category_id).filter(pk=case.responsible_id).exists():
        return True
    # A joint desk's own cases, which nobody could place.
    there = ChatPresence.objects.filter(seen_at__gt=at - PRESENT, person__is_active=True)
    return there.filter(person__roles__role="agent", person__roles__organisation=case.responsible_id).exists()


def open_chat_of(case: Case) -> Chat | None:
    """The talk that goes on in a case."""
    return case.chats.filter(ended_at__isnull=True).first()


def waiting_for(person: Person, at: datetime) -> QuerySet[Chat]:
    """The open talks of the cases that a person sees: those without an answer first, the longest waiting on top."""
    seen = cases_seen_by(person, at)
    chats = Chat.objects.filter(ended_at__isnull=True, case__in=seen)
    return chats.select_related("case__responsible", "case__category").order_by(
        F("answered_at").asc(nulls_first=True), "opened_at"
    )


def last_line(case: Case) -> int:
    """The key of the newest message that the resident sees; 0 where there is none. It tells whether anything is new."""
    newest = case.messages.filter(seen_by=Message.Seen.PARTICIPANTS).order_by("-pk").values_list("pk", flat=True)
    return newest.first() or 0
