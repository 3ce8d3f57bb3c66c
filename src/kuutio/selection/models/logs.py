"""The log of a round: what can't be changed afterwards without its being seen; published whole with the results."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from kuutio.selection.models.rounds import Round


class RoundLog(models.Model):
    """The keys of a round's log and how far it has grown."""

    round = models.OneToOneField(Round, on_delete=models.CASCADE, related_name="log")
    origin = models.CharField(
        max_length=200, unique=True, help_text="the log's name, like an address without its scheme"
    )
    secret = models.BinaryField(help_text="the signing key, sealed")
    public = models.CharField(max_length=300)
    frontier = models.BinaryField(default=bytes)
    size = models.PositiveIntegerField(default=0)
    bundle = models.BinaryField(null=True, blank=True, help_text="the published zip file")

    def __str__(self) -> str:
        return self.origin


class RoundEntry(models.Model):
    """An entry of a log: canonical JSON and its hash. The hash is public from the first day, the entry with the results."""

    log = models.ForeignKey(RoundLog, on_delete=models.CASCADE, related_name="entries")
    number = models.PositiveIntegerField()
    content = models.BinaryField()
    leaf = models.BinaryField()

    class Meta:
        ordering = ["log", "number"]
        verbose_name_plural = "round entries"
        constraints = [UniqueConstraint(fields=["log", "number"], name="round_entry_once")]

    def __str__(self) -> str:
        return f"{self.log_id} {self.number}"


class RoundHead(models.Model):
    """A signed head of a log."""

    log = models.ForeignKey(RoundLog, on_delete=models.CASCADE, related_name="heads")
    size = models.PositiveIntegerField()
    signed = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["log", "size"]
        constraints = [
            UniqueConstraint(fields=["log", "size"], name="round_head_once"),
            CheckConstraint(name="round_head_size", condition=Q(size__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.log_id} {self.size}"
