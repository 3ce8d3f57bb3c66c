"""Grants: what was decided for a joint project, partner by partner, and each later decision that changed it.

All amounts are whole cents. A decided budget is never written over: a change decision makes the next version, and the first end
date stays beside the one that holds now.
"""

from uuid import uuid4

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kuutio.cities.models import City, Person
from kuutio.core.grants.budgets import Category, CostModel, Source
from kuutio.programme.models.strategy import FundingSource, Partner, Project

FLAT = "FLAT"
"""The line of a budget that a flat rate pays, beside the categories of cost."""

INCOME = "INCOME"
"""The line of what the project earns, taken off its costs."""

LINES = (*(str(one) for one in Category), FLAT, INCOME)
SOURCES = tuple(str(one) for one in Source)
MODELS = tuple(str(one) for one in CostModel)


class Grant(models.Model):
    """Money that was decided for a project, by one decision of the authority of its fund."""

    class State(models.TextChoices):
        """The states of `core.moves.GRANT`."""

        OFFERED = "offered", pgettext_lazy("state of a grant", "Offered")
        ACCEPTED = "accepted", pgettext_lazy("state of a grant", "Accepted by the project")
        REFUSED = "refused", pgettext_lazy("state of a grant", "Turned down by the project")
        RUNNING = "running", pgettext_lazy("state of a grant", "Running")
        SUSPENDED = "suspended", pgettext_lazy("state of a grant", "Suspended")
        CANCELLED = "cancelled", pgettext_lazy("state of a grant", "Cancelled")
        CLOSED = "closed", pgettext_lazy("state of a grant", "Closed")

    uuid = models.UUIDField(default=uuid4, db_default=RandomUUID(), unique=True)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="grants")
    fund = models.ForeignKey(FundingSource, on_delete=models.PROTECT, related_name="grants")
    reference = models.CharField(max_length=100, unique=True, help_text="of the decision, in the authority's register")
    application = models.CharField(max_length=100, null=True, blank=True, help_text="what it was decided on; its id")
    decided_on = models.DateField()
    cost_model = models.CharField(max_length=10, help_text="one for the whole project; it doesn't change")
    eu_bp = models.PositiveIntegerField(help_text="the EU's share of accepted net cost, hundredths of a per cent")
    state_bp = models.PositiveIntegerField(help_text="the state's share, hundredths of a per cent")
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="as it is now")
    first_ends_on = models.DateField(help_text="as it was decided first; it stays")
    conditions = models.TextField(blank=True, help_text="of the decision, in the project's language")
    state = models.CharField(max_length=10, choices=State, default=State.OFFERED)
    state_since = models.DateTimeField()
    awarded_at = models.DateTimeField(help_text="when it came here")
    is_example = models.BooleanField(default=False, help_text="made up for the demonstration")

    class Meta:
        ordering = ["-decided_on", "reference"]
        constraints = [
            CheckConstraint(
                name="grant_state",
                condition=Q(
                    state__in=["offered", "accepted", "refused", "running", "suspended", "cancelled", "closed"]
                ),
            ),
            CheckConstraint(name="grant_reference", condition=~Q(reference="")),
            CheckConstraint(name="grant_cost_model", condition=Q(cost_model__in=MODELS)),
            CheckConstraint(name="grant_shares", condition=Q(eu_bp__lte=10_000 - F("state_bp"))),
            CheckConstraint(name="grant_period", condition=Q(ends_on__gte=F("starts_on"))),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def support_bp(self) -> int:
        """The share of accepted net cost that is paid: the EU's and the state's."""
        return self.eu_bp + self.state_bp

    @property
    def was_extended(self) -> bool:
        """Whether a change decision moved the end."""
        return self.ends_on != self.first_ends_on


class GrantPart(models.Model):
    """One partner's part of a grant: it claims its own costs and is paid its own support."""

    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="parts")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="grant_parts")
    city = models.ForeignKey(
        City, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="that the partner counts for"
    )

    class Meta:
        ordering = ["grant", "-partner__is_lead", "partner__name"]
        constraints = [UniqueConstraint(fields=["grant", "partner"], name="grant_part_once")]

    def __str__(self) -> str:
        return f"{self.grant_id} {self.partner_id}"


class PartHolder(models.Model):
    """Somebody who acts for a partner in its grant: writes its claims and reports. Shown to who works with it, never published."""

    part = models.ForeignKey(GrantPart, on_delete=models.CASCADE, related_name="holders")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grant_parts")
    since = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["part", "person"], name="part_holder_once")]

    def __str__(self) -> str:
        return f"{self.part_id} {self.person_id}"


class BudgetVersion(models.Model):
    """The decided budget as one decision left it. The last one holds; the earlier ones stay to be read."""

    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(help_text="1 is the grant itself, each change decision the next")
    reference = models.CharField(max_length=100, help_text="of the decision that made it")
    decided_on = models.DateField()
    ends_on = models.DateField(help_text="of the project, by this decision")
    reason = models.TextField(blank=True, help_text="of the change, for the public")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["grant", "number"]
        constraints = [
            UniqueConstraint(fields=["grant", "number"], name="budget_version_once"),
            UniqueConstraint(fields=["grant", "reference"], name="budget_version_reference_once"),
            CheckConstraint(name="budget_version_number", condition=Q(number__gt=0) & ~Q(reference="")),
        ]

    def __str__(self) -> str:
        return f"{self.grant_id} v{self.number}"


class DecidedCost(models.Model):
    """A partner's decided cost in one category, what its flat rate pays, or its income."""

    version = models.ForeignKey(BudgetVersion, on_delete=models.CASCADE, related_name="costs")
    part = models.ForeignKey(GrantPart, on_delete=models.CASCADE, related_name="costs")
    line = models.CharField(max_length=10, help_text="a category, FLAT or INCOME")
    cents = models.BigIntegerField()

    class Meta:
        ordering = ["version", "part", "line"]
        constraints = [
            UniqueConstraint(fields=["version", "part", "line"], name="decided_cost_once"),
            CheckConstraint(name="decided_cost_line", condition=Q(line__in=LINES)),
            CheckConstraint(name="decided_cost_cents", condition=Q(cents__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} {self.line}"


class Commitment(models.Model):
    """What one source bears of a partner's net cost in one year. Over its years it is the source's part, over the sources the net cost."""

    version = models.ForeignKey(BudgetVersion, on_delete=models.CASCADE, related_name="commitments")
    part = models.ForeignKey(GrantPart, on_delete=models.CASCADE, related_name="commitments")
    source = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    cents = models.BigIntegerField()
    reason = models.TextField(blank=True, help_text="where the decided figure differs from the computed one")

    class Meta:
        ordering = ["version", "part", "source", "year"]
        constraints = [
            UniqueConstraint(fields=["version", "part", "source", "year"], name="commitment_once"),
            CheckConstraint(name="commitment_source", condition=Q(source__in=SOURCES)),
            CheckConstraint(name="commitment_cents", condition=Q(cents__gte=0)),
            CheckConstraint(name="commitment_year", condition=Q(year__range=(1990, 2099))),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} {self.source} {self.year}"


class Payment(models.Model):
    """Money that was paid elsewhere, written down here: an advance, what a claim's decision ordered, or what came back."""

    class Kind(models.TextChoices):
        ADVANCE = "advance", _("Advance")
        CLAIM = "claim", _("Payment of a claim")
        BACK = "back", _("Paid back")

    part = models.ForeignKey(GrantPart, on_delete=models.PROTECT, related_name="payments")
    kind = models.CharField(max_length=8, choices=Kind)
    claim = models.ForeignKey(
        "programme.Claim", on_delete=models.PROTECT, null=True, blank=True, related_name="payments"
    )
    round = models.PositiveSmallIntegerField(
        default=1, help_text="of the claim: each time that it is opened again, the next"
    )
    cents = models.BigIntegerField()
    paid_on = models.DateField()
    reference = models.CharField(max_length=100, unique=True, help_text="of the payment, in the authority's system")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["paid_on", "pk"]
        constraints = [
            CheckConstraint(
                name="payment_kind",
                condition=Q(kind="claim", claim__isnull=False, cents__gte=0)
                | Q(kind__in=["advance", "back"], claim__isnull=True, cents__gt=0),
            ),
            UniqueConstraint(fields=["claim", "round"], name="payment_of_a_claim_once"),
            CheckConstraint(name="payment_reference", condition=~Q(reference="")),
        ]

    def __str__(self) -> str:
        return self.reference
