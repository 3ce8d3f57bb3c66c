"""The verbs of organisations: to register one, to change what is said of it, to remove it."""

import re
import uuid
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from kuutio.audit.actions import record
from kuutio.cities.organisations import Organisation
from kuutio.cities.people import Person
from kuutio.core.problems import Conflict, Invalid, NotAllowed

_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{1,79}")
ORGANISATION_FIELDS = frozenset(
    {"slug", "kind", "name", "city", "country", "business_id", "home_page", "notes", "image_url", "extras"}
)


def may_register(person: Person | None) -> bool:
    """An administrator of the whole, or the system itself."""
    return person is None or (person.is_active and person.is_superuser)


def may_describe(person: Person | None, organisation: Organisation) -> bool:
    """Who may register it, and its own administrators."""
    return may_register(person) or (
        person is not None and person.is_active and person.has_role("admin", organisation.pk)
    )


@transaction.atomic
def register_organisation(
    *,
    slug: str,
    by: Person | None,
    at: datetime,
    id: uuid.UUID | None = None,  # noqa: A002  # by which other catalogues know it
    created_at: datetime | None = None,
    **fields: Any,
) -> Organisation:
    """Register an organisation.

    Args:
        created_at: when it was first described, for one that comes from another catalogue.
        fields: any of `ORGANISATION_FIELDS`.

    Raises:
        NotAllowed: `by` is no administrator of the whole.
        Invalid: a field has the wrong form.
        Conflict: the name or the id is taken.
    """
    if not may_register(by):
        raise NotAllowed(_("Only an administrator can register organisations."))
    organisation = Organisation(uuid=id or uuid.uuid4(), kind=Organisation.Kind.PUBLIC, created_at=created_at or at)
    return _kept(organisation, {"slug": slug, **fields}, "register_organisation", by=by, at=at)


@transaction.atomic
def describe_organisation(
    organisation: Organisation, changes: dict[str, Any], *, by: Person | None, at: datetime
) -> Organisation:
    """Change what is said of an organisation.

    Raises:
        NotAllowed: `by` administers neither it nor the whole.
        Invalid: a field has the wrong form.
        Conflict: the name is taken.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if not may_describe(by, organisation):
        raise NotAllowed(_("Only an administrator can change an organisation."))
    return _kept(organisation, changes, "describe_organisation", by=by, at=at)


@transaction.atomic
def remove_organisation(organisation: Organisation, *, by: Person | None, at: datetime) -> None:
    """Remove an organisation that nothing depends on.

    Raises:
        NotAllowed: `by` is no administrator of the whole.
        Conflict: it has data sets, if only withdrawn ones, or other things of its own.
    """
    if not may_register(by):
        raise NotAllowed(_("Only an administrator can remove organisations."))
    record("remove_organisation", f"organisation:{organisation.slug}", by=by, at=at)
    try:
        organisation.delete()
    except ProtectedError as error:
        raise Conflict(_("Organization cannot be deleted while it still has datasets")) from error


def _kept(
    organisation: Organisation, values: dict[str, Any], verb: str, *, by: Person | None, at: datetime
) -> Organisation:
    if strangers := sorted(set(values) - ORGANISATION_FIELDS):
        errors = [{"pointer": f"/{name}", "detail": "unknown"} for name in strangers]
        raise Invalid(_("These fields can't be set."), errors=errors)
    for name, value in values.items():
        setattr(organisation, name, value)
    if not _SLUG.fullmatch(organisation.slug):
        raise Invalid(
            _("An organisation's name has 2 to 80 of the characters a-z, 0-9, - and _."),
            errors=[{"pointer": "/slug", "detail": _("2 to 80 of the characters a-z, 0-9, - and _")}],
        )
    try:
        organisation.clean_fields(exclude=["city"])
        organisation.clean()
        with transaction.atomic():
            organisation.save()
    except ValidationError as error:
        errors = [{"pointer": f"/{name}", "detail": " ".join(said)} for name, said in error.message_dict.items()]
        raise Invalid(_("Some fields can't be saved as they are."), errors=errors) from error
    except IntegrityError as error:
        raise Conflict(_("An organisation of this name exists already."), name=organisation.slug) from error
    record(verb, f"organisation:{organisation.slug}", by=by, at=at)
    return organisation
