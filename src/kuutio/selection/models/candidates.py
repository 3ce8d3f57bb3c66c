"""What is judged: an application to a call, an answer to a challenge. The domain hands over what reviewers read, frozen."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField

from kuutio.cities.models import Organisation, Person
from kuutio.selection.models.rounds import Round


class Candidate(models.Model):
    """One of a round, known to its domain by `reference`. Its own pages stay the domain's; here is what is read and scored."""

    class State(models.TextChoices):
        """`core.moves.selecting.CANDIDATE`, or `JURIED` where a jury decides alone."""

        HANDED = "handed", _("Handed in")
        IN_REVIEW = "in_review", _("Under review")
        REVIEWED = "reviewed", _("Reviewed")
        PROPOSED_YES = "proposed_yes", _("Proposed for funding")
        PROPOSED_NO = "proposed_no", _("Not proposed for funding")
        AT_LINE = "at_line", _("At the funding line")
        APPROVED = "approved", _("Approved")
        APPROVED_WITH_CONDITIONS = "approved_with_conditions", _("Approved with conditions")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="candidates")
    reference = models.CharField(max_length=120, unique=True, help_text="such as application:0b8c…")
    number = models.PositiveIntegerField(help_text="in the round, by the order of coming in: what people call it by")
    title = I18nCharField(max_length=600)
    language = models.CharField(max_length=2, help_text="in which decisions are written to it")
    address = models.CharField(max_length=300, blank=True, help_text="path of its page, without a language")
    asked_cents = models.BigIntegerField(default=0)
    cities = ArrayField(models.CharField(max_length=30), default=list, blank=True, help_text="member cities in it")
    topics = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    contact = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", help_text="who gets the decisions"
    )
    named = models.ManyToManyField(Person, related_name="+", blank=True, help_text="who is named in it: can't judge it")
    version = models.PositiveIntegerField(help_text="the newest that was handed over")
    state = models.CharField(max_length=24, choices=State, default=State.HANDED)
    state_since = models.DateTimeField()
    handed_at = models.DateTimeField()

    class Meta:
        ordering = ["round", "number"]
        indexes = [models.Index(fields=["round", "state"], name="candidate_round_state")]
        constraints = [
            UniqueConstraint(fields=["round", "number"], name="candidate_number_once"),
            CheckConstraint(name="candidate_reference", condition=Q(reference__regex=r"^[a-z]+:[A-Za-z0-9-]+$")),
            CheckConstraint(name="candidate_language", condition=Q(language__in=["fi", "sv", "en"])),
            CheckConstraint(name="candidate_asked", condition=Q(asked_cents__gte=0)),
            CheckConstraint(name="candidate_version", condition=Q(version__gte=1)),
            CheckConstraint(
                name="candidate_state",
                condition=Q(
                    state__in=[
                        *("handed", "in_review", "reviewed", "proposed_yes", "proposed_no", "at_line"),
                        *("approved", "approved_with_conditions", "rejected", "withdrawn"),
                    ]
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_decided(self) -> bool:
        """Whether nothing more is decided on it."""
        return self.state in DECIDED


DECIDED = frozenset({"approved", "approved_with_conditions", "rejected", "withdrawn"})
"""The states from which nothing leads on."""

CHOSEN = frozenset({"approved", "approved_with_conditions"})
"""The states of those who got what they asked for."""


class Version(models.Model):
    """What reviewers read, as it was handed over; it never changes. A review is of one version (V11)."""

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.JSONField(
        encoder=DjangoJSONEncoder,
        help_text='ordered sections: [{"heading", "text", "figures": [{"label", "value"}], "identifies": false}]',
    )
    digest = models.CharField(max_length=64, help_text="SHA-256 of the document as canonical JSON, hexadecimal")
    handed_at = models.DateTimeField()

    class Meta:
        ordering = ["candidate", "number"]
        constraints = [
            UniqueConstraint(fields=["candidate", "number"], name="version_once"),
            CheckConstraint(name="version_digest", condition=Q(digest__regex=r"^[0-9a-f]{64}$")),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} {self.number}"


class Party(models.Model):
    """An organisation in a candidate, as it was registered with; by it conflicts are found (V6)."""

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="parties")
    position = models.PositiveSmallIntegerField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=600)
    business_id = models.CharField(max_length=9, blank=True)
    foreign_register = models.CharField(max_length=120, blank=True)
    foreign_number = models.CharField(max_length=60, blank=True)
    unit = models.CharField(max_length=300, blank=True, help_text="that takes part; empty: not told")
    city = models.CharField(max_length=30, blank=True, help_text="code of the member city that it counts for")
    is_lead = models.BooleanField(default=False)

    class Meta:
        ordering = ["candidate", "position"]
        verbose_name_plural = "parties"
        constraints = [
            UniqueConstraint(fields=["candidate", "position"], name="party_position_once"),
            UniqueConstraint(fields=["candidate"], condition=Q(is_lead=True), name="party_one_lead"),
            CheckConstraint(name="party_named", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """What tells organisations apart: a Business ID, a foreign number, our own row, at last the name."""
        if self.business_id:
            return self.business_id
        if self.foreign_number:
            return f"{self.foreign_register}:{self.foreign_number}".casefold()
        if self.organisation_id:
            return f"organisation:{self.organisation_id}"
        return f"name:{' '.join(self.name.casefold().split())}"
