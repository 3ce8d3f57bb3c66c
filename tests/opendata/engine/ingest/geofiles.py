"""Files that tests read: real ones of the project, and geo files of every format, written by GDAL."""

import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyogrio.raw import write

REPOSITORY = Path(__file__).parents[4]
FILES = REPOSITORY / "tests" / "data" / "opendata"
DEMONSTRATION = REPOSITORY / "src" / "kuutio" / "opendata" / "demo" / "files"
CITIES = {"Helsinki": (24.94, 60.17), "Oulu": (25.47, 65.01), "Turku": (22.27, 60.45)}
DRIVERS = {
    ".gpkg": "GPKG",
    ".shp": "ESRI Shapefile",
    ".gml": "GML",
    ".kml": "LIBKML",
    ".fgb": "FlatGeobuf",
    ".gpx": "GPX",
    ".geojson": "GeoJSON",
}


def write_layer(
    path: Path,
    shapes: Sequence[shapely.Geometry | None],
    fields: dict[str, Sequence[Any]],
    *,
    crs: str | None = "EPSG:4326",
    layer: str | None = None,
    **options: Any,
) -> Path:
    """Write a layer, into a file that may be there already."""
    kinds = {shape.geom_type + " Z" * shape.has_z for shape in shapes if shape is not None}
    data = [np.array(values, object if isinstance(values[0], str | None) else None) for values in fields.values()]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "'crs' was not provided")
        write(
            path,
            shapely.to_wkb(np.array(shapes, object)),
            data,
            list(fields),
            geometry_type=kinds.pop() if len(kinds) == 1 else "Unknown",
            crs=crs,
            driver=DRIVERS[path.suffix],
            layer=layer,
            append=path.exists(),
            **options,
        )
    return path


def write_cities(path: Path, **options: Any) -> Path:
    """The three cities as points, with a name and a code."""
    shapes = [shapely.Point(xy) for xy in CITIES.values()]
    fields = {"name": list(CITIES), "code": ["091", "564", "853"]} if path.suffix != ".gpx" else {"name": list(CITIES)}
    return write_layer(path, shapes, fields, **options)


def pack(path: Path, *files: Path, folder: str = "") -> Path:
    """An archive of files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, f"{folder}{file.name}")
    return path


def pack_shapefile(path: Path, shp: Path) -> Path:
    """An archive of all the files of a Shapefile."""
    return pack(path, *sorted(shp.parent.glob(f"{shp.stem}.*")), folder="kansio/")
