"""The demonstration's service directory: services of six cities, units that were made up and say so, two real libraries."""

from __future__ import annotations

import json
import tomllib
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from i18nfield.strings import LazyI18nString

from kuutio.cities.importing.saving import import_units
from kuutio.cities.models import (
    Channel,
    City,
    CityService,
    DatePeriod,
    Organisation,
    Service,
    ServiceArea,
    TimeSpan,
    TimeSpanGroup,
    Unit,
)
from kuutio.contact import findable_places
from kuutio.contact.models import AppointmentKind, Category, FormQuestion, ServiceForm

DATA = Path(__file__).parent / "data"
CAPITAL_REGION = ["091", "049", "092", "235"]
"""Helsinki, Espoo, Vantaa, Kauniainen."""
MADE_UP = {
    "fi": "Esittelyä varten keksitty paikka: osoite, aukioloajat ja palvelut ovat esimerkkejä.",
    "sv": "En plats som hittats på för demonstrationen: adress, öppettider och tjänster är påhittade.",
    "en": "A place made up for the demonstration: its address, opening hours and services are examples.",
}


def load(now: datetime | None = None) -> bool:
    """Bring in the directory of the demonstration; False when it is there already."""
    told = tomllib.loads((DATA / "directory.toml").read_text(encoding="utf-8"))
    if Service.objects.filter(code=told["service"][-1]["code"]).exists():
        return False
    places = tomllib.loads((DATA / "units.toml").read_text(encoding="utf-8"))["place"]
    now = now or timezone.now()
    with transaction.atomic():
        services = {row["code"]: _service(row) for row in told["service"]}
        for city in City.objects.select_related("municipality").filter(pk__in=places):
            units = {row["kind"]: _unit(city, row, places[city.code]) for row in told["unit"]}
            for row in told["service"]:
                _in_city(city, row, services[row["code"]], units[row["unit"]])
        if helsinki := City.objects.filter(pk="helsinki").first():
            document = json.loads((DATA / "registers" / "helsinki_libraries.json").read_text(encoding="utf-8"))
            import_units(document, "tpr", helsinki, by=None, at=now)
            own = CityService.objects.get(service=services["library"], city=helsinki)
            for unit in Unit.objects.filter(external_ids__source="tpr"):
                Channel.objects.create(city_service=own, kind=Channel.Kind.SERVICE_LOCATION, unit=unit)
    findable_places.refresh(*City.objects.all(), at=now)
    return True


def _service(row: dict[str, Any]) -> Service:
    return Service.objects.create(
        code=row["code"], name=_i18n(row["name"]), text=_i18n(row["text"]), keywords=_i18n(row["keywords"])
    )


def _i18n(said: dict[str, str]) -> Any:
    return LazyI18nString(said)


def _unit(city: City, row: dict[str, Any], place: dict[str, Any]) -> Unit:
    """A unit with its hours: those of the week, closed on public holidays, and short on New Year's Eve."""
    unit = Unit.objects.filter(slug=f"{city.code}-{row['kind']}").first() or Unit(
        slug=f"{city.code}-{row['kind']}", city=city, languages=[*city.languages, "en"]
    )
    if not unit.pk:
        name = {language: f"{said}, {city.name.localize(language)}" for language, said in row["name"].items()}
        unit.name, unit.lon, unit.lat = _i18n(name), place["lon"] + row["east"], place["lat"] + row["north"]
    if "street" in row:
        unit.address = _i18n(
            {language: f"{said}, {city.name.localize(language)}" for language, said in row["street"].items()}
        )
    unit.text, unit.accessibility = _i18n(MADE_UP), row["access"]
    unit.department = Organisation.objects.filter(kind=Organisation.Kind.CITY, city=city).first()
    unit.save()
    ordinary = DatePeriod.objects.create(unit=unit, skips_holidays=True)
    _spans(ordinary, row["hours"])
    eve = DatePeriod.objects.create(
        unit=unit,
        name=_i18n({"fi": "Uudenvuodenaatto", "sv": "Nyårsafton", "en": "New Year’s Eve"}),
        starts_on=date(2026, 12, 31),
        ends_on=date(2026, 12, 31),
        override=True,
    )
    _spans(eve, [[1, 7, "08:00", "13:00", "open"]])
    return unit


def _spans(period: DatePeriod, hours: list[list[Any]]) -> None:
    group = TimeSpanGroup.objects.create(period=period)
    for first, last, opens, closes, state in hours:
        TimeSpan.objects.create(
            group=group,
            weekdays=list(range(first, last + 1)),
            start=time.fromisoformat(opens),
            end=time.fromisoformat(closes),
            state=state,
        )


def _in_city(city: City, row: dict[str, Any], service: Service, unit: Unit) -> None:
    own = CityService.objects.create(
        service=service,
        city=city,
        open_to=row["open_to"],
        conditions=_i18n(row.get("conditions", {})),
        price=_i18n(row.get("price", {})),
    )
    if row.get("region") and city.municipality_id in CAPITAL_REGION:
        ServiceArea.objects.create(city_service=own, municipalities=CAPITAL_REGION)
    Channel.objects.create(city_service=own, kind=Channel.Kind.SERVICE_LOCATION, unit=unit)
    if "phone" in row:
        Channel.objects.create(city_service=own, kind=Channel.Kind.PHONE, phone=row["phone"])
    if told := row.get("form"):
        form = ServiceForm.objects.create(
            city_service=own,
            category=Category.objects.get(pk=told["category"]),
            name=_i18n(told["name"]),
            text=_i18n(told["text"]),
            needs_identity=told.get("needs_identity", False),
            takes_files=told.get("takes_files", False),
        )
        for position, question in enumerate(told["question"], start=1):
            FormQuestion.objects.create(
                form=form,
                code=question["code"],
                kind=question["kind"],
                text=_i18n(question["text"]),
                is_required=question.get("required", False),
                position=position,
                values=question.get("values", []),
            )
    if told := row.get("appointment"):
        AppointmentKind.objects.create(
            slug=f"{city.code}-{told['slug']}",
            unit=unit,
            city_service=own,
            name=_i18n(told["name"]),
            text=_i18n(told["text"]),
            minutes=told["minutes"],
            desks=told["desks"],
        )
