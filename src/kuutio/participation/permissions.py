"""Who may do what: residents by the stage that is open, officers by their city."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from kuutio.cities.models import City, Person
from kuutio.core.problems import Problem
from kuutio.participation.kinds import STAGES, Verb, takes
from kuutio.participation.models import Contribution, Process, Proposal, Stage
from kuutio.participation.problems import IdentificationNeeded, NotEligible, NotInStage, StageClosed
from kuutio.participation.voices import Level, Voice
from kuutio.ui.wording import moment

OFFICER_ROLES = ("publisher", "admin")
"""Who works on a city's processes: those who publish in its name."""


def refusal(voice: Voice, verb: Verb, stage: Stage, at: datetime) -> Problem | None:
    """Why somebody may not do something in a stage at a moment; None when they may. The one rule of time and identity.

    The stage's process must be public and not closed, its kind allow the verb, the moment lie in its time, the person be
    identified as surely as it asks, and be one of those whom the kind is for.
    """
    kind = STAGES.get(stage.kind)
    if kind is None or verb not in kind.allows:
        return NotInStage(_("This can’t be done in this stage."), stage=stage.slug)
    if stage.process.state != Process.State.PUBLISHED or not stage.is_open(at):
        if at < stage.opens_at:
            said = _("The stage opens on %(time)s.") % {"time": moment(stage.opens_at)}
        else:
            said = _("The stage is over. What was said in it stays here to be read.")
        return StageClosed(said, opens_at=stage.opens_at.isoformat(), closes_at=stage.closes_at.isoformat())
    if not voice.reaches(stage.identification):
        strong = stage.identification == Level.STRONG
        said = (
            _("This stage is for people who have identified themselves strongly. Sign in with such a service.")
            if strong
            else _("Sign in to take part in this stage.")
        )
        return IdentificationNeeded(said, needed=stage.identification)
    if not kind.eligible(voice, stage, at):
        return NotEligible(_("This stage is for others: see on its page whom it is for."), stage=stage.slug)
    return None


def may(voice: Voice, verb: Verb, stage: Stage, at: datetime) -> bool:
    """Whether somebody may do something in a stage at a moment."""
    return refusal(voice, verb, stage, at) is None


def demand(voice: Voice, verb: Verb, stage: Stage, at: datetime) -> None:
    """Refuse what may not be done.

    Raises:
        NotInStage, StageClosed, IdentificationNeeded, NotEligible: as `refusal` says.
    """
    if (problem := refusal(voice, verb, stage, at)) is not None:
        raise problem


def demand_kind(name: str, stage: Stage) -> None:
    """Refuse a kind of contribution that a stage doesn't take, by its own kind or by its settings.

    Raises:
        NotInStage: it doesn't.
    """
    if not takes(stage, name):
        raise NotInStage(_("This can’t be done in this stage."), stage=stage.slug)


def cities_of(person: Person | None) -> list[City]:
    """The cities for whose processes a person works, in the cities' order."""
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


def is_officer(person: Person | None) -> bool:
    """Whether a person works on the processes of any city."""
    return bool(cities_of(person))


def may_begin(person: Person | None, owner: City) -> bool:
    """An officer of the city that is to own the process; `None` as the person is the installation's own operator."""
    return person is None or owner in cities_of(person)


def may_edit(person: Person | None, process: Process) -> bool:
    """An officer of any of its cities."""
    if person is None:
        return True
    own = {city.pk for city in cities_of(person)}
    return any(part.city_id in own for part in process.parts.all())


def may_decide(person: Person | None, process: Process) -> bool:
    """Publishing, closing, and who takes part: an officer of the city that owns the process."""
    return person is None or any(city.pk == process.owner_id for city in cities_of(person))


def may_read(person: Person | None, process: Process) -> bool:
    """Everybody reads what is published; a draft is read by the officers of its cities."""
    return process.is_public or (person is not None and may_edit(person, process))


def may_withdraw(person: Person | None, contribution: Contribution) -> bool:
    """Its author alone."""
    return person is not None and contribution.author_id is not None and contribution.author_id == person.pk


def may_revise(person: Person | None, contribution: Contribution) -> bool:
    """Its authors: who made it, and those who accepted to write it together."""
    if person is None:
        return False
    return may_withdraw(person, contribution) or contribution.co_authors.filter(person=person).exists()


def may_handle(person: Person | None, proposal: Proposal) -> bool:
    """Deciding on a proposal: an officer of the city that has it, whether or not the city takes part in the process."""
    return person is None or any(city.pk == proposal.city_id for city in cities_of(person))


def may_moderate(person: Person | None, contribution: Contribution) -> bool:
    """An officer of any of the process's cities, who didn't write it."""
    if person is None:
        return True
    return contribution.author_id != person.pk and may_edit(person, contribution.process)
