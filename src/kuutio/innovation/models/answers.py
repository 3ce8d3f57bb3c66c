"""What firms and research groups offer: answers to challenges, and proposals of a trial that nobody asked for."""

from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from i18nfield.fields import I18nCharField

from kuutio.cities.models import City, Organisation
from kuutio.innovation.models.challenges import Challenge
from kuutio.innovation.models.words import Technology, Theme

LANGUAGE = Q(language__in=["fi", "sv", "en"])
DIGEST = Q(sha256__regex=r"^[0-9a-f]{64}$")


class Answer(models.Model):
    """A firm's or a research group's answer to a challenge; a draft until it is sent."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENT = "sent", _("Sent")
        WITHDRAWN = "withdrawn", pgettext_lazy("answer to a challenge", "Withdrawn")
        CHOSEN = "chosen", _("Chosen")
        NOT_CHOSEN = "not_chosen", _("Not chosen")

    uuid = models.UUIDField(default=uuid4, db_default=RandomUUID(), unique=True)
    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="answers")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="challenge_answers"
    )
    told_organisation = models.JSONField(default=dict, help_text="as it stands in the form: kind, name, country, ids")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="challenge_answers"
    )
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    language = models.CharField(max_length=2)
    title = models.CharField(max_length=200, blank=True)
    summary = models.TextField(blank=True, help_text="public once it is chosen")
    solution = models.TextField(blank=True, help_text="read by the jury")
    plan = models.TextField(blank=True, help_text="read by the jury: what is done, when, with whom")
    measures = models.TextField(blank=True, help_text="read by the jury: by what its success is seen")
    price_cents = models.PositiveBigIntegerField(null=True, blank=True, help_text="without VAT, euro cents")
    cities = ArrayField(models.CharField(max_length=20), default=list, blank=True, help_text="codes, where it may run")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    receipt = models.CharField(max_length=20, blank=True, help_text="the number of the receipt; never changes")
    sha256 = models.CharField(max_length=64, blank=True, help_text="of what was sent, as the receipt says")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="withdrawn, chosen or not")
    reminded_at = models.DateTimeField(
        null=True, blank=True, help_text="when its writer was told that the time runs out"
    )
    reason = models.TextField(blank=True, help_text="the jury's, told to who answered")

    class Meta:
        ordering = ["challenge", "pk"]
        indexes = [models.Index(fields=["challenge", "state"], name="answer_of_challenge")]
        constraints = [
            UniqueConstraint(
                fields=["challenge", "organisation"],
                condition=Q(state__in=["sent", "chosen", "not_chosen"]),
                name="answer_one_an_organisation",
            ),
            UniqueConstraint(
                fields=["challenge", "person"],
                condition=Q(state="draft", person__isnull=False),
                name="answer_one_draft",
            ),
            UniqueConstraint(fields=["receipt"], condition=~Q(receipt=""), name="answer_receipt_once"),
            CheckConstraint(name="answer_language", condition=LANGUAGE),
            CheckConstraint(
                name="answer_sent_whole",
                condition=Q(state__in=["draft", "withdrawn"])
                | (
                    Q(state__in=["sent", "chosen", "not_chosen"])
                    & Q(sent_at__isnull=False, organisation__isnull=False, price_cents__isnull=False)
                    & ~Q(title="")
                    & ~Q(summary="")
                    & ~Q(solution="")
                    & ~Q(receipt="")
                    & DIGEST
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.uuid)


class TrialProposal(models.Model):
    """A trial that a firm or a researcher offers to one or several cities without being asked."""

    uuid = models.UUIDField(default=uuid4, db_default=RandomUUID(), unique=True)
    key = models.UUIDField(unique=True, help_text="of the form: sent again, it is the same proposal")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="trial_proposals")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="trial_proposals"
    )
    language = models.CharField(max_length=2)
    title = models.CharField(max_length=200)
    summary = models.TextField(help_text="what would be tried and what for")
    needs = models.TextField(blank=True, help_text="what is asked of the city: places, data, people")
    themes = ArrayField(models.CharField(max_length=12, choices=Theme), default=list)
    technologies = ArrayField(models.CharField(max_length=12, choices=Technology), default=list, blank=True)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            CheckConstraint(name="trial_proposal_language", condition=LANGUAGE),
            CheckConstraint(name="trial_proposal_words", condition=~Q(title="") & ~Q(summary="")),
        ]

    def __str__(self) -> str:
        return self.title


class ProposalCity(models.Model):
    """A city to which a trial is offered: the case in which it is answered, and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for an answer")
        INTERESTED = "interested", _("Interested")
        DECLINED = "declined", _("Not now")

    proposal = models.ForeignKey(TrialProposal, on_delete=models.CASCADE, related_name="parts")
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="+")
    case_number = models.CharField(max_length=20, blank=True, help_text="of the case in customer service")
    role = models.CharField(max_length=200, help_text="who answers: a role, not a person")
    due_at = models.DateTimeField(help_text="by when the city promised to answer")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["proposal", "city__position"]
        verbose_name_plural = "cities of proposals"
        constraints = [
            UniqueConstraint(fields=["proposal", "city"], name="trial_proposal_city_once"),
            CheckConstraint(
                name="trial_proposal_answered",
                condition=Q(state="waiting", answered_at__isnull=True)
                | (Q(state__in=["interested", "declined"], answered_at__isnull=False) & ~Q(answer="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.city_id}"


class InnovationDesk(models.Model):
    """Who answers offered trials in a city, and within how many working days; a city without a row keeps to the common promise."""

    city = models.OneToOneField(City, on_delete=models.CASCADE, related_name="innovation_desk")
    role = I18nCharField(max_length=200, help_text="who answers: a role, not a person")
    answer_days = models.PositiveSmallIntegerField(default=10, help_text="working days")

    class Meta:
        constraints = [CheckConstraint(name="innovation_desk_days", condition=Q(answer_days__range=(1, 60)))]

    def __str__(self) -> str:
        return f"{self.city_id} {self.answer_days}"


class Confidential(models.Model):
    """A trade secret that belongs to an answer or a proposal, in a table of its own: no query of a public door reads it."""

    answer = models.OneToOneField(Answer, on_delete=models.CASCADE, null=True, blank=True, related_name="confidential")
    proposal = models.OneToOneField(
        TrialProposal, on_delete=models.CASCADE, null=True, blank=True, related_name="confidential"
    )
    text = models.TextField()
    why = models.CharField(max_length=500, blank=True, help_text="why it is secret, in the firm's words")

    class Meta:
        verbose_name_plural = "confidential"
        constraints = [
            CheckConstraint(
                name="confidential_of_one_thing",
                condition=Q(answer__isnull=False, proposal__isnull=True)
                | Q(answer__isnull=True, proposal__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.answer_id or ''}{self.proposal_id or ''}"


class Attachment(models.Model):
    """A file of an answer, for the jury alone. Its bytes lie outside the web's root, under their own hash."""

    uuid = models.UUIDField(default=uuid4, db_default=RandomUUID(), unique=True)
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=100, help_text="told by its bytes")
    size = models.PositiveIntegerField(help_text="bytes")
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["answer", "pk"]
        constraints = [
            CheckConstraint(name="answer_attachment_digest", condition=DIGEST),
            UniqueConstraint(fields=["answer", "sha256"], name="answer_attachment_once"),
        ]

    def __str__(self) -> str:
        return self.name
