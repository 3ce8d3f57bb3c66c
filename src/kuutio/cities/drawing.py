"""Where people have to live to use a city's service, as an area of a file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import shapely
from django.db import transaction
from i18nfield.strings import LazyI18nString

from kuutio.audit.actions import record
from kuutio.cities.models import CityService, ServiceArea
from kuutio.cities.shape_files import read_shapes
from kuutio.core.degrees import polygon_in_degrees
from kuutio.core.positions import FINLAND
from kuutio.core.problems import Invalid, NotFound

MOST_CORNERS = 500_000


def area_of(file: Path, *, layer: str = "", crs: str = "") -> bytes:
    """The areas of a file as one: WKB in CRS84.

    Raises:
        NotFound: there is no such file.
        Invalid: it can't be read, holds something else than areas, lies outside of Finland, or is too large.
    """
    read = read_shapes(file, layer=layer, crs=crs)
    shapes = [shape for shape in read.shapes if shape is not None and not shape.is_empty]
    if not shapes or any(shape.geom_type not in ("Polygon", "MultiPolygon") for shape in shapes):
        raise Invalid(f"{file} must hold polygons and nothing else.")
    try:
        whole = shapely.union_all([polygon_in_degrees(shape, read.to_degrees, read.piece) for shape in shapes])
    except ValueError as error:
        raise Invalid(f"{file}: {error}") from error
    west, south, east, north = whole.bounds
    if not (FINLAND[0] <= west and FINLAND[1] <= south and east <= FINLAND[2] and north <= FINLAND[3]):
        raise Invalid(f"{file} lies outside of Finland. Is its reference system right?")
    if int(shapely.get_num_coordinates(whole)) > MOST_CORNERS:
        raise Invalid(f"{file} has more than {MOST_CORNERS:,} corners: simplify it.")
    return bytes(shapely.to_wkb(whole, byte_order=1))


@transaction.atomic
def keep_service_area(
    service: str, city: str, file: Path, *, name: dict[str, str], at: datetime, layer: str = "", crs: str = ""
) -> ServiceArea:
    """Keep a file's areas as where people have to live to use a city's service, in place of the one of the same name.

    Args:
        service: its code.
        city: its code.
        name: in three languages; what the service's page calls the area.

    Raises:
        NotFound: the city has no such service, or there is no such file.
        Invalid: the file can't be used; see `area_of`.
    """
    own = CityService.objects.filter(service__code=service, city=city).first()
    if own is None:
        raise NotFound(f"{city} has no service {service}.")
    shape = area_of(file, layer=layer, crs=crs)
    known = next((row for row in own.areas.exclude(shape=None) if _called(row) == name), None)
    row = known or ServiceArea(city_service=own, name=LazyI18nString(name))
    row.shape = shape
    row.save()
    record("keep_service_area", f"service:{service}", by=None, at=at, city=city, is_new=known is None)
    return row


def _called(row: ServiceArea) -> dict[str, str]:
    data = getattr(row.name, "data", row.name)
    return {language: said for language, said in data.items() if said} if isinstance(data, dict) else {}
