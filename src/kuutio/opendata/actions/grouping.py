"""Make, change and remove groups of data sets, and put data sets into them."""

import re
import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.opendata import permissions
from kuutio.opendata.models import Dataset, Group
from kuutio.opendata.vocabularies import THEMES

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{1,99}")
GROUP_FIELDS = frozenset({"name", "title", "notes", "image_url", "extras"})


@transaction.atomic
def create_group(
    *,
    name: str,
    by: Person | None,
    at: datetime,
    id: uuid.UUID | None = None,  # noqa: A002  # the catalogue's own word
    **fields: Any,
) -> Group:
    """Make a group without data sets.

    Raises:
        NotAllowed: `by` is no administrator of the whole.
        Invalid: a field has the wrong form.
        Conflict: the name is taken, by another group or by a theme.
    """
    group = Group(id=id or uuid.uuid4(), created_at=fields.pop("created_at", None) or at)
    return _kept(group, {"name": name, **fields}, "create_group", by=by, at=at)


@transaction.atomic
def change_group(group: Group, changes: dict[str, Any], *, by: Person | None, at: datetime) -> Group:
    """Change what is said of a group.

    Raises:
        NotAllowed: `by` is no administrator of the whole.
        Invalid: a field has the wrong form.
        Conflict: the name is taken.
    """
    return _kept(Group.objects.select_for_update().get(pk=group.pk), changes, "change_group", by=by, at=at)


@transaction.atomic
def remove_group(group: Group, *, by: Person | None, at: datetime) -> None:
    """Remove a group; its data sets stay.

    Raises:
        NotAllowed: `by` is no administrator of the whole.
    """
    if not permissions.may_keep_groups(by):
        raise NotAllowed(_("Only an administrator can change groups."))
    record("remove_group", f"group:{group.name}", by=by, at=at)
    group.delete()


@transaction.atomic
def set_groups(dataset: Dataset, groups: Collection[Group], *, by: Person | None, at: datetime) -> None:
    """Put a data set into these groups and no others.

    Raises:
        NotAllowed: `by` doesn't publish for its publisher.
    """
    if not permissions.may_change(by, dataset):
        raise NotAllowed(_("Only the publisher's own people can change this data set."))
    before = set(dataset.groups.values_list("pk", flat=True))
    if before != {group.pk for group in groups}:
        dataset.groups.set(groups)
        names = sorted(group.name for group in groups)
        record("set_groups", f"dataset:{dataset.name}", by=by, at=at, groups=names)


def _kept(group: Group, values: dict[str, Any], verb: str, *, by: Person | None, at: datetime) -> Group:
    if not permissions.may_keep_groups(by):
        raise NotAllowed(_("Only an administrator can change groups."))
    if strangers := set(values) - GROUP_FIELDS:
        raise Invalid(
            _("These fields can't be set."),
            errors=[{"pointer": f"/{name}", "detail": "unknown"} for name in sorted(strangers)],
        )
    for name, value in values.items():
        setattr(group, name, value)
    if not _NAME.fullmatch(group.name) or group.name.upper() in THEMES:
        raise Invalid(
            _("A group's name has 2 to 100 of the characters a-z, 0-9, - and _, and is no theme's code."),
            errors=[
                {"pointer": "/name", "detail": _("2 to 100 of the characters a-z, 0-9, - and _, and no theme's code")}
            ],
        )
    try:
        group.clean_fields()
        with transaction.atomic():
            group.save()
    except ValidationError as error:
        errors = [{"pointer": f"/{name}", "detail": " ".join(said)} for name, said in error.message_dict.items()]
        raise Invalid(_("Some fields can't be saved as they are."), errors=errors) from error
    except IntegrityError as error:
        raise Conflict(_("A group of this name exists already."), name=group.name) from error
    record(verb, f"group:{group.name}", by=by, at=at)
    return group
