"""What is matched: things that firms and groups can take up, by their terms, and what firms and groups say of themselves."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import Organisation
from kuutio.innovation.models.words import Technology, Theme


class Findable(models.Model):
    """A testbed, a challenge, a learning, a solution or a data set as the matching sees it; renewed when the thing changes."""

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=100)
    title = models.JSONField(help_text="by language")
    path = models.JSONField(help_text="of its page, by language")
    cities = ArrayField(models.CharField(max_length=30), default=list)
    closes_at = models.DateTimeField(null=True, help_text="nobody can take it up after this")
    changed_at = models.DateTimeField(help_text="when it became what it is: what is newer is news")
    words = models.TextField(default="", help_text="the first of its text: matched anew when they have been learnt")
    waits = models.BooleanField(default=False, help_text="some of its words are still to be learnt")

    class Meta:
        constraints = [UniqueConstraint(fields=["kind", "key"], name="findable_once")]
        indexes = [models.Index(fields=["id"], condition=Q(waits=True), name="findable_waiting")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Term(models.Model):
    """One thing that a findable thing has in common with others: `theme:mobility`."""

    findable = models.ForeignKey(Findable, on_delete=models.CASCADE, related_name="terms", db_index=False)
    term = models.CharField(max_length=80)

    class Meta:
        constraints = [UniqueConstraint(fields=["findable", "term"], name="term_once")]
        indexes = [models.Index(fields=["term", "findable"], name="term_of")]

    def __str__(self) -> str:
        return self.term


class Profile(models.Model):
    """What a firm or a group says of itself, kept by the person who wrote it."""

    class Notices(models.TextChoices):
        NONE = "none", _("No letters")
        WEEKLY = "weekly", _("At most one letter a week")
        DAILY = "daily", _("At most one letter a day")

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="innovation_profile")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=Organisation.Kind)
    country = models.CharField(max_length=2, default="FI", help_text="ISO 3166-1 alpha-2")
    themes = ArrayField(models.CharField(max_length=12, choices=Theme), default=list, blank=True)
    technologies = ArrayField(models.CharField(max_length=12, choices=Technology), default=list, blank=True)
    cities = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    readiness = models.PositiveSmallIntegerField(null=True, blank=True, help_text="technology readiness, 1 to 9")
    text = models.TextField(blank=True)
    notices = models.CharField(max_length=10, choices=Notices, default=Notices.NONE)
    told_up_to = models.DateTimeField(help_text="what changed later hasn't been told in a letter yet")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(
                name="profile_kind",
                condition=Q(kind__in=["city", "public", "third-sector", "company", "research"]),
            ),
            CheckConstraint(name="profile_country", condition=Q(country__regex=r"^[A-Z]{2}$")),
            CheckConstraint(
                name="profile_readiness",
                condition=Q(readiness__isnull=True) | Q(readiness__gte=1, readiness__lte=9),
            ),
            CheckConstraint(name="profile_notices", condition=Q(notices__in=["none", "weekly", "daily"])),
        ]

    def __str__(self) -> str:
        return self.name
