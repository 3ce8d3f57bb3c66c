"""A resident at a desk or on the telephone: for half an hour one officer sees that resident's one case, whatever city has it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import Organisation
from kuutio.contact.models.cases import Case, Channel


class DeskVisit(models.Model):
    """One opening of a case with its resident, and by what it was known that it is theirs."""

    class How(models.TextChoices):
        OPENED = "opened", _("The case was written down just now")
        CODE = "code", _("The resident said the number and the code")
        PASSPORT = "passport", _("Passport")
        ID_CARD = "id-card", _("Identity card")
        RESIDENCE_PERMIT = "residence-permit", _("Residence permit card")
        E_ID = "e-id", _("Strong electronic identification")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="visits")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", help_text="whose desk")
    channel = models.CharField(max_length=10, choices=Channel, help_text="phone or desk")
    how = models.CharField(max_length=20, choices=How)
    reason = models.CharField(max_length=300, blank=True, help_text="why the code wasn't used")
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["opened_at", "pk"]
        constraints = [
            CheckConstraint(name="visit_channel", condition=Q(channel__in=["phone", "desk", "letter"])),
            CheckConstraint(
                name="visit_identified_with_reason", condition=Q(how__in=["opened", "code"]) | ~Q(reason="")
            ),
            CheckConstraint(name="visit_ends", condition=Q(expires_at__gt=F("opened_at"))),
            CheckConstraint(
                name="visit_closed_later", condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.how}"
