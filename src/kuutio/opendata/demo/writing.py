"""Tables to files of the kinds that cities publish."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyogrio.raw
import shapely
import xlsxwriter

Row = Sequence[Any]

_DRIVERS = {".gpkg": "GPKG", ".zip": "ESRI Shapefile", ".kml": "KML", ".gml": "GML", ".fgb": "FlatGeobuf"}


def delimited(
    path: Path,
    names: Sequence[str],
    rows: Iterable[Row],
    *,
    separator: str = ",",
    encoding: str = "utf-8",
    above: Sequence[str] = (),
) -> Path:
    """Separated text; numbers stand as Python writes them, unless they come as text.

    Args:
        above: lines over the table, as people put them there.
    """
    text = io.StringIO(newline="")
    text.writelines(f"{line}\r\n" for line in above)
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def comma(number: float, digits: int) -> str:
    """A number with a decimal comma."""
    return f"{number:.{digits}f}".replace(".", ",")


def spaced(number: int) -> str:
    """A number with a space between thousands."""
    return f"{number:,}".replace(",", " ")


def workbook(path: Path, sheet: str, names: Sequence[str], rows: Iterable[Row], *, above: Sequence[str] = ()) -> Path:
    """An Excel workbook of one sheet; `above` are lines over the table."""
    with xlsxwriter.Workbook(path, {"default_date_format": "d.m.yyyy"}) as book:
        page = book.add_worksheet(sheet)
        for n, line in enumerate(above):
            page.write_string(n, 0, line)
        page.write_row(len(above), 0, names)
        for n, row in enumerate(rows, start=len(above) + 1):
            page.write_row(n, 0, row)
    return path


def geojson(path: Path, names: Sequence[str], rows: Iterable[Row], shapes: Any, *, epsg: int | None = None) -> Path:
    """GeoJSON; with the `crs` member of 2008 where the coordinates aren't degrees."""
    features = [
        {
            "type": "Feature",
            "properties": dict(zip(names, row, strict=True)),
            "geometry": orjson.Fragment(shapely.to_geojson(shape)),
        }
        for row, shape in zip(rows, shapes, strict=True)
    ]
    crs = {"crs": {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{epsg}"}}} if epsg else {}
    path.write_bytes(orjson.dumps({"type": "FeatureCollection", **crs, "features": features}))
    return path


def objects(path: Path, names: Sequence[str], rows: Iterable[Row]) -> Path:
    """An array of JSON objects, or one object a line where the suffix is `.jsonl`."""
    made = [dict(zip(names, row, strict=True)) for row in rows]
    if path.suffix == ".jsonl":
        path.write_bytes(b"".join(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in made))
    else:
        path.write_bytes(orjson.dumps(made, option=orjson.OPT_INDENT_2))
    return path


def layer(path: Path, names: Sequence[str], rows: Iterable[Row], shapes: Any, *, epsg: int) -> Path:
    """A file of one layer; its suffix says of which kind. `.zip` is a packed Shapefile."""
    packed = path.suffix == ".zip"
    target = path.with_suffix(".shp") if packed else path
    kinds = {shape.geom_type for shape in shapes}
    pyogrio.raw.write(
        target,
        geometry=shapely.to_wkb(np.array(shapes, dtype=object)),
        field_data=[_field(column) for column in zip(*rows, strict=True)],
        fields=list(names),
        geometry_type=kinds.pop() if len(kinds) == 1 else "Unknown",
        crs=f"EPSG:{epsg}",
        driver=_DRIVERS[path.suffix],
        encoding="utf-8" if packed else None,
        **({"WRITE_FEATURE_BOUNDED_BY": "NO"} if path.suffix == ".gml" else {}),
    )
    if packed:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sorted(path.parent.glob(f"{path.stem}.*")):
                if part != path:
                    archive.write(part, part.name)
    return path


def _field(values: Sequence[Any]) -> Any:
    """A column as GDAL takes it: numbers as they are, everything else as text or nothing."""
    if any(isinstance(value, str) or value is None for value in values):
        return np.array([None if value is None else str(value) for value in values], dtype=object)
    return np.array(values)
