"""Reads of sources and their runs that more than one door needs."""

from django.db.models import Count, Q, QuerySet

from kuutio.cities.models import Organisation, Person
from kuutio.federation.models import HarvestRecord, HarvestRun, HarvestSource
from kuutio.opendata.queries import publishes_for

OPEN = (HarvestRun.State.WAITING, HarvestRun.State.WORKING)


def sources_of(person: Person) -> QuerySet[HarvestSource]:
    """The sources that a person keeps: those of their organisations; an administrator of the whole keeps all."""
    sources = HarvestSource.objects.select_related("publisher", "city")
    return sources if person.is_superuser else sources.filter(publisher__in=publishes_for(person))


def publishers_of(person: Person) -> QuerySet[Organisation]:
    """The organisations that a person may add a source for."""
    kinds = [Organisation.Kind.CITY, Organisation.Kind.PUBLIC]
    if person.is_superuser:
        return Organisation.objects.filter(kind__in=kinds)
    return Organisation.objects.filter(pk__in=publishes_for(person))


def keeps_sources(person: Person) -> bool:
    """Whoever may publish for some organisation."""
    return bool(person.is_authenticated) and (person.is_superuser or bool(publishes_for(person)))


def counted(sources: QuerySet[HarvestSource]) -> QuerySet[HarvestSource]:
    """With how many data sets each has here, and how many records that can't be read."""
    states = HarvestRecord.State
    return sources.annotate(
        taken=Count("records", filter=Q(records__state=states.OK)),
        broken=Count("records", filter=Q(records__state=states.QUARANTINED)),
    )


def last_runs(sources: QuerySet[HarvestSource]) -> dict[int, HarvestRun]:
    """The newest run of each source, by the source's key."""
    runs = HarvestRun.objects.filter(source__in=sources).order_by("source_id", "-created_at", "-pk")
    return {run.source_id: run for run in runs.distinct("source_id")}


def awaiting(source: HarvestSource) -> HarvestRun | None:
    """The run whose withdrawals wait for a decision, if no later one has read the source whole."""
    last = source.runs.filter(complete=True, state=HarvestRun.State.DONE).first()
    return last if last and last.held else None


def as_values(run: HarvestRun) -> dict[str, object]:
    """A run's report for programs."""
    broken = source_problems(run.source)
    return {
        "source": run.source.slug,
        "run": run.pk,
        "state": run.state,
        "full": run.since is None,
        "complete": run.complete,
        "created_at": run.created_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "pages": run.pages,
        "counts": {
            name: getattr(run, name)
            for name in ("seen", "created", "updated", "unchanged", "withdrawn", "held", "quarantined")
        },
        "files": {"brought": run.files, "failed": run.files_failed},
        "problem": run.problem or None,
        "quarantined": [
            {"remote_id": record.remote_id, "reason": record.problem}
            for record in broken.filter(state=HarvestRecord.State.QUARANTINED)[:1000]
        ]
        + [{"remote_id": "", "reason": note["reason"]} for note in run.notes],
    }


def source_problems(source: HarvestSource) -> QuerySet[HarvestRecord]:
    """The records of which something, or all, could not be taken in."""
    return source.records.exclude(problem="").exclude(state=HarvestRecord.State.WITHDRAWN).select_related("dataset")
