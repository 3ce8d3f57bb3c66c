"""The verb of an import: what a register's file tells becomes units, hours and services, again and again with the same result."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from i18nfield.strings import LazyI18nString

from kuutio.audit.actions import record
from kuutio.cities.importing import hauki, kirjastot, ptv, tpr
from kuutio.cities.importing.hours import keep_hours
from kuutio.cities.importing.services import Services
from kuutio.cities.importing.values import (
    BadRow,
    ChannelIn,
    Rejected,
    ServiceIn,
    UnitIn,
)
from kuutio.cities.people import Person
from kuutio.cities.places import City
from kuutio.cities.units import Unit, UnitId
from kuutio.core.identifiers import slug
from kuutio.core.problems import Invalid, NotAllowed

READERS = {"tpr": tpr.read, "kirjastot": kirjastot.read, "ptv": ptv.read, "hauki": hauki.read}
MOST_TOLD = 200
"""Rows that weren't taken are told one by one up to so many; the number of all of them always."""


@dataclass
class Outcome:
    """What came of an import."""

    made: int = 0
    changed: int = 0
    same: int = 0
    closed: int = 0
    services: int = 0
    rejected_count: int = 0
    rejected: list[dict[str, str]] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)

    def reject(self, row: str, why: str) -> None:
        """Keep why a row wasn't taken."""
        self.rejected_count += 1
        if len(self.rejected) < MOST_TOLD:
            self.rejected.append({"row": row, "why": why})

    def told(self) -> dict[str, Any]:
        """The numbers and the rejected rows, as JSON values."""
        names = ("made", "changed", "same", "closed", "services", "rejected_count", "rejected")
        return {name: getattr(self, name) for name in names}


def import_units(
    document: Any, source: str, city: City, *, by: Person | None, at: datetime, whole: bool = False
) -> Outcome:
    """Take in a register's file for a city. A bad row is told and left out; the others come in.

    Args:
        by: an administrator of the whole; None: the installation's operator.
        whole: the file is the city's whole register: units that it doesn't name any more are no longer shown.

    Raises:
        NotAllowed: somebody else.
        Invalid: it is no file of this register.
    """
    if by is not None and not by.is_superuser:
        raise NotAllowed("Only an administrator can bring in a register.")
    try:
        rows = list(READERS[source](document))
    except BadRow as error:
        raise Invalid(f"This is no file of {source}: {error}.") from error
    outcome, seen = Outcome(), set()
    services = Services(city, [row for row in rows if isinstance(row, ChannelIn)])
    for row in rows:
        match row:
            case Rejected():
                outcome.reject(row.row, row.why)
            case UnitIn():
                if (unit := _try(row, source, city, outcome)) is not None:
                    seen.add(unit.pk)
            case ServiceIn():
                try:
                    with transaction.atomic():
                        services.save(row)
                    outcome.services += 1
                except (BadRow, DataError, IntegrityError) as error:
                    outcome.reject(f"{source}:{row.ptv_id}", _plain(error))
    if whole and seen:
        gone = Unit.objects.filter(city=city, is_active=True, external_ids__source=source).exclude(pk__in=seen)
        outcome.touched |= set(gone.values_list("pk", flat=True))
        outcome.closed = Unit.objects.filter(pk__in=list(outcome.touched - seen)).update(is_active=False)
    record("import_units", f"city:{city.code}", by=by, at=at, source=source, made=outcome.made, changed=outcome.changed)
    return outcome


def _plain(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]


def _try(row: UnitIn, source: str, city: City, outcome: Outcome) -> Unit | None:
    name = next((f"{register}:{value}" for register, value in row.ids.items()), source)
    try:
        with transaction.atomic():
            unit, what = _save(row, source, city)
    except (BadRow, DataError, IntegrityError, ValidationError) as error:
        outcome.reject(name, _plain(error))
        return None
    setattr(outcome, what, getattr(outcome, what) + 1)
    if what != "same":
        outcome.touched.add(unit.pk)
    return unit


def _save(row: UnitIn, source: str, city: City) -> tuple[Unit, str]:
    ids = {register: value for register, value in row.ids.items() if value}
    unit = _known(ids, source)
    if unit is None:
        if row.only_known:
            raise BadRow("no unit here has this number: bring in the units first")
        unit, what = Unit(city=city, slug=_slug(city, row, ids[source]), languages=list(city.languages)), "made"
    elif unit.city_id != city.pk:
        raise BadRow(f"the unit is another city's: {unit.city_id}")
    else:
        what = "same"
    changed = _changes(unit, row.fields)
    if not unit.is_active and not row.only_known:
        unit.is_active, changed = True, True
    if changed or what == "made":
        unit.clean_fields(exclude=["city", "department"])
        unit.save()
    new_ids = _name(unit, ids)
    hours = row.periods is not None and keep_hours(unit, row.periods, source)
    if what == "same" and (changed or new_ids or hours):
        what = "changed"
    return unit, what


def _known(ids: dict[str, str], source: str) -> Unit | None:
    """The unit of a register's number; else of another register's that the row names."""
    for register in sorted(ids, key=lambda register: register != source):
        if found := Unit.objects.filter(external_ids__source=register, external_ids__value=ids[register]).first():
            return found
    return None


def _slug(city: City, row: UnitIn, number: str) -> str:
    said = row.fields["name"]
    name = slug(f"{city.code} {said.get('fi') or next(iter(said.values()))}", longest=60)
    taken = Unit.objects.filter(slug=name).exists()
    return slug(f"{name} {number[:18]}") if taken else name


def _changes(unit: Unit, fields: Any) -> bool:
    """Set what a register tells. Its silence on a text or a list removes nothing: another register may have told it."""
    changed = False
    for name, value in fields.items():
        if value in ({}, [], "") and unit.pk:
            continue
        before = getattr(unit, name)
        before = before.data if hasattr(before, "data") else before
        if isinstance(value, dict) and isinstance(before, dict):
            value = {language: said for language, said in before.items() if said} | value
        if before != value:
            setattr(unit, name, LazyI18nString(value) if isinstance(value, dict) else value)
            changed = True
    return changed


def _name(unit: Unit, ids: dict[str, str]) -> bool:
    known = dict(unit.external_ids.values_list("source", "value"))
    new = [UnitId(unit=unit, source=register, value=value) for register, value in ids.items() if register not in known]
    UnitId.objects.bulk_create(new)
    return bool(new)
