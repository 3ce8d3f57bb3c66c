"""Who wants no more messages by a channel."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from kuutio.contact.models.cases import Channel


class StoppedAddress(models.Model):
    """A number, or a messenger's person, that has said STOP. Kept until they say START, as a digest that only we can make."""

    channel = models.CharField(max_length=10, choices=Channel)
    digest = models.CharField(max_length=64, help_text="keyed, hexadecimal")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "stopped addresses"
        constraints = [
            UniqueConstraint(fields=["channel", "digest"], name="stopped_once"),
            CheckConstraint(name="stopped_digest", condition=Q(digest__regex=r"^[0-9a-f]{64}$")),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.digest[:8]}"
