"""The words by which testbeds, challenges, trials and what was learnt find each other: three short lists."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Theme(models.TextChoices):
    """What a thing is about."""

    MOBILITY = "mobility", _("Mobility and logistics")
    ENERGY = "energy", _("Energy and climate")
    CIRCULAR = "circular", _("Circular economy and materials")
    BUILDING = "building", _("Building and living")
    WELLBEING = "wellbeing", _("Health and well-being")
    LEARNING = "learning", _("Learning and growing up")
    CULTURE = "culture", _("Culture, sports and events")
    SAFETY = "safety", _("Safety and resilience")
    SERVICES = "services", _("Digital services")


class Technology(models.TextChoices):
    """What it is done with."""

    SENSORS = "sensors", _("Sensors and internet of things")
    DATA = "data", _("Open data and interfaces")
    AI = "ai", _("Artificial intelligence")
    ROBOTICS = "robotics", _("Robots and drones")
    XR = "xr", _("Virtual and augmented reality")
    NETWORKS = "networks", _("5G and other networks")
    MATERIALS = "materials", _("New materials")
    APPS = "apps", _("Apps and web services")
    METHODS = "methods", _("Service design and working methods")


class TrialKind(models.TextChoices):
    """What can be tried in a place."""

    DEVICE = "device", _("Devices and sensors in the field")
    VEHICLE = "vehicle", _("Vehicles, robots and drones")
    SOFTWARE = "software", _("Software, data and models")
    SERVICE = "service", _("Services with residents")
    STRUCTURE = "structure", _("Buildings, structures and materials")


def shown(choices: Any, values: Iterable[str]) -> list[str]:
    """What some values of a list are called in the reader's language; one that the list has no more is left out."""
    names = dict(choices.choices)
    return [str(names[value]) for value in values if value in names]
