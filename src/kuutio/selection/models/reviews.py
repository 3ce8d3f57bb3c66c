"""Who judges: reviewers, what stands between them and a candidate, their reviews, what they found together."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import Organisation, Person
from kuutio.selection.models.candidates import Candidate
from kuutio.selection.models.rounds import Round


class Reviewer(models.Model):
    """A person who reviews in a round, and whom they work for there."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="reviewers")
    person = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, related_name="+", help_text="empty: has left Kuutio"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    unit = models.CharField(max_length=300, blank=True, help_text="of the organisation; empty: not told")
    city = models.CharField(max_length=30, blank=True, help_text="code of the reviewer's own city; empty: of none")
    topics = ArrayField(models.CharField(max_length=60), default=list, blank=True, help_text="that they know")
    most = models.PositiveSmallIntegerField(help_text="reviews at most")
    least = models.PositiveSmallIntegerField(default=0)
    alias = models.PositiveSmallIntegerField(help_text="what results call them; drawn, tells nothing")
    declared_at = models.DateTimeField(null=True, blank=True, help_text="when they said what conflicts they have")
    left_at = models.DateTimeField(null=True, blank=True, help_text="no more reviews are given to them")
    reminded_at = models.DateTimeField(null=True, blank=True, help_text="when they were last reminded of what waits")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["round", "alias"]
        constraints = [
            UniqueConstraint(fields=["round", "person"], name="reviewer_once"),
            UniqueConstraint(fields=["round", "alias"], name="reviewer_alias_once"),
            CheckConstraint(name="reviewer_loads", condition=Q(most__gte=F("least"))),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} R{self.alias}"


class Conflict(models.Model):
    """What stands between a reviewer and a candidate, found or declared, and what the office decided of it. Kept for good."""

    class Level(models.TextChoices):
        SOFT = "SOFT", _("May judge, is flagged")
        HARD = "HARD", _("May not judge")

    reviewer = models.ForeignKey(Reviewer, on_delete=models.CASCADE, related_name="conflicts")
    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="conflicts")
    found = ArrayField(models.CharField(max_length=24), default=list, blank=True, help_text="grounds in the data")
    found_level = models.CharField(max_length=4, blank=True, choices=Level)
    declared = models.CharField(max_length=24, blank=True, help_text="the ground that somebody declared")
    declared_why = models.TextField(blank=True, help_text="in their own words; for the office")
    declared_at = models.DateTimeField(null=True, blank=True)
    ruled = models.CharField(max_length=4, blank=True, choices=Level, help_text="what the office decided")
    ruled_why = models.TextField(blank=True)
    ruled_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    ruled_at = models.DateTimeField(null=True, blank=True)
    level = models.CharField(max_length=4, choices=Level, help_text="that holds now")

    class Meta:
        ordering = ["reviewer", "candidate"]
        indexes = [models.Index(fields=["candidate", "level"], name="conflict_candidate_level")]
        constraints = [
            UniqueConstraint(fields=["reviewer", "candidate"], name="conflict_once"),
            CheckConstraint(name="conflict_level", condition=Q(level__in=["SOFT", "HARD"])),
            CheckConstraint(name="conflict_has_ground", condition=Q(found__len__gt=0) | ~Q(declared="") | ~Q(ruled="")),
            CheckConstraint(
                name="conflict_ruling_has_reason",
                condition=Q(ruled="", ruled_at__isnull=True) | (~Q(ruled_why="") & Q(ruled_at__isnull=False)),
            ),
            CheckConstraint(name="conflict_found_hard_stays", condition=~Q(found_level="HARD") | Q(level="HARD")),
            CheckConstraint(
                name="conflict_declared_hard",
                condition=Q(declared="") | Q(level="HARD") | Q(ruled="SOFT"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer_id} {self.candidate_id} {self.level}"


class Interest(models.Model):
    """How well a reviewer says they could judge a candidate; for handing out reviews."""

    class Value(models.IntegerChoices):
        LITTLE = 0, _("Little")
        SOME = 1, _("Somewhat")
        WELL = 2, _("Well")

    reviewer = models.ForeignKey(Reviewer, on_delete=models.CASCADE, related_name="interests")
    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="interests")
    value = models.PositiveSmallIntegerField(choices=Value)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["reviewer", "candidate"], name="interest_once"),
            CheckConstraint(name="interest_value", condition=Q(value__in=[0, 1, 2])),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer_id} {self.candidate_id} {self.value}"


class Review(models.Model):
    """One reviewer's review of one version of a candidate: asked for, written, sent."""

    class State(models.TextChoices):
        """`core.moves.tables.REVIEW`."""

        ASSIGNED = "assigned", _("Requested")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        DRAFT = "draft", _("Being written")
        SUBMITTED = "submitted", _("Sent")
        REOPENED = "reopened", _("Opened again")
        EXCUSED = "excused", _("Excused")
        VOID = "void", _("Void for a conflict of interest")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    reviewer = models.ForeignKey(Reviewer, on_delete=models.CASCADE, related_name="reviews")
    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="reviews")
    version = models.PositiveIntegerField(help_text="of the candidate that is read")
    state = models.CharField(max_length=10, choices=State, default=State.ASSIGNED)
    state_since = models.DateTimeField()
    by_hand = models.TextField(blank=True, help_text="why the office gave it out by hand; empty: the assignment did")
    scores = models.JSONField(default=dict, blank=True, help_text="by criterion: whole numbers")
    why = models.JSONField(default=dict, blank=True, help_text="by criterion: reasons, in words (V12)")
    to_applicant = models.TextField(blank=True, help_text="what the applicant is told")
    to_office = models.TextField(blank=True, help_text="what only the office reads")
    revision = models.PositiveIntegerField(default=0, help_text="grows with each saving: two windows don't overwrite")
    note = models.TextField(blank=True, help_text="why it was declined, reopened, excused or made void")
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["candidate", "pk"]
        indexes = [models.Index(fields=["reviewer", "state"], name="review_reviewer_state")]
        constraints = [
            UniqueConstraint(fields=["reviewer", "candidate"], name="review_once"),
            CheckConstraint(
                name="review_state",
                condition=Q(
                    state__in=[
                        *("assigned", "accepted", "declined", "draft", "submitted"),
                        *("reopened", "excused", "void"),
                    ]
                ),
            ),
            CheckConstraint(
                name="review_submitted_at", condition=~Q(state="submitted") | Q(submitted_at__isnull=False)
            ),
            CheckConstraint(
                name="review_note", condition=~Q(state__in=["declined", "reopened", "excused", "void"]) | ~Q(note="")
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class Consensus(models.Model):
    """What the reviewers of a candidate found together, after each had sent their own."""

    candidate = models.OneToOneField(Candidate, on_delete=models.CASCADE, related_name="consensus")
    text = models.TextField()
    written_by = models.ForeignKey(Reviewer, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)
    agreed = models.ManyToManyField(Reviewer, related_name="+", blank=True)

    class Meta:
        verbose_name_plural = "consensus notes"
        constraints = [CheckConstraint(name="consensus_text", condition=~Q(text=""))]

    def __str__(self) -> str:
        return str(self.candidate_id)
