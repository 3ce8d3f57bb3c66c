"""Learnings: what was tried, what happened, and what the next one should know; with the trial and the data that it rests on."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from kuutio.cities.models import City
from kuutio.innovation.models.trials import Trial
from kuutio.innovation.models.words import Technology, Theme
from kuutio.opendata.models import Dataset

LICENCE = "cc-by-4.0"
"""Under which everybody may use every learning."""


class Learning(models.Model):
    """What a trial taught. A published one keeps its address and its words for good; a mistake is mended in a new one."""

    class Again(models.TextChoices):
        YES = "yes", _("We would do the same again")
        CHANGED = "changed", _("We would do it again in another way")
        NO = "no", _("We would not do it again")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, help_text="its permanent address")
    slug = models.SlugField(max_length=80, unique=True)
    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, null=True, blank=True, related_name="learnings")
    cities = models.ManyToManyField(City, through="LearningCity", related_name="learnings")
    datasets = models.ManyToManyField(Dataset, through="LearningDataset", related_name="learnings")
    title = I18nCharField(max_length=800)
    tried = I18nTextField(help_text="what was tried, where and with whom")
    happened = I18nTextField(help_text="what happened, with figures")
    lesson = I18nTextField(help_text="what the next one should know")
    again = models.CharField(max_length=10, choices=Again)
    themes = ArrayField(models.CharField(max_length=12, choices=Theme), default=list)
    technologies = ArrayField(models.CharField(max_length=12, choices=Technology), default=list, blank=True)
    spearhead = models.CharField(max_length=40, blank=True, help_text="the code of the spearhead project")
    authors = models.CharField(max_length=300, help_text="the organisations that learnt it, as they are cited")
    published_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    begun_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    is_made = models.BooleanField(default=False, help_text="made up for the demonstration; its page says so")

    class Meta:
        ordering = ["-published_at", "-pk"]
        indexes = [models.Index(fields=["-published_at"], name="learning_published")]
        constraints = [
            CheckConstraint(
                name="learning_words",
                condition=Q(themes__contained_by=[*Theme.values], technologies__contained_by=[*Technology.values]),
            ),
            CheckConstraint(name="learning_again", condition=Q(again__in=["yes", "changed", "no"])),
            CheckConstraint(
                name="learning_published_whole",
                condition=Q(published_at__isnull=True)
                | (~Q(title="") & ~Q(tried="") & ~Q(happened="") & ~Q(lesson="") & ~Q(authors="")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def is_public(self) -> bool:
        """Everybody may read it."""
        return self.published_at is not None


class LearningCity(models.Model):
    """A city in which it was learnt."""

    learning = models.ForeignKey(Learning, on_delete=models.CASCADE, related_name="parts")
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["learning", "city__position"]
        verbose_name_plural = "cities of learnings"
        constraints = [UniqueConstraint(fields=["learning", "city"], name="learning_city_once")]

    def __str__(self) -> str:
        return f"{self.learning_id} {self.city_id}"


class LearningDataset(models.Model):
    """Data that a learning rests on."""

    learning = models.ForeignKey(Learning, on_delete=models.CASCADE, related_name="evidence")
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["learning", "dataset__name"]
        constraints = [UniqueConstraint(fields=["learning", "dataset"], name="learning_dataset_once")]

    def __str__(self) -> str:
        return f"{self.learning_id} {self.dataset_id}"


class Reuse(models.Model):
    """Another city has built on a learning, and tells how."""

    learning = models.ForeignKey(Learning, on_delete=models.CASCADE, related_name="reuses")
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="+")
    text = I18nTextField(help_text="what the city did with it")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [UniqueConstraint(fields=["learning", "city"], name="reuse_once_a_city")]

    def __str__(self) -> str:
        return f"{self.learning_id} {self.city_id}"
