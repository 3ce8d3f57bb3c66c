"""Organizations and groups as CKAN's clients send them, read into our fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from kuutio.cities.models import City, Organisation
from kuutio.opendata.ckan.readings import Errors, extras_given, identifier, text, time_of, translated
from kuutio.opendata.ckan.shapes import FIELDS

_TITLES = {"title", "title_translated", "description", "description_translated", "image_url", "extras"}
_IGNORED = {
    *[
        "id",
        "name",
        "created",
        "display_name",
        "image_display_url",
        "num_followers",
        "package_count",
        "groups",
        "tags",
        "users",
        "packages",
        "state",
    ],
    *["approval_status", "is_organization", "type", "capacity", "revision_id", "image_upload", "clear_upload"],
}
_OF_ORGANIZATIONS = {"kind", "city", "business_id", "home_page"}


@dataclass(slots=True)
class GivenGroup:
    """An organization or a group that came.

    Attributes:
        fields: for the verbs.
        id, name, created_at: as given; None where not.
    """

    fields: dict[str, Any]
    id: UUID | None
    name: str | None
    created_at: datetime | None


def group_given(values: Mapping[str, Any], shown: Mapping[str, Any] | None) -> GivenGroup:
    """Read a group.

    Raises:
        Refusal: with all that must be mended.
    """
    errors = Errors()
    fields = _common(values, shown or {}, errors)
    fields["title"] = fields.pop("title") or _named(values)
    _keep(values, fields, _TITLES | _IGNORED, errors)
    return _told(values, fields, errors)


def organization_given(values: Mapping[str, Any], shown: Mapping[str, Any] | None) -> GivenGroup:
    """Read an organization.

    Raises:
        Refusal: with all that must be mended.
    """
    errors, before = Errors(), shown or {}
    fields = _common(values, before, errors)
    fields["name"] = fields.pop("title") or _named(values)
    kind = text(values, "kind", errors) or before.get("kind") or Organisation.Kind.PUBLIC
    if kind not in Organisation.Kind.values:
        errors.add("kind", _("There is no such kind of organisation."))
    code = text(values, "city", errors)
    city = City.objects.filter(pk=code).first() if code else None
    if kind == Organisation.Kind.CITY and city is None:
        kind = Organisation.Kind.PUBLIC  # a city that doesn't run this Kuutio is a public body to it
    fields |= {"kind": kind, "city": city}
    fields["business_id"] = text(values, "business_id", errors)
    fields["home_page"] = text(values, "home_page", errors)
    _keep(values, fields, _TITLES | _IGNORED | _OF_ORGANIZATIONS, errors)
    return _told(values, fields, errors)


def _common(values: Mapping[str, Any], before: Mapping[str, Any], errors: Errors) -> dict[str, Any]:
    return {
        "title": translated(values, before, "title", errors),
        "notes": translated(values, before, "description", errors),
        "image_url": text(values, "image_url", errors) or text(values, "image_display_url", errors),
    }


def _named(values: Mapping[str, Any]) -> dict[str, str]:
    name = values.get("name")
    return {settings.LANGUAGE_CODE: name} if isinstance(name, str) and name else {}


def _keep(values: Mapping[str, Any], fields: dict[str, Any], known: set[str], errors: Errors) -> None:
    others = {key: value for key, value in values.items() if key not in known}
    fields["extras"] = extras_given(values.get("extras"), errors) | ({FIELDS: others} if others else {})


def _told(values: Mapping[str, Any], fields: dict[str, Any], errors: Errors) -> GivenGroup:
    given = GivenGroup(
        fields=fields,
        id=identifier(values, errors),
        name=text(values, "name", errors) or None,
        created_at=time_of(values, "created", errors),
    )
    errors.tell()
    return given
