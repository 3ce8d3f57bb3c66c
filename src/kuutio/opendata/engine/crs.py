"""Which coordinate reference system a file means, and its coordinates in CRS84.

Inside Kuutio every coordinate is longitude, latitude. Files come in x, y order whatever the authority says: GeoJSON,
GeoPackage, Shapefiles and WKT are written so, and GDAL turns GML into it.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from kuutio.opendata.engine.refusals import UnknownCrs

CRS84 = "OGC:CRS84"
Floats = npt.NDArray[np.float64]

_GRS80, _HAYFORD = 298.257222101, 297.0  # inverse flattening of the ellipsoids of ETRS89 and KKJ
_KKJ_ZONES = {21: 1, 24: 2, 27: 3, 30: 4}

_CODE = re.compile(r"(?:EPSG:+)?(\d{4,6})", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:urn:(?:x-)?ogc:def:crs:|https?://www\.opengis\.net/def/crs/)(\w+)[:/][^:/]*[:/](\w+)", re.I)
_GML = re.compile(r"https?://www\.opengis\.net/gml/srs/epsg\.xml#(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class SourceCrs:
    """The reference system of a file's coordinates.

    Attributes:
        name: "EPSG:3067" or "OGC:CRS84"; the system's own name where no authority has it.
        crs: what pyproj makes of it.
    """

    name: str
    crs: CRS

    @property
    def is_crs84(self) -> bool:
        """Its coordinates are longitude and latitude already. ETRS89 isn't: pyproj decides about it."""
        return self.name in (CRS84, "EPSG:4326")


def understand(text: str) -> SourceCrs:
    """The CRS that a code, a URN, an address, PROJJSON or WKT means.

    Raises:
        UnknownCrs: it doesn't exist.
    """
    text = text.strip()
    if re.fullmatch(
        r"(urn:ogc:def:crs:OGC:[^:]*:|https?://www\.opengis\.net/def/crs/OGC/[^/]*/|OGC:)CRS84h?", text, re.I
    ):
        return SourceCrs(CRS84, CRS.from_user_input(CRS84))
    try:
        crs = _horizontal(CRS.from_user_input(_plain(text)))
    except CRSError:
        shown = text if len(text) <= 80 else text[:77] + "..."
        raise UnknownCrs(
            f"The coordinate reference system {shown!r} does not exist. Give one that does, as in EPSG:3067.", crs=shown
        ) from None
    code = _authority(crs, "EPSG", 100) or _finnish(crs) or _authority(crs, "EPSG", 90) or _authority(crs, "ESRI", 90)
    if code:
        return SourceCrs(code, CRS.from_user_input(code))
    return SourceCrs(crs.name, crs)


def guess(x: float, y: float) -> str | None:
    """The CRS of a point whose file says none: only where one alone is possible in Finland.

    Returns:
        CRS84 for degrees, EPSG:3067 (TM35FIN), 2393 (YKJ), 3873-3885 (GKn with its zone before the easting), or None.
    """
    if -180 <= x <= 180 and -90 <= y <= 90:
        return CRS84
    if not 6_550_000 <= y <= 7_850_000:
        return None
    if 40_000 <= x <= 780_000:
        return "EPSG:3067"
    if 3_020_000 <= x <= 3_770_000:
        return "EPSG:2393"
    zone = int(x // 1_000_000)
    return f"EPSG:{3854 + zone}" if 19 <= zone <= 31 else None


def to_crs84(source: SourceCrs) -> Callable[[Floats], Floats]:
    """A function from coordinates (n, 2 or more), x first, to the same with longitude and latitude first.

    What can't be placed on earth becomes infinite. Heights are kept as they are.

    Raises:
        UnknownCrs: no way leads from that CRS to CRS84, as from an engineering one.
    """
    if source.is_crs84:
        return lambda coordinates: coordinates
    try:
        transformer = _transformer(source.crs.to_wkt() if source.crs.to_epsg() is None else source.name)
    except (ProjError, CRSError):
        raise UnknownCrs(
            f"Coordinates in {source.name} can't be turned to longitude and latitude.", crs=source.name
        ) from None

    def turned(coordinates: Floats) -> Floats:
        result = np.array(coordinates, np.float64)
        result[:, 0], result[:, 1] = transformer.transform(coordinates[:, 0], coordinates[:, 1])
        return result

    return turned


@lru_cache(maxsize=32)
def _transformer(source: str) -> Transformer:
    return Transformer.from_crs(source, CRS84, always_xy=True)


def _plain(text: str) -> str:
    """The form that pyproj reads."""
    if found := _CODE.fullmatch(text):
        return f"EPSG:{found[1]}"
    if found := _GML.fullmatch(text):
        return f"EPSG:{found[1]}"
    if found := _ADDRESS.fullmatch(text):
        return f"{found[1].upper()}:{found[2]}"
    return text


def _horizontal(crs: CRS) -> CRS:
    """Without heights and without a grid shift bound to it."""
    if crs.is_bound and crs.source_crs is not None:
        return _horizontal(crs.source_crs)
    if crs.is_compound:
        return _horizontal(crs.sub_crs_list[0])
    return crs


def _authority(crs: CRS, name: str, confidence: int) -> str | None:
    found = crs.to_authority(auth_name=name, min_confidence=confidence)
    return ":".join(found) if found else None


def _finnish(crs: CRS) -> str | None:
    """The EPSG code of a Finnish system by its numbers: old .prj files have no code and their own names.

    Source: JHS 197 (ETRS-TM35FIN, ETRS-GKn) and JHS 154 (KKJ), the projections' parameters.
    """
    if not crs.is_projected or crs.coordinate_operation is None or crs.ellipsoid is None:
        return None
    if crs.coordinate_operation.method_name != "Transverse Mercator":
        return None
    parameters: dict[str, Any] = {p.name: p.value for p in crs.coordinate_operation.params}
    if parameters.get("Latitude of natural origin") != 0 or parameters.get("False northing") != 0:
        return None
    meridian = parameters.get("Longitude of natural origin", math.nan)
    scale = parameters.get("Scale factor at natural origin", math.nan)
    easting = parameters.get("False easting", math.nan)
    if math.isclose(crs.ellipsoid.inverse_flattening, _GRS80, abs_tol=1e-7):
        if (meridian, scale, easting) == (27, 0.9996, 500_000):
            return "EPSG:3067"
        if scale == 1 and 19 <= meridian <= 31 and easting == meridian * 1_000_000 + 500_000:
            return f"EPSG:{3854 + int(meridian)}"
    if math.isclose(crs.ellipsoid.inverse_flattening, _HAYFORD, abs_tol=1e-7) and scale == 1:
        zone = _KKJ_ZONES.get(meridian)
        if zone and easting == zone * 1_000_000 + 500_000:
            return f"EPSG:{2390 + zone}"
    return None
