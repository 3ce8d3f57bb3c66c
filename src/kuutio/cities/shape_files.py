"""Shapes of any file that GDAL reads, in degrees: for the commands by which an operator brings borders and lines."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio.raw
import pyproj
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
from pyproj.exceptions import CRSError

from kuutio.core.degrees import PIECE_M, Transform
from kuutio.core.problems import Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Shapes:
    """One layer of a file.

    Attributes:
        shapes: as the file draws them, in two dimensions; None where a row has none.
        facts: the columns, by name in small letters.
        to_degrees: from the file's plane to CRS84.
        piece: the longest edge that may stay whole on the way, in units of the plane.
    """

    shapes: NDArray[np.object_]
    facts: dict[str, NDArray[Any]]
    to_degrees: Transform
    piece: float


def read_shapes(file: Path, *, layer: str = "", crs: str = "") -> Shapes:
    """Read one layer of a file.

    Args:
        layer: its name; "" where the file has one.
        crs: the reference system, where the file tells none, such as `EPSG:3067`.

    Raises:
        NotFound: there is no such file.
        Invalid: it can't be read, its layer must be named, or it tells no reference system.
    """
    if not file.exists():
        raise NotFound(f"There is no file {file}.")
    try:
        names = [str(name) for name, kind in pyogrio.list_layers(file) if kind is not None]
        if layer and layer not in names:
            raise Invalid(f"{file} has no layer {layer}; it has {', '.join(names)}.")
        if not layer and len(names) > 1:
            raise Invalid(f"{file} has several layers: name one of {', '.join(names)} with --layer.")
        meta, _ids, wkb, columns = pyogrio.raw.read(file, layer=layer or None, force_2d=True)
        shapes = shapely.from_wkb(wkb, on_invalid="fix") if wkb is not None else np.empty(0, dtype=object)
    except (DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError, shapely.GEOSException) as error:
        raise Invalid(f"{file} can't be read: {error}") from error
    told = crs or meta["crs"]
    if not told:
        raise Invalid(f"{file} tells no reference system: name it with --crs, such as EPSG:3067.")
    try:
        plane = pyproj.CRS.from_user_input(told)
        transformer = pyproj.Transformer.from_crs(plane, "OGC:CRS84", always_xy=True)
    except CRSError as error:
        raise Invalid(f"{told} is no reference system that is known here.") from error
    facts = {str(name).lower(): values for name, values in zip(meta["fields"], columns, strict=True)}
    return Shapes(shapes, facts, transformer.transform, inf if plane.is_geographic else PIECE_M)


def digest(file: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
