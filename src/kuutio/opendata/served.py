"""Which table is served now under an id: one small query, none while nothing changed; the rest is remembered by version."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from kuutio.core.problems import NotFound
from kuutio.opendata.engine.table import Table
from kuutio.opendata.models import Distribution
from kuutio.opendata.tables import current_table, table_at
from kuutio.opendata.watching import Moment, watch

_REMEMBERED = 1024
_WHICH = """
SELECT distribution.id, distribution.modified_at, dataset.modified_at, snapshot.content
FROM opendata_distribution distribution
JOIN opendata_dataset dataset ON dataset.id = distribution.dataset_id
JOIN opendata_snapshot snapshot ON snapshot.id = distribution.current_id
WHERE distribution.{column} = %s AND dataset.state = 'published' AND dataset.access = 'PUBLIC'
"""
_BY_TABLE, _BY_ID = _WHICH.format(column="table"), _WHICH.format(column="id")


@dataclass(frozen=True, slots=True)
class Served:
    """A table that everybody may read, as it is now.

    Attributes:
        version: changes whenever the data or what is said of them changes; part of every ETag.
        snapshot: the current snapshot's id.
    """

    distribution: Distribution
    table: Table
    version: str
    snapshot: str
    changed_at: datetime

    @property
    def id(self) -> str:
        """The table's id: OGC's collection, the file name of downloads."""
        return str(self.distribution.table)

    def at(self, snapshot: str | None) -> Table:
        """The table as it was in a version, or as it is when none is named.

        Raises:
            NotFound: there was no such version.
            Gone: it is no longer kept.
        """
        return self.table if snapshot in {None, self.snapshot} else table_at(self.distribution, str(snapshot))


_known: "OrderedDict[tuple[Any, ...], Served]" = OrderedDict()
_lock = Lock()
#: What each word meant at a moment of the catalogue.
_recent: dict[str | UUID, tuple[Moment, Served]] = {}


def served(word: str | UUID) -> Served:
    """The table of an id (`CITY-DATASET[-TABLE]`) or of a distribution's UUID.

    Raises:
        NotFound: there is none that is published, public and has data.
    """
    moment = watch.moment()  # before the question: a change after it makes another moment
    if moment is None:
        return _look_up(word)
    kept = _recent.get(word)
    if kept and kept[0] == moment:
        return kept[1]
    found = _look_up(word)
    if len(_recent) > _REMEMBERED:
        _recent.clear()
    _recent[word] = (moment, found)
    return found


def _look_up(word: str | UUID) -> Served:
    with connection.cursor() as cursor:
        cursor.execute(_BY_ID if isinstance(word, UUID) else _BY_TABLE, [word])
        row = cursor.fetchone()
    if row is None:
        raise NotFound(_("There is no table of this name. See the list of collections."))
    with _lock:
        found = _known.get(row)
        if found:
            _known.move_to_end(row)
            return found
    distribution = Distribution.objects.select_related("dataset__publisher", "dataset__city", "current").get(pk=row[0])
    made = Served(
        distribution,
        current_table(distribution),
        f"{row[3]}-{int(max(row[1], row[2]).timestamp() * 1000):x}",
        row[3],
        max(row[1], row[2]),
    )
    with _lock:
        _known[row] = made
        while len(_known) > _REMEMBERED:
            _known.popitem(last=False)
    return made
