"""Harmonised data sets: the same thing of several cities as one table."""

from django.db import models
from django.db.models import UniqueConstraint

from kuutio.cities.models import City
from kuutio.opendata.models.catalogue import Dataset, Distribution


class Mapping(models.Model):
    """How one city's table becomes rows of a harmonised data set; data, not code."""

    joint = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="mappings")
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="mappings")
    source = models.ForeignKey(Distribution, on_delete=models.PROTECT, related_name="mapped_into")
    manifest = models.TextField(help_text="YAML; see docs/reference/mapping.md")
    report = models.JSONField(default=dict, blank=True, help_text="the conformance of the last build")
    modified_at = models.DateTimeField()

    class Meta:
        ordering = ["joint", "city__position"]
        constraints = [UniqueConstraint(fields=["joint", "source"], name="mapping_source_once")]

    def __str__(self) -> str:
        return f"{self.joint_id} {self.city_id}"
