"""Mail as it came: kept whole before anything is made of it, so that no mistake of ours loses a message."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from kuutio.contact.models.threads import Message


class RawMail(models.Model):
    """One message as the mail server gave it, and what became of it. The same bytes are one row, however often they come."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits to be read")
        DONE = "done", _("Read")
        FAILED = "failed", _("Could not be read")
        QUARANTINED = "quarantined", _("Put aside")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sha256 = models.CharField(max_length=64, unique=True)
    path = models.CharField(max_length=200, help_text="below the folder of mail")
    size = models.PositiveIntegerField(help_text="bytes")
    sender = models.CharField(max_length=320, blank=True, help_text="of the envelope; empty: a machine's (<>)")
    recipients = ArrayField(models.CharField(max_length=320), help_text="of the envelope, as they were said")
    received_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    cls = models.CharField(max_length=12, blank=True, help_text="human, auto_reply, bounce, complaint or spam")
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="raw_mails")
    problem = models.CharField(max_length=300, blank=True, help_text="why it was put aside or can't be read")
    tried_at = models.DateTimeField(
        null=True, blank=True, help_text="when it last couldn't be read; it is tried again later"
    )

    class Meta:
        ordering = ["received_at", "pk"]
        verbose_name_plural = "raw mail"
        indexes = [
            models.Index(
                fields=["state", "received_at"],
                condition=Q(state__in=["waiting", "failed", "quarantined"]),
                name="raw_mail_open",
            )
        ]
        constraints = [
            CheckConstraint(name="raw_mail_digest", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")),
            CheckConstraint(name="raw_mail_state", condition=Q(state__in=["waiting", "done", "failed", "quarantined"])),
            CheckConstraint(
                name="raw_mail_class",
                condition=Q(cls__in=["", "human", "auto_reply", "bounce", "complaint", "spam"]),
            ),
            CheckConstraint(name="raw_mail_put_aside_for_a_reason", condition=~Q(state="quarantined") | ~Q(problem="")),
        ]

    def __str__(self) -> str:
        return f"{self.uuid} {self.state}"
