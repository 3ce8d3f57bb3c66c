"""Solutions: services made on the cities' data, and in which cities each would run."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from i18nfield.fields import I18nCharField, I18nTextField

from kuutio.cities.models import City, Organisation
from kuutio.core.running import Fault
from kuutio.innovation.models.words import Technology, Theme
from kuutio.opendata.models import Dataset


class Solution(models.Model):
    """A service that somebody made on open data, for everybody to use."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("Waits for an officer")
        PUBLISHED = "published", pgettext_lazy("solution", "Published")
        DECLINED = "declined", _("Not published")
        WITHDRAWN = "withdrawn", _("Taken back")

    class Maker(models.TextChoices):
        COMPANY = "company", _("Company")
        RESEARCH = "research", _("Research and education")
        CITY = "city", _("City")
        PUBLIC = "public", _("Other public body")
        THIRD_SECTOR = "third-sector", _("Third sector")
        PERSON = "person", _("Private person")

    slug = models.SlugField(max_length=80, unique=True)
    key = models.UUIDField(unique=True, default=uuid.uuid4, help_text="of the form: sent twice it is one solution")
    title = I18nCharField(max_length=800)
    text = I18nTextField()
    maker = models.CharField(max_length=120)
    maker_kind = models.CharField(max_length=20, choices=Maker)
    home_page = models.URLField(max_length=500)
    source_code = models.URLField(max_length=500, blank=True)
    themes = ArrayField(models.CharField(max_length=12, choices=Theme), default=list)
    technologies = ArrayField(models.CharField(max_length=12, choices=Technology), default=list, blank=True)
    interfaces = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.SUBMITTED)
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    contact = models.EmailField(blank=True, help_text="for the answer, then removed; never shown")
    language = models.CharField(max_length=2, default="fi", help_text="in which its maker is answered")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=1000, blank=True, help_text="why it was not published")
    changed_at = models.DateTimeField()
    is_made = models.BooleanField(default=False, help_text="made up for the demonstration; its page says so")
    judged_at = models.DateTimeField(null=True, blank=True, help_text="when it was last looked where it runs")

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        indexes = [models.Index(fields=["state", "-decided_at"], name="solution_state")]
        constraints = [
            CheckConstraint(
                name="solution_state", condition=Q(state__in=["submitted", "published", "declined", "withdrawn"])
            ),
            CheckConstraint(
                name="solution_decided_has_time", condition=Q(state="submitted") | Q(decided_at__isnull=False)
            ),
            CheckConstraint(
                name="solution_words",
                condition=Q(themes__contained_by=[*Theme.values], technologies__contained_by=[*Technology.values]),
            ),
            CheckConstraint(name="solution_declined_has_reason", condition=~Q(state="declined") | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def is_public(self) -> bool:
        """Everybody may read it."""
        return self.state == self.State.PUBLISHED


class Need(models.Model):
    """Data that a solution can't do without: one data set, or several that do the same in different cities."""

    solution = models.ForeignKey(Solution, on_delete=models.CASCADE, related_name="needs")
    position = models.PositiveSmallIntegerField()
    most_days = models.PositiveIntegerField(null=True, blank=True, help_text="how old the data may be")

    class Meta:
        ordering = ["solution", "position"]
        constraints = [
            UniqueConstraint(fields=["solution", "position"], name="need_position_once"),
            CheckConstraint(name="need_most_days", condition=Q(most_days__isnull=True) | Q(most_days__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.solution_id}/{self.position}"


class NeededDataset(models.Model):
    """A data set that would do for a need, and the fields that are read of it."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="datasets")
    position = models.PositiveSmallIntegerField()
    dataset = models.ForeignKey(Dataset, on_delete=models.SET_NULL, null=True, related_name="needed_by")
    name = models.CharField(max_length=100, help_text="the data set's, also when it is gone")
    fields = ArrayField(models.CharField(max_length=200), default=list, blank=True)

    class Meta:
        ordering = ["need", "position"]
        constraints = [UniqueConstraint(fields=["need", "name"], name="needed_dataset_once")]

    def __str__(self) -> str:
        return self.name


class Lacking(models.Model):
    """What keeps a solution from running in a city, worked out from the catalogue; the owner of the data sees it as work to do."""

    solution = models.ForeignKey(Solution, on_delete=models.CASCADE, related_name="lacking")
    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="+")
    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="lacking")
    fault = models.CharField(max_length=20)
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    fields = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    owner = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    since = models.DateTimeField(help_text="when it was seen first")

    class Meta:
        ordering = ["solution", "city__position", "need__position", "pk"]
        indexes = [models.Index(fields=["owner", "since"], name="lacking_owner")]
        constraints = [
            CheckConstraint(name="lacking_fault", condition=Q(fault__in=[str(fault) for fault in Fault])),
        ]

    def __str__(self) -> str:
        return f"{self.solution_id} {self.city_id} {self.fault}"


class RunsIn(models.Model):
    """A city in which a solution has all that it needs."""

    solution = models.ForeignKey(Solution, on_delete=models.CASCADE, related_name="runs_in")
    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()

    class Meta:
        ordering = ["solution", "city__position"]
        constraints = [UniqueConstraint(fields=["solution", "city"], name="runs_in_once")]

    def __str__(self) -> str:
        return f"{self.solution_id} {self.city_id}"


class DataSeen(models.Model):
    """Up to where the log of changed data sets was read, so that what changes meanwhile is looked at next."""

    transaction = models.CharField(max_length=24, help_text="PostgreSQL's number of the oldest one that was still open")

    def __str__(self) -> str:
        return self.transaction
