"""The coordinate systems that a table's places can be had in."""

from kuutio.core.problems import BadQuery
from kuutio.opendata.engine import crs_out
from kuutio.opendata.engine.filters import CRS84
from kuutio.opendata.models import Snapshot
from kuutio.opendata.served import Served


def crs_of(snapshot: Snapshot) -> list[int]:
    """The systems that a table's coordinates can be had in: the usual ones, and the zone that its source was in."""
    source = snapshot.crs.removeprefix("EPSG:")
    own = [int(source)] if source.isdigit() and int(source) in crs_out.GK else []
    return [CRS84, 4326, 3067, 3857, *own]


def storage_crs(snapshot: Snapshot) -> int:
    """The system of the source where it is one that we serve, else longitude and latitude."""
    source = snapshot.crs.removeprefix("EPSG:")
    return int(source) if source.isdigit() and int(source) in crs_of(snapshot) else CRS84


def has_geometry(snapshot: Snapshot) -> bool:
    """Whether a snapshot's rows have places."""
    return any(column["type"] == "geometry" for column in snapshot.columns)


def crs_from(text: str | None, pointer: str, found: Served) -> int:
    """A system that a caller names, if this table's coordinates can be had in it.

    Raises:
        BadQuery: they can't.
    """
    if text is None:
        return CRS84
    code = crs_out.code_of(text, pointer)
    snapshot = found.distribution.current
    if snapshot is None or code not in crs_of(snapshot):
        raise BadQuery(
            "This collection isn't served in that coordinate system; see its `crs`.",
            errors=[{"pointer": pointer, "detail": text[:200]}],
        )
    return code
