"""A data set's promises: declared, read from YAML, checked against a snapshot."""

from kuutio.opendata.engine.contract.checking import Report, Rule, Violation, check
from kuutio.opendata.engine.contract.declared import ColumnRule, Contract, Every, late_from
from kuutio.opendata.engine.contract.parsing import BadContract, parse, parse_declared

__all__ = [
    "BadContract",
    "ColumnRule",
    "Contract",
    "Every",
    "Report",
    "Rule",
    "Violation",
    "check",
    "late_from",
    "parse",
    "parse_declared",
]
