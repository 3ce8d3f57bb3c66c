"""Services, channels and service points of the Finnish Service Catalogue (PTV).

Source: https://api.palvelutietovaranto.suomi.fi/swagger/ui/ (Open API, version 11; CC BY 4.0).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from kuutio.cities.importing.values import (
    BadRow,
    ChannelIn,
    HoursGroupIn,
    PeriodIn,
    Rejected,
    ServiceIn,
    SpanIn,
    Texts,
    UnitIn,
    day_of,
    phone,
    position,
    rows_of,
    span,
    texts,
    time_of,
)

_KINDS = {"EChannel": "e-service", "WebPage": "web-page", "Phone": "phone", "PrintableForm": "form"}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TM35FIN_FROM = 1000.0
"""Numbers beyond it are metres of ETRS-TM35FIN, which PTV gives, and no degrees."""


def read(document: Any) -> Iterator[UnitIn | ServiceIn | ChannelIn | Rejected]:
    """What a file of services and channels holds: service points first, since services name them."""
    rows: list[Any] = []
    if isinstance(document, dict) and ("services" in document or "serviceChannels" in document):
        for name in ("serviceChannels", "services"):
            rows += rows_of(document.get(name) or [])
    else:
        rows = rows_of(document, "itemList", "results")
    for row in sorted(rows, key=lambda row: "serviceNames" in row):
        try:
            if str(row.get("publishingStatus", "Published")) != "Published":
                raise BadRow("it isn't published")
            row_id = _uuid(row.get("id"))
            if "serviceNames" in row:
                yield _service(row, row_id)
            elif row.get("serviceChannelType") == "ServiceLocation":
                yield _location(row, row_id)
            else:
                yield _channel(row, row_id)
        except BadRow as error:
            yield Rejected(f"ptv:{str(row.get('id'))[:40]}", str(error))


def _uuid(text: Any) -> str:
    try:
        return str(UUID(str(text)))
    except ValueError as error:
        raise BadRow("its id is no UUID") from error


def _listed(row: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = row.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _said(
    row: dict[str, Any], name: str, kinds: tuple[str, ...] = (), key: str = "value", longest: int = 20_000
) -> Texts:
    told: dict[str, Any] = {}
    for one in _listed(row, name):
        if not kinds or one.get("type") in kinds:
            told.setdefault(str(one.get("language")), one.get(key))
    return texts(told, longest=longest)


def _location(row: dict[str, Any], row_id: str) -> UnitIn:
    name = _said(row, "serviceChannelNames", ("Name",), longest=200)
    if not name:
        raise BadRow("it has no name")
    fields: dict[str, Any] = {
        "name": name,
        "text": _said(row, "serviceChannelDescriptions", ("Description",))
        or _said(row, "serviceChannelDescriptions", ("Summary",)),
        "www": _said(row, "webPages", key="url", longest=500),
    }
    if number := _number(row):
        fields["phone"] = number
    if mails := _listed(row, "emails"):
        said = str(mails[0].get("value") or "")
        fields["email"] = said if "@" in said and len(said) <= 254 else ""
    for address in _listed(row, "addresses"):
        street = address.get("streetAddress")
        if isinstance(street, dict):
            fields["address"] = _address(street)
            fields |= _place(street)
            break
    hours = _listed(row, "serviceHours")
    return UnitIn({"ptv": row_id}, fields, tuple(map(_period, hours)) if hours else None)


def _number(row: dict[str, Any]) -> str:
    for one in _listed(row, "phoneNumbers"):
        if found := phone(f"{one.get('prefixNumber') or ''}{str(one.get('number') or '').lstrip('0')}"):
            return found
    return ""


def _address(street: dict[str, Any]) -> Texts:
    names, offices = _said(street, "street", longest=120), _said(street, "postOffice", longest=60)
    number, code = str(street.get("streetNumber") or "")[:20], str(street.get("postalCode") or "")[:10]
    return {
        language: f"{name} {number}".strip() + f", {code} {offices.get(language, '')}".rstrip(" ,")
        for language, name in names.items()
    }


def _place(street: dict[str, Any]) -> dict[str, float]:
    north, east = street.get("latitude"), street.get("longitude")
    try:
        y, x = float(north or "nan"), float(east or "nan")
    except (TypeError, ValueError) as error:
        raise BadRow("its position is none") from error
    if x != x or y != y:
        return {}
    if y > _TM35FIN_FROM:
        from pyproj import Transformer  # only where PTV's own numbers are read

        x, y = Transformer.from_crs("EPSG:3067", "OGC:CRS84", always_xy=True).transform(x, y)
    return position(round(x, 6), round(y, 6))


def _period(row: dict[str, Any]) -> PeriodIn:
    state = "closed" if row.get("isClosed") else "open" if row.get("isAlwaysOpen") else "unknown"
    spans = tuple(_span(one) for one in _listed(row, "openingHour")) if not row.get("isClosed") else ()
    return PeriodIn(
        day_of(row.get("validFrom")),
        day_of(row.get("validTo")),
        override=row.get("serviceHourType") == "Exceptional",
        state=state,
        name=_said(row, "additionalInformation", longest=100),
        groups=(HoursGroupIn(spans),) if spans else (),
    )


def _span(row: dict[str, Any]) -> SpanIn:
    first = str(row.get("dayFrom") or "").lower()
    last = str(row.get("dayTo") or "").lower() or first
    if (first not in _WEEKDAYS and first) or (last not in _WEEKDAYS and last):
        raise BadRow("its hours name no day of the week")
    days: tuple[int, ...] = ()
    if first:
        begins, ends = _WEEKDAYS.index(first), _WEEKDAYS.index(last)
        days = tuple((begins + step) % 7 + 1 for step in range((ends - begins) % 7 + 1))
    return span(time_of(row.get("from")), time_of(row.get("to")), days, "open")


def _channel(row: dict[str, Any], row_id: str) -> ChannelIn:
    kind = _KINDS.get(str(row.get("serviceChannelType")))
    if kind is None:
        raise BadRow("it is no kind of channel that is known here")
    url = _said(row, "webPages", key="url", longest=500)
    if kind == "form":
        url = _said(row, "channelUrls", key="value", longest=500) or url
    number = _number(row) if kind == "phone" else ""
    if not (number if kind == "phone" else url):
        raise BadRow("it leads nowhere: there is no address or number")
    return ChannelIn(kind, row_id, _said(row, "serviceChannelNames", ("Name",), longest=200), url, number)


def _service(row: dict[str, Any], row_id: str) -> ServiceIn:
    name = _said(row, "serviceNames", ("Name",), longest=200)
    if not name:
        raise BadRow("it has no name")
    municipalities = []
    for area in _listed(row, "areas"):
        municipalities += [str(one.get("code"))[:3].zfill(3) for one in _listed(area, "municipalities")]
    channels = []
    for one in _listed(row, "serviceChannels"):
        known = one.get("serviceChannel")
        if isinstance(known, dict):
            channels.append(_uuid(known.get("id")))
    keywords: dict[str, list[str]] = {}
    for one in _listed(row, "keywords"):
        keywords.setdefault(str(one.get("language")), []).append(str(one.get("value")))
    general = row.get("generalDescriptionId") or row.get("statutoryServiceGeneralDescriptionId")
    return ServiceIn(
        row_id,
        _uuid(general) if general else "",
        name,
        _said(row, "serviceDescriptions", ("Description",)) or _said(row, "serviceDescriptions", ("Summary",)),
        texts({language: ", ".join(said) for language, said in keywords.items()}, longest=400),
        _said(row, "requirements") or _said(row, "serviceDescriptions", ("UserInstruction",)),
        _said(row, "serviceDescriptions", ("ChargeTypeAdditionalInfo",), longest=200),
        "residents" if municipalities else "everyone",
        tuple(municipalities),
        tuple(channels),
    )
