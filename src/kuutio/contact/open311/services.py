"""What can be reported: the catalogue of matters as services, and their questions as definitions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import get_language

from kuutio.cities.drawn import locator, unsure_m
from kuutio.cities.models import City
from kuutio.contact.models import Category
from kuutio.contact.routing import rules_of
from kuutio.core.positions import Position


def services(*, city: City | None, place: Position | None, at: datetime) -> list[dict[str, Any]]:
    """The services of the group, of a city, or of the cities that a place is in (or is too near a border to tell)."""
    categories = Category.objects.filter(is_active=True).select_related("group").prefetch_related("questions")
    offered: set[str] | None = None
    if city is not None:
        offered = _offered(city, at)
    if place is not None:
        near = City.objects.filter(municipality__in=locator().near(place.lon, place.lat, unsure_m()))
        here = {code for row in near for code in _offered(row, at)}
        offered = here if offered is None else offered & here
    return [_service(row) for row in categories if offered is None or row.pk in offered]


def _offered(city: City, at: datetime) -> set[str]:
    return {rule.category_id for rule in rules_of(city, at)}


def _service(category: Category) -> dict[str, Any]:
    return {
        "service_code": category.pk,
        "service_name": str(category.name),
        "description": str(category.text or ""),
        "metadata": bool(category.questions.all()),
        "type": "realtime",
        "keywords": str(category.keywords or ""),
        "group": str(category.group.name),
    }


def definition(code: str) -> dict[str, Any] | None:
    """What a service asks; None when there is no such service."""
    category = next((row for row in Category.objects.filter(is_active=True) if row.pk == code), None)
    if category is None:
        return None
    return {
        "service_code": category.pk,
        "attributes": [
            {
                "variable": True,
                "code": question.code,
                "datatype": question.kind,
                "required": question.is_required,
                "datatype_description": str(question.hint or "") or None,
                "order": question.position,
                "description": str(question.text),
                "values": [{"key": value["key"], "name": _name(value["name"])} for value in question.values],
            }
            for question in category.questions.all()
        ],
    }


def _name(texts: dict[str, str]) -> str:
    return texts.get(get_language() or "fi") or texts["fi"]
