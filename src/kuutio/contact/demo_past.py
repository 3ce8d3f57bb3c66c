"""The demonstration's past half year: made-up cases that are closed, so that months and data sets have something in them.

They are written at once with their events, not brought in one by one: two thousand times the verbs would take minutes.
"""

from __future__ import annotations

import random
import secrets
import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from kuutio.cities.models import City, Organisation, Unit
from kuutio.contact.demo import DATA
from kuutio.contact.models import Case, Event, Handover, Message, Rating
from kuutio.contact.numbering import new_number
from kuutio.core.working_time import due

DAYS = 215
"""How far back they go: seven months, the six last of which are whole."""

A_MONTH = 40
"""Cases of a city in a month, before each city's own measure."""

_CHANNELS = ("web",) * 9 + ("email",) * 5 + ("phone",) * 4 + ("open311",) * 3
_MEASURE = {"helsinki": 1.5, "espoo": 1.0, "vantaa": 0.9, "tampere": 1.1, "turku": 0.9, "oulu": 0.8}
_SPEED = {"helsinki": 1.2, "espoo": 0.8, "vantaa": 1.0, "tampere": 0.7, "turku": 1.1, "oulu": 0.9}
"""How many business days a city takes, beside the others."""

_LONGEST = 9 * 480
"""Business minutes within which all is done, so that the fortnight after it is over as well."""

_AT_ONCE = 500


def load(now: datetime | None = None) -> int:
    """Write the past once; tells how many cases it is, 0 when it is there already or customer service isn't."""
    if Message.objects.filter(external_id__startswith="past:").exists() or not Unit.objects.exists():
        return 0
    chance = random.Random(66)  # noqa: S311  # made-up cases, the same in every demonstration
    made = list(_planned(chance, now or timezone.now()))
    for start in range(0, len(made), _AT_ONCE):
        _write(made[start : start + _AT_ONCE])
    return len(made)


def _planned(chance: random.Random, now: datetime) -> Iterator[dict[str, Any]]:
    """Each case with what happened to it, by fields."""
    stories = [
        story
        for story in tomllib.loads((DATA / "cases.toml").read_text(encoding="utf-8"))["story"]
        if story["category"] != "other"
    ]
    offices = {row.city_id: row for row in Organisation.objects.filter(kind=Organisation.Kind.CITY)}
    places = tomllib.loads((DATA / "units.toml").read_text(encoding="utf-8"))["place"]
    units = {(unit.city_id, unit.slug.rpartition("-")[2]): unit for unit in Unit.objects.all()}
    for city in City.objects.order_by("position"):
        if city.code not in places or city.code not in offices:
            continue
        for _number in range(round(DAYS / 30 * A_MONTH * _MEASURE.get(city.code, 1.0))):
            opened = now - timedelta(days=chance.uniform(30, DAYS), minutes=chance.uniform(0, 600))
            others = [other for code, other in sorted(offices.items()) if code != city.code]
            yield {
                "story": chance.choice(stories),
                "office": offices[city.code],
                "city": city,
                "unit": units.get((city.code, "streets")),
                "lon": places[city.code]["lon"] + chance.gauss(0, 0.02),
                "lat": places[city.code]["lat"] + chance.gauss(0, 0.008),
                "channel": chance.choice(_CHANNELS),
                "opened": opened,
                "answered": _after(opened, 480 * _SPEED.get(city.code, 1.0) * chance.lognormvariate(-0.2, 0.7)),
                "settled": _after(opened, 480 * 3 * _SPEED.get(city.code, 1.0) * chance.lognormvariate(0.3, 0.8)),
                "to": chance.choice(others) if chance.random() < 0.1 else None,
                "returned": chance.random() < 0.2,
                "stars": chance.choice((2, 3, 4, 4, 5, 5)) if chance.random() < 0.4 else 0,
                "reopened": chance.random() < 0.08,
            }


def _after(opened: datetime, minutes: float) -> datetime:
    return due(opened, min(minutes, _LONGEST)) or opened


@transaction.atomic
def _write(planned: list[dict[str, Any]]) -> None:
    cases, told = [], []
    for one in planned:
        settled = max(one["settled"], one["answered"] + timedelta(minutes=5))
        moved = one["to"] is not None and not one["returned"]
        holder = one["to"] if moved else one["office"]
        case = Case(
            number=new_number(),
            salt=secrets.token_hex(16),
            responsible=holder,
            origin=one["office"],
            municipality_id=one["city"].municipality_id,
            unit=None if moved else one["unit"],
            promised_by=one["unit"],
            category_id=one["story"]["category"],
            state=Case.State.CLOSED,
            language="fi",
            channel=one["channel"],
            title=" ".join(one["story"]["text"].split()[:7]) + "…",
            lon=one["lon"],
            lat=one["lat"],
            place_source=Case.PlaceSource.MAP,
            opened_at=one["opened"],
            updated_at=settled,
            first_answer_at=one["answered"],
            settled_at=settled,
            forget_at=settled + timedelta(days=730),
        )
        cases.append(case)
        told.append((case, one, settled, holder))
    Case.objects.bulk_create(cases)
    Message.objects.bulk_create(message for row in told for message in _messages(*row))
    Event.objects.bulk_create(event for row in told for event in _events(*row))
    Handover.objects.bulk_create(_handover(case, one) for case, one, _settled, _holder in told if one["to"])
    Rating.objects.bulk_create(
        Rating(case=case, organisation=holder, stars=one["stars"], at=settled + timedelta(hours=3))
        for case, one, settled, holder in told
        if one["stars"]
    )


def _messages(case: Case, one: dict[str, Any], settled: datetime, holder: Organisation) -> Iterator[Message]:
    yield Message(
        case=case,
        direction="in",
        channel=case.channel,
        language="fi",
        text=one["story"]["text"],
        external_id=f"past:{case.number}",
        at=case.opened_at,
    )
    yield Message(
        case=case,
        direction="out",
        channel="email",
        organisation=holder,
        language="fi",
        text=one["story"]["answer"],
        at=one["answered"],
    )


def _passed_at(one: dict[str, Any]) -> datetime:
    opened: datetime = one["opened"]
    answered: datetime = one["answered"]
    return opened + (answered - opened) / 2


def _events(case: Case, one: dict[str, Any], settled: datetime, holder: Organisation) -> Iterator[Event]:
    office = one["office"]

    def event(kind: str, at: datetime, organisation: Organisation | None, **facts: Any) -> Event:
        public = kind not in {"returned", "rated"}
        return Event(case=case, kind=kind, at=at, organisation=organisation, is_public=public, facts=facts)

    def state(at: datetime, organisation: Organisation | None, old: str, new: str) -> Event:
        return event("state", at, organisation, **{"from": old, "to": new})

    yield event("created", case.opened_at, None, channel=case.channel)
    yield event("routed", case.opened_at, office, to=office.slug, unit="", near_border=False)
    if one["to"] and one["returned"]:
        yield event("returned", _passed_at(one), one["to"], **{"from": one["to"].slug, "to": office.slug})
    elif one["to"]:
        yield event("accepted", _passed_at(one), one["to"], **{"from": office.slug, "to": one["to"].slug})
    yield event("answered", one["answered"], holder)
    yield state(one["answered"], holder, "new", "open")
    if one["reopened"]:
        first = one["answered"] + (settled - one["answered"]) / 3
        yield state(first, holder, "open", "resolved")
        yield state(first + (settled - first) / 2, None, "resolved", "open")
    yield state(settled, holder, "open", "resolved")
    if one["stars"]:
        yield event("rated", settled + timedelta(hours=3), None, stars=one["stars"])
    yield state(settled + timedelta(days=14), None, "resolved", "closed")


def _handover(case: Case, one: dict[str, Any]) -> Handover:
    at = _passed_at(one)
    return Handover(
        case=case,
        giver=one["office"],
        receiver=one["to"],
        reason="Kohde on kuntarajan toisella puolella.",
        offered_at=at,
        due_at=at + timedelta(days=1),
        decision="returned" if one["returned"] else "accepted",
        decision_reason="Kohde on teidän puolellanne." if one["returned"] else "",
        decided_at=at,
    )
