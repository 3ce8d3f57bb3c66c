"""The city that owns a process is one of those that take part, so that each process has one at least."""

from django.db import migrations

FORWARD = """
ALTER TABLE participation_process ADD CONSTRAINT process_owner_takes_part
    FOREIGN KEY (id, owner_id) REFERENCES participation_processcity (process_id, city_id) DEFERRABLE INITIALLY DEFERRED;
"""
BACKWARD = "ALTER TABLE participation_process DROP CONSTRAINT process_owner_takes_part;"


class Migration(migrations.Migration):
    dependencies = [("participation", "0001_processes")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
