"""A stage: a time in a process, of a kind that says what people may do in it."""

from datetime import datetime

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from kuutio.participation.models.processes import Process


class Stage(models.Model):
    """A time in a process. What its kind allows is allowed from `opens_at` until `closes_at`, and at no other time."""

    class Identification(models.TextChoices):
        OPEN = "open", _("Anybody, without signing in")
        REGISTERED = "registered", _("Signed-in people")
        STRONG = "strong", _("Strongly identified people")

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="stages")
    slug = models.SlugField(max_length=60, help_text="its part of the address, unchanging")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, help_text="a name of `participation.kinds`")
    title = I18nCharField(max_length=300)
    text = I18nTextField(blank=True, help_text="Markdown: what happens and what is asked")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField(help_text="the first moment when it is over")
    identification = models.CharField(max_length=10, choices=Identification, default=Identification.REGISTERED)
    settings = models.JSONField(default=dict, blank=True, help_text="the options of its kind, checked by it")
    told_opening_at = models.DateTimeField(null=True, blank=True, help_text="when followers were told that it is open")

    class Meta:
        ordering = ["process", "position"]
        constraints = [
            UniqueConstraint(fields=["process", "slug"], name="stage_slug_once"),
            UniqueConstraint(
                fields=["process", "position"], name="stage_position_once", deferrable=models.Deferrable.DEFERRED
            ),
            CheckConstraint(name="stage_opens_before_it_closes", condition=Q(closes_at__gt=F("opens_at"))),
            CheckConstraint(
                name="stage_identification", condition=Q(identification__in=["open", "registered", "strong"])
            ),
            CheckConstraint(name="stage_has_kind", condition=~Q(kind="") & ~Q(slug="")),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def is_open(self, at: datetime) -> bool:
        """Whether a moment lies in its time; the closing moment doesn't."""
        return self.opens_at <= at < self.closes_at
