"""Organisations: the cities themselves, other public bodies, firms, the third sector, research."""

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from kuutio.cities.places import City
from kuutio.core.identifiers import is_business_id


class Organisation(models.Model):
    """An organisation, known by its Finnish Business ID or by its number in a foreign register."""

    class Kind(models.TextChoices):
        CITY = "city", _("City")
        PUBLIC = "public", _("Other public body")
        THIRD_SECTOR = "third-sector", _("Third sector")
        COMPANY = "company", _("Company")
        RESEARCH = "research", _("Research and education")

    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    name = I18nCharField(max_length=600)
    city = models.ForeignKey(
        City, on_delete=models.PROTECT, null=True, blank=True, related_name="organisations", help_text="where it acts"
    )
    country = models.CharField(max_length=2, default="FI", help_text="ISO 3166-1 alpha-2")
    business_id = models.CharField(_("Business ID"), max_length=9, blank=True, help_text="Finnish, such as 0201256-6")
    foreign_register = models.CharField(max_length=120, blank=True)
    foreign_number = models.CharField(max_length=60, blank=True)
    home_page = models.URLField(blank=True)
    uuid = models.UUIDField(
        default=uuid.uuid4, db_default=RandomUUID(), unique=True, help_text="by which other catalogues know it"
    )
    notes = I18nTextField(blank=True, help_text="what it is, for readers of the catalogue")
    image_url = models.URLField(max_length=1000, blank=True)
    extras = models.JSONField(default=dict, blank=True, help_text="what CKAN clients gave that has no field here")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["slug"]
        constraints = [
            CheckConstraint(
                name="organisation_kind",
                condition=Q(kind__in=["city", "public", "third-sector", "company", "research"]),
            ),
            CheckConstraint(name="organisation_country", condition=Q(country__regex=r"^[A-Z]{2}$")),
            CheckConstraint(
                name="organisation_business_id_form", condition=Q(business_id="") | Q(business_id__regex=r"^\d{7}-\d$")
            ),
            CheckConstraint(
                name="organisation_foreign_whole",
                condition=Q(foreign_register="", foreign_number="")
                | (~Q(foreign_register="") & ~Q(foreign_number="") & ~Q(country="FI")),
            ),
            CheckConstraint(name="organisation_city_has_city", condition=~Q(kind="city") | Q(city__isnull=False)),
            UniqueConstraint(
                fields=["country", "foreign_register", "foreign_number"],
                condition=~Q(foreign_number=""),
                name="organisation_foreign_once",
            ),
            UniqueConstraint(fields=["city"], condition=Q(kind="city"), name="organisation_one_a_city"),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def clean(self) -> None:
        """Refuse a Business ID whose check digit is wrong.

        Source: the check digit of the Finnish Business ID (Y-tunnus), through `core.identifiers`.
        """
        if self.business_id and not is_business_id(self.business_id):
            raise ValidationError(
                {"business_id": _("This is no Finnish Business ID. Check the digits, such as 0201256-6.")}
            )
        if self.country != "FI" and self.business_id:
            raise ValidationError({"business_id": _("Give a foreign organisation's register and number instead.")})
