"""The data sets that the catalogue shows, fetched whole in a fixed number of queries."""

from django.db.models import Prefetch, QuerySet

from kuutio.opendata import queries
from kuutio.opendata.models import Dataset, Distribution, Snapshot


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
    return with_everything(queries.named(queries.public_datasets(), word))
