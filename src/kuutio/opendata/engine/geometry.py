"""Geometry of a raw table in CRS84: where it comes from, what is wrong with some of it, and its order on the map."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from kuutio.opendata.engine import hilbert
from kuutio.opendata.engine.crs import CRS84, SourceCrs, guess, to_crs84, understand
from kuutio.opendata.engine.refusals import UnknownCrs
from kuutio.opendata.engine.snapshot import ENVELOPE, GEOMETRY

_BATCH = 65_536
_GROUP = 122_880
_SRID = re.compile(r"\s*SRID=(\d+);", re.IGNORECASE)
_FIELDS: list[Any] = [
    (GEOMETRY, pa.binary()),
    *((side, pa.float64()) for side in ENVELOPE),
    ("place", pa.uint64()),
]
SCHEMA = pa.schema(_FIELDS)

Floats = npt.NDArray[np.float64]
Objects = npt.NDArray[np.object_]
Fault = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Plan:
    """Where a table's geometry is.

    Attributes:
        form: "wkb" (the raw table's own), "wkt", "geojson", "hex wkb", or "points" (x and y in two columns).
        values: SQL for the geometry, or for x and y.
        crs: of the coordinates as far as it was said; None when it wasn't.
    """

    form: str
    values: tuple[str, ...]
    crs: str | None


@dataclass
class Built:
    """Geometry of all rows, in the order of the raw table.

    Attributes:
        path: Parquet with WKB, envelope and the place on the Hilbert curve of each row.
        source: the CRS the coordinates were in.
        types: GeoParquet names with counts.
        faults: (row from 0, reason) of rows whose geometry isn't one.
        bbox: west, south, east, north; None without any geometry.
    """

    path: Path
    source: SourceCrs
    types: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    bbox: tuple[float, float, float, float] | None = None


def build(connection: Any, source: str, plan: Plan, path: Path) -> Built:
    """Turn a table's geometry to CRS84, piece by piece.

    Args:
        connection: of DuckDB.
        source: SQL to select the rows from, in order.
        path: of the Parquet file to write.

    Raises:
        UnknownCrs: the CRS doesn't exist, or isn't said and can't be told from the coordinates.
    """
    crs = understand(plan.crs) if plan.crs else None
    built: Built | None = None
    at = 0
    columns = ", ".join(f"{value} AS v{n}" for n, value in enumerate(plan.values))
    batches = connection.sql(f"SELECT {columns} FROM {source}").to_arrow_reader(_BATCH)
    turn: Callable[[Floats], Floats] = to_crs84(crs) if crs else (lambda coordinates: coordinates)
    with pq.ParquetWriter(path, SCHEMA, compression="none", use_dictionary=False, write_statistics=False) as writer:
        for batch in batches:
            piece = _Points(batch) if plan.form == "points" else _Shapes(batch, plan.form)
            if built is None or (crs is None and built.bbox is None):
                crs = crs or _from_coordinates(piece)
                if crs:
                    turn = to_crs84(crs)
                built = built or Built(path, crs or understand(CRS84))
                built.source = crs or built.source
            table = piece.turned(turn)
            built.types.update(piece.types)
            built.faults.extend((at + n, reason) for n, reason in piece.faults)
            built.bbox = _joined(built.bbox, table)
            at += batch.num_rows
            writer.write_batch(table, row_group_size=_GROUP)
    return built or Built(path, crs or understand(CRS84))


def _from_coordinates(piece: "_Points | _Shapes") -> SourceCrs | None:
    """The CRS that the coordinates can only be in; None when there are none yet."""
    x, y = piece.middle()
    if np.isnan(x):
        return None
    name = piece.srid or guess(x, y)
    if name is None:
        raise UnknownCrs(
            "The file doesn't say in which coordinate reference system its coordinates are. Give it, as in EPSG:3067.",
            crs=None,
        )
    return understand(name)


def _joined(
    bbox: tuple[float, float, float, float] | None, table: pa.RecordBatch
) -> tuple[float, float, float, float] | None:
    sides = [table.column(n).to_numpy(zero_copy_only=False) for n in range(1, 5)]
    seen = ~np.isnan(sides[0].astype(np.float64))
    if not seen.any():
        return bbox
    west, south = (float(side[seen].min()) for side in sides[:2])
    east, north = (float(side[seen].max()) for side in sides[2:])
    if bbox is None:
        return west, south, east, north
    return min(west, bbox[0]), min(south, bbox[1]), max(east, bbox[2]), max(north, bbox[3])


_OUTSIDE = "geometry: The coordinates are outside the area of their reference system."
_NOT_FINITE = "geometry: A coordinate is not a number (NaN or infinite)."


class _Points:
    """x and y in two columns, as points."""

    srid: str | None = None

    def __init__(self, batch: pa.RecordBatch) -> None:
        self._xy = np.column_stack(
            [batch.column(n).cast(pa.float64()).fill_null(np.nan).to_numpy(zero_copy_only=False) for n in (0, 1)]
        )
        self._here = ~np.isnan(self._xy).any(axis=1)
        self.types: Counter[str] = Counter()
        self.faults: list[Fault] = []

    def middle(self) -> tuple[float, float]:
        """The median of x and of y in the source's CRS: one wrong row doesn't move it. NaN when there are none."""
        return _middle(self._xy[self._here])

    def turned(self, turn: Callable[[Floats], Floats]) -> pa.RecordBatch:
        """The batch in CRS84."""
        xy = np.full_like(self._xy, np.nan)
        xy[self._here] = turn(self._xy[self._here])
        bad = self._here & ~_on_earth(xy[:, 0], xy[:, 1])
        self.faults = [(int(n), _OUTSIDE) for n in np.flatnonzero(bad)]
        here = self._here & ~bad
        xy[~here] = np.nan
        if here.any():
            self.types["Point"] = int(here.sum())
        wkb = np.zeros(len(xy), np.dtype([("order", "u1"), ("type", "<u4"), ("xy", "<f8", 2)]))
        wkb["order"], wkb["type"], wkb["xy"] = 1, 1, xy
        return _batch(_binary(wkb, here), xy[:, 0], xy[:, 1], xy[:, 0], xy[:, 1])


class _Shapes:
    """Geometry of any kind, from WKB or text."""

    def __init__(self, batch: pa.RecordBatch, form: str) -> None:
        values: Objects = batch.column(0).to_numpy(zero_copy_only=False)
        self.srid: str | None = None
        self.faults: list[Fault] = []
        self.types: Counter[str] = Counter()
        if form == "wkt":
            values = self._without_srid(values)
        parse = {"wkt": shapely.from_wkt, "geojson": shapely.from_geojson}.get(form, shapely.from_wkb)
        self._shapes = _parsed(parse, values)
        there = np.array([value is not None for value in values], bool)
        for n in np.flatnonzero(shapely.is_missing(self._shapes) & there):
            self.faults.append((int(n), f"geometry: {_why(parse, values[n]) or 'It can not be read.'}"))
        if form == "hex wkb" and not self.srid:
            srids = shapely.get_srid(self._shapes)
            self.srid = f"EPSG:{srids.max()}" if len(srids) and srids.max() > 0 else None
        self._shapes[shapely.is_empty(self._shapes)] = None
        self._without_faults()

    def _without_srid(self, values: Objects) -> Objects:
        found = [_SRID.match(value) if value else None for value in values]
        first = next((match for match in found if match), None)
        self.srid = f"EPSG:{first[1]}" if first else None
        pairs = zip(values, found, strict=True)
        return np.array([value[match.end() :] if match else value for value, match in pairs], object)

    def _without_faults(self) -> None:
        """Take out what no map can show: coordinates that are no numbers. A height that is none is left out alone."""
        coordinates, index = shapely.get_coordinates(self._shapes, include_z=True, return_index=True)
        bad = np.unique(index[~np.isfinite(coordinates[:, :2]).all(axis=1)])
        self.faults.extend((int(n), _NOT_FINITE) for n in bad)
        self._shapes[bad] = None
        deep = shapely.has_z(self._shapes)
        holes = np.unique(index[deep[index] & ~np.isfinite(coordinates[:, 2])])
        self._shapes[holes] = shapely.force_2d(self._shapes[holes])
        measured = shapely.has_m(self._shapes)
        self._shapes[measured & ~deep] = shapely.force_2d(self._shapes[measured & ~deep])
        self._shapes[measured & deep] = shapely.force_3d(shapely.force_2d(self._shapes[measured & deep]))

    def middle(self) -> tuple[float, float]:
        """The median of the least x and of the least y in the source's CRS; NaN when there are none."""
        return _middle(shapely.bounds(self._shapes[~shapely.is_missing(self._shapes)])[:, :2])

    def turned(self, turn: Callable[[Floats], Floats]) -> pa.RecordBatch:
        """The batch in CRS84."""
        # None: with the height where there is one. The stubs don't know it yet.
        shapes: Objects = shapely.transform(self._shapes, turn, include_z=None)  # type: ignore[call-overload]
        bounds = shapely.bounds(shapes)
        here = ~shapely.is_missing(shapes)
        bad = here & ~(_on_earth(bounds[:, 0], bounds[:, 1]) & _on_earth(bounds[:, 2], bounds[:, 3]))
        self.faults.extend((int(n), _OUTSIDE) for n in np.flatnonzero(bad))
        shapes[bad], bounds[bad] = None, np.nan
        for kind, deep in zip(shapely.get_type_id(shapes), shapely.has_z(shapes), strict=True):
            if kind >= 0:
                self.types[_NAMES[kind] + (" Z" if deep else "")] += 1
        return _batch(pa.array(shapely.to_wkb(shapes, flavor="iso"), pa.binary()), *bounds.T)


_NAMES = (
    "Point", "LineString", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon",
    "GeometryCollection",
)  # fmt: skip


def _parsed(parse: Callable[..., Any], values: Objects) -> Objects:
    """The geometries, None where a value isn't one."""
    try:
        shapes: Objects = parse(values, on_invalid="ignore")
    except NotImplementedError:
        # One curve among them refuses them all: one by one then.
        shapes = np.array([None if _why(parse, value) else parse(value) for value in values], object)
    return shapes


def _why(parse: Callable[[Any], Any], value: Any) -> str | None:
    """The parser's own words on a value that it refuses."""
    try:
        parse(value)
    except (shapely.errors.GEOSException, NotImplementedError, ValueError, TypeError) as error:
        return str(error).splitlines()[0][:200]
    return None


def _on_earth(lon: Floats, lat: Floats) -> npt.NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        on_earth: npt.NDArray[np.bool_] = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    return on_earth


def _middle(xy: Floats) -> tuple[float, float]:
    if not len(xy):
        return np.nan, np.nan
    x, y = np.median(xy, axis=0)
    return float(x), float(y)


def _binary(records: npt.NDArray[Any], here: npt.NDArray[np.bool_]) -> Any:
    """Fixed-size records as an Arrow array of bytes, NULL where they aren't `here`."""
    fixed = pa.Array.from_buffers(
        pa.binary(records.itemsize),
        len(records),
        [pa.array(here).buffers()[1], pa.py_buffer(records.tobytes())],
    )
    return fixed.cast(pa.binary())


def _batch(wkb: Any, xmin: Floats, ymin: Floats, xmax: Floats, ymax: Floats) -> pa.RecordBatch:
    places = hilbert.place((xmin + xmax) / 2, (ymin + ymax) / 2)
    sides = [pa.array(side, pa.float64(), from_pandas=True) for side in (xmin, ymin, xmax, ymax)]
    return pa.record_batch([wkb, *sides, pa.array(places)], schema=SCHEMA)


# Names of coordinate columns, as words of a column's name.
_LON = {"lon", "lng", "long", "longitude", "pituusaste", "pituuspiiri"}
_LAT = {"lat", "latitude", "leveysaste", "leveyspiiri"}
# Degrees, or the length and width of something: degrees only where all the values are in Finland.
_LENGTH, _WIDTH = {"pituus"}, {"leveys"}
_EAST = {"x", "e", "i", "east", "easting", "ita", "itakoordinaatti", "xkoord", "xkoordinaatti", "ekoordinaatti"}
_NORTH = {
    "y",
    "n",
    "p",
    "north",
    "northing",
    "pohjoinen",
    "pohjoiskoordinaatti",
    "ykoord",
    "ykoordinaatti",
    "nkoordinaatti",
}
_FINLAND = (19.0, 59.0, 32.0, 71.0)
_HINT = re.compile(r"(tm35|3067)|gk\s?_?-?(1[9]|2\d|3[01])(?!\d)|(38[78]\d)(?!\d)|(ykj|2393)|(wgs|4326)", re.I)


@dataclass(frozen=True, slots=True)
class Spread:
    """The least, the middle and the greatest value of a column."""

    least: float
    middle: float
    greatest: float


def find_points(
    columns: Sequence[tuple[str, str]], spread: Callable[[str], Spread | None], crs: str | None
) -> tuple[str, str, str] | None:
    """The x column, the y column and the CRS of points, where only one reading of the names and values is possible.

    Args:
        columns: title and raw name of each column of numbers.
        spread: of a column's values, by its raw name; None when it has none.
        crs: what a person said of the CRS.
    """
    projected = crs is not None and understand(crs).crs.is_projected
    if not projected:
        pair = _pair(columns, _LON, _LAT)
        if pair and _degrees(spread(pair[0]), spread(pair[1])):
            return *pair, crs or CRS84
        pair = _pair(columns, _LENGTH, _WIDTH)
        if pair and _in_finland(spread(pair[0]), spread(pair[1])):
            return *pair, crs or CRS84
    pair = _pair(columns, _EAST, _NORTH)
    if pair is None:
        return None
    x, y = spread(pair[0]), spread(pair[1])
    if x is None or y is None:
        return None
    if projected or crs is None:
        # In the old Finnish systems x is north: the values tell.
        for first, second, (a, b) in ((x, y, pair), (y, x, pair[::-1])):
            known = guess(first.middle, second.middle)
            if known and known != CRS84:
                return a, b, crs or known
    named = crs or _hinted([title for title, at in columns if at in pair])
    return (*pair, named) if named else None


def _pair(columns: Sequence[tuple[str, str]], east: set[str], north: set[str]) -> tuple[str, str] | None:
    """The one pair of columns with a name of each set; None when there are none or several."""
    found: list[list[str]] = [[], []]
    for title, at in columns:
        words = set(_words(title))
        for side, names in zip(found, (east, north), strict=True):
            if words & names:
                side.append(at)
    if len(found[0]) == len(found[1]) == 1 and found[0] != found[1]:
        return found[0][0], found[1][0]
    return None


def _words(title: str) -> Iterator[str]:
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", title).casefold().translate(str.maketrans("åäö", "aao"))
    words = re.findall(r"[a-z]+|\d+", plain)
    yield from words
    # "x-koordinaatti", "koordinaatti_x": the letter is a word already; "x koord" too.
    yield "".join(words)


def _degrees(lon: Spread | None, lat: Spread | None) -> bool:
    return bool(lon and lat and abs(lon.middle) <= 180 and abs(lat.middle) <= 90)


def _in_finland(lon: Spread | None, lat: Spread | None) -> bool:
    west, south, east, north = _FINLAND
    return bool(
        lon and lat and west <= lon.least and lon.greatest <= east and south <= lat.least and lat.greatest <= north
    )


def _hinted(titles: Sequence[str]) -> str | None:
    """The CRS that the columns' names tell, as in `easting_etrs_gk25`."""
    for title in titles:
        if found := _HINT.search(title):
            tm35, zone, code, ykj, wgs = found.groups()
            if tm35:
                return "EPSG:3067"
            if zone:
                return f"EPSG:{3854 + int(zone)}"
            if code:
                return f"EPSG:{code}"
            return "EPSG:2393" if ykj else CRS84 if wgs else None
    return None
