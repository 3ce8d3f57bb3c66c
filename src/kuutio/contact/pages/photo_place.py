"""Where a photo says that it was taken: offered to its writer, used when they say so, and gone when they don't."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from kuutio.cities.models import Municipality
from kuutio.contact import routing
from kuutio.contact.actions.drafting import forget_photo_positions, keep_draft
from kuutio.contact.models import Case, Category, Draft
from kuutio.contact.nearby import metres_between

SAME_M = 25.0
"""So near the place that was given, a photo's position tells nothing new: a telephone knows it no better."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A position that a photo had.

    Attributes:
        metres: how far it is from the place that was given; None where that has no position.
    """

    lon: float
    lat: float
    municipality: Municipality
    metres: float | None


def photo_offer(kept: Draft, category: Category) -> Offer | None:
    """The first photo's position that is worth asking about; none where no city here could take it."""
    if category.place == Category.Place.NONE:
        return None
    fields = kept.fields
    for photo in kept.files.all():
        lon, lat = photo.taken_lon, photo.taken_lat
        if lon is None or lat is None:
            continue
        found = _route(category, lon, lat)
        if found.found not in {routing.Found.CITY, routing.Found.ASK} or found.municipality is None:
            continue
        metres = None
        if fields.get("lon") is not None:
            metres = metres_between(lon, lat, fields["lon"], fields["lat"])
            if metres <= SAME_M:
                continue
        return Offer(lon, lat, found.municipality, metres)
    return None


def answer_offer(request: HttpRequest, kept: Draft, category: Category) -> HttpResponse | None:
    """Do as the writer said about the photo's position; where to go when that leaves a question open."""
    offer = photo_offer(kept, category)
    leads = None
    if offer is not None and request.POST.get("photo_place") == "use":
        found = _route(category, offer.lon, offer.lat)
        place = {"lon": offer.lon, "lat": offer.lat, "source": Case.PlaceSource.PHOTO.value}
        city = found.city.code if found.city else ""
        keep_draft(kept, place | {"city": city, "chosen": "", "beside": False}, at=timezone.now())
        messages.success(request, _("The place is now where the photo was taken."))
        if found.found is routing.Found.ASK:
            leads = redirect("contact:report-where", draft=kept.uuid)
    forget_photo_positions(kept)
    return leads


def _route(category: Category, lon: float, lat: float) -> routing.Route:
    return routing.route(category, lon=lon, lat=lat, at=timezone.now())
