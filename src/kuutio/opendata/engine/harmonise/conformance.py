"""Whether a mapping fits the city's table and the harmonised schema, before anything is built."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from kuutio.opendata.engine.contract import ColumnRule, Contract
from kuutio.opendata.engine.harmonise.mapping import ANY, ColumnMap, Mapping
from kuutio.opendata.engine.harmonise.units import UnknownUnit, factor
from kuutio.opendata.engine.snapshot import GEOMETRY, ID, Manifest
from kuutio.opendata.engine.types import Column, ColumnType

CITY, KEY = "city", "id"
RESERVED = (CITY, KEY, ID)
"""Columns that every harmonised table has of itself."""

_TIMES = {ColumnType.DATE, ColumnType.TIME, ColumnType.DATETIME}
_NUMBERS = {ColumnType.INTEGER, ColumnType.NUMBER}


class Fault(StrEnum):
    """What is wrong with a mapping."""

    UNKNOWN_TARGET = "unknown-target"
    MISSING_SOURCE = "missing-source"
    REQUIRED_NOT_MAPPED = "required-not-mapped"
    TYPE_DOES_NOT_FIT = "type-does-not-fit"
    UNIT_DOES_NOT_FIT = "unit-does-not-fit"
    CODE_NOT_IN_LIST = "code-not-in-list"
    VALUE_WITHOUT_CODE = "value-without-code"
    NO_GEOMETRY = "no-geometry"


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing to mend.

    Attributes:
        column: the harmonised column, or the city's where no harmonised one is concerned.
        detail: what it is about: a missing name, a type, a unit, a code.
        stops: nothing can be built before it is mended; others cost values only.
    """

    fault: Fault
    column: str
    detail: str
    stops: bool = True


def check(mapping: Mapping, manifest: Manifest, schema: Contract) -> list[Issue]:
    """Everything in a mapping that doesn't fit the city's table or the schema; empty when it conforms."""
    return [*_whole(mapping, manifest, schema), *_columns(mapping, manifest, schema)]


def rule_of(schema: Contract, name: str) -> ColumnRule | None:
    """The schema's rule for a column."""
    return next((rule for rule in schema.columns if rule.name == name), None)


def wants_geometry(schema: Contract) -> bool:
    """Whether the harmonised table has a place for each row."""
    return rule_of(schema, GEOMETRY) is not None


def _whole(mapping: Mapping, manifest: Manifest, schema: Contract) -> Iterator[Issue]:
    there = {column.name for column in manifest.columns}
    mapped = {column.target for column in mapping.columns}
    for rule in schema.columns:
        if rule.required and rule.name not in mapped and rule.type is not ColumnType.GEOMETRY:
            yield Issue(Fault.REQUIRED_NOT_MAPPED, rule.name, rule.name)
    for name in mapping.only:
        if name not in there:
            yield Issue(Fault.MISSING_SOURCE, name, name)
    place = rule_of(schema, GEOMETRY)
    if place is not None and (manifest.geometry is None or not mapping.geometry):
        yield Issue(Fault.NO_GEOMETRY, GEOMETRY, mapping.dataset, stops=place.required)


def _columns(mapping: Mapping, manifest: Manifest, schema: Contract) -> Iterator[Issue]:
    there = {column.name: column for column in manifest.columns}
    for column in mapping.columns:
        rule = rule_of(schema, column.target)
        if rule is None or rule.type is ColumnType.GEOMETRY:
            yield Issue(Fault.UNKNOWN_TARGET, column.target, column.target)
            continue
        missing = [name for name in column.sources() if name not in there and name != ID]
        for name in missing:
            yield Issue(Fault.MISSING_SOURCE, column.target, name)
        if missing:
            continue
        yield from _codes(column, rule, there)
        yield from _unit(column, rule, there)
        if not _type_fits(column, rule, there):
            found = there[column.source].type if column.source in there else "text"
            yield Issue(Fault.TYPE_DOES_NOT_FIT, column.target, f"{found} -> {rule.type}")


def _codes(column: ColumnMap, rule: ColumnRule, there: dict[str, Column]) -> Iterator[Issue]:
    if rule.codes is not None:
        given = column.codes.values() if column.codes else [str(column.value)] if column.value is not None else ()
        for code in sorted(set(given)):
            if code not in rule.codes:
                yield Issue(Fault.CODE_NOT_IN_LIST, column.target, code)
    source = there.get(column.source or "")
    wanted = column.codes if column.codes is not None else rule.codes
    # The profile lists the frequent values of a column with few of them: a hint before building, not the whole count.
    if source is not None and wanted is not None and ANY not in wanted:
        for value, _ in source.top:
            if value is not None and str(value) not in wanted:
                yield Issue(Fault.VALUE_WITHOUT_CODE, column.target, str(value), stops=False)


def _unit(column: ColumnMap, rule: ColumnRule, there: dict[str, Column]) -> Iterator[Issue]:
    if column.unit is None:
        return
    try:
        factor(column.unit, rule.unit or "")
    except UnknownUnit as error:
        yield Issue(Fault.UNIT_DOES_NOT_FIT, column.target, str(error))
        return
    if rule.type not in _NUMBERS or there[column.source or ""].type not in _NUMBERS:
        yield Issue(Fault.UNIT_DOES_NOT_FIT, column.target, f"{column.unit}: not a number")


def _type_fits(column: ColumnMap, rule: ColumnRule, there: dict[str, Column]) -> bool:
    if column.codes is not None or column.value is not None:
        return True
    source = there[column.source].type if column.source in there else ColumnType.TEXT
    if column.date is not None:
        return source is ColumnType.TEXT and rule.type in _TIMES
    if column.true or column.false:
        return rule.type is ColumnType.BOOLEAN and source is not ColumnType.GEOMETRY
    if source is ColumnType.GEOMETRY:
        return False
    match rule.type:
        case None | ColumnType.TEXT:
            return True
        case ColumnType.NUMBER | ColumnType.INTEGER:
            return source in _NUMBERS or source is ColumnType.TEXT
        case ColumnType.DATE:
            return source in (ColumnType.DATE, ColumnType.DATETIME)
        case ColumnType.DATETIME:
            return source in (ColumnType.DATE, ColumnType.DATETIME)
    return source is rule.type
