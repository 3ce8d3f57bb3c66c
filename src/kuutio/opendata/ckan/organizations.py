"""Organizations: those that publish."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kuutio.cities.models import Organisation
from kuutio.cities.registering import describe_organisation, register_organisation, remove_organisation
from kuutio.opendata.ckan.errors import invalid, missing
from kuutio.opendata.ckan.group_readings import organization_given
from kuutio.opendata.ckan.inputs import Inputs
from kuutio.opendata.ckan.packages import found as found_package
from kuutio.opendata.ckan.registry import Call, reading, writing
from kuutio.opendata.ckan.search import MAX_ROWS, listed
from kuutio.opendata.ckan.shapes import organization, package
from kuutio.opendata.ckan.writing import organisation_of
from kuutio.opendata.queries import publishers, publishes_for, whole

#: Whole groups or organizations that a list gives at most; names aren't counted.
MOST_WHOLE = 1000


@reading
def organization_list(call: Call) -> list[Any]:
    """List the organizations.

    :param all_fields: whole ones instead of their names.
    :param include_extras, include_dataset_count: with what else was said of each; with how many packages.
    :param organizations: only these names.
    :param sort: `name asc`, `title asc` or `package_count desc`; also as order_by.
    :param limit, offset: a part of the list.
    """
    rows = publishers(call.reader)
    if wanted := call.data.texts("organizations"):
        rows = rows.filter(slug__in=wanted)
    if not call.data.flag("all_fields"):
        named = [{"name": row.slug, "title": str(row.name), "package_count": row.package_count} for row in rows]  # type: ignore[attr-defined]
        return [one["name"] for one in in_order(named, call.data)]
    with_extras = call.data.flag("include_extras")
    return in_order([organization(row, with_extras=with_extras) for row in rows], call.data)[:MOST_WHOLE]


@reading
def organization_list_for_user(call: Call) -> list[dict[str, Any]]:
    """List the organizations for which the key's owner may publish.

    :param permission: what they may do there; publishing unless told.
    """
    if call.reader is None:
        return []
    rows: QuerySet[Organisation] = publishers(call.reader)
    if not call.reader.is_superuser:
        rows = rows.filter(pk__in=publishes_for(call.reader))
    return [{**organization(row), "capacity": "editor"} for row in rows]


@reading
def organization_show(call: Call) -> dict[str, Any]:
    """Show an organization.

    :param id: its id or name.
    :param include_datasets: with its packages, 1000 at most.
    :param include_extras: with what else was said of it; True unless told.
    """
    row = _found(call)
    shown = organization(row, with_extras=call.data.flag("include_extras", default=True))
    if call.data.flag("include_datasets"):
        rows = whole(listed(call).filter(publisher=row)).order_by("name")
        shown["packages"] = [package(one) for one in rows[:MAX_ROWS]]
    return shown


@reading
def organization_autocomplete(call: Call) -> list[dict[str, Any]]:
    """Organizations whose name or title has what somebody types.

    :param q: what was typed.
    :param limit: how many, 20 unless told.
    """
    typed = call.data.text("q").lower()
    shown = [organization(row, with_extras=False) for row in publishers(call.reader)]
    chosen = [one for one in shown if typed in one["name"] or typed in one["title"].lower()]
    keys = ("id", "name", "title")
    return [{key: one[key] for key in keys} for one in chosen[: call.data.number("limit", 20, most=MAX_ROWS)]]


@writing
def organization_create(call: Call) -> dict[str, Any]:
    """Register an organization; for administrators.

    :param name: part of its address: a-z, 0-9, - and _.
    :param title, description, image_url, extras: what is said of it; `title_translated` in several languages.
    :param id: a UUID, where it should keep the one it has elsewhere.
    """
    by = call.writer()
    given = organization_given(call.data.values, None)
    if not given.name:
        raise invalid(name=_("Missing value"))
    if given.id and Organisation.objects.filter(uuid=given.id).exists():
        raise invalid(id=_("Group id already exists"))
    row = register_organisation(
        slug=given.name, by=by, at=call.at, id=given.id, created_at=given.created_at, **given.fields
    )
    return organization(row)


@writing
def organization_update(call: Call) -> dict[str, Any]:
    """Change an organization to what is given; what isn't given is emptied.

    :param id: its id or name.
    """
    return _updated(call, patch=False)


@writing
def organization_patch(call: Call) -> dict[str, Any]:
    """Change some keys of an organization.

    :param id: its id or name.
    """
    return _updated(call, patch=True)


@writing
def organization_delete(call: Call) -> None:
    """Remove an organization that has no packages, if only withdrawn ones; for administrators.

    :param id: its id or name.
    """
    by = call.writer()
    remove_organisation(_found(call), by=by, at=call.at)


@writing
def package_owner_org_update(call: Call) -> None:
    """Give a package to another organization.

    :param id: the package's id or name.
    :param organization_id: the organization's id or name.
    """
    from kuutio.opendata.actions.catalogue import hand_over_dataset

    by = call.writer()
    to = organisation_of(call.data.needed("organization_id"))
    if to is None:
        raise invalid(organization_id=_("Organization does not exist"))
    hand_over_dataset(found_package(call, call.data.needed("id")), to, by=by, at=call.at)


def in_order(shown: list[dict[str, Any]], data: Inputs) -> list[dict[str, Any]]:
    """The part of a list that was asked for, in the order asked for.

    Raises:
        Refusal: an order that there isn't.
    """
    field, _space, direction = (data.text("sort") or data.text("order_by") or "title asc").strip().partition(" ")
    fields = {"name": "name", "title": "title", "packages": "package_count", "package_count": "package_count"}
    if field not in fields or direction.strip().lower() not in {"", "asc", "desc"}:
        raise invalid(sort=_("Sort by name, title or package_count."))
    descending = direction.strip().lower() == "desc" or (fields[field] == "package_count" and not direction)
    ordered = sorted(shown, key=lambda one: one["name"])
    ordered.sort(key=lambda one: one[fields[field]], reverse=descending)
    first = data.number("offset", 0)
    has_limit = data.values.get("limit") not in (None, "")
    return ordered[first : first + data.number("limit", 0)] if has_limit else ordered[first:]


def _updated(call: Call, *, patch: bool) -> dict[str, Any]:
    by, row = call.writer(), _found(call)
    shown = organization(row)
    changes = {key: value for key, value in call.data.values.items() if key != "id"}
    given = organization_given({**shown, **changes} if patch else changes, shown)
    fields = given.fields | ({"slug": given.name} if given.name else {})
    return organization(describe_organisation(row, fields, by=by, at=call.at))


def _found(call: Call) -> Organisation:
    word = call.data.needed("id")
    known = organisation_of(word)
    row = publishers(call.reader).filter(pk=known.pk).first() if known else None
    if row is None:
        raise missing()
    return row
