"""Opening hours of Hauki: date periods of resources, for units that are here already.

Source: City of Helsinki, Hauki, `/v1/resource/` and `/v1/date_period/`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kuutio.cities.importing.values import (
    BadRow,
    HoursGroupIn,
    PeriodIn,
    Rejected,
    RuleIn,
    SpanIn,
    UnitIn,
    day_of,
    inner,
    rows_of,
    span,
    texts,
    time_of,
)

_STATES = {
    "open": "open",
    "enter_only": "open",
    "open_and_reservable": "open",
    "self_service": "self-service",
    "with_key": "with-key",
    "with_key_and_reservation": "with-key",
    "with_reservation": "by-appointment",
    "by_appointment": "by-appointment",
    "weather_permitting": "weather-permitting",
    "closed": "closed",
    "exit_only": "closed",
    "not_in_use": "closed",
    "maintenance": "closed",
    "undefined": "unknown",
    "no_opening_hours": "unknown",
    "": "unknown",
}
_CONTEXTS = {"period": "period", "month": "month", "year": "year"}
_SUBJECTS = {name: name for name in ("day", "week", "month", "mon", "tue", "wed", "thu", "fri", "sat", "sun")} | {
    name: name[:3] for name in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
}
_SOURCES = {"tprek": "tpr", "kirkanta": "kirjastot", "hauki": "hauki"}


def read(document: Any) -> Iterator[UnitIn | Rejected]:
    """The resources of an answer with their periods; or bare periods, put together by their resource."""
    rows = rows_of(document, "results", "resources")
    whole = [row for row in rows if "date_periods" in row]
    bare: dict[str, list[Any]] = {}
    for row in rows:
        if "date_periods" not in row:
            bare.setdefault(str(row.get("resource", "")), []).append(row)
    for row in [*whole, *({"id": name, "date_periods": periods} for name, periods in bare.items())]:
        try:
            yield _resource(row)
        except BadRow as error:
            yield Rejected(f"hauki:{str(row.get('id'))[:40]}", str(error))


def _resource(row: dict[str, Any]) -> UnitIn:
    ids = {}
    named = str(row.get("id") or "")
    # `tprek:8215` names a resource by another register's number, as the interface lets one ask for it.
    source, colon, number = named.partition(":")
    if colon and source in _SOURCES:
        ids[_SOURCES[source]] = number
    elif named:
        ids["hauki"] = named
    for origin in row.get("origins") or []:
        known = origin.get("data_source") if isinstance(origin, dict) else None
        name = known.get("id") if isinstance(known, dict) else known
        if name in _SOURCES and origin.get("origin_id"):
            ids.setdefault(_SOURCES[name], str(origin["origin_id"]))
    if not ids:
        raise BadRow("it has no id")
    periods = row["date_periods"]
    if not isinstance(periods, list) or not all(isinstance(one, dict) for one in periods):
        raise BadRow("its periods are no list")
    return UnitIn(ids, {}, tuple(_period(one) for one in periods), only_known=True)


def _period(row: dict[str, Any]) -> PeriodIn:
    return PeriodIn(
        day_of(row.get("start_date")),
        day_of(row.get("end_date")),
        override=bool(row.get("override")),
        state=_state(row.get("resource_state")),
        name=texts(inner(row, "name"), longest=100),
        groups=tuple(
            HoursGroupIn(
                tuple(_span(one) for one in group.get("time_spans") or []),
                tuple(_rule(one) for one in group.get("rules") or []),
            )
            for group in row.get("time_span_groups") or []
        ),
    )


def _state(said: Any) -> str:
    state = _STATES.get(str(said or "").lower())
    if state is None:
        raise BadRow(f"its state is unknown here: {str(said)[:30]}")
    return state


def _span(row: dict[str, Any]) -> SpanIn:
    weekdays = row.get("weekdays") or []
    if not isinstance(weekdays, list) or not set(map(str, weekdays)) <= set("1234567"):
        raise BadRow("its days of the week aren't 1 to 7")
    days = tuple(sorted(int(day) for day in weekdays))
    state = _state(row.get("resource_state") or "open")
    if row.get("full_day"):
        return SpanIn(full_day=True, weekdays=days, state=state)
    start, end = time_of(row.get("start_time")), time_of(row.get("end_time"))
    return span(start, end, days, state, next_day=bool(row.get("end_time_on_next_day")))


def _rule(row: dict[str, Any]) -> RuleIn:
    context, subject = (
        _CONTEXTS.get(str(row.get("context")).lower()),
        _SUBJECTS.get(str(row.get("subject")).lower()),
    )
    if context is None or subject is None:
        raise BadRow("it has a rule that is unknown here")
    parity = {"even": 0, "odd": 1}.get(str(row.get("frequency_modifier") or "").lower())
    start, every = row.get("start") or 1, row.get("frequency_ordinal") or 0
    if not isinstance(start, int) or not isinstance(every, int) or every < 0 or not -400 < start < 400 or every > 400:
        raise BadRow("it has a rule whose numbers can't be read")
    return RuleIn(context, subject, parity, start, every)
