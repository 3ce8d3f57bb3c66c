"""Supporting a proposal, once a person; supporting an initiative, of which the law counts the municipality's own residents."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.identified import Facts
from kuutio.cities.models import Municipality, Person
from kuutio.core import initiatives
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.core.when import here
from kuutio.participation import letters, permissions
from kuutio.participation.actions import contributing
from kuutio.participation.actions.holding import wrong
from kuutio.participation.eligibility import age_on
from kuutio.participation.kinds import Verb
from kuutio.participation.models import (
    Initiative,
    InitiativeSupport,
    Population,
    Proposal,
    Reaction,
    Stage,
)
from kuutio.participation.problems import IdentificationNeeded, ProposalMerged
from kuutio.participation.voices import Voice

FIFTEEN = 15


def stage_to_act_in(proposal: Proposal, verb: Verb, at: datetime) -> Stage:
    """The stage in which a proposal is supported or argued about now: its own, or a later one of its process for this."""
    own = proposal.contribution.stage
    if own.is_open(at):
        return own
    for stage in proposal.contribution.process.stages.all():
        if stage.kind == "support" and stage.is_open(at):
            stage.process = proposal.contribution.process
            return stage
    return own


@transaction.atomic
def support(proposal: Proposal, is_for: bool, *, voice: Voice, at: datetime) -> Reaction | None:
    """Support a proposal, or take the support back.

    Raises:
        NotInStage, StageClosed, IdentificationNeeded, NotEligible, Invalid: as for `react`.
        ProposalMerged: it was joined to another one, which is supported instead.
        Invalid: an initiative, which is supported with one's municipality.
    """
    if proposal.merged_into_id is not None:
        raise ProposalMerged(_("This proposal was joined to another one. Support that one."))
    initiative = Initiative.objects.filter(proposal=proposal).first()
    if initiative is not None:
        if is_for:
            raise Invalid(_("Tell where you live: an initiative counts the municipality’s own residents."))
        if initiative.handed_in_at is not None:
            raise Conflict(_("The initiative was handed in with these supporters. They can’t be changed any more."))
        InitiativeSupport.objects.filter(initiative=initiative, person=voice.person).delete()
    stage = stage_to_act_in(proposal, Verb.SUPPORT, at)
    value = Reaction.Value.FOR if is_for else None
    return contributing.react(proposal.contribution, value, voice=voice, at=at, stage=stage)


@transaction.atomic
def sign(
    initiative: Initiative,
    municipality: Municipality | None,
    is_15: bool,
    *,
    voice: Voice,
    at: datetime,
    facts: Facts | None = None,
) -> InitiativeSupport:
    """Support an initiative as a resident of a municipality. When enough have signed it is handed in at once.

    A person signs once; a second time replaces what they told. Who lives elsewhere supports it, too, but isn't counted.

    Args:
        municipality, is_15: what the person tells; what they were identified by goes before it.
        facts: of who identified themselves strongly in this session.

    Raises:
        NotInStage, StageClosed, IdentificationNeeded, NotEligible, Invalid: as for `react`.
        IdentificationNeeded: the stage asks for strong identification, and where the person lives isn't known by it.
        Conflict: it was handed in already.

    Source: Local Government Act 410/2015, sections 23 and 25.
    """
    row = (
        Initiative.objects.select_for_update(of=("self",))
        .select_related("proposal__contribution")
        .get(pk=initiative.pk)
    )
    if row.handed_in_at is not None:
        raise Conflict(_("The initiative was handed in already. Follow it to be told what is done."))
    contribution = row.proposal.contribution
    known = home_of(facts)
    if known is not None and facts is not None:
        municipality, is_15 = known, _is_15(facts, at)
    elif contribution.stage.identification == Stage.Identification.STRONG:
        told = _("Identify yourself strongly: the municipality’s own residents are counted by where they live.")
        raise IdentificationNeeded(told, needed="strong")
    if municipality is None:
        told = _("Tell where you live: an initiative counts the municipality’s own residents.")
        raise Invalid(told, errors=[wrong("/municipality", told)])
    contributing.react(contribution, Reaction.Value.FOR, voice=voice, at=at)
    signed, _created = InitiativeSupport.objects.update_or_create(
        initiative=row,
        person=voice.person,
        defaults={"municipality": municipality, "is_15": is_15, "is_identified": known is not None, "at": at},
    )
    population = population_of(row)
    if population is not None and counted(row) >= needed(row, population):
        _hand_in(row, population, by=None, at=at)
    return signed


def home_of(facts: Facts | None) -> Municipality | None:
    """Where somebody lives by strong identification; None where it isn't told."""
    code = facts.municipality if facts is not None else ""
    return Municipality.objects.filter(pk=code).first() if code else None


def _is_15(facts: Facts, at: datetime) -> bool:
    return facts.born_on is not None and age_on(facts.born_on, here(at).date()) >= FIFTEEN


def counted(initiative: Initiative, *, identified_only: bool = False) -> int:
    """How many supporters the law counts: residents of the municipality, for a referendum those who are fifteen."""
    rows = initiative.supports.filter(municipality=initiative.municipality_id)
    if initiative.sort == Initiative.Sort.REFERENDUM:
        rows = rows.filter(is_15=True)
    return (rows.filter(is_identified=True) if identified_only else rows).count()


def population_of(initiative: Initiative) -> Population | None:
    """The newest figure that the initiative can be counted by; None while nobody has given one."""
    if initiative.population is not None:
        return initiative.population
    rows = Population.objects.filter(municipality=initiative.municipality_id)
    if initiative.sort == Initiative.Sort.REFERENDUM:
        rows = rows.exclude(residents_15=None)
    return rows.order_by("-on").first()


def needed(initiative: Initiative, population: Population) -> int:
    """How many must sign."""
    if initiative.sort == Initiative.Sort.REFERENDUM:
        # `population_of` gives none without it.
        return initiatives.needed(population.residents_15 or population.residents, initiatives.REFERENDUM_PERCENT)
    return initiatives.needed(population.residents, initiatives.INITIATIVE_PERCENT)


@transaction.atomic
def hand_in(initiative: Initiative, *, by: Person, at: datetime) -> Initiative:
    """Hand an initiative in with those who have signed so far. The municipality must tell what it did about it, however few.

    Raises:
        NotAllowed: the person is none of its authors.
        Conflict: it was handed in already.
    """
    row = (
        Initiative.objects.select_for_update(of=("self",))
        .select_related("proposal__contribution")
        .get(pk=initiative.pk)
    )
    if not permissions.may_revise(by, row.proposal.contribution):
        raise NotAllowed(_("An initiative is handed in by its makers."))
    if row.handed_in_at is not None:
        raise Conflict(_("The initiative was handed in already. Follow it to be told what is done."))
    return _hand_in(row, population_of(row), by=by, at=at)


def _hand_in(row: Initiative, population: Population | None, *, by: Person | None, at: datetime) -> Initiative:
    row.handed_in_at, row.counted, row.population = at, counted(row), population
    if population is not None:
        row.needed = needed(row, population)
        # A referendum has no six months: the council decides without delay (section 25).
        if row.counted >= row.needed and row.sort == Initiative.Sort.INITIATIVE:
            row.due_on = initiatives.due_on(here(at).date())
    row.save(update_fields=["handed_in_at", "counted", "population", "needed", "due_on"])
    uuid = row.proposal.contribution.uuid
    record("hand_in_initiative", f"contribution:{uuid}", by=by, at=at, counted=row.counted, needed=row.needed)
    letters.send_later("handed_in", row.pk)
    return row


@transaction.atomic
def set_population(
    municipality: Municipality,
    *,
    on: date,
    residents: int,
    residents_15: int | None,
    source: str,
    by: Person | None,
    at: datetime,
) -> Population:
    """Write down how many people live in a municipality; initiatives that were handed in keep the figure of their day.

    Raises:
        NotAllowed: the person is no officer of that municipality's city.
        Invalid: nobody, more who are fifteen than there are, or no source.
        Conflict: an initiative was counted by this day's figure.
    """
    if by is not None and not any(city.municipality_id == municipality.pk for city in permissions.cities_of(by)):
        raise NotAllowed(_("The number of residents is told by the municipality’s own officers."))
    errors = []
    if residents < 1:
        errors.append(wrong("/residents", _("Write how many people live there.")))
    if residents_15 is not None and not 0 < residents_15 <= residents:
        errors.append(wrong("/residents_15", _("Not more than all residents.")))
    if not source.strip():
        errors.append(wrong("/source", _("Name the source.")))
    if errors:
        raise Invalid(_("Some things are missing."), errors=errors)
    if Initiative.objects.filter(population__municipality=municipality, population__on=on).exists():
        raise Conflict(_("An initiative was counted by this figure. Write a new one with its own day."))
    row, _created = Population.objects.update_or_create(
        municipality=municipality,
        on=on,
        defaults={"residents": residents, "residents_15": residents_15, "source": source.strip()[:300]},
    )
    record("set_population", f"municipality:{municipality.pk}", by=by, at=at, on=on.isoformat(), residents=residents)
    return row
