"""The units of the cities: who serves people, where, and how they are reached. Open data, no person in here."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q
from i18nfield.fields import I18nCharField

from kuutio.cities.places import City


class Unit(models.Model):
    """A service point or a team of a city (*toimipiste*)."""

    slug = models.SlugField(max_length=80, unique=True)
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="units")
    name = I18nCharField(max_length=600)
    address = I18nCharField(max_length=600, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True, help_text="E.164, such as +358931010111")
    lon = models.FloatField(null=True, blank=True, help_text="degrees, CRS84")
    lat = models.FloatField(null=True, blank=True)
    languages = ArrayField(models.CharField(max_length=2), default=list, help_text="in which it serves: fi, sv, en")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["city", "slug"]
        constraints = [
            CheckConstraint(name="unit_slug_not_empty", condition=~Q(slug="")),
            CheckConstraint(
                name="unit_place_whole",
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__range=(-180, 180), lat__range=(-90, 90)),
            ),
            CheckConstraint(name="unit_languages", condition=Q(languages__contained_by=["fi", "sv", "en"])),
        ]

    def __str__(self) -> str:
        return str(self.name)
