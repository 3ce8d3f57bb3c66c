"""The officers' queue: the views that everybody has, filters, an order with a key to go on from, and how many wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.db.models.expressions import BaseExpression

from kuutio.cities.models import Organisation, Person
from kuutio.contact.filters import Filters
from kuutio.contact.finding import cases_found
from kuutio.contact.models import Case, Category, Chat, Delivery, Handover
from kuutio.contact.models.cases import DUE, FAR
from kuutio.contact.permissions import desks_of, mandates_of
from kuutio.contact.queries import cases_seen_by, offered_to, worked_under
from kuutio.core.when import here

PAGE = 50
SOON = timedelta(hours=24)
"""A promise that breaks within so long is foreseen in the queue."""

UNSETTLED = Q(settled_at__isnull=True)


def due_before(moment: datetime) -> Q:
    """The cases of which a promise to the resident breaks before a moment."""
    return Q(resolve_due_at__lt=moment) | Q(answer_due_at__lt=moment)


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks at the queue, at what moment, and what they may see of it: found out once, for all that a page shows.

    Attributes:
        worked: the cases that their desks are there to handle.
        offered: those that wait for their desks to decide.
        answered: of those that they handle, the ones that they may answer.
        givers: the organisations that let their desks serve for them, by id.
    """

    person: Person
    at: datetime
    desks: dict[int, Organisation]
    worked: Q
    offered: Q
    answered: Q
    givers: tuple[int, ...] = ()

    @classmethod
    def of(cls, person: Person, at: datetime) -> Look:
        """A person's look at a moment."""
        mandates = mandates_of(person, here(at).date())
        worked = worked_under(person, mandates)
        answered = worked_under(person, [mandate for mandate in mandates if mandate.may_answer])
        givers = tuple(sorted({mandate.giver_id for mandate in mandates}))
        return cls(person, at, desks_of(person), worked, offered_to(person), answered, givers)


def _view(key: str, look: Look) -> Q:
    """What one of the views that everybody has holds, as a condition on all cases."""
    desks, worked, at = list(look.desks), look.worked, look.at
    match key:
        case "mine":
            return UNSETTLED & Q(assignee=look.person) & worked
        case "new":
            return UNSETTLED & Q(state=Case.State.NEW) & worked
        case "late":
            return UNSETTLED & due_before(at + SOON) & worked
        case "offered":
            return look.offered
        case "hand":
            by_hand = Delivery.objects.filter(state=Delivery.State.BY_HAND, message__case=OuterRef("pk"))
            return Q(Exists(by_hand)) & look.answered
        case "given":
            given = Handover.objects.filter(decision=Handover.Decision.ACCEPTED).exclude(giver=F("receiver"))
            own = Q(pk__in=given.filter(giver__in=desks).values("case")) & ~Q(responsible__in=desks)
            if not look.givers:
                return own
            # What went from one city to another while the desk serves both.
            return (
                own | Q(pk__in=given.filter(giver__in=look.givers).values("case")) & ~Q(responsible__in=desks) & worked
            )
        case "chats":
            return Q(Exists(Chat.objects.filter(case=OuterRef("pk"), ended_at__isnull=True))) & worked
        case "done":
            return Q(settled_at__isnull=False) & worked
    return UNSETTLED & worked


def cases_in(filters: Filters, look: Look) -> QuerySet[Case]:
    """The cases that filters ask for, of those that a person sees.

    Words are looked for in everything that the person sees, whatever the view; the other filters narrow what is there.
    """
    if not look.desks:
        return Case.objects.none()
    if filters.q or filters.view == "all":
        cases = cases_seen_by(look.person, look.at)
    else:
        cases = Case.objects.filter(_view(filters.view, look))
    if filters.q:
        cases = cases.filter(cases_found(filters.q, read=look.worked | look.offered, desks=look.desks.values()))
    return cases.filter(_narrowed(filters, look))


def _narrowed(filters: Filters, look: Look) -> Q:
    asked = {
        "state": filters.state,
        "category": filters.category,
        "unit__slug": filters.unit,
        "responsible__slug": filters.city,
        "language": filters.language,
        "channel": filters.channel,
    }
    narrowed = Q(**{name: value for name, value in asked.items() if value})
    if filters.due:
        narrowed &= due_before(look.at + SOON if filters.due == "soon" else look.at)
    if filters.officer:
        narrowed &= Q(assignee=look.person) if filters.officer == "me" else Q(assignee__isnull=True)
    return narrowed


@dataclass(frozen=True, slots=True)
class Order:
    """An order of cases by a time that each has, then by their ids."""

    key: BaseExpression | F
    field: str
    is_falling: bool = False

    def of(self, case: Case) -> datetime:
        """The time of a case; one without it comes last of those that rise."""
        at: datetime | None = getattr(case, self.field)
        return at or FAR


ORDERS = {
    "due": Order(DUE, "resolve_due_at"),
    "newest": Order(F("opened_at"), "opened_at", is_falling=True),
    "oldest": Order(F("opened_at"), "opened_at"),
    "changed": Order(F("updated_at"), "updated_at", is_falling=True),
    "settled": Order(F("settled_at"), "settled_at", is_falling=True),
}


def order_of(filters: Filters) -> Order:
    """In what order a list stands: the one asked for, else the most urgent first; what is found by words, the newest first."""
    if filters.sort and not (filters.sort == "settled" and (filters.q or filters.view != "done")):
        return ORDERS[filters.sort]
    if filters.q or filters.view == "all":
        return ORDERS["newest"]
    return ORDERS["settled" if filters.view == "done" else "due"]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list, with the keys to what comes after and before it; "" where there is nothing."""

    cases: Sequence[Case]
    after: str = ""
    before: str = ""


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_LAST = (FAR - _EPOCH) // _TICK


def _written(order: Order, case: Case) -> str:
    return f"{(order.of(case) - _EPOCH) // _TICK}.{case.pk}"


def _read(key: str) -> tuple[datetime, int] | None:
    """The place in an order that a key names; None for what isn't a key, which begins anew."""
    time, _dot, pk = key.partition(".")
    if not all(part.isascii() and part.isdecimal() and len(part) < 19 for part in (time, pk)) or int(time) > _LAST:
        return None
    return _EPOCH + int(time) * _TICK, int(pk)


def page_of(cases: QuerySet[Case], order: Order, *, after: str = "", before: str = "", size: int = PAGE) -> Page:
    """A page that goes on from a key: as fast on the thousandth page as on the first, and no case is skipped or told twice.

    Args:
        after, before: keys of another page; one that can't be read begins anew.
    """
    backwards = not after and bool(before)
    at = _read(after or before)
    # Backwards the list is read the other way round, and turned again.
    falls = order.is_falling != backwards
    rows = cases.alias(place=order.key)
    if at is not None:
        beyond = "lt" if falls else "gt"
        rows = rows.filter(**{f"place__{beyond}e": at[0]}).filter(
            Q(**{f"place__{beyond}": at[0]}) | Q(**{f"pk__{beyond}": at[1]})
        )
    key = order.key
    ordered = rows.order_by(key.desc() if falls else key.asc(), "-pk" if falls else "pk")
    # Few categories, cities and units stand in many rows: read once each, and not their texts in three languages for each row.
    joined = ordered.prefetch_related(
        Prefetch("category", Category.objects.only("code", "name")), "responsible", "unit", "assignee"
    )
    found = list(joined.defer("answers", "public_text")[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Page([])
    has_before, has_after = (more, at is not None) if backwards else (at is not None, more)
    return Page(
        found,
        after=_written(order, found[-1]) if has_after else "",
        before=_written(order, found[0]) if has_before else "",
    )


COUNTED = ("open", "mine", "new", "late")
ALONE = (Filters(view="offered"), Filters(view="hand"), Filters(view="chats"))
"""What isn't a part of one's own open cases, and is counted by itself."""


def counts_of(wanted: Sequence[Filters], look: Look) -> list[int | None]:
    """How many cases wait in each of some lists, by one look at the open cases of the person's desks.

    None for a list that holds settled ones, or is found by words: nobody waits there, and counting them all would take long.
    """
    if not look.desks:
        return [None for _one in wanted]
    counted = {
        f"n{place}": Count("pk", filter=_view(one.view, look) & _narrowed(one, look))
        for place, one in enumerate(wanted)
        if one.view in COUNTED and not one.q
    }
    found: dict[str, int] = Case.objects.filter(UNSETTLED & look.worked).aggregate(**counted) if counted else {}
    for place, one in enumerate(wanted):
        if one in ALONE:
            found[f"n{place}"] = Case.objects.filter(_view(one.view, look)).count()
    return [found.get(f"n{place}") for place in range(len(wanted))]
