"""Files beside a section: a plan, a report, a drawing."""

from uuid import uuid4

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import CheckConstraint, Q
from i18nfield.fields import I18nCharField

from kuutio.participation.models.sections import Section


class Document(models.Model):
    """A file that the city gives to be read. Its bytes lie outside the web's root, under their own hash."""

    uuid = models.UUIDField(default=uuid4, db_default=RandomUUID(), unique=True)
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="documents")
    title = I18nCharField(max_length=300)
    name = models.CharField(max_length=200, help_text="of the file")
    type = models.CharField(max_length=100, help_text="told by its bytes")
    size = models.PositiveIntegerField(help_text="bytes")
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["section", "pk"]
        constraints = [CheckConstraint(name="document_digest", condition=Q(sha256__regex=r"^[0-9a-f]{64}$"))]

    def __str__(self) -> str:
        return self.name
