from django.conf import settings
from django.db import models


class Entry(models.Model):
    """One act of somebody: who, what, to which thing, when. Rows are added and never changed; the database refuses."""

    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", help_text="empty: the system"
    )
    verb = models.CharField(max_length=60)
    thing = models.CharField(max_length=200, help_text="kind and id, such as dataset:helsinki-trees")
    facts = models.JSONField(default=dict, help_text="what changed; no personal data")
    request_id = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [models.Index(fields=["thing", "at"], name="audit_thing_at")]
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.verb} {self.thing}"
