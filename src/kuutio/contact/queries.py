"""What several doors read: the cases that a person sees, a case's thread and history as they see it, the queue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, hypot, radians

from django.db.models import Q, QuerySet

from kuutio.cities.models import Organisation, Person
from kuutio.contact.models import Case, Category, Contact, Event, Handover, Mandate, Message
from kuutio.contact.permissions import Sight, View, desks_of, mandates_of
from kuutio.core.positions import METRES_PER_DEGREE
from kuutio.core.when import here


def worked_by(person: Person, at: datetime) -> Q:
    """The cases that a person's desks are there to handle: their own, and those that a mandate names."""
    return worked_under(person, mandates_of(person, here(at).date()))


def worked_under(person: Person, mandates: Iterable[Mandate]) -> Q:
    """The same for some mandates of a person's desks."""
    desks = list(desks_of(person))
    worked = Q(responsible__in=desks)
    under: dict[tuple[str, ...], list[int]] = {}
    for mandate in mandates:
        under.setdefault(tuple(sorted(mandate.categories)), []).append(mandate.giver_id)
    # Cities with the same categories stand in one condition: six of them are then one look at an index, not six.
    for categories, givers in under.items():
        theirs = Q(responsible__in=givers)
        worked |= theirs & Q(category__in=categories) if categories else theirs
    return worked


def offered_to(person: Person) -> Q:
    """The cases that wait for a person's desks to decide."""
    return Q(pk__in=Handover.objects.filter(decision="", receiver__in=list(desks_of(person))).values("case"))


def cases_seen_by(person: Person, at: datetime) -> QuerySet[Case]:
    """Every case of which a person sees more than its existence: own, mandated, offered to them, given away by them."""
    desks = list(desks_of(person))
    if not desks:
        return Case.objects.none()
    given = Handover.objects.filter(decision=Handover.Decision.ACCEPTED, giver__in=desks).values("case")
    return Case.objects.filter(worked_by(person, at) | offered_to(person) | Q(pk__in=given))


def diary_number_of(case: Case, organisation: Organisation | None) -> str:
    """An organisation's own diary number of a case; "" where it has none."""
    row = case.diary_numbers.filter(organisation=organisation).first() if organisation else None
    return row.number if row else ""


def diary_number_seen(case: Case, view: View) -> str:
    """The diary number that an officer sees: the responsible city's by whoever works for it, else their own city's."""
    works = view.sight in {Sight.OWN, Sight.MANDATE}
    return diary_number_of(case, case.responsible if works else view.organisation)


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
        # Also what was taken into another case since: they had it.
        taken = case.splits.filter(at__gt=view.until).values("messages")
        messages = Message.objects.filter(Q(case=case) | Q(pk__in=taken), seen, at__lte=view.until)
    joined = messages.select_related("contact", "author", "organisation")
    return joined.prefetch_related("attachments", "deliveries", "raw_mails")


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


@dataclass(frozen=True, slots=True)
class Near:
    """A case that may be about the same thing: how far it is, in metres."""

    case: Case
    metres: float


NEAR_DAYS = 30
NEAR_SETTLED_DAYS = 14
MOST_NEAR = 5


def lately(at: datetime) -> Q:
    """Of cases: open ones of the last 30 days and those settled within 14."""
    unsettled = Q(settled_at__isnull=True, opened_at__gte=at - timedelta(days=NEAR_DAYS))
    return unsettled | Q(settled_at__gte=at - timedelta(days=NEAR_SETTLED_DAYS))


def cases_near(
    category: Category, lon: float | None, lat: float | None, *, at: datetime, without: Case | None = None
) -> list[Near]:
    """The public cases of a category near a place that may be the same matter, the nearest first.

    Open ones of the last 30 days and those settled within 14; how near is told by the category.
    """
    if lon is None or lat is None or not category.is_public:
        return []
    high = category.near_m / METRES_PER_DEGREE
    wide = high / max(cos(radians(lat)), 0.01)
    rows = Case.objects.filter(
        lately(at), category=category, lat__range=(lat - high, lat + high), lon__range=(lon - wide, lon + wide)
    ).exclude(state=Case.State.DUPLICATE)
    if without is not None:
        rows = rows.exclude(pk=without.pk)
    found = []
    for row in rows.order_by("-opened_at")[:200]:
        assert row.lat is not None and row.lon is not None  # noqa: S101  # told by the range
        north = (row.lat - lat) * METRES_PER_DEGREE
        east = (row.lon - lon) * METRES_PER_DEGREE * cos(radians(lat))
        metres = hypot(north, east)
        if metres <= category.near_m:
            found.append(Near(row, metres))
    return sorted(found, key=lambda near: near.metres)[:MOST_NEAR]


def linked_cases(case: Case) -> QuerySet[Case]:
    """The person's cases in other organisations, where they have agreed that these are shown together; the newest ten.

    Only that a case is, where, and its state: what is in it opens by the rights of each case, as always.
    """
    same = Q(pk__in=[])
    for row in Contact.objects.filter(participations__case=case, links_agreed_at__isnull=False)[:5]:
        # The name too: a family may share its telephone, and one of them agrees for nobody else.
        named = Q(participants__contact__name__iexact=row.name)
        same |= named & Q(participants__contact__phone=row.phone) if row.phone else Q()
        same |= named & Q(participants__contact__email=row.email) if row.email else Q()
    others = Case.objects.filter(same).exclude(responsible=case.responsible_id).exclude(pk=case.pk)
    return others.distinct().select_related("responsible", "category").order_by("-opened_at")[:10]
