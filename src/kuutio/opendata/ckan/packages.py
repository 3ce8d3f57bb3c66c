"""Packages: to show, to list, to make, to change and to take away."""

from typing import Any

from django.db.models import TextField
from django.db.models.expressions import RawSQL

from kuutio.audit.models import Entry
from kuutio.opendata import counted
from kuutio.opendata.actions.catalogue import withdraw_dataset
from kuutio.opendata.ckan.errors import missing
from kuutio.opendata.ckan.facets import TAGS
from kuutio.opendata.ckan.inputs import Inputs
from kuutio.opendata.ckan.readings import merged, package_given
from kuutio.opendata.ckan.registry import Call, reading, writing
from kuutio.opendata.ckan.search import MAX_ROWS, listed
from kuutio.opendata.ckan.shapes import by_language, package, plainly, stamp, tag
from kuutio.opendata.ckan.writing import create_package, may_change, update_package
from kuutio.opendata.models import Dataset
from kuutio.opendata.queries import datasets_seen_by, named, whole

_VERBS = {
    "create_dataset": "new package",
    "publish_dataset": "changed package",
    "change_dataset": "changed package",
    "add_distribution": "changed package",
    "change_distribution": "changed package",
    "remove_distribution": "changed package",
    "withdraw_dataset": "deleted package",
}


def found(call: Call, word: str) -> Dataset:
    """The data set that a caller names, whole, with the right to see it.

    Raises:
        Refusal: there is none, or none that the caller may see.
    """
    row = whole(named(datasets_seen_by(call.reader), word)).first()
    if row is None:
        raise missing()
    return row


@reading
def package_show(call: Call) -> dict[str, Any]:
    """Show a package whole.

    :param id: its id or name.
    :returns: the package with its resources, tags, groups, organization and extras.
    """
    dataset = found(call, call.data.needed("id"))
    counted.note(dataset.pk, "ckan")
    return package(dataset)


@reading
def package_list(call: Call) -> list[str]:
    """List the names of packages, in their order.

    :param limit, offset: a part of the list.
    :param include_private, include_drafts, include_deleted: with a key: also what isn't public.
    """
    names = listed(call).order_by("name").values_list("name", flat=True)
    return list(names[_part(call.data)])


@reading
def current_package_list_with_resources(call: Call) -> list[dict[str, Any]]:
    """List packages whole, the latest change first.

    :param limit: how many, 1000 at most.
    :param offset: how many to pass over.
    """
    data = call.data
    first = data.number("offset", 0)
    limit = data.number("limit", MAX_ROWS, most=MAX_ROWS)
    rows = whole(listed(call)).order_by("-modified_at", "pk")[first : first + limit]
    return [package(row) for row in rows] if limit else []


@reading
def package_activity_list(call: Call) -> list[dict[str, Any]]:
    """List what happened to a package, latest first; who did it isn't told.

    :param id: its id or name.
    :param limit: how many, 31 unless told, 100 at most.
    :param offset: how many to pass over.
    """
    dataset = found(call, call.data.needed("id"))
    first, limit = call.data.number("offset", 0), call.data.number("limit", 31, most=100)
    rows = Entry.objects.filter(thing=f"dataset:{dataset.name}", verb__in=_VERBS).order_by("-at", "-pk")
    shown = {"id": str(dataset.pk), "name": dataset.name, "title": plainly(by_language(dataset.title)) or dataset.name}
    return [
        {
            "id": str(row.pk),
            "timestamp": stamp(row.at),
            "user_id": None,
            "object_id": str(dataset.pk),
            "activity_type": _VERBS[row.verb],
            "data": {"package": shown},
        }
        for row in rows[first : first + limit]
    ]


@writing
def package_create(call: Call) -> Any:
    """Make a package, published unless its state is draft.

    :param name: part of its address: a-z, 0-9, - and _.
    :param owner_org: the id or name of its organization.
    :param title, notes, tags, extras, resources, groups, license_id: and all other keys of a package, as
        package_show gives them; `title_translated` and the like in several languages. Keys that the catalogue has no
        field for are kept and come back.
    :param id: a UUID, where it should keep the one it has elsewhere.
    :returns: the package.
    """
    call.writer()
    return _shown(call, create_package(call, package_given(call.data.values)))


@writing
def package_update(call: Call) -> Any:
    """Change a package to what is given: what isn't given is emptied, but for resources.

    :param id: its id or name.
    :returns: the package.
    """
    return _updated(call, call.data.values)


@writing
def package_patch(call: Call) -> Any:
    """Change some keys of a package.

    :param id: its id or name.
    :returns: the package.
    """
    return _updated(call, None)


@writing
def package_delete(call: Call) -> None:
    """Withdraw a package; its address is kept from others.

    :param id: its id or name.
    """
    by = call.writer()
    withdraw_dataset(found(call, call.data.needed("id")), by=by, at=call.at)


def _updated(call: Call, values: dict[str, Any] | None) -> Any:
    """Change a package to the values given, or lay what was asked over what it is."""
    by = call.writer()
    word = call.data.text("id") or call.data.text("name")
    dataset = found(call, word or call.data.needed("id"))
    may_change(by, dataset)
    shown = package(dataset)
    if values is None:
        values = merged(shown, {key: value for key, value in call.data.values.items() if key != "id"})
    given = package_given({**values, "id": shown["id"]}, shown)
    return _shown(call, update_package(call, dataset, given))


def _shown(call: Call, dataset: Dataset) -> Any:
    if not call.data.flag("return_package_dict", default=True):
        return str(dataset.pk)
    return package(whole(Dataset.objects.filter(pk=dataset.pk)).get())


@reading
def tag_list(call: Call) -> list[Any]:
    """List the tags of what is public.

    :param query: part of a tag.
    :param vocabulary_id: tags of a vocabulary; there are none.
    :param all_fields: whole tags instead of their names.
    """
    data = call.data
    if data.text("vocabulary_id"):
        return []
    rows = listed(call).order_by().annotate(tag=RawSQL(TAGS, [], output_field=TextField()))  # noqa: S611  # constant
    words = sorted(set(rows.values_list("tag", flat=True)))
    part = data.text("query").lower()
    chosen = [word for word in words if part in word.lower()]
    return [tag(word) for word in chosen] if data.flag("all_fields") else chosen


@reading
def tag_show(call: Call) -> dict[str, Any]:
    """Show a tag.

    :param id: its name or id.
    :param include_datasets: with the packages that have it, 1000 at most.
    """
    word = call.data.needed("id")
    rows = listed(call).order_by().annotate(tag=RawSQL(TAGS, [], output_field=TextField()))  # noqa: S611  # constant
    known = {row: tag(row) for row in set(rows.values_list("tag", flat=True))}
    shown = known.get(word) or next((one for one in known.values() if one["id"] == word), None)
    if shown is None:
        raise missing()
    if call.data.flag("include_datasets"):
        having = Dataset.objects.filter(
            pk__in=[pk for pk, word in rows.values_list("pk", "tag") if word == shown["name"]]
        )
        shown = shown | {"packages": [package(row) for row in whole(having).order_by("name")[:MAX_ROWS]]}
    return shown


def _part(data: Inputs) -> slice:
    first = data.number("offset", 0)
    if "limit" not in data or data.text("limit") == "":
        return slice(first, None)
    return slice(first, first + data.number("limit", 0))
