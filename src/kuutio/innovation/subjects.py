"""What solutions, concepts, trials and learnings are about: themes, technologies as people write them, interfaces."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from kuutio.core.identifiers import slug as slug_of

MOST_TECHNOLOGIES = 12


class Theme(models.TextChoices):
    """The fields in which cities try things."""

    MOBILITY = "mobility", _("Getting around")
    ENVIRONMENT = "environment", _("Environment and climate")
    WELLBEING = "wellbeing", _("Health and wellbeing")
    LEARNING = "learning", _("Learning and day care")
    BUILDING = "building", _("Building and housing")
    CULTURE = "culture", _("Culture, sport and leisure")
    BUSINESS = "business", _("Work and business")
    SAFETY = "safety", _("Safety")
    DIGITAL = "digital", _("Digital services")
    PARTICIPATION = "participation", _("Participation")


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


def technologies(words: Iterable[str]) -> list[str]:
    """Technologies as they are kept: lower case with hyphens, each once, in order; "Internet of Things" is `internet-of-things`."""
    found = dict.fromkeys(slug_of(word)[:40].strip("-") for word in words)
    return [word for word in found if word][:MOST_TECHNOLOGIES]
