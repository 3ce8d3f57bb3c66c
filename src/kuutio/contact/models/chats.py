"""Chat: which officers are there, and who talks in which case."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from kuutio.contact.models.cases import Case


class ChatPresence(models.Model):
    """An officer who answers chats just now; the page that they keep open renews it."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="presence")
    seen_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.person_id)


class Chat(models.Model):
    """One talk within a case: from the resident's first line until somebody ends it or it is left. The words are the case's own."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="chats")
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="when the resident's page was last there")
    answered_at = models.DateTimeField(null=True, blank=True, help_text="when an officer first wrote")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["opened_at", "pk"]
        indexes = [
            models.Index(fields=["opened_at"], condition=Q(ended_at__isnull=True), name="chat_open"),
        ]
        constraints = [
            UniqueConstraint(fields=["case"], condition=Q(ended_at__isnull=True), name="chat_one_open"),
            CheckConstraint(
                name="chat_in_order",
                condition=Q(seen_at__gte=F("opened_at"))
                & (Q(answered_at__isnull=True) | Q(answered_at__gte=F("opened_at")))
                & (Q(ended_at__isnull=True) | Q(ended_at__gte=F("opened_at"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.opened_at:%H:%M}"
