"""The datastore, written: tables made of fields and records, rows upserted and deleted."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.opendata.actions.rows import columns_of, drop_table, queue_rows, settle, start_table
from kuutio.opendata.ckan.datastore import TYPES
from kuutio.opendata.ckan.errors import invalid, missing
from kuutio.opendata.ckan.inputs import Inputs
from kuutio.opendata.ckan.packages import found as found_package
from kuutio.opendata.ckan.registry import Call, writing
from kuutio.opendata.ckan.resources import found as found_resource
from kuutio.opendata.ckan.writing import may_change, write_resource
from kuutio.opendata.engine.snapshot import ID
from kuutio.opendata.engine.types import Column, ColumnType
from kuutio.opendata.engine.written import guessed
from kuutio.opendata.models import Distribution

MAX_ROWS = 100_000
_METHODS = ("upsert", "insert", "update")
#: PostgreSQL's names of types, and ours.
_KINDS = {
    **dict.fromkeys(("text", "varchar", "character varying", "char", "json", "jsonb", "uuid"), ColumnType.TEXT),
    **dict.fromkeys(("int", "integer", "int2", "int4", "int8", "bigint", "smallint"), ColumnType.INTEGER),
    **dict.fromkeys(("numeric", "number", "float", "float4", "float8", "double", "decimal"), ColumnType.NUMBER),
    **dict.fromkeys(("real", "double precision"), ColumnType.NUMBER),
    **dict.fromkeys(("bool", "boolean"), ColumnType.BOOLEAN),
    **dict.fromkeys(("timestamp", "timestamptz", "datetime"), ColumnType.DATETIME),
    **dict.fromkeys(("timestamp without time zone", "timestamp with time zone"), ColumnType.DATETIME),
    "date": ColumnType.DATE,
    "time": ColumnType.TIME,
    "geometry": ColumnType.GEOMETRY,
}
_ZONED = {"timestamptz", "timestamp with time zone"}


@writing
def datastore_create(call: Call) -> dict[str, Any]:
    """Make a table of a resource, or give a table more columns and rows.

    :param resource_id: the resource's id; or `resource`, a new one with its package_id.
    :param fields: id and type of each column; types that aren't told are found in the records, over every one.
    :param records: rows as objects.
    :param primary_key: columns that name a row: a list, or with commas between.
    :returns: resource_id, fields and primary_key; the rows can be read.
    """
    by, data = call.writer(), call.data
    records = _records(data)
    with transaction.atomic():
        distribution = _resource(call)
        may_change(by, distribution.dataset)
        has_rows = distribution.current is not None and distribution.current.rows > 0
        key = data.texts("primary_key") if "primary_key" in data else list(distribution.key)
        columns = _columns(data, records, columns_of(distribution) if has_rows else [])
        if not columns:
            raise invalid(fields=_("Name the fields, or give records."))
        distribution = start_table(distribution, columns, key, by=by, at=call.at)
        write = queue_rows(distribution, "upsert" if key else "insert", records, by=by, at=call.at)
    settle(write)
    return {
        "resource_id": str(distribution.pk),
        "fields": [{"id": column.name, "type": TYPES[column.type]} for column in columns],
        "primary_key": key,
        **({"records": records} if data.flag("include_records") else {}),
    }


@writing
def datastore_upsert(call: Call) -> dict[str, Any]:
    """Write rows; the answer comes when they can be read. Writes within a second become one version.

    :param resource_id: the resource's id, or its table's.
    :param records: rows as objects. A field that a row lacks keeps its value in a row that is there.
    :param method: upsert (needs a primary key), insert or update.
    :param include_records: with the records in the answer.
    :param dry_run: only check.
    :returns: resource_id and method.
    """
    by, data = call.writer(), call.data
    distribution = _table(call)
    may_change(by, distribution.dataset)
    method = data.text("method") or "upsert"
    if method not in _METHODS:
        raise invalid(method=_('"%(method)s" is not defined') % {"method": method[:60]})
    if method != "insert" and not distribution.key:
        raise invalid(table=_("table does not have a unique key defined"))
    records = _records(data)
    if data.flag("dry_run"):
        with transaction.atomic():
            queue_rows(distribution, method, records, by=by, at=call.at)
            transaction.set_rollback(True)
    elif records:
        settle(queue_rows(distribution, method, records, by=by, at=call.at))
    answer: dict[str, Any] = {"resource_id": str(distribution.pk), "method": method}
    return answer | ({"records": records} if data.flag("include_records") else {})


@writing
def datastore_delete(call: Call) -> dict[str, Any]:
    """Delete rows, or with no filters at all the table.

    :param resource_id: the resource's id, or its table's.
    :param filters: values by column; `{}` for all rows. Without it the resource is no table any more.
    :returns: resource_id and filters; the rows can't be read any more.
    """
    by, data = call.writer(), call.data
    distribution = _table(call)
    may_change(by, distribution.dataset)
    if data.values.get("filters") is None:
        drop_table(distribution, by=by, at=call.at)
        return {"resource_id": str(distribution.pk)}
    filters = data.mapping("filters")
    if ID in filters:
        raise invalid(filters=_("A row's number changes: name rows by their own columns."))
    if distribution.current is not None:
        settle(queue_rows(distribution, "delete", [{"filters": filters}], by=by, at=call.at))
    return {"resource_id": str(distribution.pk), "filters": filters}


def _table(call: Call) -> Distribution:
    word = call.data.text("resource_id") or call.data.text("id") or call.data.needed("resource_id")
    distribution = found_resource(call, word)
    if distribution.kind != Distribution.Kind.TABLE:
        raise missing(_('Resource "%(id)s" was not found.') % {"id": word[:100]})
    return distribution


def _resource(call: Call) -> Distribution:
    """The resource that is named, or a new one of what was said of it."""
    data = call.data
    if not data.text("resource_id") and "resource" in data:
        values = data.mapping("resource")
        dataset = found_package(call, Inputs(values).needed("package_id"))
        may_change(call.writer(), dataset)
        made = write_resource(dataset, None, values, by=call.writer(), call=call)
        return Distribution.objects.select_related("dataset__publisher", "current").get(pk=made.pk)
    return found_resource(call, data.text("resource_id") or data.needed("resource_id"))


def _records(data: Inputs) -> list[dict[str, Any]]:
    records = data.objects("records")
    if len(records) > MAX_ROWS:
        raise invalid(records=_("At most %(most)s rows can be written at once.") % {"most": MAX_ROWS})
    return records


def _columns(data: Inputs, records: list[dict[str, Any]], known: list[Column]) -> list[Column]:
    """The columns of the table: known ones, those declared, and those that the records name."""
    declared: dict[str, Column] = {}
    untyped = []
    for field in data.objects("fields"):
        name, kind = field.get("id"), field.get("type")
        if name == ID:
            continue
        if not isinstance(name, str) or not name.strip():
            raise invalid(fields=_("Each field has an id."))
        if name in declared or name in untyped:
            raise invalid(fields=_("Duplicate field: %(name)s") % {"name": name[:100]})
        if kind is None:
            untyped.append(name)
            continue
        if not isinstance(kind, str) or kind.lower() not in _KINDS:
            raise invalid(fields=_('"%(type)s" is not a valid field type') % {"type": str(kind)[:60]})
        declared[name] = Column(name, _KINDS[kind.lower()], title=_label(field, name), zoned=kind.lower() in _ZONED)
    there = {column.name for column in known}
    if declared or untyped or known:
        strangers = {str(name) for row in records for name in row} - {*declared, *untyped, *there, ID}
        if strangers:
            names = ", ".join(sorted(strangers)[:5])
            raise invalid(records=_('field "%(name)s" does not exist') % {"name": names[:200]})
    found = {column.name: column for column in guessed(records, untyped)}
    order = [*declared, *untyped, *found]
    chosen = {name: declared.get(name) or found[name] for name in order}
    return [*known, *(column for name, column in chosen.items() if name not in there)]


def _label(field: dict[str, Any], name: str) -> str:
    info = field.get("info")
    label = info.get("label") if isinstance(info, dict) else None
    return label if isinstance(label, str) and label else name
