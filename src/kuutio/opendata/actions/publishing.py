"""Publish what a domain declares of itself: the same file, ingest, checks and doors as a table that a city brings.

A night in which nothing changed makes no new version. What was taken back at its source doesn't stay in old versions either.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kuutio.audit.actions import record
from kuutio.cities.models import City, Organisation
from kuutio.core.published import Kind, Published
from kuutio.opendata import storage
from kuutio.opendata.actions.afterwards import remove_pruned
from kuutio.opendata.actions.catalogue import add_distribution, change_dataset, create_dataset, publish_dataset
from kuutio.opendata.actions.loading import receive_file
from kuutio.opendata.declared import declared, name_of
from kuutio.opendata.engine import columns, duck
from kuutio.opendata.engine.snapshot import DATA, GEOMETRY
from kuutio.opendata.engine.workshop import database
from kuutio.opendata.models import Dataset, Distribution, Load, Snapshot
from kuutio.opendata.tables import files_of

DOOR = "declared"
_CHUNK = 1 << 20
_LANGUAGES = ["fi", "sv", "en"]
#: Kinds that a contract names and the file says already; a place needs no rule.
_TOLD = frozenset(Kind) - {Kind.GEOMETRY}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a table: its name, its rows, and the load that brings them; None where nothing has changed."""

    name: str
    rows: int
    load: Load | None


def publish_table(table: Published, *, at: datetime) -> Outcome:
    """Bring a declared table to its data set, which is made and described as declared.

    Raises:
        Organisation.DoesNotExist: there is nobody to publish it.
        Problem: what a publisher's own file could be refused for.
    """
    dataset, into = _described(table, at)
    with tempfile.TemporaryDirectory(prefix="kuutio-publish-") as folder:
        path = Path(folder) / f"{dataset.name}.parquet"
        with transaction.atomic():
            rows = columns.write(path, table.fields, table.released())
        with transaction.atomic():
            # Two who publish at once: the second one sees the first one's load.
            Dataset.objects.select_for_update(of=("self",)).get(pk=dataset.pk)
            last = dataset.loads.order_by("-created_at", "-pk").first()
            if last and last.state != Load.State.FAILED and last.sha256 == _digest(path):
                return Outcome(dataset.name, rows, None)
            load = receive_file(
                dataset,
                chunks=_chunks(path),
                file_name=path.name,
                door=DOOR,
                by=None,
                at=at,
                into=into,
                options={"key": list(table.key)},
            )
    return Outcome(dataset.name, rows, load)


@transaction.atomic
def _described(table: Published, at: datetime) -> tuple[Dataset, Distribution]:
    """The data set and its table, described as the declaration says today."""
    name, said = name_of(table), _metadata(table)
    dataset = Dataset.objects.select_related("publisher").filter(name=name).first()
    if dataset is None:
        publisher = Organisation.objects.get(slug=table.publisher or table.city)
        city = City.objects.filter(pk=table.city).first()
        dataset = create_dataset(name=name, publisher=publisher, city=city, by=None, at=at, **said)
    elif dataset.state != Dataset.State.DELETED:
        change_dataset(dataset, said, by=None, at=at)
    into = dataset.distributions.filter(table=name).first() or add_distribution(
        dataset,
        kind="table",
        table=name,
        by=None,
        at=at,
        title=dict(table.title),
        key=list(table.key),
        filters=list(table.filters),
        format="Parquet",
        media_type="application/vnd.apache.parquet",
    )
    if dataset.state == Dataset.State.DRAFT:
        dataset = publish_dataset(dataset, by=None, at=at)
    return dataset, into


def _metadata(table: Published) -> dict[str, Any]:
    cities = City.objects.filter(pk=table.city) if table.city else City.objects.all()
    return {
        "title": dict(table.title),
        "notes": dict(table.text),
        "keywords": {language: list(words) for language, words in (table.keywords or {}).items()},
        "themes": list(table.themes),
        "licence": table.licence,
        "frequency": table.rhythm,
        "coverage": sorted(cities.values_list("municipality_id", flat=True)),
        "languages": _LANGUAGES,
        "is_made": settings.DEMO,
        "contract": {
            "columns": [
                {"name": field.name, "type": str(field.kind), "title": dict(field.title)}
                | ({"unit": field.unit} if field.unit else {})
                for field in table.fields
                if field.kind in _TOLD
            ],
            "key": list(table.key),
        },
    }


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        digest = sha256()
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def forget_taken_back(snapshot_id: int) -> list[str]:
    """Remove the earlier versions of a declared table that hold what its current one no longer tells; returns which.

    What is compared are the columns that the declaration names (`Published.taken_back`), row by row of its key. The files from
    which these versions were made go with them.
    """
    snapshot = Snapshot.objects.select_related("distribution__dataset").filter(pk=snapshot_id).first()
    if snapshot is None or snapshot.distribution.current_id != snapshot.pk or snapshot.distribution.table is None:
        return []
    table = declared(snapshot.distribution.dataset.name)
    if table is None or not table.taken_back:
        return []
    distribution, name = snapshot.distribution, snapshot.distribution.table
    earlier = Snapshot.objects.filter(distribution=distribution).exclude(state=Snapshot.State.PRUNED)
    gone = [one for one in earlier.exclude(pk=snapshot.pk) if _holds_more(name, one.content, snapshot.content, table)]
    with transaction.atomic():
        for one in gone:
            one.state = Snapshot.State.PRUNED
            one.save(update_fields=["state"])
        if gone:
            record(
                "forget_versions",
                f"table:{name}",
                by=None,
                at=timezone.now(),
                snapshots=[one.content for one in gone],
            )
    removed = remove_pruned(distribution, name) if gone else []
    if gone:
        _forget_originals(distribution)
    return removed


def _holds_more(name: str, earlier: str, current: str, table: Published) -> bool:
    """Whether a version has a value, in one of the columns that may be taken back, that the current one lacks."""
    old, new = files_of(name, earlier) / DATA, files_of(name, current) / DATA
    if not old.is_file():
        return False
    places = {field.name for field in table.fields if field.kind is Kind.GEOMETRY}
    same = " AND ".join(f"old.{duck.name(key)} IS NOT DISTINCT FROM new.{duck.name(key)}" for key in table.key)
    with database() as connection:
        for told in table.taken_back:
            column = duck.name(GEOMETRY if told in places else told)
            # As text: places have no equality of their own.
            kept = f"{same} AND new.{column}::VARCHAR = old.{column}::VARCHAR"
            lost = f"FROM {duck.parquet(old)} AS old ANTI JOIN {duck.parquet(new)} AS new ON {kept}"
            if connection.execute(f"SELECT 1 {lost} WHERE old.{column} IS NOT NULL LIMIT 1").fetchone():
                return True
    return False


def _forget_originals(distribution: Distribution) -> None:
    """Remove the kept files of earlier nights; the lines of their loads stay."""
    loads = Load.objects.filter(dataset=distribution.dataset_id, door=DOOR)
    needed = {distribution.file, *loads.filter(finished_at__isnull=True).values_list("file", flat=True)}
    for kept in set(loads.values_list("file", flat=True)) - needed:
        storage.forget(kept, older_than_s=0)
