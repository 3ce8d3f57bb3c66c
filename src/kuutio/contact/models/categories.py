"""What a matter can be about, the same in every city, and who takes care of it in each."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from kuutio.cities.models import City, Municipality, Unit


class CategoryGroup(models.Model):
    """A room of the catalogue of matters: streets, parks, waste."""

    code = models.SlugField(primary_key=True, max_length=30)
    name = I18nCharField(max_length=300)
    position = models.PositiveSmallIntegerField(unique=True)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return str(self.name)


class Category(models.Model):
    """A kind of matter. Its code is one for all the cities, and stable: it is the `service_code` of Open311."""

    class Place(models.TextChoices):
        REQUIRED = "required", _("A place is needed")
        OPTIONAL = "optional", _("A place may be given")
        NONE = "none", _("No place")

    code = models.SlugField(primary_key=True, max_length=40)
    group = models.ForeignKey(CategoryGroup, on_delete=models.PROTECT, related_name="categories")
    name = I18nCharField(max_length=300)
    text = I18nTextField(blank=True, help_text="what belongs here, in the resident's words")
    keywords = I18nCharField(max_length=900, blank=True, help_text="separated by commas")
    place = models.CharField(max_length=10, choices=Place, default=Place.REQUIRED)
    allows_anonymous = models.BooleanField(default=True)
    is_public = models.BooleanField(default=True, help_text="its cases are in the open data, without their text")
    near_m = models.PositiveSmallIntegerField(
        default=50, help_text="how near another case of it may be the same, metres"
    )
    keep_years = models.PositiveSmallIntegerField(default=2, help_text="after closing, until the person is forgotten")
    may_erase = models.BooleanField(
        default=True, help_text="whether a resident's wish ends the keeping of a settled case; false where law keeps it"
    )
    position = models.PositiveSmallIntegerField(default=100)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["group__position", "position", "code"]
        verbose_name_plural = "categories"
        constraints = [
            CheckConstraint(name="category_place", condition=Q(place__in=["required", "optional", "none"])),
            CheckConstraint(name="category_kept_a_while", condition=Q(keep_years__gte=1)),
        ]

    def __str__(self) -> str:
        return str(self.name)


class Asked(models.Model):
    """Something that is asked beside the description, whoever asks: a category, or the form of a service."""

    class Kind(models.TextChoices):
        STRING = "string", _("A line of text")
        TEXT = "text", _("A longer text")
        NUMBER = "number", _("A number")
        DATETIME = "datetime", _("A day and time")
        ONE = "singlevaluelist", _("One of a list")
        MANY = "multivaluelist", _("Several of a list")

    code = models.SlugField(max_length=40)
    kind = models.CharField(max_length=16, choices=Kind)
    text = I18nCharField(max_length=600)
    hint = I18nCharField(max_length=600, blank=True)
    is_required = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField()
    values = models.JSONField(default=list, blank=True, help_text="[{key, name: {fi, sv, en}}] for lists")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.text)


IS_KIND = Q(kind__in=["string", "text", "number", "datetime", "singlevaluelist", "multivaluelist"])


class Question(Asked):
    """A question of a category: an attribute of Open311's service definition.

    Source: GeoReport v2, GET service definition: https://wiki.open311.org/GeoReport_v2/
    """

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="questions")

    class Meta:
        ordering = ["category", "position"]
        constraints = [
            UniqueConstraint(fields=["category", "code"], name="question_once"),
            UniqueConstraint(fields=["category", "position"], name="question_order"),
            CheckConstraint(name="question_kind", condition=IS_KIND),
            CheckConstraint(name="question_position", condition=Q(position__gte=1)),
        ]


class CategoryRule(models.Model):
    """Who takes care of a category in a city, or in an area of it, and what they promise."""

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="category_rules")
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="rules")
    area = models.BinaryField(null=True, blank=True, help_text="WKB polygon in CRS84; empty: the whole city")
    area_name = models.CharField(max_length=120, blank=True)
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="empty: the city's joint queue",
    )
    answer_minutes = models.PositiveIntegerField(default=960, help_text="business minutes to the first answer")
    resolve_minutes = models.PositiveIntegerField(default=4800, help_text="business minutes until it is settled")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True, help_text="the last day")

    class Meta:
        ordering = ["city", "category", "area_name", "pk"]
        constraints = [
            CheckConstraint(
                name="category_rule_area_has_name",
                condition=Q(area__isnull=True, area_name="") | (Q(area__isnull=False) & ~Q(area_name="")),
            ),
            UniqueConstraint(
                fields=["city", "category", "area_name"],
                condition=Q(valid_to__isnull=True),
                name="category_rule_once",
            ),
            CheckConstraint(
                name="category_rule_span",
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
            CheckConstraint(
                name="category_rule_promises",
                condition=Q(answer_minutes__gt=0, resolve_minutes__gte=F("answer_minutes")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.city_id} {self.category_id} {self.area_name}".strip()


class ExternalBody(models.Model):
    """Somebody outside the cities whose matter it is: the state's roads, a private road, another municipality.

    A row of data with its days, never code: the keeper of the state's roads changed at the turn of 2026.
    """

    class Kind(models.TextChoices):
        STATE_ROAD = "state-road", _("State road")
        PRIVATE_ROAD = "private-road", _("Private road")
        RAIL = "rail", _("Railway")
        PORT = "port", _("Harbour")
        WATER = "water", _("Water supply")
        POWER = "power", _("Electricity network")
        POLICE = "police", _("Police")
        MUNICIPALITY = "municipality", _("Municipality")

    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    name = I18nCharField(max_length=600)
    text = I18nTextField(blank=True, help_text="what to tell the resident")
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    home_page = models.URLField(blank=True)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, blank=True, related_name="external_bodies"
    )
    categories = ArrayField(
        models.SlugField(max_length=40), default=list, blank=True, help_text="empty: all with a place"
    )
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["slug"]
        verbose_name_plural = "external bodies"
        constraints = [
            CheckConstraint(
                name="external_body_kind",
                condition=Q(
                    kind__in=[
                        *("state-road", "private-road", "rail", "port"),
                        *("water", "power", "police", "municipality"),
                    ]
                ),
            ),
            CheckConstraint(name="external_body_reachable", condition=~Q(phone="") | ~Q(email="") | ~Q(home_page="")),
        ]

    def __str__(self) -> str:
        return str(self.name)
