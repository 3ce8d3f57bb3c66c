"""Harmonised data sets: the same thing of several cities as one table, made of each city's own by a mapping."""

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kuutio.audit.actions import record
from kuutio.cities.models import City, Organisation, Person
from kuutio.core.problems import Invalid, NotAllowed
from kuutio.opendata import permissions
from kuutio.opendata.actions.catalogue import create_dataset, publish_dataset
from kuutio.opendata.actions.loading import receive_file
from kuutio.opendata.engine import harmonise
from kuutio.opendata.engine.contract import parse as parse_schema
from kuutio.opendata.engine.snapshot import read_manifest
from kuutio.opendata.models import Dataset, Distribution, Load, Mapping
from kuutio.opendata.tables import files_of

_CHUNK = 1 << 20


@transaction.atomic
def create_joint_dataset(
    *, name: str, publisher: Organisation, contract: dict[str, Any], by: Person | None, at: datetime, **fields: Any
) -> Dataset:
    """Make and publish a harmonised data set: its contract is the schema that every city's part is turned to.

    Args:
        contract: the harmonised columns, as `engine.contract.parse` reads them.
        fields: what else is said of it; see `catalogue.DATASET_FIELDS`.

    Raises:
        NotAllowed: `by` doesn't publish for the publisher.
        BadContract: the schema can't be read.
        Conflict: the name is taken.
    """
    parse_schema(contract)
    dataset = create_dataset(name=name, publisher=publisher, city=None, by=by, at=at, contract=contract, **fields)
    return publish_dataset(dataset, by=by, at=at)


@transaction.atomic
def set_mapping(
    joint: Dataset, source: Distribution, manifest: str, *, city: City, by: Person | None, at: datetime
) -> Mapping:
    """Say how a city's table becomes its part of a harmonised data set, and queue the table's making.

    A mapping that doesn't fit is refused whole, so that what is kept always builds.

    Args:
        manifest: YAML; `docs/reference/mapping.md`.

    Raises:
        NotAllowed: `by` publishes neither for the city nor for the harmonised data set.
        BadMapping: the YAML can't be understood.
        NotConforming: it doesn't fit the city's table or the schema; `errors` name the columns.
        Invalid: the table has no data, is not the city's, or the mapping is another city's.
    """
    if not (permissions.may_change(by, source.dataset) or permissions.may_change(by, joint)):
        raise NotAllowed(
            _("Only the city's own publishers, or those of the harmonised data set, can draw its mapping.")
        )
    mapping = harmonise.parse(manifest)
    if mapping.city != city.code or source.dataset.city_id != city.code:
        raise Invalid(
            _("The mapping and the table have to be the same city's."),
            errors=[{"pointer": "/city", "detail": mapping.city}],
        )
    errors = [
        {"pointer": f"/columns/{issue.column}", "detail": f"{issue.fault}: {issue.detail}"}
        for issue in harmonise.check(mapping, read_manifest(_files(source)), parse_schema(joint.contract))
        if issue.stops
    ]
    if errors:
        raise harmonise.NotConforming(_("The mapping doesn't fit the table."), errors=errors)
    kept, _made = Mapping.objects.update_or_create(
        joint=joint, city=city, defaults={"source": source, "manifest": manifest, "modified_at": at}
    )
    record("set_mapping", f"dataset:{joint.name}", by=by, at=at, city=city.code, source=source.table)
    queue_rebuild(joint)
    return kept


@transaction.atomic
def remove_mapping(mapping: Mapping, *, by: Person | None, at: datetime) -> None:
    """Take a city out of a harmonised data set.

    Raises:
        NotAllowed: `by` publishes neither for the city nor for the harmonised data set.
    """
    if not (permissions.may_change(by, mapping.source.dataset) or permissions.may_change(by, mapping.joint)):
        raise NotAllowed(
            _("Only the city's own publishers, or those of the harmonised data set, can draw its mapping.")
        )
    joint = mapping.joint
    record("remove_mapping", f"dataset:{joint.name}", by=by, at=at, city=mapping.city_id)
    mapping.delete()
    queue_rebuild(joint)


def queue_rebuild(joint: Dataset) -> None:
    """Have the harmonised table made anew soon; changes that come together are one making."""
    from procrastinate.exceptions import AlreadyEnqueued

    from kuutio.opendata import tasks  # tasks import the actions

    job = tasks.rebuild_joint.configure(queueing_lock=f"joint:{joint.pk}", lock=f"dataset:{joint.pk}")
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(joint_id=str(joint.pk))


def rebuild_joint(joint_id: str) -> Load | None:
    """Make a harmonised table of its cities' current tables, in the worker; the built file comes in like any other.

    A city whose table no longer fits its mapping is left out, and its report says why; the others are served.

    Returns:
        the load of the built file; None when no city has a part.
    """
    joint = Dataset.objects.select_related("publisher").get(pk=joint_id)
    schema = parse_schema(joint.contract)
    parts: list[harmonise.Part] = []
    rows: dict[str, Mapping] = {}
    for row in joint.mappings.select_related("source__dataset", "source__current", "city"):
        part, problem = _part(row, schema)
        if part is None:
            _report(row, {"conforms": False, "problem": problem})
            continue
        parts.append(part)
        rows[part.mapping.city] = row
    if not parts:
        return None
    with tempfile.TemporaryDirectory(prefix="kuutio-joint-") as folder:
        built = harmonise.build(schema, parts, Path(folder) / f"{joint.name}.parquet")
        for report in built.reports:
            _report(rows[report.city], {"conforms": True, **_plain(asdict(report))})
        return receive_file(
            joint,
            chunks=_chunks(built.path),
            file_name=built.path.name,
            door="joint",
            by=None,
            at=timezone.now(),
            options={
                "key": list(built.options.key),
                "types": {name: str(kind) for name, kind in built.options.types.items()},
            },
        )


def rebuild_for(distribution: Distribution) -> None:
    """Queue the harmonised tables that are made of a table which has a new version."""
    for joint in Dataset.objects.filter(mappings__source=distribution, state=Dataset.State.PUBLISHED).distinct():
        queue_rebuild(joint)


def _files(source: Distribution) -> Path:
    if source.current is None or source.table is None:
        raise Invalid(_("This table has no data yet."), errors=[{"pointer": "/dataset", "detail": "no data"}])
    return files_of(source.table, source.current.content)


def _part(row: Mapping, schema: Any) -> tuple[harmonise.Part | None, str]:
    """A city's part, or why it can't be one now."""
    try:
        mapping = harmonise.parse(row.manifest)
        directory = _files(row.source)
        stops = [issue for issue in harmonise.check(mapping, read_manifest(directory), schema) if issue.stops]
    except Invalid as problem:
        return None, str(problem.detail)
    except FileNotFoundError:
        return None, "the version is no longer kept"
    if stops:
        return None, "; ".join(f"{issue.column}: {issue.fault} {issue.detail}" for issue in stops)
    return harmonise.Part(mapping, directory), ""


def _report(row: Mapping, report: dict[str, Any]) -> None:
    Mapping.objects.filter(pk=row.pk).update(report=report | {"at": timezone.now().isoformat()})


def _plain(value: Any) -> Any:
    """JSON values; codes are strings already."""
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, str) else value


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
