"""Tables to files of the kinds that cities publish."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import shapely
import xlsxwriter
from numpy.typing import NDArray

Row = Sequence[Any]


def delimited(
    path: Path, names: Sequence[str], rows: Iterable[Row], *, separator: str = ",", encoding: str = "utf-8"
) -> Path:
    """Separated text; numbers stand as Python writes them, unless they come as text."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def comma(number: float, digits: int) -> str:
    """A number with a decimal comma."""
    return f"{number:.{digits}f}".replace(".", ",")


def workbook(path: Path, sheet: str, names: Sequence[str], rows: Iterable[Row]) -> Path:
    """An Excel workbook of one sheet."""
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet(sheet)
        page.write_row(0, 0, names)
        for n, row in enumerate(rows, start=1):
            page.write_row(n, 0, row)
    return path


def geojson(path: Path, names: Sequence[str], rows: Iterable[Row], shapes: Any, *, epsg: int | None = None) -> Path:
    """GeoJSON; with the `crs` member of 2008 where the coordinates aren't degrees."""
    features = [
        {
            "type": "Feature",
            "properties": dict(zip(names, row, strict=True)),
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for row, shape in zip(rows, shapes, strict=True)
    ]
    crs = {"crs": {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{epsg}"}}} if epsg else {}
    whole = {"type": "FeatureCollection", **crs, "features": features}
    path.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    return path


def layer(path: Path, names: Sequence[str], rows: Iterable[Row], shapes: Any, *, epsg: int) -> Path:
    """A GeoPackage of one layer, or a zipped Shapefile, as the suffix says (`.gpkg`, `.zip`)."""
    packed = path.suffix == ".zip"
    target = path.with_suffix(".shp") if packed else path
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    kinds = {shape.geom_type for shape in shapes}
    pyogrio.raw.write(
        target,
        geometry=shapely.to_wkb(np.array(shapes, dtype=object)),
        field_data=[column.astype(object) if column.dtype.kind == "U" else column for column in columns],
        fields=list(names),
        geometry_type=kinds.pop() if len(kinds) == 1 else "Unknown",
        crs=f"EPSG:{epsg}",
        driver="ESRI Shapefile" if packed else "GPKG",
        encoding="utf-8" if packed else None,
    )
    if packed:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sorted(path.parent.glob(f"{path.stem}.*")):
                if part != path:
                    archive.write(part, part.name)
    return path


def dots(places: NDArray[np.float64]) -> Any:
    """Points of (n, 2) coordinates."""
    return shapely.points(places)
