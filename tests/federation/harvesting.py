"""Add a source and read it as the worker does, at once."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from kuutio.federation.actions.runs import work_run
from kuutio.federation.actions.sources import add_source, start_run
from kuutio.federation.fetching import Fetcher, Limits, networks
from kuutio.federation.models import HarvestRun, HarvestSource
from tests.factories import CityFactory, OrganisationFactory

QUICK = Limits(connect_s=1, read_s=1, total_s=5, max_bytes=20_000_000, delay_s=0, retries=0)


def visitor(limits: Limits = QUICK) -> Fetcher:
    """A fetcher that may visit the tests' own servers."""
    return Fetcher(agent="Kuutio/test", allow=networks(["127.0.0.0/8"]), limits=limits, sleep=lambda seconds: None)


def a_source(address: str, kind: str = "ckan", *, city: str = "helsinki", **more: Any) -> HarvestSource:
    """A source of a city."""
    publisher = OrganisationFactory(city=CityFactory(code=city))
    fields: dict[str, Any] = {"title": "Lähde", "by": None, "at": timezone.now()} | more
    return add_source(kind=kind, address=address, publisher=publisher, **fields)


def harvest(
    source: HarvestSource, *, full: bool = False, at: datetime | None = None, limits: Limits = QUICK
) -> HarvestRun:
    """Read a source to its end; returns the run as it then is."""
    run = start_run(source, by=None, at=at or timezone.now(), full=full)
    work_run(run.pk, visitor(limits))
    return HarvestRun.objects.get(pk=run.pk)


def counts(run: HarvestRun) -> dict[str, int]:
    """What a run counted, without the zeros."""
    names = ("seen", "created", "updated", "unchanged", "withdrawn", "held", "quarantined", "files", "files_failed")
    return {name: value for name in names if (value := getattr(run, name))}
