"""The real elections of the tests, and what peers made of them."""

import gzip
import json
from fractions import Fraction
from functools import cache
from pathlib import Path

from kuutio.core.budgeting import Pb, read_pb

DATA = Path(__file__).parent / "data"
FROZEN = DATA / "oracle.json"
#: How much a share grows at a time; in forints, one at a time would take weeks.
STEPS = {"Hungary_Budapest_2024.pb": 5000}
MES = ("mes-cost", "mes-cardinality", "mes-points")
RULES = (
    "greedy",
    "greedy-per-cost",
    "phragmen",
    *(f"{base}{more}" for base in MES for more in ("", "+u", "+add1-exhaustive", "+add1", "+add1+u")),
)


@cache
def files() -> dict[str, bytes]:
    """The elections, by name."""
    found = {path.name: path.read_bytes() for path in sorted(DATA.glob("*.pb"))}
    packed = {path.stem: gzip.decompress(path.read_bytes()) for path in sorted(DATA.glob("*.pb.gz"))}
    return dict(sorted((found | packed).items()))


@cache
def election(name: str) -> Pb:
    """One of them, read."""
    return read_pb(files()[name])


def frozen() -> dict[str, dict[str, list[str]]]:
    """Winners by election and rule, as pabutools elects them."""
    told: dict[str, dict[str, list[str]]] = json.loads(FROZEN.read_text("utf-8"))
    return told


def step(name: str) -> Fraction:
    """How much a share grows at a time."""
    return Fraction(STEPS.get(name, 1))
