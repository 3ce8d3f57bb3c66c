"""The units of the cities: who serves people, where, and how they are reached. Open data, no person in here."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from kuutio.cities.organisations import Organisation
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
    department = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="units", help_text="that runs it"
    )
    text = I18nTextField(blank=True, help_text="what it is and does, plain text")
    www = I18nCharField(max_length=1500, blank=True, help_text="the address of its own page, by language")
    accessibility = models.JSONField(
        default=list, blank=True, help_text="[{fi, sv, en}]: facts as sentences, such as that the entrance has a step"
    )
    osm_hours = models.CharField(
        max_length=500, blank=True, help_text="OpenStreetMap's opening_hours; counts where there are no periods"
    )
    hours_text = I18nTextField(blank=True, help_text="hours in words, shown where none can be computed")

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


class Source(models.TextChoices):
    """The registers that know units by numbers of their own."""

    TPR = "tpr", _("Service map (TPR)")
    KIRJASTOT = "kirjastot", _("Kirjastot.fi")
    PTV = "ptv", _("Finnish Service Catalogue (PTV)")
    HAUKI = "hauki", _("Hauki")
    OSM = "osm", _("OpenStreetMap")


class UnitId(models.Model):
    """What a register calls a unit: by it an import finds the unit again."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="external_ids")
    source = models.CharField(max_length=12, choices=Source)
    value = models.CharField(max_length=80)

    class Meta:
        ordering = ["unit", "source"]
        constraints = [
            UniqueConstraint(fields=["source", "value"], name="unit_id_names_one_unit"),
            UniqueConstraint(fields=["unit", "source"], name="unit_id_once_a_register"),
            CheckConstraint(
                name="unit_id_whole",
                condition=Q(source__in=["tpr", "kirjastot", "ptv", "hauki", "osm"]) & ~Q(value=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}:{self.value}"
