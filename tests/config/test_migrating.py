"""The tables of a new installation are those that Django's own `migrate` makes."""

import pytest
from django.core.management import call_command
from django.db import connection
from psycopg.conninfo import make_conninfo

from tests.config.test_up import tables

PLAIN = "kuutio_made_plainly"


@pytest.mark.django_db(transaction=True)
def test_the_short_way_makes_the_same_tables():
    usual = connection.settings_dict["NAME"]
    ours = {name: connection.get_connection_params().get(name) for name in ("host", "port", "user", "password")}
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {PLAIN} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {PLAIN}")
    connection.close()
    connection.settings_dict["NAME"] = PLAIN
    try:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual
    try:
        assert tables(make_conninfo(dbname=PLAIN, **ours)) == tables(make_conninfo(dbname=usual, **ours))
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {PLAIN} WITH (FORCE)")
