"""Groups that a catalogue's keepers make beside the themes: CKAN's group."""

import uuid

from django.db import models
from django.utils import timezone
from i18nfield.fields import I18nCharField, I18nTextField

from kuutio.opendata.models.catalogue import Dataset


class Group(models.Model):
    """A selection of data sets that belong together for a reader, whoever publishes them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.SlugField(max_length=100, unique=True, help_text="part of addresses; never one of the EU's themes")
    title = I18nCharField(max_length=600)
    notes = I18nTextField(blank=True)
    image_url = models.URLField(max_length=1000, blank=True)
    extras = models.JSONField(default=dict, blank=True, help_text="what CKAN clients gave that has no field here")
    created_at = models.DateTimeField(default=timezone.now)
    datasets = models.ManyToManyField(Dataset, related_name="groups", blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
