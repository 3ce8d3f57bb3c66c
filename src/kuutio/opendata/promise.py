"""Whether a data set is as fresh as it promises: by its contract, else by the rhythm that its description tells."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.utils import timezone

from kuutio.core import numbers
from kuutio.core.problems import Problem
from kuutio.opendata.actions.serving import contract_of
from kuutio.opendata.dcat.distribution import versions_of
from kuutio.opendata.engine.contract import parse
from kuutio.opendata.engine.contract.declared import Every, late_from
from kuutio.opendata.models import Dataset, Distribution
from kuutio.ui.wording import language

#: The rhythms of descriptions (EU frequencies) that can be late.
_TOLD = {
    "CONT": Every.DAILY,
    "HOURLY": Every.DAILY,
    "DAILY": Every.DAILY,
    "WEEKLY": Every.WEEKLY,
    "MONTHLY": Every.MONTHLY,
    "QUARTERLY": Every.QUARTERLY,
    "ANNUAL": Every.YEARLY,
}
#: A share of two or three intervals tells nothing.
_ENOUGH = 5


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise of freshness.

    Attributes:
        every: how often new data is promised.
        promised: it stands in the contract, and not only in the description.
        updated_at: when the data last changed or were confirmed.
        late_from: from when that is late.
        late: it is late now.
        share: of the intervals between versions, how many were in time; None while there are too few.
    """

    every: Every
    promised: bool
    updated_at: datetime
    late_from: datetime
    late: bool
    share: float | None

    @property
    def percent(self) -> str:
        """The share as people read it."""
        return "" if self.share is None else numbers.share(self.share, language())


def kept(dataset: Dataset, table: Distribution | None, *, now: datetime | None = None) -> Kept | None:
    """Whether the promise of a table's data set is kept; None without a promise or without data.

    Args:
        table: with its `served_snapshots` (`dcat.queries.with_everything`).
    """
    every, promised = _every(dataset, table)
    served = [one.served_at for one in versions_of(table) if one.served_at] if table else []
    updated_at = max(served, default=dataset.data_changed_at)
    if every is None or updated_at is None:
        return None
    late = late_from(every, updated_at)
    times = sorted(served)
    intervals = list(pairwise(times))
    in_time = sum(later <= late_from(every, earlier) for earlier, later in intervals)
    share = in_time / len(intervals) if len(intervals) >= _ENOUGH else None
    return Kept(every, promised, updated_at, late, (now or timezone.now()) > late, share)


def _every(dataset: Dataset, table: Distribution | None) -> tuple[Every | None, bool]:
    declared = contract_of(dataset, str(table.table)) if table else dataset.contract
    try:
        promised = parse(declared).every if declared else None
    except Problem:
        promised = None  # a contract that can't be read promises nothing; its publisher is told elsewhere
    return (promised, True) if promised else (_TOLD.get(dataset.frequency), False)
