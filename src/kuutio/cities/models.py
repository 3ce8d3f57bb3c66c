"""Django finds the models of places, organisations and people here; code imports them from their own modules."""

from kuutio.cities.border_versions import BorderVersion, VersionBorder
from kuutio.cities.hours import DatePeriod, HoursRule, TimeSpan, TimeSpanGroup
from kuutio.cities.organisations import Organisation
from kuutio.cities.people import ApiKey, Person, Role
from kuutio.cities.places import City, ContactDoor, Municipality
from kuutio.cities.services import Channel, CityService, Service, ServiceArea
from kuutio.cities.units import Unit, UnitId

__all__ = [
    "ApiKey",
    "BorderVersion",
    "Channel",
    "City",
    "CityService",
    "ContactDoor",
    "DatePeriod",
    "HoursRule",
    "Municipality",
    "Organisation",
    "Person",
    "Role",
    "Service",
    "ServiceArea",
    "TimeSpan",
    "TimeSpanGroup",
    "Unit",
    "UnitId",
    "VersionBorder",
]
