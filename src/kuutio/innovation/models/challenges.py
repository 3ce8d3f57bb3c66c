"""Challenges: a need that one city states, or several together, and asks firms and research groups to meet in a trial."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from kuutio.cities.models import City
from kuutio.innovation.models.testbeds import Testbed
from kuutio.innovation.models.words import Technology, Theme, shown

MOST_BUDGET_CENTS = 5_000_000


class Challenge(models.Model):
    """A need, told as a problem and not as its solution. Its stages are those of `core.moves`."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OPEN = "open", _("Open")
        EVALUATION = "evaluation", _("Being evaluated")
        CHOSEN = "chosen", _("Chosen")
        RUNNING = "running", _("Trials are running")
        ENDED = "ended", _("Ended")

    slug = models.SlugField(max_length=80, unique=True)
    owner = models.ForeignKey(City, on_delete=models.PROTECT, related_name="owned_challenges")
    cities = models.ManyToManyField(City, through="ChallengeCity", related_name="challenges")
    testbeds = models.ManyToManyField(Testbed, through="ChallengeTestbed", related_name="challenges")
    title = I18nCharField(max_length=300)
    summary = I18nTextField(help_text="the need, in two or three sentences")
    description = I18nTextField(blank=True, help_text="Markdown: whose problem it is, what was tried already")
    terms = I18nTextField(blank=True, help_text="rights, data, insurance, permits, dismantling: what is agreed upon")
    themes = ArrayField(models.CharField(max_length=12, choices=Theme), default=list)
    technologies = ArrayField(models.CharField(max_length=12, choices=Technology), default=list, blank=True)
    trl_from = models.PositiveSmallIntegerField(default=5, help_text="technology readiness, 1 to 9, of what suits")
    trl_to = models.PositiveSmallIntegerField(default=9)
    budget_cents = models.PositiveBigIntegerField(help_text="at most for one trial, without VAT, euro cents")
    trials_wanted = models.PositiveSmallIntegerField(default=3)
    contact_role = I18nCharField(max_length=200, help_text="who answers: a role, not a person")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField(help_text="the last moment of an answer, by the server's clock")
    questions_until = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    end_reason = I18nTextField(blank=True, help_text="why it ended without a trial, or what it led to")
    pilot_project = models.CharField(max_length=40, blank=True, help_text="the code of the project that it serves")
    spearhead = models.CharField(max_length=40, blank=True, help_text="the code of the spearhead project")
    is_demo = models.BooleanField(default=False, help_text="made up for the demonstration")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-opens_at", "-pk"]
        indexes = [models.Index(fields=["state", "closes_at"], name="challenge_state_closes")]
        constraints = [
            CheckConstraint(name="challenge_slug_not_empty", condition=~Q(slug="")),
            CheckConstraint(
                name="challenge_state",
                condition=Q(state="draft")
                | Q(state__in=["open", "evaluation", "chosen", "running", "ended"], published_at__isnull=False),
            ),
            CheckConstraint(
                name="challenge_words",
                condition=Q(themes__contained_by=[*Theme.values], technologies__contained_by=[*Technology.values]),
            ),
            CheckConstraint(
                name="challenge_readiness",
                condition=Q(trl_from__range=(1, 9), trl_to__range=(1, 9), trl_to__gte=F("trl_from")),
            ),
            CheckConstraint(name="challenge_times", condition=Q(closes_at__gt=F("opens_at"))),
            CheckConstraint(
                name="challenge_money",
                condition=Q(budget_cents__range=(0, MOST_BUDGET_CENTS), trials_wanted__range=(1, 50)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it."""
        return self.state != self.State.DRAFT

    @property
    def themes_display(self) -> list[str]:
        """The themes as people call them."""
        return shown(Theme, self.themes)

    @property
    def technologies_display(self) -> list[str]:
        """The technologies as people call them."""
        return shown(Technology, self.technologies)


class ChallengeCity(models.Model):
    """A city that states the need, too."""

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="parts")
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["challenge", "city__position"]
        verbose_name_plural = "cities of challenges"
        constraints = [UniqueConstraint(fields=["challenge", "city"], name="challenge_city_once")]

    def __str__(self) -> str:
        return f"{self.challenge_id} {self.city_id}"


class ChallengeTestbed(models.Model):
    """A testbed in which the challenge's trials may run."""

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="places")
    testbed = models.ForeignKey(Testbed, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["challenge", "testbed__slug"]
        constraints = [UniqueConstraint(fields=["challenge", "testbed"], name="challenge_testbed_once")]

    def __str__(self) -> str:
        return f"{self.challenge_id} {self.testbed_id}"


class Criterion(models.Model):
    """By what answers are judged; the weights of a challenge that is public add up to a hundred."""

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    name = I18nCharField(max_length=300)
    text = I18nTextField(blank=True)
    weight = models.PositiveSmallIntegerField(help_text="per cent")

    class Meta:
        ordering = ["challenge", "position"]
        verbose_name_plural = "criteria"
        constraints = [
            UniqueConstraint(fields=["challenge", "position"], name="challenge_criterion_order"),
            CheckConstraint(name="challenge_criterion_weight", condition=Q(weight__range=(1, 100))),
        ]

    def __str__(self) -> str:
        return str(self.name)


class Question(models.Model):
    """A question on a challenge. It is public together with its answer, and without who asked."""

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="questions")
    key = models.UUIDField(unique=True, help_text="of the form: sent again, it is the same question")
    text = models.CharField(max_length=1000)
    language = models.CharField(max_length=2)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="challenge_questions"
    )
    asked_at = models.DateTimeField()
    answer = I18nTextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["challenge", "asked_at", "pk"]
        constraints = [
            CheckConstraint(
                name="question_answer_has_time",
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
            ),
            CheckConstraint(name="question_language", condition=Q(language__in=["fi", "sv", "en"])),
        ]

    def __str__(self) -> str:
        return self.text
