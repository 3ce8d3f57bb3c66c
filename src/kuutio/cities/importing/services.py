"""Saving a city's services as PTV tells of them: the group's service, the city's own way, its area and its channels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from i18nfield.strings import LazyI18nString

from kuutio.cities.importing.values import ChannelIn, ServiceIn, Texts
from kuutio.cities.places import City
from kuutio.cities.services import Channel, CityService, Service, ServiceArea
from kuutio.cities.units import Unit
from kuutio.core.identifiers import slug


class Services:
    """The services of one city in one file, with the channels that the file describes."""

    def __init__(self, city: City, channels: Iterable[ChannelIn]) -> None:
        self.city = city
        self.channels = {channel.ptv_id: channel for channel in channels}

    def save(self, row: ServiceIn) -> CityService:
        """Keep a service as the file tells it.

        Raises:
            IntegrityError: the city has another service of the same general description.
        """
        own, _made = CityService.objects.update_or_create(
            ptv_id=row.ptv_id,
            defaults={
                "service": self._of_the_group(row),
                "city": self.city,
                "name": _i18n(row.name),
                "text": _i18n(row.text),
                "conditions": _i18n(row.conditions),
                "price": _i18n(row.price),
                "open_to": row.open_to,
                "is_active": True,
            },
        )
        own.areas.all().delete()
        if row.municipalities:
            ServiceArea.objects.create(city_service=own, municipalities=list(dict.fromkeys(row.municipalities)))
        self._channels(own, row)
        return own

    def _of_the_group(self, row: ServiceIn) -> Service:
        """The service that cities share: that of the general description, else one of its own."""
        if row.general and (known := Service.objects.filter(ptv_id=row.general).first()):
            return known
        if before := CityService.objects.filter(ptv_id=row.ptv_id).select_related("service").first():
            return before.service
        name = slug(row.name.get("fi") or next(iter(row.name.values())), longest=50)
        code = slug(f"{name} {row.ptv_id[:6]}") if not name or Service.objects.filter(code=name).exists() else name
        return Service.objects.create(
            code=code,
            name=_i18n(row.name),
            text=_i18n(row.text),
            keywords=_i18n(row.keywords),
            ptv_id=row.general or None,
        )

    def _channels(self, own: CityService, row: ServiceIn) -> None:
        kept = []
        for position, ptv_id in enumerate(dict.fromkeys(row.channels), start=1):
            fields: dict[str, Any]
            if told := self.channels.get(ptv_id):
                fields = {
                    "kind": told.kind,
                    "name": _i18n(told.name),
                    "url": _i18n(told.url),
                    "phone": told.phone,
                    "unit": None,
                }
            elif unit := Unit.objects.filter(external_ids__source="ptv", external_ids__value=ptv_id).first():
                fields = {"kind": Channel.Kind.SERVICE_LOCATION, "unit": unit}
            else:
                continue  # described in another file: it comes when that is brought in before this
            channel, _made = Channel.objects.update_or_create(
                city_service=own, ptv_id=ptv_id, defaults=fields | {"position": position}
            )
            kept.append(channel.pk)
        own.channels.filter(ptv_id__isnull=False).exclude(pk__in=kept).delete()


def _i18n(said: Texts) -> Any:
    return LazyI18nString(said) if said else ""
