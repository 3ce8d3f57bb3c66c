"""The same thing of several cities as one table: mappings, their conformance, and the harmonised file.

schema = contract.parse(...)                        the harmonised columns: types, units, code lists
mapping = parse(yaml)                               one city's columns to them
check(mapping, read_manifest(directory), schema)    what doesn't fit
built = build(schema, [Part(mapping, directory), ...], out)
ingest(built.path, root, table_prefix=..., options=built.options, limits=...)
"""

from kuutio.opendata.engine.harmonise.building import (
    Built,
    Conformance,
    NotConforming,
    Part,
    build,
    rehearse,
    sample,
)
from kuutio.opendata.engine.harmonise.conformance import CITY, KEY, Fault, Issue, check
from kuutio.opendata.engine.harmonise.mapping import BadMapping, ColumnMap, Mapping, parse

__all__ = [
    "CITY",
    "KEY",
    "BadMapping",
    "Built",
    "ColumnMap",
    "Conformance",
    "Fault",
    "Issue",
    "Mapping",
    "NotConforming",
    "Part",
    "build",
    "check",
    "parse",
    "rehearse",
    "sample",
]
