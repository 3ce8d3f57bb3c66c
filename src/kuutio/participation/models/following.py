"""Who wants to be told what happens in a process."""

from django.conf import settings
from django.db import models
from django.db.models import UniqueConstraint

from kuutio.participation.models.processes import Process


class Follow(models.Model):
    """A person who is told when a stage opens and what was decided."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="follows")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="process_follows")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]
        constraints = [UniqueConstraint(fields=["process", "person"], name="process_follow_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.process_id}"
