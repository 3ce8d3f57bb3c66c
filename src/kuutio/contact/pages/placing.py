"""The step that asks where it is: words first, then service points near by, then a map."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from kuutio.cities.models import City, Municipality
from kuutio.cities.places import cities
from kuutio.contact import nearby, routing
from kuutio.contact.actions.drafting import keep_draft
from kuutio.contact.models import Case, Category, Draft
from kuutio.contact.pages.place_form import WhereForm
from kuutio.contact.pages.steps import ONE_STEP, ended, opened, steps

NO_POSITION = {"lon": None, "lat": None, "source": "", "chosen": "", "beside": False}


@dataclass(frozen=True, slots=True)
class Shown:
    """A position as the page tells it in words."""

    lon: float
    lat: float
    source: str
    municipality: Municipality | None


@ONE_STEP
@never_cache
def where(request: HttpRequest, draft: Any) -> HttpResponse:
    """The second step: the place. Near a border it asks; outside of the cities it says whose the matter is."""
    kept, category = opened(draft)
    if (leads := ended(kept)) is not None:
        return leads
    if request.method != "POST":
        form = WhereForm(initial=kept.fields, category=category)
        found = _route(category, kept.fields, kept.fields.get("chosen", ""), beside=bool(kept.fields.get("beside")))
        return _page(request, kept, category, form, obstacle(found) if kept.fields.get("lon") is not None else {})
    if request.POST.get("forget"):
        keep_draft(kept, NO_POSITION, at=timezone.now())
        return redirect("contact:report-where", draft=kept.uuid)
    form = WhereForm(request.POST, category=category)
    is_whole = form.is_valid()
    if request.POST.get("look"):
        return _looked(request, kept, category, form)
    if not is_whole:
        return _page(request, kept, category, form, status=422)
    told = form.cleaned_data
    if request.POST.get("keep") == "address":
        told |= {"lon": None, "lat": None, "source": ""}
    elif request.POST.get("keep") == "position":
        told["city"] = ""
    stands = _decide(request, kept, category, form)
    if not stands:
        return redirect("contact:report-details", draft=kept.uuid)
    return _page(request, kept, category, form, stands, status=422)


def _decide(request: HttpRequest, kept: Draft, category: Category, form: WhereForm) -> dict[str, Any]:
    """Keep the place where it is clear whose it is; else what the page has to ask or tell."""
    told = form.cleaned_data
    if form.named is not None:
        return obstacle(routing.outside(form.named, timezone.now()))
    chosen = request.POST.get("chosen", "").replace("\0", "")[:30]
    beside = bool(request.POST.get("beside"))
    found = _route(category, told, chosen or told["city"], beside=beside)
    if found.found not in {routing.Found.CITY, routing.Found.UNPLACED}:
        return obstacle(found)
    if found.city is not None and told["city"] and not chosen and found.city.code != told["city"]:
        # Never one of them in silence: somebody may be at home, and write of a place elsewhere.
        return {"differ": {"position": found.city, "address": City.objects.get(pk=told["city"])}}
    fields = {name: told[name] for name in ("address", "lon", "lat", "source")}
    fields["city"] = found.city.code if found.city else told["city"]
    keep_draft(kept, fields | {"chosen": chosen, "beside": beside}, at=timezone.now())
    return {}


def _looked(request: HttpRequest, kept: Draft, category: Category, form: WhereForm) -> HttpResponse:
    """The service points near the position, else those of the city whose names have the words."""
    told = form.cleaned_data
    city = City.objects.filter(pk=told.get("city") or "").first()
    more: dict[str, Any] = {"looked": True, "looked_in": city}
    if told.get("lon") is None or told.get("lat") is None:
        words = told.get("address", "")
        more["units"] = (nearby.units_named(city, words) or nearby.units_named(city, "")) if city else []
    else:
        more["looked_in"] = None
    again = WhereForm(initial=request.POST.dict(), category=category)
    return _page(request, kept, category, again, more)


def _page(
    request: HttpRequest,
    kept: Draft,
    category: Category,
    form: WhereForm,
    more: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    position = _shown(form)
    context = {
        "draft": kept,
        "category": category,
        "form": form,
        "heading": _("Where is it?"),
        "position": position,
        "units": nearby.units_near(position.lon, position.lat) if position else [],
        "chosen_unit": request.POST.get("unit", ""),
        "boxes_json": json.dumps({row.code: row.municipality.bbox for row in cities()}),
        "steps": steps(2),
    }
    return render(request, "contact/report/where.html", context | (more or {}), status=status)


def _shown(form: WhereForm) -> Shown | None:
    """The position that the form holds, if any."""
    told = form.cleaned_data if form.is_bound else form.initial
    try:
        lon, lat = float(told.get("lon")), float(told.get("lat"))  # type: ignore[arg-type]  # None is caught
    except (TypeError, ValueError):
        return None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return None
    known = dict(Case.PlaceSource.choices)
    code = routing.municipality_at(lon, lat)
    return Shown(
        lon,
        lat,
        str(known.get(str(told.get("source") or ""), known[Case.PlaceSource.MAP])),
        Municipality.objects.filter(pk=code).first() if code else None,
    )


def _route(category: Category, fields: dict[str, Any], chosen: str, *, beside: bool) -> routing.Route:
    lon, lat = fields.get("lon"), fields.get("lat")
    return routing.route(category, lon=lon, lat=lat, at=timezone.now(), chosen=chosen, beside=beside)


def obstacle(found: routing.Route) -> dict[str, Any]:
    """What stands between a place and a case: a question, or somebody else's matter."""
    return {
        "ask": found.choices if found.found is routing.Found.ASK else (),
        "outside": found if found.found is routing.Found.OUTSIDE else None,
        "external": found.body if found.found is routing.Found.EXTERNAL else None,
    }
