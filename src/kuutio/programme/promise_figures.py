"""What the programme itself shows of the promises, and what nobody can show yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from kuutio.core.evidence import Evidence, Found, Gap, Standing, all_of, at_least
from kuutio.programme.call_queries import rhythm
from kuutio.programme.models import FocusArea, PartImplementation, PlannedShare, Programme, ProjectKind
from kuutio.programme.queries import current_programme
from kuutio.programme.spending import ProjectMoney, of_the_plan, on_top, projects_of, sums_of

_NEARLY = 0.95
"""A sum that is nearly another is at least this part of it."""

Find = Callable[[datetime], "Found | None"]


def _of_programme(find: Callable[[Programme], Found | None]) -> Find:
    """A figure of the strategy that this Kuutio shows; none without one."""

    def found(at: datetime) -> Found | None:
        programme = current_programme()
        return find(programme) if programme else None

    return found


def _of_projects(find: Callable[[Programme, Sequence[ProjectMoney]], Found | None]) -> Find:
    return _of_programme(lambda programme: find(programme, projects_of(programme)))


def _spearheads(programme: Programme) -> Found | None:
    areas = FocusArea.objects.filter(programme=programme)
    led = areas.filter(spearhead__projects__kind=ProjectKind.SPEARHEAD).distinct().count()
    return all_of(led, areas.count())


def _in_all_cities(programme: Programme, rows: Sequence[ProjectMoney]) -> Found | None:
    wanted, spearheads = programme.cities.count(), _of_kind(rows, ProjectKind.SPEARHEAD)
    return all_of(sum(len(row.cities) >= wanted for row in spearheads), len(spearheads))


def _in_time(programme: Programme, rows: Sequence[ProjectMoney]) -> Found | None:
    rule = programme.kind_rules.filter(kind=ProjectKind.SPEARHEAD, years__isnull=False).first()
    if rule is None or rule.years is None:
        return None
    spearheads = _of_kind(rows, ProjectKind.SPEARHEAD)
    return all_of(sum(_years(row) <= rule.years for row in spearheads), len(spearheads))


def _years(row: ProjectMoney) -> float:
    """How long a project ran, in years of 365.25 days, to the half month."""
    return round((row.project.ends_on - row.project.starts_on).days / 365.25, 1)


def _of_kind(rows: Sequence[ProjectMoney], kind: ProjectKind) -> list[ProjectMoney]:
    return [row for row in rows if row.project.kind == kind]


def _pilots(programme: Programme, rows: Sequence[ProjectMoney]) -> Found | None:
    pilots = _of_kind(rows, ProjectKind.PILOT)
    return all_of(sum(row.project.spearhead is not None for row in pilots), len(pilots))


def _supported(programme: Programme, rows: Sequence[ProjectMoney]) -> Found | None:
    supported = {row.area.pk for row in _of_kind(rows, ProjectKind.PILOT) if row.area}
    return all_of(len(supported), programme.focus_areas.count())


def _joint(programme: Programme, rows: Sequence[ProjectMoney]) -> Found | None:
    return all_of(sum(len(row.cities) >= programme.least_cities for row in rows), len(rows))


def _alone(programme: Programme, rows: Sequence[ProjectMoney]) -> Found | None:
    if not rows:
        return None
    alone = sum(row.project.is_alone for row in rows)
    return Found(alone, Standing.NOT_YET if alone else Standing.KEPT)


def _calls(at: datetime) -> Found | None:
    """Calls a year: the average of the years that are over, else those of this year; none before the first call."""
    programme = current_programme()
    told = rhythm(programme, at) if programme else None
    if told is None or not any(year.calls for year in told.years):
        return None
    average = told.average if told.average is not None else told.years[-1].calls
    return at_least(round(average, 1), told.promised)


def _planned(programme: Programme) -> Found | None:
    cents = sum(PlannedShare.objects.filter(programme=programme).values_list("amount_cents", flat=True))
    limit = programme.funding_limit_cents
    return at_least(cents, int(_NEARLY * limit), of=limit) if cents else None


def _granted(programme: Programme, rows: Sequence[ProjectMoney]) -> Found | None:
    sums = sums_of(of_the_plan(rows))
    return at_least(sums.planned_cents, int(_NEARLY * programme.funding_limit_cents)) if sums.projects else None


def _esf(programme: Programme, rows: Sequence[ProjectMoney]) -> Found | None:
    sums = sums_of(on_top(rows))
    return at_least(sums.planned_cents, 1) if sums.projects else None


def _reachable(programme: Programme) -> Found | None:
    areas = FocusArea.objects.filter(programme=programme)
    told = areas.filter(spearhead__parts__desk__isnull=False, spearhead__parts__desk__is_active=True)
    return all_of(told.distinct().count(), areas.count())


def _roles(programme: Programme) -> Found | None:
    areas = programme.focus_areas.count()
    parts = PartImplementation.objects.filter(spearhead__focus_area__programme=programme).order_by()
    told = parts.aggregate(count=Count("pk"))["count"]
    return all_of(told, areas * programme.cities.count())


_PROJECTS, _ROLES, _MONEY = "/api/strategy-projects.csv", "/api/contact-roles.csv", "/api/strategy-money.csv"
_CALLS = "/fi/calls/feed.atom"
EVIDENCE = (
    Evidence(
        key="programme-spearheads",
        promise="spearheads",
        label=_("focus areas with a spearhead project"),
        rule=_("Kept when each focus area has one."),
        source=_("The strategy’s projects"),
        missing=_("A focus area has no spearhead project."),
        find=_of_programme(_spearheads),
        page="programme:projects",
        rows=_PROJECTS,
        order=10,
    ),
    Evidence(
        key="programme-spearhead-cities",
        promise="spearheads",
        label=_("spearhead projects with actors from every city, by our sources"),
        rule=_("Kept when the sources name actors from all the cities for each."),
        source=_("The projects’ public register, Eura 2014"),
        missing=_("For a spearhead project our sources do not name the actors of every city."),
        find=_of_projects(_in_all_cities),
        page="programme:projects",
        rows=_PROJECTS,
        order=20,
    ),
    Evidence(
        key="programme-spearhead-years",
        promise="spearheads",
        label=_("spearhead projects that ended in the promised three years"),
        rule=_("Kept when none of them was extended beyond three years."),
        source=_("The projects’ public register, Eura 2014"),
        missing=_("Some were extended: their pages show the first end and the last one."),
        find=_of_projects(_in_time),
        page="programme:projects",
        rows=_PROJECTS,
        order=30,
    ),
    Evidence(
        key="programme-pilots",
        promise="pilots-support",
        label=_("pilot projects whose spearhead is known"),
        rule=_("Kept when it is known of each which spearhead it supports."),
        source=_("The list of projects 2014–2020, the projects’ names and applications"),
        missing=_("Of some pilot projects our sources do not tell which spearhead they support."),
        find=_of_projects(_pilots),
        page="programme:projects",
        rows=_PROJECTS,
        order=10,
    ),
    Evidence(
        key="programme-supported",
        promise="pilots-support",
        label=_("spearheads that a pilot project supports"),
        rule=_("Kept when each spearhead has at least one."),
        source=_("The list of projects 2014–2020, the projects’ names and applications"),
        missing=_("For a spearhead we know of no pilot project."),
        find=_of_projects(_supported),
        page="programme:projects",
        rows=_PROJECTS,
        order=20,
    ),
    Evidence(
        key="programme-joint",
        promise="joint",
        label=_("projects whose sources name actors from at least two of the cities"),
        rule=_("Kept when they do for every project."),
        source=_("The projects’ public register, Eura 2014, and the projects’ applications"),
        missing=_("Of many projects we know the lead partner only, so that the rule cannot be shown."),
        find=_of_projects(_joint),
        page="programme:projects",
        rows=_PROJECTS,
        order=10,
    ),
    Evidence(
        key="programme-alone",
        promise="joint",
        label=_("projects with a single applicant, by the register"),
        rule=_("Kept when there is none: the rule has no exceptions."),
        source=_("The projects’ public register, Eura 2014"),
        missing=_("The register has a project of the strategy with one applicant only."),
        find=_of_projects(_alone),
        page="programme:projects",
        rows=_PROJECTS,
        order=20,
    ),
    Evidence(
        key="programme-calls",
        promise="calls",
        label=_("calls opened here a year, on average"),
        rule=_("Kept from two a year on. Years that are over count; before the first is over, this year does."),
        source=_("The programme’s calls"),
        missing=_("Fewer calls open than promised, or none has been held here yet."),
        find=_calls,
        page="programme:calls",
        rows=_CALLS,
        order=10,
    ),
    Evidence(
        key="programme-planned",
        promise="funding",
        label=_("planned for the projects by all sources together, without ESF"),
        rule=_("Kept from 95 per cent of the promised sum on: that is nearly all of it."),
        source=_("6aika.fi: the funding plan that the minister approved in 2014"),
        missing=_("The plan is well below the promised sum."),
        find=_of_programme(_planned),
        page="programme:money",
        rows=_MONEY,
        unit="cents",
        order=10,
    ),
    Evidence(
        key="programme-listed",
        promise="funding",
        label=_("public money of the projects in the list of autumn 2016, without ESF"),
        rule=_("Kept from 95 per cent of the promised sum on."),
        source=_("The list of projects 2014–2020, rakennerahastot.fi, autumn 2016"),
        missing=_("The list is from the middle of the period: later projects are not in it."),
        find=_of_projects(_granted),
        page="programme:money",
        rows=_MONEY,
        unit="cents",
        order=20,
    ),
    Evidence(
        key="programme-esf",
        promise="funding",
        label=_("ESF projects’ public money, on top of that and in no sum"),
        rule=_("Kept when there is any."),
        source=_("The list of projects 2014–2020, rakennerahastot.fi, autumn 2016"),
        missing=_("No ESF project is in the list."),
        find=_of_projects(_esf),
        page="programme:money",
        rows=_MONEY,
        unit="cents",
        order=30,
    ),
    Evidence(
        key="programme-reachable",
        promise="contacts",
        label=_("spearheads with a contact that can be written to here"),
        rule=_("Kept when each spearhead has one."),
        source=_("The contact roles of the spearheads"),
        missing=_("A spearhead has no contact that can be written to."),
        find=_of_programme(_reachable),
        page="programme:strategy",
        rows=_ROLES,
        order=10,
    ),
    Evidence(
        key="programme-roles",
        promise="contacts",
        label=_("contact roles that are filled, one for each city and spearhead"),
        rule=_("Kept when every city has told its contact for every spearhead."),
        source=_("The contact roles of the spearheads"),
        missing=_("Our sources tell the contacts of one city only; the other cities have not told theirs."),
        find=_of_programme(_roles),
        page="programme:strategy",
        rows=_ROLES,
        order=20,
    ),
)
GAPS = (
    Gap(
        "programme-competence",
        "competence",
        _("How many people were trained and which learnings were published is not counted here yet."),
    ),
    Gap(
        "programme-business",
        "business",
        _("How many firms took part, and how many trials led to a purchase, is not counted here yet."),
    ),
    Gap(
        "programme-jobs",
        "jobs",
        _(
            "New jobs by project and city are not reported here yet: the authority’s own figures are not in the list of projects."
        ),
    ),
    Gap(
        "programme-test-environment",
        "test-environment",
        _("Open testbeds, trials and the time from a proposal to its answer are not counted here yet."),
    ),
    Gap(
        "programme-service-innovations",
        "service-innovations",
        _("Which new services came about, and in which cities each runs today, is not told here yet."),
    ),
    Gap(
        "programme-attractive",
        "attractive",
        _("How many foreign firms propose trials, and how many test users there are, is not counted here yet."),
        closed_by="innovation-",
    ),
    Gap(
        "programme-user-centred",
        "user-centred",
        _("Which services were tested with users before they were decided on is not told here yet."),
        closed_by="innovation-",
    ),
    Gap(
        "programme-global",
        "global",
        _("Nobody has told of a solution that runs outside the six cities with their data."),
        closed_by="innovation-",
    ),
    Gap(
        "programme-calls",
        "calls",
        _("No call has been held here yet, and our sources do not list all the earlier ones."),
    ),
    Gap(
        "programme-learnings",
        "pilots-support",
        _("What the spearheads took up from the pilot projects’ learnings is not told here yet."),
        closed_by="innovation-",
    ),
    Gap(
        "programme-answers",
        "contacts",
        _("The time to the first answer of these contacts is not told apart from other cases."),
        closed_by=None,
    ),
)
