"""Correcting what a case says of itself: where it is, in which language it is served, and the city's own diary number."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import Organisation, Person
from kuutio.contact import routing
from kuutio.contact.actions.events import audit, tell, touch
from kuutio.contact.actions.holding import hold_for
from kuutio.contact.models import Case, DiaryNumber, Event, Participant
from kuutio.core.language import LANGUAGES
from kuutio.core.positions import NoPosition, read_position
from kuutio.core.problems import Invalid

LONGEST_ADDRESS = 300
LONGEST_DIARY_NUMBER = 60


@transaction.atomic
def place_case(
    case: Case,
    *,
    address: str,
    by: Person,
    at: datetime,
    lon: float | None = None,
    lat: float | None = None,
    source: str = Case.PlaceSource.MAP,
) -> Case:
    """Correct where a case is. Whose it is doesn't change by itself: `routing.rightful` tells whose it would be.

    Args:
        address: in words; "" for none.
        lon, lat: degrees, CRS84; both None: the case has an address alone, or no place.
        source: where the position comes from, one of Case.PlaceSource.

    Raises:
        NotAllowed: another city has the case.
        Invalid: half a position, one that isn't on Earth, or one with its numbers swapped.
    """
    case, organisation = hold_for(case, by, at)
    address = " ".join(address.replace("\0", "").split())
    if len(address) > LONGEST_ADDRESS:
        raise Invalid(_("The address is too long: at most 300 characters."))
    if (lon is None) != (lat is None):
        raise Invalid(_("Give both numbers of the position, or none."))
    if lon is not None and lat is not None:
        try:
            position = read_position(lon, lat)
        except NoPosition as error:
            raise Invalid(_("The position isn’t one on Earth.")) from error
        if position.turned is not None:
            raise Invalid(
                _("The position fits Finland only with latitude and longitude swapped. Give longitude first.")
            )
    if (case.address, case.lon, case.lat) == (address, lon, lat):
        return case
    moved = (case.lon, case.lat) != (lon, lat)
    case.address, case.lon, case.lat = address, lon, lat
    if moved:
        case.place_source = source if lon is not None else Case.PlaceSource.NONE
    near = case.is_near_border
    if lon is not None and lat is not None and moved:
        found = routing.without_asking(case.category, lon=lon, lat=lat, at=at)
        case.is_near_border, case.municipality = found.is_near_border, found.municipality
    elif moved:
        case.is_near_border = False
    tell(
        case,
        Event.Kind.PLACED,
        by=by,
        at=at,
        organisation=organisation,
        is_public=True,
        facts={"moved": moved, "near_border": case.is_near_border, "was_near_border": near},
    )
    touch(case, at, "address", "lon", "lat", "place_source", "is_near_border", "municipality")
    audit("place_case", case, by=by, at=at, moved=moved)
    return case


@transaction.atomic
def set_diary_number(case: Case, *, diary_number: str, by: Person, at: datetime) -> Case:
    """Write down the responsible city's own diary number beside the case number; "" takes it away. The same again changes nothing.

    Each city that has had the case keeps its own: a hand-over takes none along.

    Raises:
        NotAllowed: another city has the case.
        Invalid: it is too long.
    """
    case, organisation = hold_for(case, by, at)
    number = " ".join(diary_number.replace("\0", "").split())
    if len(number) > LONGEST_DIARY_NUMBER:
        raise Invalid(_("The diary number is too long: at most 60 characters."))
    known = case.diary_numbers.filter(organisation=case.responsible_id).first()
    if number == (known.number if known else ""):
        return case
    if number:
        DiaryNumber.objects.update_or_create(
            case=case, organisation_id=case.responsible_id, defaults={"number": number}
        )
    elif known is not None:
        known.delete()
    tell(case, Event.Kind.DIARISED, by=by, at=at, organisation=organisation, facts={"empty": not number})
    touch(case, at)
    audit("set_diary_number", case, by=by, at=at)
    return case


@transaction.atomic
def set_language(case: Case, *, language: str, by: Person, at: datetime) -> Case:
    """Correct the language in which a case is served. The same again changes nothing.

    Raises:
        NotAllowed: another city has the case.
        Invalid: it is none of the three languages.
    """
    case, organisation = hold_for(case, by, at)
    return speak(case, language, organisation=organisation, by=by, at=at)


def speak(case: Case, language: str, *, organisation: Organisation, by: Person, at: datetime) -> Case:
    """Serve a held case in another language: queues, templates and what its resident is told follow it.

    Raises:
        Invalid: it is none of the three languages.
    """
    if language not in LANGUAGES:
        raise Invalid(_("Choose one of the three languages."))
    if language == case.language:
        return case
    facts = {"from": case.language, "to": language}
    case.language = language
    for row in case.participants.filter(kind=Participant.Kind.REPORTER).select_related("contact"):
        row.contact.language = language
        row.contact.save(update_fields=["language"])
    tell(case, Event.Kind.SPOKEN, by=by, at=at, organisation=organisation, is_public=True, facts=facts)
    touch(case, at, "language")
    audit("set_language", case, by=by, at=at, **facts)
    return case
