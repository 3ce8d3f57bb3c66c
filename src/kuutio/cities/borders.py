"""The municipalities' borders: those that come with Kuutio, and versions loaded from finer files, each from its day on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import shapely
from django.conf import settings
from django.db import transaction

from kuutio.audit.actions import record
from kuutio.cities import layer
from kuutio.cities.border_files import Border, oddities
from kuutio.cities.border_versions import BorderVersion, VersionBorder
from kuutio.cities.drawn import forget_drawn, in_force
from kuutio.cities.places import City, Municipality
from kuutio.core.problems import Conflict, Invalid
from kuutio.core.when import here

FILE = layer.FILE
_TOLD = ["name_fi", "name_sv", "border", "west", "south", "east", "north", "ended_on"]


class OddBorders(Conflict):
    """Something about the borders needs a person's word before they are taken."""


@transaction.atomic
def load(file: Path = FILE) -> int:
    """Put each municipality of the file in, or its new border over the old one; returns how many.

    Args:
        file: GeoParquet in CRS84 with `code`, `name_fi`, `name_sv` and `geometry` (WKB).
    """
    rows = pq.read_table(file, columns=["code", "name_fi", "name_sv", "geometry"]).to_pylist()
    # By code: the last of two rows stands.
    found = {row["code"]: _row(row["code"], row["name_fi"], row["name_sv"], row["geometry"]) for row in rows}
    _put(found.values())
    forget_drawn()
    return len(found)


def _row(code: str, name_fi: str, name_sv: str, border: bytes) -> Municipality:
    west, south, east, north = shapely.from_wkb(border).bounds
    return Municipality(
        code=code, name_fi=name_fi, name_sv=name_sv, border=border, west=west, south=south, east=east, north=north
    )


def _put(rows: Iterable[Municipality]) -> None:
    Municipality.objects.bulk_create(
        rows, batch_size=100, update_conflicts=True, unique_fields=["code"], update_fields=_TOLD
    )


@transaction.atomic
def keep_version(
    borders: Sequence[Border],
    *,
    valid_from: date,
    accuracy_m: float,
    source: str,
    sha256: str,
    at: datetime,
    is_part: bool = False,
    accept: str = "",
) -> BorderVersion:
    """Keep the borders of a file as a version; from its day on it is in force, at once if that day has come.

    Args:
        accuracy_m: how far a line may be from the border in truth, metres.
        sha256: of the file; the same file for the same day again is the same version.
        is_part: the file holds a part of the country: what it lacks keeps its border.
        accept: the reason for taking it in spite of what is odd.

    Raises:
        Invalid: the accuracy is no distance, a new municipality has no name, or a city that runs Kuutio is missing.
        OddBorders: areas changed, municipalities miss or overlap, and no reason is given.
    """
    if known := BorderVersion.objects.filter(sha256=sha256, valid_from=valid_from).first():
        return known
    if not 0 < accuracy_m <= 1000:
        raise Invalid("The accuracy must be a number of metres, at most 1000.")
    before = {row.code: row for row in Municipality.objects.all()}
    living = {code: shapely.from_wkb(bytes(row.border)) for code, row in before.items() if row.ended_on is None}
    _check(borders, set(before), is_part=is_part)
    odd = oddities(borders, living, is_part=is_part)
    if odd and not accept.strip():
        raise OddBorders("Look at these first; to take the borders all the same, say why with --accept.", errors=odd)
    version = BorderVersion.objects.create(
        valid_from=valid_from,
        accuracy_m=accuracy_m,
        source=source[:300],
        sha256=sha256,
        is_part=is_part,
        accepted=accept.strip()[:300] if odd else "",
        loaded_at=at,
    )
    VersionBorder.objects.bulk_create(
        [
            VersionBorder(
                version=version,
                code=row.code,
                name_fi=row.name_fi or before[row.code].name_fi,
                name_sv=row.name_sv or (before[row.code].name_sv if row.code in before else row.name_fi),
                border=shapely.to_wkb(row.shape, byte_order=1),
            )
            for row in borders
        ],
        batch_size=100,
    )
    record("load_borders", f"borders:{version.pk}", by=None, at=at, valid_from=str(valid_from), accepted=bool(odd))
    put_in_force(at)
    version.refresh_from_db()
    return version


def _check(borders: Sequence[Border], known: set[str], *, is_part: bool) -> None:
    told = {row.code for row in borders}
    errors = [
        {"pointer": row.code, "detail": "It is new, and the file tells no name for it."}
        for row in borders
        if row.code not in known and not row.name_fi
    ]
    if not is_part:
        cities = City.objects.exclude(municipality__in=told).select_related("municipality")
        errors += [
            {"pointer": city.municipality_id, "detail": "A city that runs Kuutio is missing."} for city in cities
        ]
    if errors:
        raise Invalid("These borders can't be used.", errors=errors)


@transaction.atomic
def put_in_force(at: datetime) -> BorderVersion | None:
    """Let the version whose day has come be the borders; None where nothing changes. It may run at any time, and twice.

    All at once: who asks sees the old borders or the new ones, never some of each.
    """
    due = BorderVersion.objects.select_for_update().filter(valid_from__lte=here(at).date())
    waiting = [row for row in due.order_by("valid_from", "pk") if row.in_force_at is None]
    current = in_force()
    if current is not None:  # what is older than the borders in force stays history
        waiting = [row for row in waiting if (row.valid_from, row.pk) > (current.valid_from, current.pk)]
    for version in waiting:
        _take_up(version, current, at)
        current = version
    if not waiting:
        return None
    transaction.on_commit(forget_drawn)
    transaction.on_commit(keep_file)
    return current


def _take_up(version: BorderVersion, current: BorderVersion | None, at: datetime) -> None:
    rows = list(version.borders.all())
    if not version.is_part:
        gone = Municipality.objects.filter(ended_on=None).exclude(code__in=[row.code for row in rows])
        gone.update(ended_on=version.valid_from)
    elif current is not None and current.accuracy_m > version.accuracy_m:
        # Beside the finer lines of a part stand the coarser ones of the rest: what is promised holds for both.
        version.accuracy_m = current.accuracy_m
    elif current is None:
        version.accuracy_m = max(version.accuracy_m, layer.ACCURACY_M)
    _put(_row(row.code, row.name_fi, row.name_sv, bytes(row.border)) for row in rows)
    version.in_force_at = at
    version.save(update_fields=["in_force_at", "accuracy_m"])
    record("put_borders_in_force", f"borders:{version.pk}", by=None, at=at)


def keep_file() -> None:
    """Write the borders in force into the data folder, for what works without a database; where it has them, nothing happens."""
    version = in_force()
    if version is None:
        return
    file = layer.kept_file(settings.DATA)
    if layer.version_of(file) == version.pk:
        return
    rows = Municipality.objects.filter(ended_on=None)
    layer.write(file, [(row.code, bytes(row.border)) for row in rows], version.accuracy_m, version.pk)
