"""Decisions: meetings with their agenda and recusals, what was decided and why, the letters."""

from __future__ import annotations

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nTextField

from kuutio.cities.models import Person
from kuutio.selection.models.candidates import Candidate
from kuutio.selection.models.rounds import Member, Round


class Meeting(models.Model):
    """A meeting of those who decide on expediency, or of a jury: an agenda, and then its minutes."""

    class State(models.TextChoices):
        """`core.moves.selecting.MEETING`."""

        PLANNED = "planned", _("Planned")
        GOING = "going", _("Going on")
        ENDED = "ended", _("Ended, minutes to be confirmed")
        CONFIRMED = "confirmed", _("Minutes confirmed")
        CANCELLED = "cancelled", _("Cancelled")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="meetings")
    held_at = models.DateTimeField(help_text="when it begins, or began")
    place = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    state_since = models.DateTimeField()
    note = models.TextField(blank=True, help_text="why it was cancelled")
    present = models.ManyToManyField(Member, related_name="+", blank=True)
    confirmed_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-held_at"]
        constraints = [
            CheckConstraint(
                name="meeting_state", condition=Q(state__in=["planned", "going", "ended", "confirmed", "cancelled"])
            ),
            CheckConstraint(name="meeting_confirmed", condition=~Q(state="confirmed") | Q(confirmed_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class Item(models.Model):
    """An item of an agenda: a candidate, or another matter; who stood aside is told for each one."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, null=True, blank=True, related_name="items")
    title = models.CharField(max_length=300, blank=True, help_text="of another matter")
    minutes = models.TextField(blank=True, help_text="what was said and noted")
    is_done = models.BooleanField(default=False)

    class Meta:
        ordering = ["meeting", "position"]
        constraints = [
            UniqueConstraint(fields=["meeting", "position"], name="item_position_once"),
            UniqueConstraint(fields=["meeting", "candidate"], name="item_candidate_once"),
            CheckConstraint(name="item_about", condition=Q(candidate__isnull=False) | ~Q(title="")),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.position}"


class Recusal(models.Model):
    """A member stands aside for one item; said with its ground in the minutes."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="recusals")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="recusals")
    ground = models.CharField(max_length=24, help_text="core.choosing.conflicts.Ground")
    why = models.CharField(max_length=600, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["item", "pk"]
        constraints = [
            UniqueConstraint(fields=["item", "member"], name="recusal_once"),
            CheckConstraint(name="recusal_ground", condition=~Q(ground="")),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.member_id}"


class Decision(models.Model):
    """What was decided on a candidate, by whom, and why. Rows are added and never changed."""

    class Kind(models.TextChoices):
        EXPEDIENCY = "expediency", _("Expediency")
        LEGALITY = "legality", _("Legality")
        JURY = "jury", _("Jury")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="decisions")
    kind = models.CharField(max_length=10, choices=Kind)
    outcome = models.CharField(max_length=24, choices=Candidate.State, help_text="the state that it led to")
    reason = I18nTextField()
    conditions = I18nTextField(blank=True)
    granted_cents = models.BigIntegerField(null=True, blank=True, help_text="empty: nothing was granted by it")
    granted_why = models.TextField(blank=True, help_text="why it isn't what was asked for (M8)")
    by_lot = models.BooleanField(default=False, help_text="the lots decided")
    number = models.CharField(max_length=60, blank=True, help_text="in the register of who decided")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions")
    made_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["candidate", "pk"]
        constraints = [
            CheckConstraint(name="decision_kind", condition=Q(kind__in=["expediency", "legality", "jury"])),
            CheckConstraint(
                name="decision_outcome",
                condition=Q(kind="expediency", outcome__in=["proposed_yes", "proposed_no", "at_line"])
                | Q(kind="legality", outcome__in=["approved", "approved_with_conditions", "rejected"])
                | Q(kind="jury", outcome__in=["approved", "approved_with_conditions", "rejected", "at_line"]),
            ),
            CheckConstraint(
                name="decision_granted",
                condition=Q(granted_cents__isnull=True)
                | Q(granted_cents__gte=0, outcome__in=["approved", "approved_with_conditions"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} {self.kind} {self.outcome}"


class Letter(models.Model):
    """A decision as a letter in the candidate's language: the very file, kept, and when it was sent."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="letter")
    language = models.CharField(max_length=2)
    file = models.BinaryField(help_text="PDF")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file, hexadecimal")
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["decision"]
        constraints = [CheckConstraint(name="letter_language", condition=Q(language__in=["fi", "sv", "en"]))]

    def __str__(self) -> str:
        return str(self.uuid)


class Ranking(models.Model):
    """The ranking as it was made: exact, with the line of the money; what later decisions are held against."""

    round = models.OneToOneField(Round, on_delete=models.CASCADE, related_name="ranking")
    table = models.JSONField(encoder=DjangoJSONEncoder, help_text="core.choosing.records: rows, line, advice")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.round_id)


class Draw(models.Model):
    """Lots that were drawn at the line with the seed that was published before (V5)."""

    round = models.OneToOneField(Round, on_delete=models.CASCADE, related_name="draw")
    order = models.JSONField(help_text="ids of those at the line in the order in which their lots came out")
    funded = models.JSONField(help_text="those that the money reaches in this order")
    drawn_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    drawn_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.round_id)
