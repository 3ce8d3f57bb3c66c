"""The figures of past months, as they may be shown: made of the events, small counts taken out before they are kept."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from kuutio.cities.models import Organisation


class ServiceMonth(models.Model):
    """A month of one office's customer service, or of all together. Rows are made anew from the events, never changed."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="+", help_text="empty: all together"
    )
    month = models.DateField(help_text="its first day")
    figures = models.JSONField(help_text="core.service_figures.shown: null is hidden or unknown")
    worked_out_at = models.DateTimeField()

    class Meta:
        ordering = ["month", "organisation"]
        constraints = [
            UniqueConstraint(fields=["organisation", "month"], name="service_month_once"),
            UniqueConstraint(
                fields=["month"], condition=Q(organisation__isnull=True), name="service_month_of_all_once"
            ),
            CheckConstraint(name="service_month_first_day", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id or 'all'} {self.month:%Y-%m}"
