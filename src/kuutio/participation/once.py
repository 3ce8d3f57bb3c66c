"""Keeping a row that may be there already: one question to the database, without a savepoint for its refusal."""

from __future__ import annotations

from django.db import connection
from django.db.models import Model


def keep_once(row: Model) -> bool:
    """Insert a new row whose key is chosen, unless a unique value of it is another's already.

    Returns:
        whether it was inserted. Of several at once exactly one is; the others wait until it is sure.
    """
    fields = row._meta.local_concrete_fields
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table, places = connection.ops.quote_name(row._meta.db_table), ", ".join(["%s"] * len(fields))
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING", values)  # noqa: S608
        return bool(cursor.rowcount == 1)
