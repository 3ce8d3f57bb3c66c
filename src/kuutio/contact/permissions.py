"""Who may do what with cases: predicates over a person and a case, and how much of a case each sees.

A city's agent works on the cases that the city is responsible for. Of another's they see what the case's own history gives them: an
offer that waits for their decision, what their city had before it handed over, what a mandate of the joint first line names.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kuutio.cities.joint import works_for_all
from kuutio.cities.models import City, Organisation, Person
from kuutio.contact.models import Case, Event, Handover, JointDesk, Mandate, SavedView
from kuutio.core.when import here


class Sight(StrEnum):
    """How much of a case somebody sees."""

    OWN = "own"
    MANDATE = "mandate"
    OFFERED = "offered"
    GAVE = "gave"
    DUTY = "duty"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class View:
    """One person's sight of one case.

    Attributes:
        sight: why they see it.
        organisation: for which of their organisations.
        until: what came later is hidden; None: nothing is.
        given: by which hand-over they gave it away, where that is why they see it; it keeps what they had.
        may_write: whether they may answer, note and move it.
    """

    sight: Sight
    organisation: Organisation | None = None
    until: datetime | None = None
    given: Handover | None = None
    may_write: bool = False

    @property
    def may_note(self) -> bool:
        """Whoever writes, and a desk that a city lets read its cases and answer none."""
        return self.may_write or self.sight is Sight.MANDATE

    @property
    def is_foreign(self) -> bool:
        """Whether reading it is another city's reading, which is logged."""
        return self.sight in {Sight.OFFERED, Sight.GAVE, Sight.MANDATE, Sight.DUTY}

    @property
    def reads_thread(self) -> bool:
        """Whether what was written is shown; the duty officer sees the case's course alone."""
        return self.sight not in {Sight.DUTY, Sight.NONE}


NOTHING = View(Sight.NONE)


def desks_of(person: Person) -> dict[int, Organisation]:
    """The organisations for which a person serves as an agent, by id."""
    if not person.is_active:
        return {}
    return {held.organisation_id: held.organisation for held in person.held_roles if held.role == "agent"}


def is_agent(person: Person | None) -> bool:
    """Whether a person serves anywhere at all."""
    return bool(person and person.is_authenticated and desks_of(person))


def is_duty_officer(person: Person | None) -> bool:
    """The group's duty officer decides whose a case is when the cities can't; it is a person of the programme office."""
    return works_for_all(person)


def mandates_of(person: Person, on: date) -> list[Mandate]:
    """The mandates under which a person's desks serve for cities on a day."""
    desks = desks_of(person)
    if not desks:
        return []
    rows = Mandate.objects.filter(desk__organisation__in=desks, starts_on__lte=on).select_related("desk__organisation")
    return [row for row in rows if row.ends_on is None or row.ends_on >= on]


def view_of(person: Person | None, case: Case, at: datetime) -> View:
    """How much of a case a person sees at a moment.

    The strongest reason counts: own, mandated, offered, given away, duty.
    """
    if person is None or not person.is_authenticated:
        return NOTHING
    desks = desks_of(person)
    if case.responsible_id in desks:
        return View(Sight.OWN, desks[case.responsible_id], may_write=True)
    for mandate in mandates_of(person, here(at).date()):
        if mandate.giver_id == case.responsible_id and (
            not mandate.categories or case.category_id in mandate.categories
        ):
            return View(Sight.MANDATE, mandate.desk.organisation, may_write=mandate.may_answer)
    if desks:
        if offer := case.handovers.filter(decision="", receiver__in=desks).first():
            return View(Sight.OFFERED, desks[offer.receiver_id])
        handed = case.handovers.filter(decision=Handover.Decision.ACCEPTED, giver__in=desks)
        if given := handed.select_related("receiver__city").order_by("-decided_at").first():
            return View(Sight.GAVE, desks[given.giver_id], until=given.decided_at, given=given)
    if is_duty_officer(person) and is_disputed(case):
        return View(Sight.DUTY)
    return NOTHING


RETURNS_BEFORE_DUTY = 3


def is_disputed(case: Case) -> bool:
    """Whether the cities can't agree whose the case is: three returns since it last moved or was decided."""
    moved = case.handovers.filter(decision=Handover.Decision.ACCEPTED).values_list("decided_at", flat=True)
    decided = case.events.filter(kind=Event.Kind.DECIDED).values_list("at", flat=True)
    returned = case.handovers.filter(decision=Handover.Decision.RETURNED)
    if before := [at for at in (*moved, *decided) if at is not None]:
        returned = returned.filter(decided_at__gt=max(before))
    return returned.count() >= RETURNS_BEFORE_DUTY


def may_write(person: Person | None, case: Case, at: datetime) -> bool:
    """Agents of the city that is responsible now, or of a desk that it lets answer."""
    return view_of(person, case, at).may_write


def may_decide(person: Person | None, handover: Handover) -> bool:
    """Agents of the city that the case is offered to; from unit to unit of one city, another than who offered it."""
    if person is None or not person.is_authenticated or handover.receiver_id not in desks_of(person):
        return False
    return not (handover.is_within and handover.offered_by_id == person.pk)


def may_withdraw(person: Person | None, handover: Handover) -> bool:
    """Agents of the city that offered it."""
    return bool(person and person.is_authenticated and handover.giver_id in desks_of(person))


def may_edit_group(person: Person | None) -> bool:
    """The programme office and the agents of a joint desk write the texts that all cities share."""
    if person is None or not person.is_authenticated:
        return False
    return is_duty_officer(person) or JointDesk.objects.filter(organisation__in=desks_of(person)).exists()


def may_see_to_mail(person: Person | None) -> bool:
    """The programme office and the agents of a joint desk: mail that became no case is no city's yet."""
    return may_edit_group(person)


def may_edit_own(person: Person | None, city: City) -> bool:
    """A city's own texts are written by its agents."""
    return any(row.pk == city.pk for row in cities_of(person))


def may_rule(person: Person | None, city: City) -> bool:
    """A city's administrator says who takes care of what in it, and what a joint desk does for it."""
    if person is None or not person.is_authenticated or not person.is_active:
        return False
    return person.is_superuser or person.has_role("admin", city=city.pk)


def cities_ruled_by(person: Person | None) -> list[City]:
    """The cities whose rules and mandates a person sets, in the order of the group."""
    if person is None or not person.is_authenticated or not person.is_active:
        return []
    return [city for city in City.objects.order_by("position") if may_rule(person, city)]


def cities_of(person: Person | None) -> list[City]:
    """The cities that a person serves as an agent of the city itself."""
    if person is None or not person.is_authenticated:
        return []
    own = [row.city_id for row in desks_of(person).values() if row.kind == Organisation.Kind.CITY]
    return list(City.objects.filter(pk__in=own))


def may_use_view(person: Person | None, view: SavedView) -> bool:
    """Whoever's own saved view it is, and the officers of the organisation that shares it."""
    if person is None or not is_agent(person):
        return False
    return view.person_id == person.pk or view.organisation_id in desks_of(person)


def boards_of(person: Person | None, on: date) -> dict[int, Organisation]:
    """The organisations whose figures of the moment a person follows: those they serve, those that a mandate names, by id.

    The duty officer of the group follows all the cities. Figures name no resident; who has how much work is told at one's
    own organisation alone (`follows_people`).
    """
    if person is None or not person.is_authenticated:
        return {}
    found = dict(desks_of(person))
    givers = {mandate.giver_id for mandate in mandates_of(person, on)}
    cities = Organisation.objects.filter(kind=Organisation.Kind.CITY).order_by("city__position")
    if is_duty_officer(person):
        found |= {city.pk: city for city in cities}
    elif givers:
        found |= {city.pk: city for city in cities.filter(pk__in=givers)}
    return found


def follows_people(person: Person, organisation: Organisation) -> bool:
    """Whether a person sees how much work each officer of an organisation has: those who serve there themselves."""
    return organisation.pk in desks_of(person)


def may_see_appointments(person: Person | None, city: str) -> bool:
    """Agents of the city whose unit gives the times."""
    return bool(
        person
        and person.is_authenticated
        and any(desk.city_id == city and desk.kind == Organisation.Kind.CITY for desk in desks_of(person).values())
    )
