"""What the cities do for people: a service of the whole group, each city's own way of it, its channels and its area.

Shaped as the Finnish Service Catalogue (PTV), so that an import is a mapping: the group's service is PTV's general description,
a city's its service, the channels its channels. Open data, no person in here.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from kuutio.cities.places import City
from kuutio.cities.units import Unit


class Service(models.Model):
    """A service that has one name and one code in all the cities, so that what they do can be set side by side."""

    code = models.SlugField(max_length=60, unique=True)
    name = I18nCharField(max_length=600)
    text = I18nTextField(blank=True, help_text="what it is, plain text")
    keywords = I18nCharField(max_length=1500, blank=True, help_text="separated by commas")
    ptv_id = models.UUIDField(null=True, blank=True, unique=True, help_text="of the general description")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]
        constraints = [CheckConstraint(name="service_code_not_empty", condition=~Q(code=""))]

    def __str__(self) -> str:
        return str(self.name)


class CityService(models.Model):
    """A city's own way of a service; what it leaves empty is as in the whole group."""

    class OpenTo(models.TextChoices):
        EVERYONE = "everyone", _("Everyone, wherever they live")
        RESIDENTS = "residents", _("Residents of the service’s area")

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="in_cities")
    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="services")
    name = I18nCharField(max_length=600, blank=True)
    text = I18nTextField(blank=True)
    open_to = models.CharField(max_length=10, choices=OpenTo, default=OpenTo.EVERYONE)
    conditions = I18nTextField(blank=True, help_text="who may use it besides, and what is needed")
    price = I18nCharField(max_length=600, blank=True)
    ptv_id = models.UUIDField(null=True, blank=True, unique=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["service", "city__position"]
        constraints = [
            UniqueConstraint(fields=["service", "city"], name="city_service_once"),
            CheckConstraint(name="city_service_open_to", condition=Q(open_to__in=["everyone", "residents"])),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.city_id}"


class ServiceArea(models.Model):
    """Where people have to live to use a city's service: municipalities, or a part of one. None: the city itself."""

    city_service = models.ForeignKey(CityService, on_delete=models.CASCADE, related_name="areas")
    name = I18nCharField(max_length=300, blank=True)
    municipalities = ArrayField(models.CharField(max_length=3), default=list, blank=True, help_text="codes")
    shape = models.BinaryField(null=True, blank=True, help_text="WKB polygon in CRS84, in one municipality or many")

    class Meta:
        ordering = ["pk"]
        constraints = [
            CheckConstraint(
                name="service_area_either",
                condition=Q(shape__isnull=True, municipalities__len__gt=0) | Q(shape__isnull=False, municipalities=[]),
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(self.municipalities) or str(self.name)


class Channel(models.Model):
    """A way to a city's service: a page, an electronic service, a telephone, a form to print, or a unit.

    A unit's services are those that have it as their channel: there is no second list that could differ.
    """

    class Kind(models.TextChoices):
        SERVICE_LOCATION = "service-location", _("Service point")
        E_SERVICE = "e-service", _("Electronic service")
        WEB_PAGE = "web-page", _("Web page")
        PHONE = "phone", _("Telephone")
        FORM = "form", _("Form to print")

    city_service = models.ForeignKey(CityService, on_delete=models.CASCADE, related_name="channels")
    kind = models.CharField(max_length=20, choices=Kind)
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, null=True, blank=True, related_name="channels")
    name = I18nCharField(max_length=600, blank=True)
    url = I18nCharField(max_length=1500, blank=True)
    phone = models.CharField(max_length=20, blank=True, help_text="E.164")
    position = models.PositiveSmallIntegerField(default=100)
    ptv_id = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["city_service", "position", "pk"]
        constraints = [
            UniqueConstraint(
                fields=["city_service", "unit"], condition=Q(unit__isnull=False), name="channel_unit_once"
            ),
            UniqueConstraint(fields=["city_service", "ptv_id"], name="channel_ptv_once"),
            CheckConstraint(
                name="channel_leads_somewhere",
                condition=Q(kind="service-location", unit__isnull=False)
                | (Q(kind="phone", unit__isnull=True) & ~Q(phone=""))
                | (Q(kind__in=["e-service", "web-page", "form"], unit__isnull=True) & ~Q(url="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.phone or self.url}"
