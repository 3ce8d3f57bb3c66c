"""The data sets that the catalogue shows, fetched whole in a fixed number of queries."""

from contextlib import suppress
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from kuutio.opendata.models import Dataset, Distribution, Snapshot


def visible() -> QuerySet[Dataset]:
    """What everybody may see: published and public."""
    return Dataset.objects.filter(state=Dataset.State.PUBLISHED, access=Dataset.Access.PUBLIC)


def with_everything(datasets: QuerySet[Dataset]) -> QuerySet[Dataset]:
    """With publisher, city, distributions, link checks and readable versions: three queries however many there are."""
    served = (
        Snapshot.objects.filter(served_at__isnull=False)
        .exclude(state=Snapshot.State.PRUNED)
        .only("content", "served_at", "created_at", "rows", "rejects", "distribution_id")
        .order_by("-served_at", "-pk")
    )
    distributions = (
        Distribution.objects.select_related("current", "link_check")
        .prefetch_related(Prefetch("snapshots", served, to_attr="served_snapshots"))
        .order_by("position", "created_at", "pk")
    )
    return datasets.select_related("publisher", "city").prefetch_related(Prefetch("distributions", distributions))


def named(word: str) -> QuerySet[Dataset]:
    """The visible data set of a name or UUID, with everything."""
    asked = Q(name=word)
    with suppress(ValueError):
        asked |= Q(pk=UUID(word))
    return with_everything(visible().filter(asked))
