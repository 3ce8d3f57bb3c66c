"""Units and services in the search over everything."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import translation

from kuutio.cities.directory import offered
from kuutio.cities.models import City, CityService, Service, Unit
from kuutio.core.language import LANGUAGES, Language
from kuutio.search.actions import Words, forget, put
from kuutio.ui.wording import localized

UNIT, SERVICE = "unit", "service"


def refresh(*cities: City, at: datetime) -> None:
    """Put some cities' units into the index, and the services of all; take out what is no longer shown."""
    own = list(offered())
    for unit in Unit.objects.filter(city__in=cities).select_related("city"):
        put_unit(unit, [one for one in own if one.city_id == unit.city_id], at=at)
    of_service: dict[int, list[CityService]] = {}
    for one in own:
        of_service.setdefault(one.service_id, []).append(one)
    for service in Service.objects.all():
        put_service(service, of_service.get(service.pk, []), at=at)


def put_unit(unit: Unit, own: Iterable[CityService], *, at: datetime) -> None:
    """Make a unit findable by its name, place and services; one that is no longer shown is taken out."""
    if not unit.is_active:
        forget(UNIT, unit.slug)
        return
    here = [one for one in own if any(channel.unit_id == unit.pk for channel in one.channels.all())]
    put(UNIT, unit.slug, {language: _unit(unit, here, language) for language in LANGUAGES}, at=at, city=unit.city_id)


def put_service(service: Service, own: list[CityService], *, at: datetime) -> None:
    """Make a service findable; one that no city offers is taken out."""
    if not service.is_active or not own:
        forget(SERVICE, service.code)
        return
    words = {language: _service(service, own, language) for language in LANGUAGES}
    put(SERVICE, service.code, words, at=at, boost=1.2)


def _unit(unit: Unit, own: list[CityService], language: Language) -> Words:
    with translation.override(language):
        names = [localized(one.name or one.service.name)[0] for one in own]
        keywords = [localized(unit.city.name)[0], *names, *(localized(one.service.keywords)[0] for one in own)]
        body = [localized(unit.address)[0], localized(unit.text)[0][:2000]]
        path = reverse("contact:unit", kwargs={"slug": unit.slug})
        return Words(localized(unit.name)[0], path, " ".join(keywords), ". ".join(filter(None, body)))


def _service(service: Service, own: list[CityService], language: Language) -> Words:
    with translation.override(language):
        cities = " ".join(localized(one.city.name)[0] for one in own)
        path = reverse("contact:service", kwargs={"code": service.code})
        keywords = f"{localized(service.keywords)[0]} {cities}"
        return Words(localized(service.name)[0], path, keywords, localized(service.text)[0][:2000])
