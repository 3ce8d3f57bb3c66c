"""What open data shows of the promises: figures of the catalogue, computed anew each night."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db.models import Avg
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import City
from kuutio.core.evidence import Evidence, Found, Standing, all_of, at_least
from kuutio.opendata.dcat.queries import with_everything
from kuutio.opendata.models import LinkCheck, Mapping
from kuutio.opendata.ogc.landing import CONFORMS_TO
from kuutio.opendata.promise import kept
from kuutio.opendata.quality import MOST
from kuutio.opendata.queries import public_datasets

EXCELLENT = 351
"""MQA points from which data.europa.eu calls a description excellent."""
_MOST_LATE = 0.05


def _cities(at: datetime) -> Found | None:
    told = public_datasets().filter(city__isnull=False).values("city").distinct().count()
    return all_of(told, City.objects.count())


def _quality(at: datetime) -> Found | None:
    mean = public_datasets().aggregate(mean=Avg("quality_points"))["mean"]
    return None if mean is None else at_least(round(mean), EXCELLENT, of=MOST)


def _fresh(at: datetime) -> Found | None:
    promised = in_time = 0
    for dataset in with_everything(public_datasets()).iterator(chunk_size=500):
        table = next((one for one in dataset.distributions.all() if one.table), None)
        if (promise := kept(dataset, table, now=at)) is not None:
            promised += 1
            in_time += not promise.late
    return at_least(in_time, promised * (1 - _MOST_LATE), of=promised) if promised else None


def _same(at: datetime) -> Found | None:
    """Harmonised data sets of which every city's own table conforms."""
    conforming: dict[object, set[str]] = defaultdict(set)
    for row in Mapping.objects.filter(joint__in=public_datasets().values("pk")).only("joint_id", "city_id", "report"):
        conforming[row.joint_id] |= {row.city_id} if row.report.get("conforms") else set()
    cities = City.objects.count()
    return all_of(sum(len(codes) >= cities for codes in conforming.values()), len(conforming))


def _doors(at: datetime) -> Found:
    """Standards alone are no foothold: partly at best."""
    return Found(len(CONFORMS_TO), Standing.PARTLY)


def _links(at: datetime) -> Found | None:
    checks = LinkCheck.objects.all()
    told = checks.count()
    return at_least(checks.filter(status__lt=400).count(), told * (1 - _MOST_LATE), of=told) if told else None


EVIDENCE = (
    Evidence(
        key="opendata-cities",
        promise="open-data",
        label=_("cities with open data sets here"),
        rule=_("Kept when every city has at least one."),
        source=_("The catalogue of data sets"),
        missing=_("Some of the cities have not published anything here."),
        find=_cities,
        page="opendata:catalogue",
        rows="/api/v1/datasets",
        order=10,
    ),
    Evidence(
        key="opendata-quality",
        promise="open-data",
        label=_("points of 405 for the descriptions, on average"),
        rule=_("Kept from 351 points on: data.europa.eu calls that excellent."),
        source=_("The catalogue of data sets, by the quality assessment of data.europa.eu"),
        missing=_("The descriptions lack something on average; each data set’s page says what."),
        find=_quality,
        page="opendata:catalogue",
        rows="/api/v1/datasets",
        order=20,
    ),
    Evidence(
        key="opendata-fresh",
        promise="open-data",
        label=_("data sets that are as fresh as they promise"),
        rule=_("Kept when at most 5 per cent are late."),
        source=_("The catalogue of data sets: promised rhythm and time of the last change"),
        missing=_("Some data sets are late."),
        find=_fresh,
        page="opendata:catalogue",
        rows="/api/v1/datasets",
        order=30,
    ),
    Evidence(
        key="opendata-same",
        promise="same-interface",
        label=_("harmonised data sets in which every city takes part"),
        rule=_("Kept when all the cities’ own data conform in each harmonised data set."),
        source=_("The conformance reports of the harmonised data sets"),
        missing=_("In some harmonised data sets a city is missing, or its data do not conform yet."),
        find=_same,
        page="opendata:catalogue",
        rows="/api/ogc/collections",
        order=10,
    ),
    Evidence(
        key="opendata-standards",
        promise="global",
        label=_("classes of international standards that the interfaces keep to"),
        rule=_("Standards alone do not show a foothold: this counts as partly at best."),
        source=_("The interfaces’ own declaration (OGC API)"),
        missing=_("Standards make solutions portable; they do not show that one runs abroad."),
        find=_doors,
        page="/api/",
        rows="/api/ogc/conformance",
        order=10,
    ),
    Evidence(
        key="opendata-links",
        promise="attractive",
        label=_("addresses of data that answered when last checked"),
        rule=_("Kept when at most 5 per cent fail."),
        source=_("The catalogue’s own check of links"),
        missing=_("Some addresses do not answer."),
        find=_links,
        page="opendata:catalogue",
        rows="/api/v1/datasets",
        order=20,
    ),
)
