"""What customer service shows of the promises; counts of cases and of cities, nobody's own case."""

from __future__ import annotations

from datetime import datetime
from statistics import median

from django.db.models import Avg, Count, F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import City
from kuutio.contact.models import Case, Handover, Mandate, Rating, ServiceMonth
from kuutio.core.evidence import Evidence, Found, all_of, at_least
from kuutio.core.when import here

FEW = 5
"""Means and shares of fewer than this aren't told: they would show somebody's own."""
_CHANNELS = 4
_IN_TIME = 90
_HOURS = 24
_STARS = 4


def _decided() -> QuerySet[Handover]:
    """The hand-overs between cities that were decided; those within one are its own affair."""
    return Handover.objects.filter(decision__in=["accepted", "returned"]).exclude(giver=F("receiver"))


def _handovers(at: datetime) -> Found | None:
    decided = _decided()
    told = decided.count()
    return at_least(decided.filter(decision="accepted").count(), 0.9 * told, of=told) if told >= FEW else None


def _lost(at: datetime) -> Found | None:
    """Hours that a case waits between two cities: less is better, so the standing is the other way round."""
    rows = _decided().values_list("offered_at", "decided_at")
    hours = [(decided - offered).total_seconds() / 3600 for offered, decided in rows if decided]
    if len(hours) < FEW:
        return None
    middle = round(median(hours), 1)
    return Found(middle, at_least(1 if middle <= _HOURS else 0.5, 1).standing)


def _channels(at: datetime) -> Found | None:
    used = Case.objects.order_by().values("channel").distinct().count()
    return at_least(used, _CHANNELS) if used else None


def _joint(at: datetime) -> Found | None:
    day = here(at).date()
    running = Mandate.objects.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)
    return all_of(running.values("giver__city").distinct().count(), City.objects.count())


def _in_time(at: datetime) -> Found | None:
    last = ServiceMonth.objects.filter(organisation=None).order_by("-month").first()
    percent = last.figures.get("answered_in_time_percent") if last else None
    return None if last is None or percent is None else at_least(percent, _IN_TIME, as_of=last.month)


def _satisfaction(at: datetime) -> Found | None:
    told = Rating.objects.aggregate(count=Count("pk"), mean=Avg("stars"))
    return at_least(round(told["mean"], 1), _STARS) if told["count"] >= FEW else None


def _raters(at: datetime) -> Found | None:
    count = Rating.objects.count()
    return at_least(count, 100) if count >= FEW else None


_STATISTICS = "/data/kuutio-service-statistics.csv"
EVIDENCE = (
    Evidence(
        key="contact-handovers",
        promise="across-borders",
        label=_("offers of a case to another city that were accepted"),
        rule=_("Kept when at least 90 per cent are accepted: they went to the right city at once."),
        source=_("The hand-overs of cases between cities"),
        missing=_("Too many cases are returned, or hardly any have been handed over."),
        find=_handovers,
        page="contact:statistics",
        rows=_STATISTICS,
        order=10,
    ),
    Evidence(
        key="contact-handover-hours",
        promise="across-borders",
        label=_("that a case waits between two cities, median"),
        rule=_("Kept when half of the hand-overs take 24 hours at most."),
        source=_("The hand-overs of cases between cities"),
        missing=_("Cases wait too long between two cities, or hardly any have been handed over."),
        find=_lost,
        page="contact:statistics",
        rows=_STATISTICS,
        unit="h",
        order=20,
    ),
    Evidence(
        key="contact-joint",
        promise="one-service",
        label=_("cities served by the joint first line"),
        rule=_("Kept when every city has given it a mandate that is in force."),
        source=_("The mandates of the joint desk"),
        missing=_("Some cities have given no mandate."),
        find=_joint,
        page="contact:statistics",
        rows=_STATISTICS,
        order=10,
    ),
    Evidence(
        key="contact-channels",
        promise="one-service",
        label=_("channels by which cases have come in"),
        rule=_("Kept from four channels on."),
        source=_("The cases of all cities"),
        missing=_("Cases come in by few channels."),
        find=_channels,
        page="contact:statistics",
        rows="/data/kuutio-service-channels.csv",
        order=20,
    ),
    Evidence(
        key="contact-in-time",
        promise="one-service",
        label=_("of first answers came in the promised time, last whole month"),
        rule=_("Kept from 90 per cent on."),
        source=_("The service statistics of all cities together"),
        missing=_("Too many first answers are late."),
        find=_in_time,
        page="contact:statistics",
        rows=_STATISTICS,
        unit="%",
        order=30,
    ),
    Evidence(
        key="contact-satisfaction",
        promise="user-centred",
        label=_("of 5 stars from residents, mean of closed cases"),
        rule=_("Kept from 4 stars on."),
        source=_("Residents’ ratings of their closed cases"),
        missing=_("The mean is below 4, or hardly anybody has given stars."),
        find=_satisfaction,
        page="contact:statistics",
        rows=_STATISTICS,
        order=10,
    ),
    Evidence(
        key="contact-raters",
        promise="user-centred",
        label=_("ratings behind that mean"),
        rule=_("Kept from 100 ratings on: fewer do not carry a conclusion."),
        source=_("Residents’ ratings of their closed cases"),
        missing=_("There are too few ratings to conclude from."),
        find=_raters,
        page="contact:statistics",
        rows=_STATISTICS,
        order=20,
    ),
)
