"""A question of a hearing with answers to choose from; surveys have their own."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q, UniqueConstraint
from i18nfield.fields import I18nCharField

from kuutio.participation.models.sections import Section


class Poll(models.Model):
    """A question beside a section, answered with one of its options or with several."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="polls")
    question = I18nCharField(max_length=600)
    several = models.BooleanField(default=False, help_text="several options may be chosen")
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["section", "position", "pk"]

    def __str__(self) -> str:
        return str(self.question)


class PollOption(models.Model):
    """One of the answers to choose from."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="options")
    text = I18nCharField(max_length=300)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["poll", "position"]
        constraints = [UniqueConstraint(fields=["poll", "position"], name="poll_option_position_once")]

    def __str__(self) -> str:
        return str(self.text)


class PollAnswer(models.Model):
    """What somebody chose: one answer a person, one a form where nobody is signed in."""

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="answers")
    key = models.UUIDField(default=uuid4, help_text="of the form: sent twice, it counts once")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="poll_answers"
    )
    options = models.ManyToManyField(PollOption, related_name="answers")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["poll", "key"], name="poll_answer_form_once"),
            UniqueConstraint(fields=["poll", "person"], condition=Q(person__isnull=False), name="poll_answer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.poll_id} {self.pk}"
