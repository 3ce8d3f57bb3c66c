"""What the directory tells programs of its rows, as JSON values."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from kuutio.cities.directory import Found, MayUse, may_use
from kuutio.cities.models import CityService, Service


def texts(value: Any) -> dict[str, str]:
    """A translated text by language."""
    data = getattr(value, "data", value)
    if isinstance(data, dict):
        return {str(language): str(said) for language, said in data.items() if said}
    return {"fi": str(data)} if data else {}


def page_at(name: str, **kwargs: Any) -> str:
    """The address of a page for people, in English."""
    with translation.override("en"):
        return f"{settings.SITE_URL}{reverse(f'contact:{name}', kwargs=kwargs)}"


def unit_told(found: Found) -> dict[str, Any]:
    """A unit with its state at the moment that was asked for."""
    unit = found.unit
    return {
        "id": unit.slug,
        "city": unit.city_id,
        "name": texts(unit.name),
        "address": texts(unit.address),
        "phone": unit.phone,
        "email": unit.email,
        "www": texts(unit.www),
        "lon": unit.lon,
        "lat": unit.lat,
        "external_ids": {row.source: row.value for row in unit.external_ids.all()},
        "state": str(found.now.state),
        "state_until": found.now.until,
        "distance_m": round(found.metres) if found.metres is not None else None,
        "page": page_at("unit", slug=unit.slug),
    }


def service_told(service: Service, cities: list[str]) -> dict[str, Any]:
    """A service with the codes of the cities that offer it."""
    return {
        "id": service.code,
        "name": texts(service.name),
        "text": texts(service.text),
        "keywords": texts(service.keywords),
        "cities": cities,
        "page": page_at("service", code=service.code),
    }


def in_city_told(row: CityService, home: str) -> dict[str, Any]:
    """A city's own way of a service.

    Args:
        home: the municipality whose residents ask whether they may use it; "" for none.
    """
    own: MayUse | None = may_use(row, home) if home else None
    return {
        "city": row.city_id,
        "name": texts(row.name),
        "text": texts(row.text),
        "open_to": row.open_to,
        "municipalities": sorted({code for area in row.areas.all() for code in area.municipalities}),
        "may_use": str(own) if own else None,
        "conditions": texts(row.conditions),
        "price": texts(row.price),
        "channels": [
            {
                "kind": channel.kind,
                "name": texts(channel.name),
                "url": texts(channel.url),
                "phone": channel.phone,
                "unit": channel.unit.slug if channel.unit else None,
            }
            for channel in row.channels.all()
        ],
    }
