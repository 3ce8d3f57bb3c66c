"""Reading from other people's servers: politely, within limits, and never from the inside of our own network."""

from kuutio.core.internet import is_public, networks
from kuutio.federation.fetching.answers import Fetched
from kuutio.federation.fetching.fetcher import Fetcher, Limits, fetcher
from kuutio.federation.fetching.problems import (
    AddressRefused,
    BadAnswer,
    FetchProblem,
    TooLarge,
    TooManyRedirects,
    TooSlow,
    Unreachable,
)

__all__ = [
    "AddressRefused",
    "BadAnswer",
    "FetchProblem",
    "Fetched",
    "Fetcher",
    "Limits",
    "TooLarge",
    "TooManyRedirects",
    "TooSlow",
    "Unreachable",
    "fetcher",
    "is_public",
    "networks",
]
