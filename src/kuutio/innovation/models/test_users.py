"""Test users: residents who try things out. Nobody's name is ever listed; when they leave, all that is theirs goes with them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from kuutio.cities.models import City
from kuutio.innovation.models.words import Theme


class AgeBand(models.TextChoices):
    """Ages as coarse as a trial needs them; a year of birth is never asked for."""

    YOUNG = "18-29", "18–29"
    ADULT = "30-44", "30–44"
    MIDDLE = "45-64", "45–64"
    SENIOR = "65-74", "65–74"
    OLD = "75-", "75–"


class Training(models.TextChoices):
    """What a test user has learnt for testing."""

    THINKING_ALOUD = "thinking-aloud", _("Thinking aloud while trying")
    ACCESSIBILITY = "accessibility", _("Assistive technology")
    DEVICES = "devices", _("Devices at home or outdoors")
    DIGITAL = "digital", _("Digital services")
    WORKSHOPS = "workshops", _("Designing together")
    PLAIN_LANGUAGE = "plain-language", _("Plain language")


class Consent(models.Model):
    """A version of what a test user agrees to. Published ones stay as they are."""

    version = models.PositiveSmallIntegerField(unique=True)
    text = I18nTextField()
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["-version"]
        constraints = [CheckConstraint(name="consent_version", condition=Q(version__gte=1))]

    def __str__(self) -> str:
        return str(self.version)


class TestUser(models.Model):
    """A resident who has volunteered, with their consent. Leaving removes the row, and with it everything that hangs on it."""

    __test__ = False

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="test_user")
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="+")
    age_band = models.CharField(max_length=5, choices=AgeBand)
    languages = ArrayField(models.CharField(max_length=2), help_text="in which they like to test")
    trained_in = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    themes = ArrayField(models.CharField(max_length=12, choices=Theme), default=list, blank=True)
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="+")
    consented_at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(name="test_user_age_band", condition=Q(age_band__in=AgeBand.values)),
            CheckConstraint(
                name="test_user_languages",
                condition=Q(languages__contained_by=["fi", "sv", "en"], languages__len__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class TestRound(models.Model):
    """An invitation to test something, sent by a city to test users that fit, without seeing who they are."""

    __test__ = False

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="test_rounds")
    trial = models.ForeignKey(
        "innovation.Trial", on_delete=models.CASCADE, null=True, blank=True, related_name="test_rounds"
    )
    concept_version = models.ForeignKey(
        "innovation.ConceptVersion", on_delete=models.CASCADE, null=True, blank=True, related_name="test_rounds"
    )
    title = I18nCharField(max_length=800)
    text = I18nTextField(help_text="what is tried, where, how long it takes")
    criteria = models.JSONField(default=dict, help_text="cities, age_bands, languages, trained_in: those who fit")
    wanted = models.PositiveSmallIntegerField(help_text="how many are invited at most")
    closes_at = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    is_made = models.BooleanField(default=False, help_text="made up for the demonstration")

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            CheckConstraint(
                name="test_round_of_one_thing",
                condition=Q(trial__isnull=False, concept_version__isnull=True)
                | Q(trial__isnull=True, concept_version__isnull=False),
            ),
            CheckConstraint(name="test_round_closes_later", condition=Q(closes_at__gt=F("made_at"))),
            CheckConstraint(name="test_round_wanted", condition=Q(wanted__gte=5)),
        ]

    def __str__(self) -> str:
        return str(self.title)


class Invitation(models.Model):
    """One test user's invitation, known by a number that says nothing of them."""

    class State(models.TextChoices):
        INVITED = "invited", _("Waits for your answer")
        ACCEPTED = "accepted", _("You take part")
        DECLINED = "declined", _("You said no")
        ANSWERED = "answered", _("You gave your feedback")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    round = models.ForeignKey(TestRound, on_delete=models.CASCADE, related_name="invitations")
    test_user = models.ForeignKey(TestUser, on_delete=models.CASCADE, related_name="invitations")
    state = models.CharField(max_length=10, choices=State, default=State.INVITED)
    invited_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True, help_text="when the letter left")

    class Meta:
        constraints = [
            UniqueConstraint(fields=["round", "test_user"], name="invitation_once"),
            CheckConstraint(
                name="invitation_state", condition=Q(state__in=["invited", "accepted", "declined", "answered"])
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class TestFeedback(models.Model):
    """What a test user said; it goes when they leave."""

    __test__ = False

    invitation = models.OneToOneField(Invitation, on_delete=models.CASCADE, related_name="feedback")
    grade = models.PositiveSmallIntegerField(help_text="1 to 5")
    would_use = models.BooleanField()
    text = models.TextField(blank=True)
    language = models.CharField(max_length=2)

    class Meta:
        constraints = [CheckConstraint(name="test_feedback_grade", condition=Q(grade__gte=1, grade__lte=5))]

    def __str__(self) -> str:
        return str(self.pk)
