"""Data sets and their distributions, as DCAT-AP 3 and avoindata.fi describe them."""

import os
import time
import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from kuutio.cities.models import City, Organisation
from kuutio.core.identifiers import time_ordered_uuid
from kuutio.opendata.vocabularies import HVD_CATEGORIES


def new_id() -> uuid.UUID:
    """An id for a new data set: it sorts after those made before, so that nobody who pages by id meets one twice."""
    return time_ordered_uuid(time.time_ns(), os.urandom(8))


#: In a data set's `extras`: what CKAN's keys held that our fields can't, by key.
AS_GIVEN = "_fields"


class Dataset(models.Model):
    """A set of data that one organisation publishes: DCAT's Dataset, CKAN's package.

    Source: DCAT-AP 3.0.1; the field names of avoindata.fi where DCAT has none.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        DELETED = "deleted", _("Withdrawn")

    class Access(models.TextChoices):
        PUBLIC = "PUBLIC", _("Public")
        RESTRICTED = "RESTRICTED", _("Restricted")
        NON_PUBLIC = "NON_PUBLIC", _("Not public")

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.SlugField(max_length=100, unique=True, help_text="part of addresses: CITY-DATASET")
    city = models.ForeignKey(City, on_delete=models.PROTECT, null=True, blank=True, related_name="datasets")
    publisher = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="datasets")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)

    title = I18nCharField(_("Title"), max_length=1000)
    notes = I18nTextField(_("Description"), blank=True)
    keywords = models.JSONField(default=dict, blank=True, help_text='{"fi": ["puu"], "sv": [], "en": ["tree"]}')
    themes = ArrayField(
        models.CharField(max_length=4), default=list, blank=True, help_text="EU data themes, such as TRAN"
    )
    licence = models.CharField(_("Licence"), max_length=60, blank=True, help_text="a code of vocabularies.LICENCES")
    access = models.CharField(max_length=12, choices=Access, default=Access.PUBLIC)
    rights = I18nTextField(blank=True, help_text="what else a user must know of rights")
    frequency = models.CharField(
        _("Update frequency"), max_length=20, blank=True, help_text="EU frequency, such as DAILY"
    )
    collection_type = models.CharField(max_length=30, default="open-data")
    hvd_category = models.CharField(max_length=20, blank=True, help_text="high-value category of (EU) 2023/138")

    contact_name = models.CharField(max_length=200, blank=True)
    contact_email = models.EmailField(blank=True, help_text="a role's address, not a person's")
    contact_page = models.URLField(max_length=500, blank=True)
    author = models.CharField(max_length=200, blank=True)
    author_email = models.EmailField(blank=True)
    landing_page = models.URLField(max_length=1000, blank=True)
    external_urls = ArrayField(models.URLField(max_length=1000), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    coverage = ArrayField(
        models.CharField(max_length=80), default=list, blank=True, help_text="municipality codes or names"
    )
    bbox = ArrayField(models.FloatField(), size=4, null=True, blank=True, help_text="west, south, east, north")
    temporal_start = models.DateField(null=True, blank=True)
    temporal_end = models.DateField(null=True, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_till = models.DateField(null=True, blank=True)
    version = models.CharField(max_length=60, blank=True)
    project = models.CharField(max_length=60, blank=True, help_text="code of the project that made it")
    provenance = I18nTextField(blank=True, help_text="where the data come from; shown on the page")
    is_made = models.BooleanField(default=False, help_text="made for the demonstration, not measured; the page says so")
    extras = models.JSONField(default=dict, blank=True, help_text="what CKAN clients gave that has no field here")

    contract = models.JSONField(default=dict, blank=True, help_text="declared schema, units, code lists, promise")
    quality = models.JSONField(default=dict, blank=True, help_text="MQA: points and what is missing, at the last save")
    quality_points = models.PositiveSmallIntegerField(default=0, help_text="of 405")
    used = models.PositiveBigIntegerField(default=0, help_text="times asked for in the last 30 days, counted hourly")

    issued_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    modified_at = models.DateTimeField(default=timezone.now, db_index=True)
    data_changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        indexes = [
            GinIndex(fields=["themes"], name="dataset_themes"),
            models.Index(fields=["state", "name"], name="dataset_state_name"),
            models.Index(fields=["publisher", "state"], name="dataset_publisher_state"),
        ]
        constraints = [
            CheckConstraint(name="dataset_state", condition=Q(state__in=["draft", "published", "deleted"])),
            CheckConstraint(
                name="dataset_published_has_time", condition=~Q(state="published") | Q(issued_at__isnull=False)
            ),
            CheckConstraint(
                name="dataset_temporal_order",
                condition=Q(temporal_start__isnull=True)
                | Q(temporal_end__isnull=True)
                | Q(temporal_end__gte=F("temporal_start")),
            ),
            CheckConstraint(name="dataset_quality_points", condition=Q(quality_points__lte=405)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def hvd_categories(self) -> list[str]:
        """Its categories of high-value data: the one that it has, and more where another catalogue gave several."""
        given = self.extras.get(AS_GIVEN)
        more = given.get("highvalue_category") if isinstance(given, dict) else None
        found = [self.hvd_category, *(more if isinstance(more, list) else [])]
        return list(dict.fromkeys(code for code in found if isinstance(code, str) and code in HVD_CATEGORIES))


class Distribution(models.Model):
    """One file, table or interface of a data set: DCAT's Distribution, CKAN's resource.

    A distribution of kind `table` is served by every interface under its `table` id: OGC's collection, CKAN's datastore.
    """

    class Kind(models.TextChoices):
        TABLE = "table", _("Table")
        FILE = "file", _("File")
        LINK = "link", _("Address")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, help_text="the same at every door")
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="distributions")
    position = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=5, choices=Kind)
    table = models.CharField(max_length=200, null=True, blank=True, unique=True, help_text="CITY-DATASET[-TABLE]")
    layer = models.CharField(max_length=200, blank=True, help_text="the table's name in its source")
    title = I18nCharField(max_length=1000, blank=True)
    notes = I18nTextField(blank=True)
    format = models.CharField(max_length=60, blank=True, help_text="as its publisher names it, such as CSV")
    media_type = models.CharField(max_length=120, blank=True)
    url = models.URLField(max_length=2000, blank=True, help_text="where the original is, if elsewhere")
    file = models.CharField(max_length=300, blank=True, help_text="the original kept here, below the files folder")
    file_name = models.CharField(max_length=200, blank=True)
    size = models.BigIntegerField(null=True, blank=True, help_text="bytes")
    sha256 = models.CharField(max_length=64, blank=True)
    options = models.JSONField(default=dict, blank=True, help_text="how to read it, where a publisher corrected us")
    key = ArrayField(models.CharField(max_length=200), default=list, blank=True, help_text="columns that name a row")
    filters = ArrayField(models.CharField(max_length=200), default=list, blank=True, help_text="columns with an index")
    columns = models.JSONField(default=list, blank=True, help_text="of the current snapshot, with titles by language")
    current = models.ForeignKey("Snapshot", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    temporal_start = models.DateField(null=True, blank=True)
    temporal_end = models.DateField(null=True, blank=True)
    temporal_granularity = models.CharField(max_length=60, blank=True)
    extras = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    modified_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["dataset", "position", "created_at"]
        indexes = [models.Index(fields=["dataset", "position"], name="distribution_position")]
        constraints = [
            CheckConstraint(name="distribution_kind", condition=Q(kind__in=["table", "file", "link"])),
            CheckConstraint(
                name="distribution_table_has_id",
                condition=Q(kind="table", table__isnull=False) | (~Q(kind="table") & Q(table__isnull=True)),
            ),
            CheckConstraint(name="distribution_size", condition=Q(size__isnull=True) | Q(size__gte=0)),
            UniqueConstraint(fields=["dataset", "layer"], condition=Q(kind="table"), name="distribution_layer_once"),
        ]

    def __str__(self) -> str:
        return self.table or f"{self.dataset_id} {self.format}"
