"""What the rows of `federation.toml` speak of."""

from django.utils import timezone

from kuutio.cities.models import Organisation
from kuutio.federation.actions.sources import add_source
from kuutio.federation.models import HarvestRun


def things() -> dict[str, str]:
    """A source of Helsinki and one of Oulu, each with a run that has ended."""
    now, names = timezone.now(), {}
    for whose, slug in (("own", "helsinki"), ("other", "oulu")):
        publisher = Organisation.objects.get(slug=slug)
        source = add_source(
            title=f"{slug} map service",
            kind="wfs",
            address="https://example.org/wfs",
            publisher=publisher,
            by=None,
            at=now,
        )
        run = HarvestRun.objects.create(source=source, state="done", created_at=now, touched_at=now, finished_at=now)
        names |= {f"{whose}_source": source.slug, f"{whose}_run": str(run.pk)}
    return names
