"""The figures that show how the promises stand, as they were last computed."""

from django.db import models
from django.db.models import CheckConstraint, Q

from kuutio.core.evidence import Standing


class EvidenceFigure(models.Model):
    """One declared figure (`core.evidence.Evidence`), computed at a moment; pages read it here, so that they stay fast."""

    key = models.SlugField(primary_key=True, max_length=60, help_text="the evidence's")
    promise = models.SlugField(max_length=60, db_index=True, help_text="the promise's key")
    value = models.FloatField(null=True, blank=True, help_text="empty: there was nothing to count")
    of = models.BigIntegerField(null=True, blank=True)
    standing = models.CharField(max_length=8, blank=True, help_text="kept, partly, not-yet; empty without a value")
    as_of = models.DateField(null=True, blank=True, help_text="the day that it tells of, where that isn't the moment")
    measured_at = models.DateTimeField()

    class Meta:
        ordering = ["key"]
        constraints = [
            CheckConstraint(
                name="evidence_figure_whole",
                condition=Q(value__isnull=True, standing="", of__isnull=True)
                | Q(value__isnull=False, standing__in=[one.value for one in Standing]),
            )
        ]

    def __str__(self) -> str:
        return self.key
