"""Harmonised data sets: the same thing of several cities as one table, made of each city's own by a mapping."""

import hashlib
import json
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
from kuutio.opendata.actions.catalogue import add_distribution, create_dataset, publish_dataset
from kuutio.opendata.actions.loading import receive_file
from kuutio.opendata.engine import harmonise
from kuutio.opendata.engine.contract import Contract
from kuutio.opendata.engine.contract import parse as parse_schema
from kuutio.opendata.engine.snapshot import read_manifest
from kuutio.opendata.models import Dataset, Distribution, Load, Mapping
from kuutio.opendata.tables import files_of

DOOR = "joint"
_CHUNK = 1 << 20
#: So long a harmonised table waits for more changes of its cities' tables before it is made anew.
_GATHER_S = 5
#: The most columns with an index.
_FILTERS = 4


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
    schema = parse_schema(contract)
    dataset = create_dataset(name=name, publisher=publisher, city=None, by=by, at=at, contract=contract, **fields)
    coded = [rule.name for rule in schema.columns if rule.codes is not None]
    add_distribution(
        dataset,
        kind="table",
        table=name,
        by=by,
        at=at,
        title=dataset.title,
        format="Parquet",
        media_type="application/vnd.apache.parquet",
        key=[harmonise.KEY],
        filters=[harmonise.CITY, *coded][:_FILTERS],
    )
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
        NotAllowed: `by` publishes neither for the city nor for the harmonised data set, or doesn't see the table.
        BadMapping: the YAML can't be understood.
        NotConforming: it doesn't fit the city's table or the schema; `errors` name the columns.
        Invalid: the table has no data, is not the city's, or the mapping is another city's.
    """
    if not permissions.may_draw_mapping(by, joint, source):
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


def queue_rebuild(joint: Dataset, *, after_s: int = 0) -> None:
    """Have the harmonised table made anew soon; changes that come together are one making.

    Args:
        after_s: seconds to wait for more changes.
    """
    from procrastinate.exceptions import AlreadyEnqueued

    from kuutio.opendata import tasks  # tasks import the actions

    when: dict[str, Any] = {"schedule_in": {"seconds": after_s}} if after_s else {}
    job = tasks.rebuild_joint.configure(queueing_lock=f"joint:{joint.pk}", lock=f"dataset:{joint.pk}", **when)
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(joint_id=str(joint.pk))


def rebuild_joint(joint_id: str) -> Load | None:
    """Make a harmonised table of its cities' current tables, in the worker; the built file comes in like any other.

    A city whose table no longer fits its mapping, or is no longer public, is left out, and its report says why; the
    others are served.

    Returns:
        the load of the built file; None when no city has a part, or nothing has changed since the last making.
    """
    joint = Dataset.objects.select_related("publisher").get(pk=joint_id)
    schema = parse_schema(joint.contract)
    rows = list(joint.mappings.select_related("source__dataset", "source__current", "city"))
    made_of = _made_of(joint, rows)
    last = joint.loads.filter(door=DOOR).first()
    if last and last.state != Load.State.FAILED and all(row.report.get("made_of") == made_of for row in rows):
        return None
    parts: dict[str, harmonise.Part] = {}
    reports: dict[str, dict[str, Any]] = {}
    for row in rows:
        try:
            parts[row.city_id] = _part(row, schema)
        except _LeftOut as why:
            reports[row.city_id] = {"conforms": False, "problem": why.problem, "issues": why.issues}
    if not parts:
        _report(rows, reports, made_of)
        return None
    with tempfile.TemporaryDirectory(prefix="kuutio-joint-") as folder:
        built = harmonise.build(schema, list(parts.values()), Path(folder) / f"{joint.name}.parquet")
        for report in built.reports:
            reports[report.city] = {"conforms": True, **_plain(asdict(report))}
        with transaction.atomic():
            _report(rows, reports, made_of)
            return receive_file(
                joint,
                chunks=_chunks(built.path),
                file_name=built.path.name,
                door=DOOR,
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
        queue_rebuild(joint, after_s=_GATHER_S)


def rebuild_for_dataset(dataset: Dataset) -> None:
    """Queue the harmonised tables that are made of a data set which was published, hidden or withdrawn."""
    for joint in Dataset.objects.filter(mappings__source__dataset=dataset).exclude(pk=dataset.pk).distinct():
        queue_rebuild(joint)


def _files(source: Distribution) -> Path:
    if source.current is None or source.table is None:
        raise Invalid(_("This table has no data yet."), errors=[{"pointer": "/dataset", "detail": "no data"}])
    return files_of(source.table, source.current.content)


class _LeftOut(Exception):
    """A city's table can't be a part now: why, and the issues of its mapping."""

    def __init__(self, problem: str, issues: list[dict[str, Any]] | None = None) -> None:
        super().__init__(problem)
        self.problem, self.issues = problem, issues or []


def _part(row: Mapping, schema: Contract) -> harmonise.Part:
    """A city's part.

    Raises:
        _LeftOut: its mapping doesn't fit, or its table isn't there for everybody.
    """
    if not permissions.is_open(row.source.dataset):
        raise _LeftOut("not-public")
    if row.source.current is None or row.source.table is None:
        raise _LeftOut("no-data")
    directory = files_of(row.source.table, row.source.current.content)
    try:
        mapping = harmonise.parse(row.manifest)
        stops = [issue for issue in harmonise.check(mapping, read_manifest(directory), schema) if issue.stops]
    except harmonise.BadMapping:
        raise _LeftOut("bad-mapping") from None
    except FileNotFoundError:
        raise _LeftOut("no-data") from None
    if stops:
        raise _LeftOut("does-not-fit", [_plain(asdict(issue)) for issue in stops])
    return harmonise.Part(mapping, directory)


def _made_of(joint: Dataset, rows: list[Mapping]) -> str:
    """A digest of all that the harmonised table is a function of."""
    parts = [
        [
            row.city_id,
            row.manifest,
            str(row.source.table),
            row.source.current.content if row.source.current else "",
            permissions.is_open(row.source.dataset),
        ]
        for row in rows
    ]
    return hashlib.sha256(json.dumps([joint.contract, parts]).encode()).hexdigest()


def _report(rows: list[Mapping], reports: dict[str, dict[str, Any]], made_of: str) -> None:
    at = timezone.now().isoformat()
    for row in rows:
        report = reports[row.city_id] | {"at": at, "made_of": made_of}
        if row.source.current:
            report["snapshot"] = row.source.current.content
        Mapping.objects.filter(pk=row.pk).update(report=report)


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
