"""Indicators: what the programme wants to reach and what was reached, each figure with its evidence; and the library of results."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from i18nfield.fields import I18nCharField, I18nTextField

from kuutio.cities.models import City
from kuutio.programme.models.strategy import FocusArea, Programme, Project, Source


class Indicator(models.Model):
    """Something that is counted in the programme, such as the companies that took part."""

    class Kind(models.TextChoices):
        OUTPUT = "output", pgettext_lazy("kind of indicator", "Output")
        RESULT = "result", pgettext_lazy("kind of indicator", "Result")

    class Adds(models.TextChoices):
        """How figures of several projects and periods become one."""

        SUM = "sum", _("added up")
        LAST = "last", _("the latest figure")

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="indicators")
    key = models.SlugField(max_length=60)
    name = I18nCharField(max_length=300)
    unit = I18nCharField(max_length=100, blank=True)
    definition = I18nTextField(blank=True, help_text="what is counted, and how")
    kind = models.CharField(max_length=8, choices=Kind)
    adds = models.CharField(max_length=6, choices=Adds, default=Adds.SUM)
    decimals = models.PositiveSmallIntegerField(default=0)
    counts_people = models.BooleanField(default=False, help_text="small figures of it aren't published")
    position = models.PositiveSmallIntegerField()
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["programme", "position"]
        constraints = [
            UniqueConstraint(fields=["programme", "key"], name="indicator_once"),
            UniqueConstraint(fields=["programme", "position"], name="indicator_position_once"),
            CheckConstraint(name="indicator_kind", condition=Q(kind__in=["output", "result"])),
            CheckConstraint(name="indicator_adds", condition=Q(adds__in=["sum", "last"])),
            CheckConstraint(name="indicator_decimals", condition=Q(decimals__lte=2)),
        ]

    def __str__(self) -> str:
        return self.key


class IndicatorTarget(models.Model):
    """What is to be reached by a day: by one project, or by the whole programme."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="targets")
    project = models.ForeignKey(
        Project,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="indicator_targets",
        help_text="empty: the whole",
    )
    value = models.DecimalField(max_digits=14, decimal_places=2)
    by_on = models.DateField()
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    is_example = models.BooleanField(default=False, help_text="made up for the demonstration")

    class Meta:
        ordering = ["indicator", "project", "by_on"]
        constraints = [
            UniqueConstraint(
                fields=["indicator", "project", "by_on"], nulls_distinct=False, name="indicator_target_once"
            ),
            CheckConstraint(name="indicator_target_value", condition=Q(value__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.value}"


class IndicatorValue(models.Model):
    """What was reached in a period by a project, in one city where it is told by city, with what shows it."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="values")
    project = models.ForeignKey(
        Project,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="indicator_values",
        help_text="empty: the whole",
    )
    city = models.ForeignKey(City, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    uuid = models.UUIDField(default=uuid4, db_default=RandomUUID(), unique=True)
    value = models.DecimalField(max_digits=14, decimal_places=2)
    about = models.BooleanField(default=False, help_text="told as “nearly” or “about”")
    evidence = models.TextField(blank=True, help_text="what shows it, in words")
    evidence_url = models.URLField(max_length=500, blank=True)
    evidence_name = models.CharField(max_length=200, blank=True, help_text="of the file")
    evidence_type = models.CharField(max_length=100, blank=True)
    evidence_sha256 = models.CharField(max_length=64, blank=True)
    reference = models.CharField(
        max_length=200, blank=True, help_text="of what told it by itself, such as a trial; empty: a person told it"
    )
    told_at = models.DateTimeField()
    is_example = models.BooleanField(default=False, help_text="made up for the demonstration")

    class Meta:
        ordering = ["indicator", "ends_on", "pk"]
        constraints = [
            UniqueConstraint(
                fields=["indicator", "project", "city", "starts_on", "ends_on", "reference"],
                nulls_distinct=False,
                name="indicator_value_once",
            ),
            UniqueConstraint(
                fields=["indicator", "reference"], condition=~Q(reference=""), name="indicator_value_reference_once"
            ),
            CheckConstraint(name="indicator_value_period", condition=Q(ends_on__gte=F("starts_on"))),
            CheckConstraint(name="indicator_value_value", condition=Q(value__gte=0)),
            CheckConstraint(
                name="indicator_value_evidence",
                condition=~Q(evidence="") | ~Q(evidence_url="") | ~Q(evidence_sha256=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.value}"


class Result(models.Model):
    """A project's final report or another lasting result, in the library that everybody reads."""

    class Kind(models.TextChoices):
        FINAL_REPORT = "final-report", _("Final report")
        RESULT = "result", pgettext_lazy("in the library", "Result")

    uuid = models.UUIDField(default=uuid4, db_default=RandomUUID(), unique=True)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="results")
    focus_area = models.ForeignKey(FocusArea, on_delete=models.SET_NULL, null=True, blank=True, related_name="results")
    kind = models.CharField(max_length=14, choices=Kind)
    language = models.CharField(max_length=2, default="fi", help_text="of the text")
    title = models.CharField(max_length=300)
    summary = models.TextField()
    text = models.TextField(blank=True, help_text="Markdown")
    learnings = ArrayField(models.CharField(max_length=1000), default=list, blank=True, help_text="one a line")
    links = ArrayField(models.URLField(max_length=500), default=list, blank=True)
    published_at = models.DateTimeField()
    is_example = models.BooleanField(default=False, help_text="made up for the demonstration")

    class Meta:
        ordering = ["-published_at", "pk"]
        constraints = [
            CheckConstraint(name="result_kind", condition=Q(kind__in=["final-report", "result"])),
            CheckConstraint(name="result_language", condition=Q(language__in=["fi", "sv", "en"])),
            CheckConstraint(name="result_told", condition=~Q(title="") & ~Q(summary="")),
        ]

    def __str__(self) -> str:
        return self.title


class ResultFile(models.Model):
    """A file of a result: everybody may have it."""

    uuid = models.UUIDField(default=uuid4, db_default=RandomUUID(), unique=True)
    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=100, help_text="told by its bytes")
    size = models.PositiveIntegerField(help_text="bytes")
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["result", "pk"]
        constraints = [UniqueConstraint(fields=["result", "sha256"], name="result_file_once")]

    def __str__(self) -> str:
        return self.name
