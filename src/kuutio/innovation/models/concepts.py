"""Service concepts: what a city, firms, researchers and users develop together, version by version, until cities take it into use."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from kuutio.cities.models import City
from kuutio.innovation.models.words import Technology, Theme


class Concept(models.Model):
    """A service that is being developed, owned by one city."""

    slug = models.SlugField(max_length=80, unique=True)
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="concepts")
    title = I18nCharField(max_length=800)
    summary = I18nTextField()
    themes = ArrayField(models.CharField(max_length=12, choices=Theme), default=list)
    technologies = ArrayField(models.CharField(max_length=12, choices=Technology), default=list, blank=True)
    begun_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="nobody writes versions any more")
    is_made = models.BooleanField(default=False, help_text="made up for the demonstration; its page says so")

    class Meta:
        ordering = ["-changed_at", "-pk"]
        constraints = [
            CheckConstraint(
                name="concept_words",
                condition=Q(themes__contained_by=[*Theme.values], technologies__contained_by=[*Technology.values]),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)


class Developer(models.Model):
    """Somebody who develops a concept. Readers see the organisation, never the person."""

    class Role(models.TextChoices):
        CITY = "city", _("City")
        COMPANY = "company", _("Company")
        RESEARCH = "research", _("Research and education")
        USER = "user", _("User of the service")

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="developers")
    role = models.CharField(max_length=10, choices=Role)
    organisation = models.CharField(max_length=120, blank=True, help_text="shown; empty for a user")
    email = models.EmailField(help_text="of the invitation; never shown")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="developed_concepts"
    )
    invited_at = models.DateTimeField()
    joined_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["invited_at", "pk"]
        constraints = [
            UniqueConstraint(fields=["concept", "email"], name="developer_once"),
            CheckConstraint(name="developer_role", condition=Q(role__in=["city", "company", "research", "user"])),
            CheckConstraint(name="developer_organisation", condition=Q(role="user") | ~Q(organisation="")),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ConceptVersion(models.Model):
    """A version of a concept, never changed once it is written."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    key = models.UUIDField(unique=True, default=uuid.uuid4, help_text="of the form: sent twice it is one version")
    language = models.CharField(max_length=2)
    users = models.TextField(help_text="for whom it is, and what they need")
    service = models.TextField(help_text="what it does, step by step")
    data = models.TextField(blank=True, help_text="data and interfaces that it needs")
    open_questions = models.TextField(blank=True)
    what_changed = models.CharField(max_length=500, blank=True)
    by_role = models.CharField(max_length=10, choices=Developer.Role)
    by_organisation = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["concept", "number"]
        constraints = [UniqueConstraint(fields=["concept", "number"], name="concept_version_once")]

    def __str__(self) -> str:
        return f"{self.concept_id} {self.number}"


class Adoption(models.Model):
    """A city took a version of a concept into use, and tells the next one what it took."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="adoptions")
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(ConceptVersion, on_delete=models.PROTECT, related_name="adoptions")
    adopted_on = models.DateField()
    what_it_took = I18nTextField(help_text="what was changed, agreed, learnt")
    days = models.PositiveSmallIntegerField(null=True, blank=True, help_text="working days of the city's own people")
    cost_cents = models.PositiveBigIntegerField(null=True, blank=True, help_text="bought work and devices")
    at = models.DateTimeField()

    class Meta:
        ordering = ["adopted_on", "pk"]
        constraints = [UniqueConstraint(fields=["concept", "city"], name="adoption_once_a_city")]

    def __str__(self) -> str:
        return f"{self.concept_id} {self.city_id}"
