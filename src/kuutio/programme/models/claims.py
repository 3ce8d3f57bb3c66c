"""Payment claims: costs of one partner in one period with the report of the same days, and what control made of them."""

from uuid import uuid4

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import pgettext_lazy

from kuutio.cities.models import Person
from kuutio.core.grants.budgets import Category
from kuutio.programme.models.grants import GrantPart

CATEGORIES = tuple(str(one) for one in Category)


class Claim(models.Model):
    """A partner's claim of one period, and the report of the same period."""

    class State(models.TextChoices):
        """The states of `core.moves.CLAIM`."""

        DRAFT = "draft", pgettext_lazy("state of a claim", "Draft")
        SUBMITTED = "submitted", pgettext_lazy("state of a claim", "Sent")
        RETURNED = "returned", pgettext_lazy("state of a claim", "Returned to be mended")
        IN_CONTROL = "in_control", pgettext_lazy("state of a claim", "In control")
        ACCEPTED = "accepted", pgettext_lazy("state of a claim", "Accepted")
        PARTLY_ACCEPTED = "partly_accepted", pgettext_lazy("state of a claim", "Accepted in part")
        REJECTED = "rejected", pgettext_lazy("state of a claim", "Rejected")
        PAID = "paid", pgettext_lazy("state of a claim", "Paid")
        REOPENED = "reopened", pgettext_lazy("state of a claim", "Opened again")
        REOPENED_LIMITED = "reopened_limited", pgettext_lazy("state of a claim", "Opened again, text only")

    uuid = models.UUIDField(default=uuid4, db_default=RandomUUID(), unique=True)
    part = models.ForeignKey(GrantPart, on_delete=models.PROTECT, related_name="claims")
    number = models.PositiveSmallIntegerField(help_text="of the partner's claims, from 1")
    starts_on = models.DateField()
    ends_on = models.DateField()
    income_cents = models.BigIntegerField(default=0, help_text="what the project earned in the period")
    state = models.CharField(max_length=16, choices=State, default=State.DRAFT)
    state_since = models.DateTimeField()
    round = models.PositiveSmallIntegerField(
        default=1, help_text="1, and one more each time that numbers or text are opened again"
    )
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True, help_text="first, which tells the order of claims")
    flat_claimed_cents = models.BigIntegerField(default=0, help_text="by the flat rate, of what is claimed")
    flat_accepted_cents = models.BigIntegerField(default=0, help_text="by the flat rate, of what is accepted")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    decision = models.TextField(blank=True, help_text="the decision's words")
    pay_cents = models.BigIntegerField(default=0, help_text="what the decision orders to pay")
    numbers_fixed = models.BooleanField(default=False, help_text="opened again for its text alone")
    said = models.TextField(blank=True, help_text="why it was returned or opened again")

    class Meta:
        ordering = ["part", "number"]
        constraints = [
            UniqueConstraint(fields=["part", "number"], name="claim_number_once"),
            CheckConstraint(
                name="claim_state",
                condition=Q(
                    state__in=[
                        "draft",
                        "submitted",
                        "returned",
                        "in_control",
                        "accepted",
                        "partly_accepted",
                        "rejected",
                        "paid",
                        "reopened",
                        "reopened_limited",
                    ]
                ),
            ),
            CheckConstraint(name="claim_period", condition=Q(ends_on__gte=F("starts_on"))),
            CheckConstraint(
                name="claim_cents",
                condition=Q(
                    income_cents__gte=0,
                    pay_cents__gte=0,
                    flat_accepted_cents__gte=0,
                    flat_accepted_cents__lte=F("flat_claimed_cents"),
                ),
            ),
            CheckConstraint(
                name="claim_decided",
                condition=~Q(state__in=["accepted", "partly_accepted", "rejected", "paid"])
                | Q(decided_at__isnull=False),
            ),
            CheckConstraint(name="claim_sent", condition=Q(state="draft") | Q(sent_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.part_id}/{self.number}"

    @property
    def is_decided(self) -> bool:
        """Whether its accepted costs count: decided, and not open again."""
        return self.state in DECIDED


DECIDED = (Claim.State.ACCEPTED, Claim.State.PARTLY_ACCEPTED, Claim.State.REJECTED, Claim.State.PAID)
"""The states in which a claim's accepted costs count."""

OPEN_TO_PARTNER = (Claim.State.DRAFT, Claim.State.RETURNED, Claim.State.REOPENED, Claim.State.REOPENED_LIMITED)
"""The states in which the partner writes; `REOPENED_LIMITED` lets the text alone."""


class ClaimLine(models.Model):
    """One cost: what is claimed, and what control accepts of it, with the reason where something is cut."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    category = models.CharField(max_length=10)
    text = models.CharField(max_length=300, help_text="what was paid for; no names of persons")
    voucher = models.CharField(max_length=60, blank=True, help_text="in the partner's books")
    paid_on = models.DateField(null=True, blank=True)
    claimed_cents = models.BigIntegerField()
    accepted_cents = models.BigIntegerField(null=True, blank=True, help_text="empty: control hasn't come to it")
    cut_reason = models.CharField(max_length=600, blank=True)

    class Meta:
        ordering = ["claim", "position"]
        constraints = [
            UniqueConstraint(
                fields=["claim", "position"], name="claim_line_once", deferrable=models.Deferrable.DEFERRED
            ),
            CheckConstraint(name="claim_line_category", condition=Q(category__in=CATEGORIES)),
            CheckConstraint(name="claim_line_claimed", condition=Q(claimed_cents__gt=0)),
            CheckConstraint(
                name="claim_line_accepted",
                condition=Q(accepted_cents__isnull=True)
                | Q(accepted_cents__gte=0, accepted_cents__lte=F("claimed_cents"), accepted_cents__isnull=False),
            ),
            CheckConstraint(
                name="claim_line_cut_has_reason",
                condition=Q(accepted_cents__isnull=True) | Q(accepted_cents=F("claimed_cents")) | ~Q(cut_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.position}"


class ProgressReport(models.Model):
    """What the partner did in the claim's period. It has the claim's days and is sent with it (C6)."""

    claim = models.OneToOneField(Claim, on_delete=models.CASCADE, related_name="report")
    starts_on = models.DateField()
    ends_on = models.DateField()
    done = models.TextField(help_text="what was done")
    results = models.TextField(blank=True, help_text="what came of it")
    changed = models.TextField(blank=True, help_text="what went otherwise than planned, and why")
    coming = models.TextField(blank=True, help_text="what comes next")
    is_final = models.BooleanField(default=False, help_text="the partner's last one")

    class Meta:
        constraints = [
            CheckConstraint(name="progress_report_period", condition=Q(ends_on__gte=F("starts_on"))),
            CheckConstraint(name="progress_report_done", condition=~Q(done="")),
        ]

    def __str__(self) -> str:
        return f"report of {self.claim_id}"


class ClaimEvidence(models.Model):
    """A file beside a claim: an invoice, a ledger's extract. Given to those who may read the claim alone."""

    uuid = models.UUIDField(default=uuid4, db_default=RandomUUID(), unique=True)
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="evidence")
    line = models.ForeignKey(ClaimLine, on_delete=models.SET_NULL, null=True, blank=True, related_name="evidence")
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=100, help_text="told by its bytes")
    size = models.PositiveIntegerField(help_text="bytes")
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["claim", "pk"]
        constraints = [
            UniqueConstraint(fields=["claim", "sha256"], name="claim_evidence_once"),
            CheckConstraint(name="claim_evidence_digest", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")),
        ]

    def __str__(self) -> str:
        return self.name


class ClaimSubmission(models.Model):
    """A claim as it was sent once: the receipt, and what a later version is compared with."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="submissions")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    content = models.JSONField(help_text="the whole claim and its report, amounts in cents")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the content as canonical JSON")

    class Meta:
        ordering = ["claim", "number"]
        constraints = [
            UniqueConstraint(fields=["claim", "number"], name="claim_submission_once"),
            CheckConstraint(name="claim_submission_digest", condition=Q(digest__regex=r"^[0-9a-f]{64}$")),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} #{self.number}"


class Correction(models.Model):
    """Accepted costs of a claim that turned out not to be eligible: a negative line, set off against what is paid next."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="corrections")
    line = models.ForeignKey(ClaimLine, on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")
    cents = models.BigIntegerField(help_text="of direct costs, above zero")
    flat_cents = models.BigIntegerField(default=0, help_text="what the flat rate had paid of them")
    reason = models.TextField()
    reference = models.CharField(max_length=100, unique=True, help_text="of the decision")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            CheckConstraint(name="correction_cents", condition=Q(cents__gt=0, flat_cents__gte=0)),
            CheckConstraint(name="correction_reason", condition=~Q(reason="") & ~Q(reference="")),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def whole_cents(self) -> int:
        """All that is accepted no more: the costs and what the flat rate had paid of them."""
        return self.cents + self.flat_cents
