"""What a night's publishing does, here and now."""

from unittest import mock

from django.utils import timezone

from kuutio.contact.public import PUBLISHED
from kuutio.core.published import Publisher
from kuutio.opendata.actions import loading
from kuutio.opendata.actions.publishing import Outcome, forget_taken_back, publish_table
from kuutio.opendata.models import Distribution, Load
from tests.opendata.bringing import in_this_process


def publish(only: str = "", publisher: Publisher = PUBLISHED) -> dict[str, Outcome]:
    """Publish the tables whose names begin so, do their loads' work and what follows from it; the outcomes by name."""
    at, outcomes = timezone.now(), {}
    publisher.prepare(at)
    for table in publisher.tables():
        if not f"{table.city or 'kuutio'}-{table.slug}".startswith(only):
            continue
        outcome = publish_table(table, at=at)
        outcomes[outcome.name] = outcome
        if outcome.load:
            with mock.patch.object(loading, "run_limited", in_this_process):
                load = loading.work_load(str(outcome.load.pk))
            assert load.state == Load.State.SERVED, (load.problem, load.result)
            current = Distribution.objects.get(table=outcome.name).current
            assert current is not None
            forget_taken_back(current.pk)
    return outcomes
