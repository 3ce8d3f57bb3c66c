"""Resources: the tables, files and addresses of packages."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kuutio.opendata.actions.catalogue import remove_distribution
from kuutio.opendata.ckan.asked import translated_has
from kuutio.opendata.ckan.errors import invalid, missing, unreadable_search
from kuutio.opendata.ckan.inputs import unpacked
from kuutio.opendata.ckan.packages import found as found_package
from kuutio.opendata.ckan.registry import Call, reading, writing
from kuutio.opendata.ckan.search import MAX_ROWS
from kuutio.opendata.ckan.shapes import resource
from kuutio.opendata.ckan.writing import may_change, write_resource
from kuutio.opendata.models import Distribution
from kuutio.opendata.queries import distributions_seen_by, uuid_of

_EXACT = {"url": "url", "format": "format", "mimetype": "media_type", "hash": "sha256", "table": "table"}
_SORTS = {
    "name": "title",
    "format": "format",
    "id": "pk",
    "created": "created_at",
    "url": "url",
    "position": "position",
}


def found(call: Call, word: str) -> Distribution:
    """The distribution that a caller names by its id, or by its table's, with the right to see it.

    Raises:
        Refusal: there is none, or none that the caller may see.
    """
    pk = uuid_of(word)
    row = distributions_seen_by(call.reader).filter(Q(pk=pk) if pk else Q(table=word)).first()
    if row is None:
        raise missing(_("Resource was not found."))
    return row


@reading
def resource_show(call: Call) -> dict[str, Any]:
    """Show a resource.

    :param id: its id, or its table's.
    """
    return resource(found(call, call.data.needed("id")))


@reading
def resource_search(call: Call) -> dict[str, Any]:
    """Find resources by a field.

    :param query: `field:text`, or a list of such that all have to fit; the fields are name, description, url, format,
        mimetype, hash, table and id.
    :param order_by: name, format, created, url or id.
    :param limit: how many, 100 unless told, 1000 at most.
    :param offset: how many to pass over.
    :returns: count and results.
    """
    data = call.data
    condition = Q()
    given = unpacked(data.values.get("query"))  # a list comes as JSON where it stands in an address
    queries = data.texts("query") if isinstance(given, list) else [data.needed("query")]
    if not queries:
        raise invalid(query=_("Missing value"))
    for query in queries:
        field, colon, text = query.partition(":")
        if not colon:
            raise invalid(query=_("Write a field, a colon and what it should have."))
        condition &= _matching(field.strip(), text.strip())
    order = data.text("order_by") or "id"
    if order not in _SORTS:
        raise invalid(order_by=_("There is no such order."))
    rows = distributions_seen_by(call.reader).filter(condition)
    first = data.number("offset", 0)
    shown = rows.order_by(_SORTS[order], "pk")[first : first + data.number("limit", 100, most=MAX_ROWS)]
    return {"count": rows.count(), "results": [resource(row) for row in shown]}


@reading
def resource_view_list(call: Call) -> list[dict[str, Any]]:
    """List the views of a resource: there are none to set up, its page draws them from its columns.

    :param id: its id.
    """
    found(call, call.data.needed("id"))
    return []


@writing
def resource_create(call: Call) -> dict[str, Any]:
    """Add a resource to a package.

    :param package_id: the package's id or name.
    :param upload: a file (multipart). A table becomes readable in the datastore when the worker has read it.
    :param url, name, description, format: and all other keys of a resource.
    """
    by = call.writer()
    dataset = found_package(call, call.data.needed("package_id"))
    may_change(by, dataset)
    upload = call.data.files.get("upload")
    with transaction.atomic():
        made = write_resource(dataset, None, call.data.values, by=by, call=call, upload=upload)
    return _shown(made.pk)


@writing
def resource_update(call: Call) -> dict[str, Any]:
    """Change a resource to what is given; what isn't given is emptied.

    :param id: its id.
    :param upload: a new file (multipart).
    """
    return _updated(call, patch=False)


@writing
def resource_patch(call: Call) -> dict[str, Any]:
    """Change some keys of a resource.

    :param id: its id.
    :param upload: a new file (multipart).
    """
    return _updated(call, patch=True)


@writing
def resource_delete(call: Call) -> None:
    """Remove a resource with its rows.

    :param id: its id.
    """
    by = call.writer()
    row = found(call, call.data.needed("id"))
    may_change(by, row.dataset)
    remove_distribution(row, by=by, at=call.at)


def _updated(call: Call, *, patch: bool) -> dict[str, Any]:
    by = call.writer()
    row = found(call, call.data.needed("id"))
    may_change(by, row.dataset)
    shown = resource(row)
    values = {**(shown if patch else {"url": shown["url"]}), **call.data.values, "id": shown["id"]}
    with transaction.atomic():
        write_resource(row.dataset, row, values, by=by, call=call, upload=call.data.files.get("upload"))
    return _shown(row.pk)


def _shown(pk: UUID) -> dict[str, Any]:
    return resource(Distribution.objects.select_related("current", "dataset").get(pk=pk))


def _matching(field: str, text: str) -> Q:
    if field in {"name", "description"}:
        return translated_has("title" if field == "name" else "notes", text)
    if field == "id":
        return Q(pk=uuid_of(text)) if uuid_of(text) else Q(pk__in=[])
    if field not in _EXACT:
        raise unreadable_search(_("There is no such field to search by."))
    return Q(**{f"{_EXACT[field]}__icontains": text})
