"""What participation shows of the promises."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import City
from kuutio.core.evidence import Evidence, Found, Gap, all_of, at_least
from kuutio.participation import queries
from kuutio.participation.models import Population, Process, ProcessCity

_MANY = 100
_FINLAND = {date(2019, 12, 31): 5_525_292}
"""How many people lived in Finland at the end of a year. Source: Statistics Finland, Population structure 31.12.2019."""
_ABOUT_30 = 29.5


def _reach(at: datetime) -> Found | None:
    """The share of Finland's people who live in the cities, on the last day of which we know both."""
    rows = Population.objects.filter(municipality__city__isnull=False, on__in=_FINLAND).values("on").order_by("-on")
    last = rows.annotate(people=Sum("residents"), told=Count("municipality")).first()
    if last is None or last["told"] < City.objects.count():
        return None
    return at_least(round(100 * last["people"] / _FINLAND[last["on"]], 1), _ABOUT_30, as_of=last["on"])


def _open(at: datetime) -> Found:
    _rows, total = queries.listed(queries.Asked(when="open"), language="fi", at=at)
    return at_least(total, 1)


def _said(at: datetime) -> Found:
    return at_least(queries.published().filter(organisation=None).count(), _MANY)


def _cities(at: datetime) -> Found | None:
    told = ProcessCity.objects.filter(process__in=queries.public_processes().values("pk")).order_by()
    return all_of(told.aggregate(count=Count("city", distinct=True))["count"], City.objects.count())


def _decided(at: datetime) -> Found | None:
    closed = Process.objects.filter(state=Process.State.CLOSED)
    return all_of(closed.filter(outcome__isnull=False).count(), closed.count())


EVIDENCE = (
    Evidence(
        key="participation-reach",
        promise="reach",
        label=_("of Finland’s people live in the cities"),
        rule=_("Kept when it is 30 per cent or more, rounded to whole ones."),
        source=_("Statistics Finland’s population by municipality"),
        missing=_("The population of the cities has not been brought in."),
        find=_reach,
        page="programme:strategy",
        rows="/data/kuutio-city-populations.csv",
        unit="%",
        order=10,
    ),
    Evidence(
        key="participation-open",
        promise="open-ways",
        label=_("processes open to everybody now"),
        rule=_("Kept when at least one is open."),
        source=_("The hearings, votes and other processes of all cities"),
        missing=_("Nothing is open just now."),
        find=_open,
        page="participation:processes",
        rows="/data/kuutio-participation-processes.csv",
        order=10,
    ),
    Evidence(
        key="participation-cities",
        promise="open-ways",
        label=_("cities that have asked their people here"),
        rule=_("Kept when every city has taken part in a process."),
        source=_("The hearings, votes and other processes of all cities"),
        missing=_("Some cities have asked nothing here."),
        find=_cities,
        page="participation:processes",
        rows="/data/kuutio-participation-processes.csv",
        order=20,
    ),
    Evidence(
        key="participation-said",
        promise="open-ways",
        label=_("published comments and proposals by residents"),
        rule=_("Kept from 100 on."),
        source=_("The contributions to all processes"),
        missing=_("Few people have said anything yet."),
        find=_said,
        page="participation:processes",
        rows="/data/kuutio-participation-contributions.csv",
        order=30,
    ),
    Evidence(
        key="participation-decided",
        promise="open-ways",
        label=_("closed processes that say what was decided and why"),
        rule=_("Kept when all of them say so."),
        source=_("The outcomes of closed processes"),
        missing=_("A process has closed without saying what was decided, or none has closed yet."),
        find=_decided,
        page="participation:processes",
        rows="/data/kuutio-participation-processes.csv",
        order=40,
    ),
)
GAPS = (
    Gap(
        key="participation-kinds",
        promise="open-ways",
        text=_(
            "We do not ask what people are: how many of them are residents, firms, researchers or officials is not known."
        ),
        closed_by=None,
    ),
)
