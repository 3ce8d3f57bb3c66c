"""Municipalities of a file of borders, and what is odd about them, before they are taken as borders."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from kuutio.cities.shape_files import Shapes, read_shapes
from kuutio.core.degrees import polygon_in_degrees
from kuutio.core.positions import FINLAND, METRES_PER_DEGREE
from kuutio.core.problems import Invalid

CODES = ("natcode", "nationalcode", "kunta", "kuntanumero", "kuntakoodi", "kunnro", "municipality_code", "code")
NAMES_FI = ("namefin", "name_fi", "nimi_fi", "kuntanimi", "nimi", "name")
NAMES_SV = ("nameswe", "name_sv", "nimi_sv", "namn")
"""What the National Land Survey, Statistics Finland and INSPIRE call these columns, the first that is there counts."""

CHANGED = 0.05
"""A share of the area: borders drawn finer move an area by less than 2 %, a merger by more."""
OVERLAP_M2 = 10_000.0
_CODE = re.compile(r"\d{3}")


@dataclass(frozen=True, slots=True)
class Border:
    """One municipality as a file has it; names are "" where it tells none."""

    code: str
    name_fi: str
    name_sv: str
    shape: BaseGeometry


def read_borders(file: Path, *, layer: str = "", crs: str = "") -> list[Border]:
    """The municipalities of a file, by code; several rows of one code are one municipality.

    Rows whose code hasn't three digits are no municipalities (regions, the country) and are left out.

    Raises:
        NotFound: there is no such file.
        Invalid: it can't be read, has no column of codes, no municipality, or a border that can't be mended.
    """
    read = read_shapes(file, layer=layer, crs=crs)
    column = next((name for name in CODES if name in read.facts), None)
    if column is None:
        raise Invalid(f"{file} has no column of codes; one of {', '.join(CODES)} is needed.")
    rows: dict[str, list[int]] = {}
    for at, value in enumerate(read.facts[column]):
        if (code := _code(value)) and read.shapes[at] is not None:
            rows.setdefault(code, []).append(at)
    if not rows:
        raise Invalid(f"No row of {file} has a code of three digits in {column}.")
    borders, errors = [], []
    for code, places in sorted(rows.items()):
        try:
            borders.append(_border(read, code, places))
        except (ValueError, shapely.GEOSException) as error:
            errors.append({"pointer": code, "detail": str(error)})
    if errors:
        raise Invalid("Some borders can't be used:", errors=errors)
    return borders


def _code(value: Any) -> str:
    text = f"{value:03d}" if isinstance(value, int | np.integer) else str(value).strip()
    return text if _CODE.fullmatch(text) else ""


def _border(read: Shapes, code: str, rows: Sequence[int]) -> Border:
    shape = read.shapes[rows[0]] if len(rows) == 1 else shapely.union_all(read.shapes[list(rows)])
    return Border(
        code,
        _name(read, NAMES_FI, rows[0]),
        _name(read, NAMES_SV, rows[0]),
        polygon_in_degrees(shape, read.to_degrees, read.piece),
    )


def _name(read: Shapes, columns: Sequence[str], row: int) -> str:
    said = next((read.facts[name][row] for name in columns if name in read.facts), None)
    return "" if said is None else str(said).strip()[:80]


def oddities(borders: Sequence[Border], before: Mapping[str, BaseGeometry], *, is_part: bool) -> list[dict[str, str]]:
    """What an operator should look at before new borders are taken: `{pointer, detail}`, nothing where all is as expected.

    Args:
        before: the borders in force, by code.
        is_part: the file holds a part of the country: what it lacks keeps its border.
    """
    west, south, east, north = shapely.total_bounds(np.array([row.shape for row in borders])).tolist()
    if not (FINLAND[0] <= west and FINLAND[1] <= south and east <= FINLAND[2] and north <= FINLAND[3]):
        turned = FINLAND[0] <= south and north <= FINLAND[2]
        return [_odd("file", "lies outside of Finland" + (": its two coordinates are swapped" if turned else ""))]
    told = {row.code for row in borders}
    found = [] if is_part else [_odd(code, "is missing") for code in sorted(set(before) - told)]
    for row in borders:
        if row.code not in before:
            found.append(_odd(row.code, "is new"))
            continue
        old, new = _square_m(before[row.code]), _square_m(row.shape)
        if abs(new - old) > CHANGED * old:
            found.append(_odd(row.code, f"has {new / 1e6:.1f} km² instead of {old / 1e6:.1f}"))
    return found + _overlaps(borders)


def _overlaps(borders: Sequence[Border]) -> list[dict[str, str]]:
    shapes = np.array([row.shape for row in borders], dtype=object)
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = [(one, other) for one, other in zip(left.tolist(), right.tolist(), strict=True) if one < other]
    found = []
    for one, other in pairs:
        common = _square_m(shapely.intersection(shapes[one], shapes[other]))
        if common > OVERLAP_M2:
            detail = f"overlaps {borders[other].code} by {common / 10_000:.1f} hectares"
            found.append(_odd(borders[one].code, detail))
    return found


def _square_m(shape: BaseGeometry) -> float:
    """Its area, to a per cent: enough to compare two drawings of one municipality."""
    middle = (shape.bounds[1] + shape.bounds[3]) / 2 if not shape.is_empty else 0.0
    return float(shape.area * METRES_PER_DEGREE**2 * np.cos(np.radians(middle)))


def _odd(pointer: str, detail: str) -> dict[str, str]:
    return {"pointer": pointer, "detail": detail}
