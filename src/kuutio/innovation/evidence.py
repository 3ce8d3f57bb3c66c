"""What the innovation platforms show of the promises: counts of testbeds, trials, solutions and learnings, never of one person."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import City
from kuutio.core.evidence import Evidence, Found, all_of, at_least
from kuutio.innovation.actions import test_users
from kuutio.innovation.models import Adoption, Learning, RunsIn, Solution, Testbed, TestRound, TestUser, TrialProposal
from kuutio.innovation.queries import public_testbeds

_LEARNINGS, _FIRMS, _TEST_USERS = 10, 5, 100


def _learnings(at: datetime) -> Found:
    return at_least(Learning.objects.filter(published_at__isnull=False).count(), _LEARNINGS)


def _firms(at: datetime) -> Found:
    made = Solution.objects.filter(state=Solution.State.PUBLISHED, maker_kind=Solution.Maker.COMPANY)
    return at_least(made.values("maker").distinct().count(), _FIRMS)


def _testbeds(at: datetime) -> Found | None:
    open_now = public_testbeds().filter(state=Testbed.State.PUBLISHED).order_by()
    return all_of(open_now.values("city").distinct().count(), City.objects.count())


def _spread(at: datetime) -> Found:
    solutions = RunsIn.objects.filter(solution__state=Solution.State.PUBLISHED).order_by().values("solution")
    return at_least(solutions.annotate(cities=Count("city")).filter(cities__gte=2).count(), 1)


def _adopted(at: datetime) -> Found:
    return at_least(Adoption.objects.count(), 1)


def _foreign(at: datetime) -> Found:
    proposals = TrialProposal.objects.filter(withdrawn_at=None).exclude(organisation__country="FI")
    return at_least(proposals.values("organisation").distinct().count(), 1)


def _test_users(at: datetime) -> Found | None:
    count = test_users.at_least(TestUser.objects.count())
    return at_least(count, _TEST_USERS) if count else None


def _tested(at: datetime) -> Found:
    return at_least(TestRound.objects.filter(invitations__feedback__isnull=False).distinct().count(), 1)


def _taken_up(at: datetime) -> Found:
    return at_least(Learning.objects.filter(published_at__isnull=False).exclude(spearhead="").count(), 1)


_LEARNT, _SOLUTIONS = "/data/kuutio-innovation-learnings.csv", "/data/kuutio-innovation-solutions.csv"
_FIGURES = "/data/kuutio-promise-figures.csv"
"""For what is counted of rows that nobody may read one by one: proposals, test users, their answers."""
EVIDENCE = (
    Evidence(
        key="innovation-learnings",
        promise="competence",
        label=_("learnings of trials published for everybody"),
        rule=_("Kept from ten learnings on."),
        source=_("The library of learnings"),
        missing=_("Few learnings have been published, and how many people were trained is not counted here."),
        find=_learnings,
        page="innovation:learnings",
        rows=_LEARNT,
        order=10,
    ),
    Evidence(
        key="innovation-firms",
        promise="business",
        label=_("firms whose solutions on the cities’ data are published here"),
        rule=_("Kept from five firms on."),
        source=_("The catalogue of solutions"),
        missing=_("Few firms have told of their solutions."),
        find=_firms,
        page="innovation:solutions",
        rows=_SOLUTIONS,
        order=10,
    ),
    Evidence(
        key="innovation-testbeds",
        promise="test-environment",
        label=_("cities with an open testbed"),
        rule=_("Kept when every city has at least one."),
        source=_("The testbeds of the cities"),
        missing=_("Some cities have no open testbed."),
        find=_testbeds,
        page="innovation:testbeds",
        rows="/fi/innovation/testbeds/places.geojson",
        order=10,
    ),
    Evidence(
        key="innovation-spread",
        promise="service-innovations",
        label=_("solutions that run in two cities or more"),
        rule=_("Kept from one on."),
        source=_("The catalogue of solutions, by the data that each needs"),
        missing=_("No solution runs in two cities yet."),
        find=_spread,
        page="innovation:solutions",
        rows="/data/kuutio-innovation-solutions-running.csv",
        order=10,
    ),
    Evidence(
        key="innovation-adopted",
        promise="service-innovations",
        label=_("times that a city took a joint service concept into use"),
        rule=_("Kept from one on."),
        source=_("The service concepts and their adoptions"),
        missing=_("No city has taken a concept into use yet."),
        find=_adopted,
        page="innovation:concepts",
        rows="/data/kuutio-innovation-adoptions.csv",
        order=20,
    ),
    Evidence(
        key="innovation-foreign",
        promise="attractive",
        label=_("foreign organisations that have proposed a trial"),
        rule=_("Kept from one on."),
        source=_("The proposals for trials"),
        missing=_("No foreign organisation has proposed a trial yet."),
        find=_foreign,
        page="innovation:index",
        rows=_FIGURES,
        order=10,
    ),
    Evidence(
        key="innovation-test-users",
        promise="attractive",
        label=_("residents who have volunteered as test users"),
        rule=_("Kept from 100 on; told down to fives, and fewer than five not at all."),
        source=_("The pool of test users"),
        missing=_("There are few test users, or so few that their number is not told."),
        find=_test_users,
        page="innovation:test_users",
        rows=_FIGURES,
        order=30,
    ),
    Evidence(
        key="innovation-tested",
        promise="user-centred",
        label=_("rounds of testing in which users have answered"),
        rule=_("Kept from one on."),
        source=_("The rounds of testing"),
        missing=_("Nothing has been tested with users here yet."),
        find=_tested,
        page="innovation:test_users",
        rows=_FIGURES,
        order=30,
    ),
    Evidence(
        key="innovation-taken-up",
        promise="pilots-support",
        label=_("published learnings that name their spearhead"),
        rule=_("Kept from one on."),
        source=_("The library of learnings"),
        missing=_("No published learning names the spearhead that it is for."),
        find=_taken_up,
        page="innovation:learnings",
        rows=_LEARNT,
        order=30,
    ),
)
