"""The list of the demonstration's data sets."""

from kuutio.opendata.demo import published, single, sixfold
from kuutio.opendata.demo.declared import Declared


def declared() -> list[Declared]:
    """All of them, in the order in which they are brought in: what joint ones are made of first."""
    return [*sixfold.ALL, *single.ALL, *published.ALL]
