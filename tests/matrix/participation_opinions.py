"""What the rows of `participation_opinions.toml` speak of."""

from datetime import timedelta

from django.utils import timezone

from kuutio.cities.models import City
from kuutio.participation.actions import opinion_maps, opinions, processes, stages


def things() -> dict[str, str]:
    """A published process of Helsinki with a stage of statements and its first map."""
    now = timezone.now()
    texts, begun = {"fi": "Väittämät", "sv": "Påståenden"}, now - timedelta(days=2)
    process = processes.begin_process(
        City.objects.get(pk="helsinki"),
        title=texts,
        summary=texts,
        plain_summary=texts,
        theme="planning",
        slug="matrix-opinions",
        by=None,
        at=begun,
    )
    stage = stages.add_stage(
        process,
        "opinions",
        title=texts,
        opens_at=begun,
        closes_at=now + timedelta(days=1),
        identification="open",
        by=None,
        at=begun,
    )
    opinions.add_statements(stage, ["Puita lisää."], "fi", by=None, at=begun)
    processes.publish_process(process, by=None, at=begun)
    opinion_maps.make_map(stage, at=now)
    return {"opinion_process": process.slug}
