"""Where somebody outside the cities answers: lines and areas, in versions with their days."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from kuutio.contact.models.categories import ExternalBody


class BodyLayer(models.Model):
    """One version of where a body answers; of those whose day has come the newest counts. None is ever changed."""

    body = models.ForeignKey(ExternalBody, on_delete=models.CASCADE, related_name="layers")
    valid_from = models.DateField()
    buffer_m = models.PositiveSmallIntegerField(help_text="how far from its lines, metres; areas count as they are")
    shape = models.BinaryField(help_text="WKB of a geometry collection in CRS84")
    source = models.CharField(max_length=300, blank=True, help_text="the file's name")
    sha256 = models.CharField(max_length=64, blank=True, help_text="of the file")
    loaded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["body", "-valid_from", "-pk"]
        constraints = [
            UniqueConstraint(
                fields=["body", "valid_from", "sha256", "buffer_m"], condition=~Q(sha256=""), name="body_layer_once"
            ),
            CheckConstraint(name="body_layer_buffer", condition=Q(buffer_m__lte=1000)),
            CheckConstraint(name="body_layer_digest", condition=Q(sha256="") | Q(sha256__regex=r"^[0-9a-f]{64}$")),
        ]

    def __str__(self) -> str:
        return f"{self.body_id} {self.valid_from}"
