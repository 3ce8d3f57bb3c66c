"""The doors by which solutions take their data."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Interface(models.TextChoices):
    """The doors by which a solution takes its data."""

    OGC = "ogc", "OGC API"
    KUUTIO = "kuutio", _("Kuutio’s own interface")
    CKAN = "ckan", "CKAN Action API"
    OPEN311 = "open311", "Open311"
    SQL = "sql", "SQL"
    TILES = "tiles", _("Map tiles")
    FILES = "files", _("Files")
    OTHER = "other", _("Another interface of the city")
