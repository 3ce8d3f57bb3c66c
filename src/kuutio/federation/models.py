"""Sources elsewhere, what became of each reading of them, and which of our data sets stands for which of theirs."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import City, Organisation
from kuutio.opendata.models import Dataset, Distribution


class HarvestSource(models.Model):
    """A catalogue or service elsewhere, whose data sets an organisation shows here as its own."""

    class Kind(models.TextChoices):
        CKAN = "ckan", _("CKAN catalogue")
        DCAT = "dcat", _("DCAT catalogue (RDF)")
        OGC_API = "ogcapi", _("OGC API")
        WFS = "wfs", _("Web Feature Service (WFS)")
        ADDRESSES = "addresses", _("List of addresses")

    class Rhythm(models.TextChoices):
        MANUAL = "manual", _("Only when somebody asks for it")
        HOURLY = "hourly", _("Every hour")
        DAILY = "daily", _("Daily")
        WEEKLY = "weekly", _("Weekly")

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(_("Name"), max_length=200)
    kind = models.CharField(_("What it speaks"), max_length=10, choices=Kind)
    address = models.URLField(_("Address"), max_length=1000)
    publisher = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="harvest_sources")
    city = models.ForeignKey(City, on_delete=models.PROTECT, null=True, blank=True, related_name="harvest_sources")
    rhythm = models.CharField(_("How often"), max_length=10, choices=Rhythm, default=Rhythm.DAILY)
    is_active = models.BooleanField(default=True, help_text="an inactive one is read only when somebody asks for it")
    options = models.JSONField(default=dict, blank=True, help_text="see actions.sources.OPTIONS")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["slug"]
        constraints = [
            CheckConstraint(name="harvest_kind", condition=Q(kind__in=["ckan", "dcat", "ogcapi", "wfs", "addresses"])),
            CheckConstraint(name="harvest_rhythm", condition=Q(rhythm__in=["manual", "hourly", "daily", "weekly"])),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def pause(self) -> timedelta | None:
        """The time from one reading to the next; None when nobody but a person begins one."""
        pauses = {"hourly": timedelta(hours=1), "daily": timedelta(days=1), "weekly": timedelta(days=7)}
        return pauses.get(self.rhythm) if self.is_active else None

    def next_at(self, last: datetime | None) -> datetime | None:
        """When it is to be read again, after a reading that began at `last`."""
        pause = self.pause
        return None if pause is None else (last + pause if last else self.created_at)


class HarvestRun(models.Model):
    """One reading of a source: where it has come to, and what it found."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        WORKING = "working", _("Working")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        STOPPED = "stopped", _("Stopped")

    source = models.ForeignKey(HarvestSource, on_delete=models.CASCADE, related_name="runs")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    touched_at = models.DateTimeField(help_text="the last sign of life")
    finished_at = models.DateTimeField(null=True, blank=True)

    since = models.DateTimeField(null=True, blank=True, help_text="only what changed since; none: the whole")
    cursor = models.TextField(blank=True, help_text="address of the page to read next")
    pages = models.PositiveIntegerField(default=0)
    listed = models.BooleanField(default=False, help_text="the last page was read")
    partial = models.BooleanField(default=False, help_text="something may be missing from what was read")
    total = models.PositiveIntegerField(null=True, blank=True, help_text="records that the source says it has")
    owed = models.JSONField(default=list, blank=True, help_text="records that were named and not yet described")
    complete = models.BooleanField(default=False, help_text="all that the source has was read")

    seen = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    withdrawn = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0)
    files = models.PositiveIntegerField(default=0, help_text="files and layers that were brought")
    files_failed = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0, help_text="data sets whose withdrawal waits for a decision")
    problem = models.JSONField(default=dict, blank=True, help_text="{kind, detail} when it failed")
    notes = models.JSONField(
        default=list, blank=True, help_text="nameless records that could not be read: [{reason, raw}]"
    )

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            CheckConstraint(
                name="harvest_run_state", condition=Q(state__in=["waiting", "working", "done", "failed", "stopped"])
            ),
            CheckConstraint(
                name="harvest_run_finished_has_time",
                condition=Q(state__in=["waiting", "working"], finished_at__isnull=True)
                | Q(state__in=["done", "failed", "stopped"], finished_at__isnull=False),
            ),
            # Two at once would make each record twice.
            UniqueConstraint(
                fields=["source"], condition=Q(state__in=["waiting", "working"]), name="harvest_one_run_at_a_time"
            ),
            # Deletions are known from a whole listing only.
            CheckConstraint(
                name="harvest_run_withdraws_when_complete", condition=Q(complete=True) | Q(withdrawn=0, held=0)
            ),
            CheckConstraint(
                name="harvest_run_counts", condition=Q(seen__gte=F("created") + F("updated") + F("unchanged"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.created_at:%Y-%m-%d %H:%M} {self.state}"

    @property
    def is_open(self) -> bool:
        return self.finished_at is None


class HarvestRecord(models.Model):
    """One record of a source, and the data set that stands for it here; it has none while it can't be read."""

    class State(models.TextChoices):
        OK = "ok", _("Taken in")
        QUARANTINED = "quarantined", _("Can’t be read")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    source = models.ForeignKey(HarvestSource, on_delete=models.CASCADE, related_name="records")
    remote_id = models.CharField(max_length=1000)
    dataset = models.ForeignKey(
        Dataset, on_delete=models.SET_NULL, null=True, blank=True, related_name="harvest_records"
    )
    fingerprint = models.CharField(max_length=64, blank=True, help_text="of the description as it was last taken in")
    last_seen_run = models.ForeignKey(HarvestRun, on_delete=models.SET_NULL, null=True, related_name="records")
    state = models.CharField(max_length=12, choices=State)
    problem = models.TextField(blank=True, help_text="why it can't be read, or what of it was left out")
    raw = models.TextField(blank=True, help_text="the beginning of a broken record as it came")

    class Meta:
        ordering = ["remote_id"]
        indexes = [models.Index(fields=["source", "state"], name="harvest_record_state")]
        constraints = [
            UniqueConstraint(fields=["source", "remote_id"], name="harvest_record_once"),
            UniqueConstraint(fields=["dataset"], name="harvest_record_one_a_dataset"),
            CheckConstraint(name="harvest_record_state", condition=Q(state__in=["ok", "quarantined", "withdrawn"])),
            CheckConstraint(name="harvest_record_broken_says_why", condition=~Q(state="quarantined") | ~Q(problem="")),
        ]

    def __str__(self) -> str:
        return self.remote_id


class HarvestForm(models.Model):
    """One form of a record (a file, a layer, an interface) and the distribution that stands for it here."""

    record = models.ForeignKey(HarvestRecord, on_delete=models.CASCADE, related_name="forms")
    remote_id = models.CharField(max_length=1000)
    distribution = models.OneToOneField(Distribution, on_delete=models.CASCADE, related_name="harvest_form")
    address = models.URLField(max_length=2000, help_text="of the file itself, or of the layer's features")
    reads = models.CharField(
        max_length=10, blank=True, help_text="how its rows are had: file, ogcapi, wfs; empty: they are not"
    )
    etag = models.CharField(max_length=500, blank=True)
    modified = models.CharField(max_length=100, blank=True, help_text="Last-Modified, as it was sent")
    sha256 = models.CharField(max_length=64, blank=True, help_text="of what was brought last")
    checked_run = models.ForeignKey(HarvestRun, on_delete=models.SET_NULL, null=True, related_name="+")
    problem = models.CharField(max_length=500, blank=True, help_text="why it could not be brought")

    class Meta:
        ordering = ["pk"]
        constraints = [
            UniqueConstraint(fields=["record", "remote_id"], name="harvest_form_once"),
            CheckConstraint(name="harvest_form_reads", condition=Q(reads__in=["", "file", "ogcapi", "wfs"])),
        ]

    def __str__(self) -> str:
        return self.address
