"""The shapes of the directory's interface: what is asked, what is answered."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Field, Schema


class UnitOut(Schema):
    """A unit, and how it is open now."""

    id: str
    city: str
    name: dict[str, str]
    address: dict[str, str]
    phone: str
    email: str
    www: dict[str, str]
    lon: float | None
    lat: float | None
    external_ids: dict[str, str]
    state: str = Field(..., description="how it is open now: open, self-service, …, closed, unknown")
    state_until: datetime | None = Field(None, description="the next change within a fortnight")
    distance_m: int | None = None
    page: str


class UnitWholeOut(UnitOut):
    """A unit with what is said of it."""

    text: dict[str, str]
    accessibility: list[dict[str, str]]
    languages: list[str]
    hours_text: dict[str, str]
    services: list[str]


class UnitsOut(Schema):
    """A page of units; `matched` is null where only the nearest or the open ones are asked for."""

    matched: int | None
    next: str | None
    units: list[UnitOut]


class UnitsIn(Schema):
    """Which units are asked for."""

    q: str = Field("", max_length=200, description="words of its name, address or services")
    city: str = Field("", max_length=30)
    service: str = Field("", max_length=60, description="the code of a service that it gives")
    near: str = Field("", max_length=200, description="an address, instead of lon and lat")
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    open: bool = Field(False, description="only those that anybody can enter now")
    limit: int = Field(20, ge=1, le=100)
    offset: int = Field(0, ge=0, le=100_000)


class HoursIn(Schema):
    """Which days."""

    first: date | None = Field(None, alias="from", description="today if none is named")
    last: date | None = Field(None, alias="to", description="six days after the first if none is named; both included")


class OpenOut(Schema):
    """A time in one state."""

    start: datetime
    end: datetime
    state: str


class HoursOut(Schema):
    """The open times that begin on the days asked for; nothing is known where `is_known` is false."""

    unit: str
    is_known: bool
    times: list[OpenOut]


class ChannelOut(Schema):
    """A way to a service."""

    kind: str
    name: dict[str, str]
    url: dict[str, str]
    phone: str
    unit: str | None


class CityServiceOut(Schema):
    """A city's own way of a service."""

    city: str
    name: dict[str, str]
    text: dict[str, str]
    open_to: str
    municipalities: list[str]
    may_use: str | None = Field(None, description="yes, no or part, for the residents of `municipality`")
    conditions: dict[str, str]
    price: dict[str, str]
    channels: list[ChannelOut]


class ServiceOut(Schema):
    """A service of the group."""

    id: str
    name: dict[str, str]
    text: dict[str, str]
    keywords: dict[str, str]
    cities: list[str]
    page: str


class ServiceWholeOut(ServiceOut):
    """A service with each city's own way of it."""

    in_cities: list[CityServiceOut]


class ServicesOut(Schema):
    """A page of services."""

    matched: int
    next: str | None
    services: list[ServiceOut]


class ServicesIn(Schema):
    """Which services are asked for."""

    city: str = Field("", max_length=30)
    limit: int = Field(50, ge=1, le=100)
    offset: int = Field(0, ge=0, le=100_000)


class MunicipalityIn(Schema):
    """Where somebody lives."""

    municipality: str = Field("", max_length=3, description="a code of three digits: who lives there, may they use it?")
