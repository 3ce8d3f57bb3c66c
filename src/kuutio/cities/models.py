"""Django finds the models of places, organisations and people here; code imports them from their own modules."""

from kuutio.cities.border_versions import BorderVersion, VersionBorder
from kuutio.cities.organisations import Organisation
from kuutio.cities.people import ApiKey, Person, Role
from kuutio.cities.places import City, ContactDoor, Municipality
from kuutio.cities.units import Unit

__all__ = [
    "ApiKey",
    "BorderVersion",
    "City",
    "ContactDoor",
    "Municipality",
    "Organisation",
    "Person",
    "Role",
    "Unit",
    "VersionBorder",
]
