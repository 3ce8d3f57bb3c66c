"""Loads and the snapshots they made."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from kuutio.opendata.models.catalogue import Dataset, Distribution


class Snapshot(models.Model):
    """One immutable state of a table; its files lie under its table's id and its own.

    `held` means: made, but kept from readers until an officer decides (personal data, or a broken contract).
    """

    class State(models.TextChoices):
        SERVED = "served", _("Served")
        HELD = "held", _("Held")
        REFUSED = "refused", _("Refused")
        PRUNED = "pruned", _("Files removed")

    distribution = models.ForeignKey(Distribution, on_delete=models.CASCADE, related_name="snapshots")
    content = models.CharField(max_length=64, help_text="the content's hash: the snapshot's id in addresses")
    state = models.CharField(max_length=8, choices=State)
    created_at = models.DateTimeField()
    served_at = models.DateTimeField(null=True, blank=True, help_text="when it became the current one")
    rows_in = models.BigIntegerField()
    rows = models.BigIntegerField()
    rejects = models.BigIntegerField()
    size = models.BigIntegerField(help_text="bytes of the Parquet file")
    bbox = models.JSONField(null=True, blank=True)
    crs = models.CharField(max_length=60, blank=True, help_text="of the source, such as EPSG:3067")
    columns = models.JSONField(help_text="[{name, type, title}]")
    findings = models.JSONField(default=list, blank=True, help_text="what may be personal data")
    violations = models.JSONField(default=list, blank=True, help_text="what breaks the contract")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=1000, blank=True, help_text="why it was accepted or refused")
    exports = models.JSONField(default=dict, blank=True, help_text="ready files: format to bytes")

    class Meta:
        ordering = ["-created_at"]
        get_latest_by = "created_at"
        constraints = [
            UniqueConstraint(fields=["distribution", "content"], name="snapshot_content_once"),
            CheckConstraint(name="snapshot_state", condition=Q(state__in=["served", "held", "refused", "pruned"])),
            CheckConstraint(name="snapshot_no_row_lost", condition=Q(rows_in=F("rows") + F("rejects"))),
            CheckConstraint(
                name="snapshot_decision_has_reason",
                condition=Q(decided_at__isnull=True) | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.distribution_id} {self.content}"


class Load(models.Model):
    """One attempt to bring a file into a data set, by whatever door; it outlives the process that works on it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        WORKING = "working", _("Working")
        SERVED = "served", _("Served")
        HELD = "held", _("Held for a decision")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="loads")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    door = models.CharField(max_length=20, help_text="command, page, ckan, harvest, demonstration, joint")
    file = models.CharField(max_length=300, help_text="the kept original, below the files folder")
    file_name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    options = models.JSONField(default=dict, blank=True, help_text="layer, key, types and dialect, where given")
    accept = models.CharField(max_length=1000, blank=True, help_text="the reason to serve in spite of findings")
    retry_key = models.CharField(  # no key is no value: only keys are unique
        max_length=100, null=True, blank=True, help_text="the caller's own: a repeated request is the same load"
    )
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict, blank=True, help_text="{tables: [...]}")
    problem = models.JSONField(default=dict, blank=True, help_text="{kind, detail} when it failed")

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            CheckConstraint(
                name="load_finished_has_time",
                condition=Q(state__in=["waiting", "working"], finished_at__isnull=True)
                | Q(state__in=["served", "held", "failed"], finished_at__isnull=False),
            ),
            UniqueConstraint(fields=["dataset", "retry_key"], name="load_retry_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} {self.state}"


class RowWrite(models.Model):
    """Rows that a program upserts or deletes through an interface; those that come together share a snapshot."""

    class Operation(models.TextChoices):
        UPSERT = "upsert"
        INSERT = "insert"
        UPDATE = "update"
        DELETE = "delete"

    distribution = models.ForeignKey(Distribution, on_delete=models.CASCADE, related_name="row_writes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    operation = models.CharField(max_length=6, choices=Operation)
    rows = models.JSONField()
    created_at = models.DateTimeField()
    snapshot = models.ForeignKey(Snapshot, on_delete=models.SET_NULL, null=True, blank=True, related_name="row_writes")
    done_at = models.DateTimeField(null=True, blank=True)
    problem = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["distribution", "id"], condition=Q(done_at__isnull=True), name="row_write_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.distribution_id}"
