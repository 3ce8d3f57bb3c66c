"""The tour's rooms of the programme: a pilot project of two cities that takes the trial on, its euros, an indicator, the promise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation

from kuutio.config.touring.story import Step, Stop, Story
from kuutio.config.touring.trying import three
from kuutio.core.problems import NotFound

_LEAD_CENTS, _PARTNER_CENTS, _ADVANCE_CENTS = 6_000_000, 4_000_000, 1_000_000
_SUPPORT_EU_BP, _SUPPORT_STATE_BP = 5000, 1700


def project(story: Story) -> Iterator[Stop]:
    """Oulu and Turku take what was learnt further in a pilot project; the decision is written down."""
    from kuutio.cities.models import Organisation
    from kuutio.core.grants.budgets import CostModel
    from kuutio.programme.actions import awards
    from kuutio.programme.actions.awards import Award, AwardedPartner
    from kuutio.programme.models import ProjectKind, Source, Spearhead
    from kuutio.programme.queries import current_programme

    programme, source = current_programme(), Source.objects.filter(is_own_page=True).first()
    if programme is None or source is None:
        raise NotFound("There is no strategy here. The tour walks through the demonstration: ./kuutio up")
    at = timezone.now()
    starts, ends = at.date() - timedelta(days=30), at.date() + timedelta(days=365)
    made = awards.found_project(
        programme,
        _free_code(),
        kind=ProjectKind.PILOT,
        spearhead=Spearhead.objects.filter(focus_area__programme=programme).order_by("pk").first(),
        name=three("Ehjä tie", "En hel väg", "A whole road"),
        starts_on=starts,
        ends_on=ends,
        source=source,
        by=None,
        at=at,
    )
    ids = dict(Organisation.objects.filter(kind="city", city__in=["oulu", "turku"]).values_list("city", "business_id"))
    lead = story.officer("oulu")
    partners = [
        AwardedPartner(ids["oulu"], "Oulun kaupunki", {"STAFF": _LEAD_CENTS}, is_lead=True, city="oulu", people=[lead]),
        AwardedPartner(ids["turku"], "Turun kaupunki", {"STAFF": _PARTNER_CENTS}, city="turku"),
    ]
    grant = awards.award(
        Award(
            reference=f"TOUR/{made.code}",
            decided_on=at.date(),
            project=made,
            fund="erdf",
            cost_model=CostModel.FLAT_40,
            eu_bp=_SUPPORT_EU_BP,
            state_bp=_SUPPORT_STATE_BP,
            starts_on=starts,
            ends_on=ends,
            partners=partners,
        ),
        by=None,
        at=at,
    )
    story.facts |= {"project": made.code, "grant": grant.pk}
    yield Stop("programme", "A pilot project of two cities takes it further.", f"/fi/strategy/grants/{made.code}/")


def _free_code() -> str:
    """A code as the authority's register has them, which no project has."""
    from kuutio.programme.models import Project

    taken = set(Project.objects.filter(code__startswith="A9").values_list("code", flat=True))
    return next(code for number in range(90_000, 100_000) if (code := f"A{number}") not in taken)


def euros(story: Story) -> Iterator[Stop]:
    """The grant is taken up and an advance is paid: to the cent, and never above the rule."""
    from kuutio.programme.actions import paying
    from kuutio.programme.actions.paying import Paid
    from kuutio.programme.models import Grant

    at = timezone.now()
    grant = Grant.objects.get(pk=story.facts["grant"])
    for act, by in (("accept", story.officer("oulu")), ("start", None)):
        grant = paying.move_grant(grant, act, by=by, at=at)
    part = grant.parts.filter(partner__is_lead=True).get()
    paid = Paid(f"TOUR/{story.facts['project']}/1", _ADVANCE_CENTS, at.date())
    paying.record_advance(part, paid, by=None, at=at)
    yield Stop("programme", "Its euros: granted, and an advance paid.", "/fi/strategy/grants/")


def indicator(story: Story) -> Iterator[Stop]:
    """The trial's figure counts for the programme's indicator, with the page that shows it."""
    from kuutio.programme.actions import reaching
    from kuutio.programme.actions.reaching import Actual
    from kuutio.programme.models import Indicator, Project

    at = timezone.now()
    project = Project.objects.get(code=story.facts["project"])
    known = Indicator.objects.filter(programme=project.programme, counts_people=False).order_by("position").first()
    if known is None:  # a strategy that counts nothing yet
        known = Indicator.objects.create(
            programme=project.programme,
            key="companies",
            name=three("Mukana olleet yritykset", "Företag som deltog", "Companies that took part"),
            kind=Indicator.Kind.OUTPUT,
            position=1,
            source=project.source,
        )
    shown = f"{story.site}/fi/innovation/trials/{story.facts['trial']}/"
    actual = Actual(at.date(), at.date(), Decimal(1), story.city("oulu"), evidence_url=shown)
    reaching.tell_actual(known, project, actual, by=None, at=at)
    yield Stop("programme", "The figure counts, with what shows it.", f"/fi/strategy/indicators/{known.key}/")


def promise(story: Story) -> Iterator[Stop]:
    """What the strategy promised, and how it stands by live figures."""
    with translation.override("fi"):
        try:
            path = reverse("programme:promises")
        except NoReverseMatch:  # an installation whose programme tells its promises on the strategy's own page
            path = reverse("programme:strategy")
    yield Stop("programme", "The promise that all of this keeps, by live figures.", path)


STEPS: tuple[Step, ...] = (project, euros, indicator, promise)
