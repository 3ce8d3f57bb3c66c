"""Statements of GeoReport v2 that can be put to any server, by asking it as a client does.

Each statement is a function that asks and returns nothing, or raises `Broken` with what it met instead, or `Untold` where the server
gave nothing to judge by. Their clauses are those of `docs/reference/open311.md`; a module holds what belongs together.
"""

from kuutio.contact.open311.conformance import (  # each adds its statements to the list
    discovery,
    formats,
    lists,
    parameters,
    posting,
    requests,
    services,
    web,
)
from kuutio.contact.open311.conformance.statements import STATEMENTS
from kuutio.contact.open311.conformance.walking import walk

__all__ = [
    "STATEMENTS",
    "discovery",
    "formats",
    "lists",
    "parameters",
    "posting",
    "requests",
    "services",
    "walk",
    "web",
]
