"""Surveys: questions that follow each other by what was answered, and the answers, apart from who gave them."""

from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from kuutio.participation.models.stages import Stage


class Question(models.Model):
    """A question of a survey."""

    class Kind(models.TextChoices):
        SINGLE = "single", _("One choice")
        MULTIPLE = "multiple", _("Several choices")
        SCALE = "scale", _("A number from 1 to 5")
        TEXT = "text", _("A text of one’s own")

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    title = I18nCharField(max_length=500)
    hint = I18nTextField(blank=True)
    is_required = models.BooleanField(default=False)

    class Meta:
        ordering = ["stage", "position"]
        constraints = [
            UniqueConstraint(
                fields=["stage", "position"],
                name="survey_question_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            CheckConstraint(name="survey_question_kind", condition=Q(kind__in=["single", "multiple", "scale", "text"])),
        ]

    def __str__(self) -> str:
        return str(self.title)


class Choice(models.Model):
    """An answer to choose."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="choices")
    position = models.PositiveSmallIntegerField()
    title = I18nCharField(max_length=300)

    class Meta:
        ordering = ["question", "position"]
        constraints = [
            UniqueConstraint(
                fields=["question", "position"],
                name="survey_choice_position_once",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return str(self.title)


class QuestionJump(models.Model):
    """A rule: after this question, or this answer to it, comes that question; none: the survey ends."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="jumps")
    choice = models.ForeignKey(Choice, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    to = models.ForeignKey(Question, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["question", "pk"]
        constraints = [
            UniqueConstraint(fields=["question", "choice"], name="survey_jump_once", nulls_distinct=False),
            CheckConstraint(name="survey_jump_elsewhere", condition=~Q(to=F("question"))),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} {self.to_id}"


class Turn(models.Model):
    """Somebody's turn at a survey: what they have filled in so far, and that they have answered, but then not what."""

    uuid = models.UUIDField(default=uuid4, db_default=RandomUUID(), unique=True)
    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="turns")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="survey_turns"
    )
    draft = models.JSONField(default=dict, blank=True)
    begun_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["stage", "person"], name="survey_turn_once"),
            CheckConstraint(name="survey_turn_sent_is_empty", condition=Q(sent_at__isnull=True) | Q(draft={})),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class Answers(models.Model):
    """One whole answer to a survey. No key and no time of day leads from it to a turn."""

    uuid = models.UUIDField(default=uuid4, db_default=RandomUUID(), primary_key=True)
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="answers")
    language = models.CharField(max_length=2)
    sent_on = models.DateField()
    values = models.JSONField(help_text="by question: a list of choices, a number, or a text")

    class Meta:
        verbose_name_plural = "answers"
        ordering = ["stage", "uuid"]
        indexes = [models.Index(fields=["stage", "uuid"], name="answers_of_stage")]

    def __str__(self) -> str:
        return str(self.uuid)
