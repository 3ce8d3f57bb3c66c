"""Who may do what: officers by their city, a testbed's keepers, and the people of a firm with what is their own.

`None` as the person is the installation's own operator: the demonstration, the command line, the clock.
"""

from __future__ import annotations

from kuutio.cities.models import City, Person
from kuutio.innovation.models import Answer, Booking, Challenge, Testbed, Trial, TrialProposal
from kuutio.selection import permissions as choosing
from kuutio.selection.queries import candidate_of

OFFICER_ROLES = ("publisher", "admin")
"""Who works on a city's trials: those who publish in its name."""


def cities_of(person: Person | None) -> list[City]:
    """The cities for whose trials a person works, in the cities' order."""
    if person is None or not person.is_authenticated or not person.is_active:
        return []
    if person.is_superuser:
        return list(City.objects.all())
    codes = {
        held.organisation.city_id
        for held in person.held_roles
        if held.role in OFFICER_ROLES and held.organisation.kind == "city"
    }
    return list(City.objects.filter(pk__in=[code for code in codes if code]))


def campuses_of(person: Person | None) -> list[int]:
    """The other organisations, such as campuses, whose testbeds a person keeps."""
    if person is None or not person.is_authenticated or not person.is_active:
        return []
    return [
        held.organisation_id
        for held in person.held_roles
        if held.role in OFFICER_ROLES and held.organisation.kind != "city"
    ]


def is_officer(person: Person | None) -> bool:
    """Whether a person works on the trials of any city."""
    return bool(cities_of(person))


def keeps_testbeds(person: Person | None) -> bool:
    """Whether a person works for any city, or keeps a campus's testbeds."""
    return bool(campuses_of(person)) or is_officer(person)


def _works_for(person: Person | None, city_id: str | None) -> bool:
    return person is None or any(city.pk == city_id for city in cities_of(person))


def may_begin(person: Person | None, owner: City) -> bool:
    """An officer of the city that is to own it."""
    return _works_for(person, owner.pk)


def may_keep(person: Person | None, testbed: Testbed) -> bool:
    """An officer of the city that owns it, or a keeper of the campus that does."""
    if person is None:
        return True
    if testbed.owner.kind == "city":
        return _works_for(person, testbed.owner.city_id)
    return testbed.owner_id in campuses_of(person) or (person.is_active and person.is_superuser)


def may_edit(person: Person | None, challenge: Challenge) -> bool:
    """An officer of any of its cities."""
    if person is None:
        return True
    own = {city.pk for city in cities_of(person)}
    return any(part.city_id in own for part in challenge.parts.all())


def may_decide(person: Person | None, challenge: Challenge) -> bool:
    """Publishing, the jury and its outcome: an officer of the city that owns it."""
    return _works_for(person, challenge.owner_id)


def may_read_answer(person: Person | None, answer: Answer) -> bool:
    """Who wrote it, always; an officer of the challenge's cities once the time for answers is over, so that no firm can be told of another's."""
    if person is None or (answer.person_id is not None and answer.person_id == person.pk):
        return True
    is_over = answer.challenge.state not in (Challenge.State.DRAFT, Challenge.State.OPEN)
    is_in = answer.sent_at is not None and answer.state != Answer.State.WITHDRAWN
    return is_over and is_in and may_edit(person, answer.challenge)


def is_own(person: Person | None, row: Answer | TrialProposal | Booking) -> bool:
    """Who wrote it, alone."""
    return person is not None and row.person_id is not None and row.person_id == person.pk


def may_run(person: Person | None, trial: Trial) -> bool:
    """An officer of any of a trial's cities."""
    if person is None:
        return True
    own = {city.pk for city in cities_of(person)}
    return any(part.city_id in own for part in trial.parts.all())


def may_write(person: Person | None, trial: Trial) -> bool:
    """The diary, the measures and the risks: the city's officers and the firm's own lead."""
    return may_run(person, trial) or (person is not None and trial.lead_id is not None and trial.lead_id == person.pk)


def judges(person: Person, answer: Answer) -> bool:
    """A reviewer or a member of the jury of the answer's round, or its office; a hard conflict bars them elsewhere."""
    candidate = candidate_of(f"answer:{answer.uuid}")
    if candidate is None or choosing.is_barred(person, candidate):
        return False
    round_ = candidate.round
    return bool(
        choosing.reviewer_of(person, round_) or choosing.member_of(person, round_) or choosing.is_office(person, round_)
    )
