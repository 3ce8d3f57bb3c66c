"""What agents answer with, shared by the cities: templates of answers, and articles that everybody may read."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import City
from kuutio.core.language import LANGUAGES


class Help(models.Model):
    """A template or an article; its texts are in its versions."""

    class Kind(models.TextChoices):
        TEMPLATE = "template", _("Answer template")
        ARTICLE = "article", _("Article")

    slug = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    categories = ArrayField(models.SlugField(max_length=40), default=list, blank=True, help_text="empty: any")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["kind", "slug"]
        constraints = [
            CheckConstraint(name="help_kind", condition=Q(kind__in=["template", "article"])),
            CheckConstraint(name="help_slug_not_empty", condition=~Q(slug="")),
        ]

    def __str__(self) -> str:
        return self.slug


class HelpVersion(models.Model):
    """One version of a text, the group's or a city's own; the newest of each is current, none is ever changed or removed."""

    class Way(models.TextChoices):
        WHOLE = "whole", _("In place of the common text")
        PARAGRAPH = "paragraph", _("After the common text")
        NONE = "none", _("No text of our own")

    help = models.ForeignKey(Help, on_delete=models.PROTECT, related_name="versions")
    city = models.ForeignKey(City, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    number = models.PositiveIntegerField()
    is_current = models.BooleanField(default=True)
    way = models.CharField(max_length=10, choices=Way, default=Way.WHOLE)
    title = models.JSONField(default=dict, blank=True, help_text="{fi, sv, en}, as far as it is written")
    text = models.JSONField(default=dict, blank=True, help_text="{fi, sv, en}, Markdown")
    terms = ArrayField(models.CharField(max_length=60), default=list, blank=True, help_text="stems it is suggested by")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["help", "city", "-number"]
        indexes = [GinIndex(fields=["terms"], name="help_version_terms")]
        constraints = [
            UniqueConstraint(fields=["help", "city", "number"], name="help_version_once", nulls_distinct=False),
            UniqueConstraint(
                fields=["help", "city"],
                condition=Q(is_current=True),
                name="help_version_one_current",
                nulls_distinct=False,
            ),
            CheckConstraint(name="help_version_number", condition=Q(number__gte=1)),
            CheckConstraint(
                name="help_version_way",
                condition=Q(way="whole") | Q(way__in=["paragraph", "none"], city__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.help_id} {self.city_id or ''} {self.number}"

    @property
    def spoken(self) -> list[tuple[str, str, str]]:
        """Language, title and text of each language that it is written in, in our order."""
        return [(code, self.title.get(code, ""), self.text[code]) for code in LANGUAGES if code in self.text]
