"""Municipalities and the cities that run Kuutio together: open data, no person in here."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField


class Municipality(models.Model):
    """A municipality of Finland and its border, sea included, so that every place and its outside has a name."""

    code = models.CharField(primary_key=True, max_length=3, help_text="three digits, such as 091")
    name_fi = models.CharField(max_length=80)
    name_sv = models.CharField(max_length=80)
    border = models.BinaryField(help_text="WKB, CRS84")
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    ended_on = models.DateField(null=True, blank=True, help_text="from this day on it is a part of another one")

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "municipalities"
        constraints = [
            CheckConstraint(name="municipality_code_digits", condition=Q(code__regex=r"^\d{3}$")),
            CheckConstraint(
                name="municipality_box", condition=Q(west__lt=models.F("east"), south__lt=models.F("north"))
            ),
        ]

    def __str__(self) -> str:
        return self.name_fi

    def name(self, language: str) -> str:
        """The name in a reader's language; English keeps the Finnish form."""
        return self.name_sv if language == "sv" else self.name_fi

    @property
    def name_here(self) -> str:
        """The name in the language that the page speaks."""
        return self.name((get_language() or "fi")[:2])

    @property
    def bbox(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        return (self.west, self.south, self.east, self.north)


def _finnish() -> list[str]:
    return ["fi"]


class City(models.Model):
    """A city that runs Kuutio: its name in three languages, its border, its look."""

    code = models.SlugField(primary_key=True, max_length=30, help_text="such as helsinki; part of addresses and ids")
    municipality = models.OneToOneField(Municipality, on_delete=models.PROTECT, related_name="city")
    name = I18nCharField(max_length=300)
    position = models.PositiveSmallIntegerField(unique=True, help_text="the order of cities, and of their colours")
    theme = models.JSONField(default=dict, blank=True, help_text="brand tokens: {light: {...}, dark: {...}}")
    home_page = models.URLField(blank=True)
    languages = ArrayField(
        models.CharField(max_length=2), default=_finnish, help_text="in which it serves by law: fi, or fi and sv"
    )

    class Meta:
        ordering = ["position"]
        verbose_name_plural = "cities"
        constraints = [
            CheckConstraint(name="city_code_not_empty", condition=~Q(code="")),
            CheckConstraint(
                name="city_languages", condition=Q(languages__contained_by=["fi", "sv"], languages__len__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)


class ContactDoor(models.Model):
    """A way to reach a city: a telephone number, an address, a page."""

    class Kind(models.TextChoices):
        PHONE = "phone", _("Telephone")
        EMAIL = "email", _("E-mail")
        WEB = "web", _("Web page")
        VISIT = "visit", _("Service point")

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="contact_doors")
    kind = models.CharField(max_length=10, choices=Kind)
    label = I18nCharField(max_length=300)
    value = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["city", "position"]
        constraints = [models.UniqueConstraint(fields=["city", "kind", "value"], name="contact_door_once")]

    def __str__(self) -> str:
        return self.value


_PLACE = ("code", "name_fi", "name_sv", "west", "south", "east", "north", "ended_on")
_CITIES = f"""
    SELECT city.*, {", ".join(f"place.{name} AS place_{name}" for name in _PLACE)}
    FROM cities_city city JOIN cities_municipality place ON place.code = city.municipality_id
    ORDER BY city.position
"""  # noqa: S608  # names of this file


def cities() -> list[City]:
    """The cities that run this Kuutio, in their own order, with their municipalities; borders are read where they are asked for.

    Each page asks for them, so the question is written out: to work it out anew took longer than to ask it.
    """
    found = list(City.objects.raw(_CITIES))
    for city in found:
        values = [getattr(city, f"place_{name}") for name in _PLACE]
        city.municipality = Municipality.from_db(city._state.db, _PLACE, values)
    return found
