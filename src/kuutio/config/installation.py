"""What makes a database a running Kuutio: the schema, the shared cache, the borders, the demonstration."""

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from kuutio.cities import borders
from kuutio.cities.models import City, Municipality, Person
from kuutio.config import demonstration
from kuutio.config.console import say
from kuutio.config.migrating import each_model_drawn_alone
from kuutio.contact.catalogue import load_catalogue
from kuutio.contact.models import Category


def migrate() -> None:
    """Bring the schema up to date; one process at a time, quick when there is nothing to do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(20140609)")  # any fixed number; held by this session
        try:
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                say("kuutio: preparing the database")
                with nullcontext() if executor.loader.applied_migrations else each_model_drawn_alone():
                    call_command("migrate", verbosity=0, interactive=False)
                call_command("createcachetable", verbosity=0)
            if not Municipality.objects.exists():
                borders.load()
            borders.keep_file()
            if not Category.objects.filter(is_active=True).exists():
                load_catalogue()
        finally:
            cursor.execute("SELECT pg_advisory_unlock(20140609)")


def is_empty() -> bool:
    """Whether nobody has used this database yet."""
    return not Person.objects.exists() and not City.objects.exists()


def demonstrate_people(data: Path) -> None:
    """Make the demonstration's cities and people, in an empty database only."""
    if is_empty():
        demonstration.begin(data)


def demonstrate(say: Callable[[str], None]) -> None:
    """Load what the demonstration still lacks; nothing where there are no demonstration people."""
    if Person.objects.filter(is_demo=True).exists():
        demonstration.go_on(say)
