"""A process: what one city or several ask their people, from the first idea to what was decided."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from kuutio.cities.models import City
from kuutio.core.language import LANGUAGES


class CityRule(models.Model):
    """What a city has decided of its own processes; a city without a row keeps to its languages by law."""

    city = models.OneToOneField(City, on_delete=models.CASCADE, related_name="participation_rule")
    languages = ArrayField(
        models.CharField(max_length=2), help_text="in which a process must be written before it is published"
    )

    class Meta:
        constraints = [
            CheckConstraint(
                name="participation_rule_languages",
                condition=Q(languages__contained_by=list(LANGUAGES), languages__len__gt=0),
            )
        ]

    def __str__(self) -> str:
        return f"{self.city_id} {','.join(self.languages)}"


class Outcome(models.Model):
    """What a process led to: what was decided, by whom, and why. A process closes with one, and never without."""

    decided = I18nTextField(help_text="what was decided, in plain words")
    why = I18nTextField(help_text="how what people said took part in it")
    decided_by = I18nCharField(max_length=300, blank=True, help_text="such as: city board")
    decided_on = models.DateField()
    reference = models.CharField(max_length=80, blank=True, help_text="the number in the city's own register")
    link = models.URLField(max_length=1000, blank=True, help_text="the minutes")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return str(self.decided)


class Process(models.Model):
    """A matter in which people take part, in stages. The owner is one of its cities; the database sees to it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        CLOSED = "closed", _("Closed")

    class Theme(models.TextChoices):
        PLANNING = "planning", _("Urban planning and building")
        TRANSPORT = "transport", _("Streets and transport")
        ENVIRONMENT = "environment", _("Parks, nature and climate")
        CULTURE = "culture", _("Culture, sports and leisure")
        LEARNING = "learning", _("Day care, schools and young people")
        WELLBEING = "wellbeing", _("Health and well-being")
        ECONOMY = "economy", _("Budget, work and business")
        DEMOCRACY = "democracy", _("Decision-making and services")

    slug = models.SlugField(max_length=80, unique=True)
    owner = models.ForeignKey(City, on_delete=models.PROTECT, related_name="owned_processes")
    cities = models.ManyToManyField(City, through="ProcessCity", related_name="processes")
    title = I18nCharField(max_length=600)
    summary = I18nTextField(blank=True, help_text="what is asked, in two or three sentences")
    plain_summary = I18nTextField(blank=True, help_text="the same in plain language, for everybody")
    description = I18nTextField(blank=True, help_text="Markdown")
    theme = models.CharField(max_length=12, choices=Theme)
    place = I18nCharField(max_length=300, blank=True, help_text="the name of the place, such as a district")
    area = models.BinaryField(null=True, blank=True, help_text="WKB, CRS84; a point, a line or an area")
    contact = I18nTextField(blank=True, help_text="who answers questions: a role, not a person")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    outcome = models.OneToOneField(
        Outcome, on_delete=models.PROTECT, null=True, blank=True, related_name="process", help_text="when it is closed"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-published_at", "-pk"]
        verbose_name_plural = "processes"
        indexes = [models.Index(fields=["state", "-published_at"], name="process_state_published")]
        constraints = [
            CheckConstraint(name="process_slug_not_empty", condition=~Q(slug="")),
            CheckConstraint(
                name="process_theme",
                condition=Q(
                    theme__in=[
                        *("planning", "transport", "environment", "culture"),
                        *("learning", "wellbeing", "economy", "democracy"),
                    ]
                ),
            ),
            CheckConstraint(
                name="process_state_times",
                # Nothing compares with what is missing: a check that meets NULL lets it pass.
                condition=Q(state="draft", published_at__isnull=True, closed_at__isnull=True)
                | Q(
                    state="published",
                    published_at__isnull=False,
                    published_at__gte=F("created_at"),
                    closed_at__isnull=True,
                )
                | Q(
                    state="closed",
                    published_at__isnull=False,
                    closed_at__isnull=False,
                    closed_at__gte=F("published_at"),
                ),
            ),
            CheckConstraint(
                name="process_closed_has_outcome",
                condition=Q(state="closed", outcome__isnull=False) | (~Q(state="closed") & Q(outcome__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it."""
        return self.state != self.State.DRAFT


class ProcessCity(models.Model):
    """A city that takes part in a process."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="parts")
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["process", "city__position"]
        verbose_name_plural = "cities of processes"
        constraints = [UniqueConstraint(fields=["process", "city"], name="process_city_once")]

    def __str__(self) -> str:
        return f"{self.process_id} {self.city_id}"


class Milestone(models.Model):
    """A day on the way: when something is planned, and when it was reached."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="milestones")
    title = I18nCharField(max_length=300)
    planned_on = models.DateField()
    reached_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["process", "planned_on", "pk"]

    def __str__(self) -> str:
        return str(self.title)
