"""What is here: the municipality of a place, how sure that is, and the service points near by; for the form and for anybody."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kuutio.cities.drawn import unsure_m
from kuutio.cities.models import Municipality
from kuutio.contact import nearby, routing
from kuutio.core.positions import NoPosition, read_position
from kuutio.core.problems import Invalid
from kuutio.opendata.answers import etag_of
from kuutio.ui.wording import localized

KEPT_S = 300


@require_safe
def here(request: HttpRequest) -> HttpResponseBase:
    """`GET /api/place?lon=24.94&lat=60.17`: JSON in the reader's language; see docs/reference/place.md.

    Raises:
        Invalid: `lon` and `lat` are no position, or one whose numbers are swapped.
    """
    try:
        position = read_position(request.GET.get("lon"), request.GET.get("lat"))
    except NoPosition as error:
        said = _("Give lon and lat in degrees, such as lon=24.94 and lat=60.17.")
        raise Invalid(said, errors=[{"pointer": "/lon", "detail": said}]) from error
    if position.turned is not None:
        raise Invalid(_("The position fits Finland only with latitude and longitude swapped. Give longitude first."))
    body = json.dumps(_told(round(position.lon, 6), round(position.lat, 6)), ensure_ascii=False)
    tag = etag_of("place", body)
    answer = get_conditional_response(request, etag=tag) or HttpResponse(body, content_type="application/json")
    answer["ETag"], answer["Cache-Control"] = tag, f"public, max-age={KEPT_S}"
    answer["Access-Control-Allow-Origin"] = "*"
    patch_vary_headers(answer, ("Accept-Language",))
    return answer


def _told(lon: float, lat: float) -> dict[str, Any]:
    codes = routing.municipalities_within(lon, lat, unsure_m())
    known = {row.code: row for row in Municipality.objects.filter(code__in=codes).select_related("city")}
    own = known.get(routing.municipality_at(lon, lat) or "")
    certainty = "" if not codes else "near_border" if len(codes) > 1 else "certain"
    return {
        "lon": lon,
        "lat": lat,
        "municipality": _municipality(own) if own else None,
        "certainty": certainty,
        "choices": [_municipality(known[code]) for code in codes] if len(codes) > 1 else [],
        "units": [
            {
                "id": near.unit.slug,
                "name": localized(near.unit.name)[0],
                "address": localized(near.unit.address)[0],
                "city": near.unit.city_id,
                "lon": near.unit.lon,
                "lat": near.unit.lat,
                "metres": round(near.metres or 0),
            }
            for near in nearby.units_near(lon, lat)
        ],
    }


def _municipality(row: Municipality) -> dict[str, Any]:
    city = getattr(row, "city", None)
    return {"code": row.code, "name": row.name_here, "city": city.code if city else None}
