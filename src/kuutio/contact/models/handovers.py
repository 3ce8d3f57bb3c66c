"""Hand-overs: one city offers a case to another, or one unit to another of its city, which takes it or returns it with a reason."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import Organisation, Unit
from kuutio.contact.models.cases import Case


class Handover(models.Model):
    """An offer of a case, and what became of it. Responsibility moves when it is accepted, and not before."""

    class Decision(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        RETURNED = "returned", _("Returned")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="handovers")
    giver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    giver_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="the receiver's"
    )
    reason = models.TextField(help_text="why it is the receiver's; shown to the receiver")
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    offered_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="until when the receiver decides; after it the offer goes back")
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    decision_reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    kept = models.JSONField(
        default=dict,
        blank=True,
        help_text="personal: people, place and state of the case when it was given away; see `given.kept_of`",
    )

    class Meta:
        ordering = ["offered_at", "pk"]
        indexes = [
            models.Index(fields=["receiver", "due_at"], condition=Q(decision=""), name="handover_open"),
            models.Index(fields=["giver", "case"], condition=Q(decision="accepted"), name="handover_given"),
        ]
        constraints = [
            UniqueConstraint(fields=["case"], condition=Q(decision=""), name="handover_one_open"),
            CheckConstraint(
                name="handover_to_another",
                condition=~Q(giver=F("receiver"))
                | Q(unit__isnull=False) & (Q(giver_unit__isnull=True) | ~Q(giver_unit=F("unit"))),
            ),
            CheckConstraint(
                name="handover_decided_whole",
                condition=Q(decision="", decided_at__isnull=True)
                | Q(decision__in=["accepted", "returned", "withdrawn"], decided_at__gte=F("offered_at")),
            ),
            CheckConstraint(
                name="handover_returned_with_reason", condition=~Q(decision="returned") | ~Q(decision_reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.giver_id} -> {self.receiver_id}"

    @property
    def is_within(self) -> bool:
        """Whether it goes from unit to unit of one city: who is responsible stays the same."""
        return self.giver_id == self.receiver_id
