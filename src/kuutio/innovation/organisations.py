"""Who answers: a Finnish organisation by its Business ID, a foreign one by its register, number and country."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import connection
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Organisation, Person
from kuutio.core.identifiers import is_business_id
from kuutio.core.identifiers import slug as slug_of
from kuutio.innovation.checking import Errors, wrong
from kuutio.innovation.texts import plain_text

KINDS = (Organisation.Kind.COMPANY, Organisation.Kind.RESEARCH, Organisation.Kind.THIRD_SECTOR)
_LOCK = 0x4B_55_4F_52


@dataclass(frozen=True, slots=True)
class Told:
    """An organisation as its people tell of it.

    Attributes:
        country: ISO 3166-1, two letters.
        business_id: of a Finnish one.
        register, number: of a foreign one: the register's name, and the number in it.
    """

    name: str = ""
    kind: str = Organisation.Kind.COMPANY
    country: str = "FI"
    business_id: str = ""
    register: str = ""
    number: str = ""
    home_page: str = ""

    def as_json(self) -> dict[str, str]:
        """For a draft."""
        return {name: getattr(self, name) for name in self.__slots__}


def cleaned(told: Mapping[str, Any]) -> Told:
    """What came in, without stray spaces; nothing is judged."""
    words = {name: plain_text(str(told.get(name) or ""))[:300] for name in Told.__slots__}
    kind = words["kind"] if words["kind"] in KINDS else str(Organisation.Kind.COMPANY)
    return Told(**{**words, "kind": kind, "country": (words["country"] or "FI").upper()[:2]})


def faults(told: Told) -> Errors:
    """What is missing or wrong, each beside its field."""
    errors = []
    if not told.name:
        errors.append(wrong("/name", _("Give the organisation’s name.")))
    if len(told.country) != 2 or not told.country.isascii() or not told.country.isalpha():
        errors.append(wrong("/country", _("Choose the country.")))
    elif told.country == "FI":
        if not is_business_id(told.business_id):
            errors.append(
                wrong("/business_id", _("This is no Finnish Business ID. Check the digits, such as 0201256-6."))
            )
    else:
        if not told.register:
            errors.append(wrong("/register", _("Name the register in which the organisation is.")))
        if not told.number:
            errors.append(wrong("/number", _("Give its number in that register.")))
        if told.business_id:
            errors.append(wrong("/business_id", _("Leave this empty: a foreign organisation has a register’s number.")))
    if told.home_page and not _is_home_page(told.home_page):
        errors.append(wrong("/home_page", _("Write the whole address, such as https://example.org/.")))
    return errors


_is_address = URLValidator(schemes=["https", "http"])
_LONGEST_ADDRESS = 200


def _is_home_page(text: str) -> bool:
    try:
        _is_address(text)
    except ValidationError:
        return False
    return len(text) <= _LONGEST_ADDRESS


def organisation_of(told: Told, *, by: Person | None, at: Any) -> Organisation:
    """The organisation as it is known, made when it is told of for the first time. Call inside a transaction.

    An organisation that is known keeps its own name: nobody renames another's by telling its number.

    Raises:
        ValueError: it has faults.
    """
    if faults(told):
        raise ValueError("An organisation with faults is nobody's.")
    with connection.cursor() as cursor:  # two who tell of the same one at once make one
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if told.country == "FI":
        known = Organisation.objects.filter(business_id=told.business_id).order_by("created_at", "pk").first()
    else:
        known = Organisation.objects.filter(
            country=told.country, foreign_register=told.register[:120], foreign_number=told.number[:60]
        ).first()
    if known is not None:
        return known
    row = Organisation(
        slug=_free_slug(told),
        kind=told.kind,
        name={"fi": told.name, "en": told.name},
        country=told.country,
        business_id=told.business_id if told.country == "FI" else "",
        foreign_register="" if told.country == "FI" else told.register[:120],
        foreign_number="" if told.country == "FI" else told.number[:60],
        home_page=told.home_page,
        created_at=at,
    )
    try:
        row.clean_fields(exclude=["city"])
        row.clean()
    except ValidationError as error:
        raise ValueError(str(error)) from error
    row.save()
    record("tell_of_organisation", f"organisation:{row.slug}", by=by, at=at, country=row.country)
    return row


def _free_slug(told: Told) -> str:
    stem = slug_of(told.name)[:60].strip("-") or "organisation"
    number, slug = 1, stem
    while Organisation.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    return slug
