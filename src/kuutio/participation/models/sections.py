"""What the city says: the parts of a hearing, a plan's alternatives, what followed from it."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from kuutio.participation.models.processes import Process
from kuutio.participation.models.stages import Stage


class Section(models.Model):
    """A part of the city's text, which people comment on; one without a stage belongs to the whole process."""

    class Kind(models.TextChoices):
        MAIN = "main", _("Main text")
        PART = "part", _("Part")
        ALTERNATIVE = "alternative", _("Alternative")
        CLOSURE = "closure", _("What followed from it")

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="sections")
    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, null=True, blank=True, related_name="sections")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PART)
    position = models.PositiveSmallIntegerField()
    title = I18nCharField(max_length=300)
    text = I18nTextField(blank=True, help_text="Markdown; an empty line ends a paragraph")
    geometry = models.BinaryField(null=True, blank=True, help_text="WKB, CRS84: the plan on the map")

    class Meta:
        ordering = ["process", "position", "pk"]
        constraints = [
            CheckConstraint(name="section_kind", condition=Q(kind__in=["main", "part", "alternative", "closure"])),
            UniqueConstraint(
                fields=["process", "position"], name="section_position_once", deferrable=models.Deferrable.DEFERRED
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)
