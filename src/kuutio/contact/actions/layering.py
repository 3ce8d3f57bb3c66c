"""Bringing in where somebody outside the cities answers: the lines of the state's roads, a harbour's area."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import numpy as np
import shapely
from django.db import transaction
from shapely.geometry.base import BaseGeometry

from kuutio.audit.actions import record
from kuutio.cities.models import City
from kuutio.cities.shape_files import digest, read_shapes
from kuutio.contact.models import BodyLayer, ExternalBody
from kuutio.core.degrees import lines_in_degrees, polygon_in_degrees
from kuutio.core.positions import FINLAND
from kuutio.core.problems import Invalid, NotFound

MOST_CORNERS = 2_000_000
MARGIN = 0.02
"""Degrees around the cities' municipalities from which lines are kept: a road goes on behind the border."""


@transaction.atomic
def keep_layer(
    body: str, file: Path, *, valid_from: date, buffer_m: int, at: datetime, layer: str = "", crs: str = ""
) -> BodyLayer:
    """Keep a file's lines and areas as where a body answers from a day on; what is far from all the cities is left out.

    The same file for the same day again is the same layer.

    Args:
        body: the slug of the external body.
        buffer_m: how far from its lines it answers, metres, 0 to 1000.

    Raises:
        NotFound: there is no such body or file.
        Invalid: the file can't be read, lies outside of Finland, holds no lines or areas near the cities, or is too large.
    """
    owner = ExternalBody.objects.filter(slug=body).first()
    if owner is None:
        known = ", ".join(ExternalBody.objects.values_list("slug", flat=True))
        raise NotFound(f"There is no external body {body}; there are: {known or 'none'}.")
    if not 0 <= buffer_m <= 1000:
        raise Invalid("The buffer must be a number of metres, at most 1000.")
    shapes = _shapes(file, layer, crs)
    digested = digest(file)
    row, made = BodyLayer.objects.get_or_create(
        body=owner,
        valid_from=valid_from,
        buffer_m=buffer_m,
        sha256=digested,
        defaults={
            "shape": shapely.to_wkb(shapely.GeometryCollection(shapes), byte_order=1),
            "source": file.name[:300],
            "loaded_at": at,
        },
    )
    if made:
        record("load_layer", f"body:{body}", by=None, at=at, valid_from=str(valid_from), parts=len(shapes))
    return row


def _shapes(file: Path, layer: str, crs: str) -> list[BaseGeometry]:
    """The file's lines and areas near the cities, in degrees."""
    read = read_shapes(file, layer=layer, crs=crs)
    found: list[BaseGeometry] = []
    for shape in read.shapes:
        if shape is None or shape.is_empty:
            continue
        if shape.geom_type in ("Polygon", "MultiPolygon"):
            try:
                found.append(polygon_in_degrees(shape, read.to_degrees, read.piece))
            except ValueError as error:
                raise Invalid(f"{file}: {error}") from error
        else:
            found += lines_in_degrees(shape, read.to_degrees, read.piece)
    if not found:
        raise Invalid(f"{file} holds no lines and no areas.")
    _check_in_finland(file, found)
    boxes = list(City.objects.select_related("municipality").values_list(*_BOX))
    near = [shape for shape in found if not boxes or _is_near(shape.bounds, boxes)]
    if not near:
        raise Invalid(f"Nothing in {file} is near any of the cities.")
    if int(shapely.get_num_coordinates(np.array(near, dtype=object)).sum()) > MOST_CORNERS:
        raise Invalid(f"{file} has more than {MOST_CORNERS:,} corners near the cities: simplify it, or cut it.")
    return near


_BOX = tuple(f"municipality__{side}" for side in ("west", "south", "east", "north"))


def _check_in_finland(file: Path, shapes: list[BaseGeometry]) -> None:
    west, south, east, north = shapely.total_bounds(np.array(shapes, dtype=object)).tolist()
    if FINLAND[0] <= west and FINLAND[1] <= south and east <= FINLAND[2] and north <= FINLAND[3]:
        return
    swapped = FINLAND[0] <= south and FINLAND[1] <= west and north <= FINLAND[2] and east <= FINLAND[3]
    hint = ": its two coordinates are swapped." if swapped else ". Is its reference system right?"
    raise Invalid(f"{file} lies outside of Finland{hint}")


def _is_near(bounds: tuple[float, float, float, float], boxes: list[tuple[float, ...]]) -> bool:
    west, south, east, north = bounds
    return any(
        west <= box[2] + MARGIN and east >= box[0] - MARGIN and south <= box[3] + MARGIN and north >= box[1] - MARGIN
        for box in boxes
    )
