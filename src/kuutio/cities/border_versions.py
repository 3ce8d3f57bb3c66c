"""The borders as they were and as they will be: each file that was loaded is a version with its day."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint


class BorderVersion(models.Model):
    """The borders of one file. One version is in force, and `Municipality` holds its borders; with none, those that come with Kuutio."""

    valid_from = models.DateField()
    accuracy_m = models.FloatField(help_text="how far a line may be from the border in truth, metres")
    source = models.CharField(max_length=300, help_text="the file's name")
    sha256 = models.CharField(max_length=64)
    is_part = models.BooleanField(default=False, help_text="of a part of the country: all others keep their borders")
    accepted = models.CharField(max_length=300, blank=True, help_text="why it was taken in spite of what was found")
    loaded_at = models.DateTimeField()
    in_force_at = models.DateTimeField(null=True, blank=True, help_text="when it was put in force; null: not yet")

    class Meta:
        ordering = ["-valid_from", "-pk"]
        constraints = [
            UniqueConstraint(fields=["sha256", "valid_from"], name="border_version_once"),
            CheckConstraint(name="border_version_accuracy", condition=Q(accuracy_m__gt=0, accuracy_m__lte=1000)),
            CheckConstraint(name="border_version_digest", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from} {self.source}"


class VersionBorder(models.Model):
    """The border of one municipality in a version."""

    version = models.ForeignKey(BorderVersion, on_delete=models.CASCADE, related_name="borders")
    code = models.CharField(max_length=3)
    name_fi = models.CharField(max_length=80)
    name_sv = models.CharField(max_length=80)
    border = models.BinaryField(help_text="WKB, CRS84")

    class Meta:
        ordering = ["version", "code"]
        constraints = [
            UniqueConstraint(fields=["version", "code"], name="version_border_once"),
            CheckConstraint(name="version_border_code", condition=Q(code__regex=r"^\d{3}$")),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.code}"
