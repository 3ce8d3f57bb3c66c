"""What a resident has begun to write and not yet sent: kept for some days, so that nothing is asked twice."""

import uuid

from django.db import models


class Draft(models.Model):
    """An unfinished notice; known by its id, which only its writer's browser holds."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    fields = models.JSONField(default=dict, help_text="what was written so far, by the names of the form's fields")
    changed_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.uuid)


class DraftFile(models.Model):
    """A file of an unfinished notice, already made safe."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=200)
    description = models.CharField(max_length=500, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    taken_lon = models.FloatField(null=True, blank=True, help_text="where the photo says it was taken")
    taken_lat = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
