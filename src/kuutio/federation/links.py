"""Whether the addresses that data sets give answer: each is visited once a day, politely, and nothing is kept but the status."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
from django.db.models import F, Q
from django.utils import timezone

from kuutio.federation.fetching import BadAnswer, Fetcher, FetchProblem, Limits, TooLarge, TooSlow, Unreachable, fetcher
from kuutio.opendata import addresses
from kuutio.opendata.actions.links import note_link_check
from kuutio.opendata.models import Dataset, Distribution

#: How long what a visit found is believed.
BELIEVED = timedelta(hours=23)
#: Addresses that one run visits at most: with a host that lets everybody wait, a run still ends.
AT_ONCE = 300
#: A host that didn't answer so often in a run is left alone for the rest of it.
_PATIENCE = 3
_LIMITS = Limits(connect_s=5, read_s=10, total_s=20, max_bytes=256 * 1024, retries=1, longest_wait_s=5)
#: One byte is enough to know; a host that sends the whole file anyway is hung up on.
_ONE_BYTE = {"range": "bytes=0-0"}


@dataclass(frozen=True, slots=True)
class Visit:
    """What came of a visit: the status (none: nobody answered) and the kind of what went wrong."""

    status: int | None
    problem: str = ""

    @property
    def silent(self) -> bool:
        """Whether the host itself didn't answer, so that its other addresses needn't be tried."""
        return self.problem in {Unreachable.kind, TooSlow.kind}


def visit(address: str, by: Fetcher) -> Visit:
    """Ask for the first byte of an address."""
    found = _asked(address, by, _ONE_BYTE)
    # An empty file has no first byte; and some hosts refuse to be asked for a part.
    return _asked(address, by, {}) if found.status in {400, 416} else found


def _asked(address: str, by: Fetcher, headers: dict[str, str]) -> Visit:
    try:
        return Visit(by.get(address, headers=headers).status)
    except TooLarge:
        return Visit(200)  # it answered, with more than we wanted to read
    except BadAnswer as problem:
        answered = problem.facts.get("answered")
        return Visit(answered if isinstance(answered, int) else None, problem.kind)
    except FetchProblem as problem:
        return Visit(None, problem.kind)


def due(at: datetime) -> Iterable[Distribution]:
    """The addresses whose last visit is too old, those never visited first; drafts too, since their publisher works on them."""
    return (
        Distribution.objects.filter(kind=Distribution.Kind.LINK)
        .exclude(url="")
        .exclude(url__startswith=addresses.site("/"))
        .exclude(dataset__state=Dataset.State.DELETED)
        .filter(Q(link_check__isnull=True) | Q(link_check__checked_at__lt=at - BELIEVED))
        .order_by(F("link_check__checked_at").asc(nulls_first=True), "pk")[:AT_ONCE]
    )


def check_links(by: Fetcher | None = None) -> dict[str, int]:
    """Visit the addresses that are due; returns how many answered and how many didn't."""
    counted = {"answered": 0, "failed": 0}
    silent: dict[str, int] = {}
    with by or fetcher(_LIMITS) as visitor:
        for distribution in due(timezone.now()):
            host = _host(distribution.url)
            left_alone = silent.get(host, 0) >= _PATIENCE
            found = Visit(None, Unreachable.kind) if left_alone else visit(distribution.url, visitor)
            silent[host] = silent.get(host, 0) + 1 if found.silent else 0
            note_link_check(
                distribution, address=distribution.url, status=found.status, problem=found.problem, at=timezone.now()
            )
            good = found.status is not None and found.status < 400
            counted["answered" if good else "failed"] += 1
    return counted


def _host(address: str) -> str:
    try:
        return httpx.URL(address).netloc.decode("ascii", "replace")
    except (httpx.InvalidURL, ValueError):
        return ""
