"""Those who wrote into the thread of somebody's case go on reading its answers."""

from django.db import migrations

FORWARDS = """
    UPDATE contact_participant AS p SET kind = 'writer'
    WHERE kind = 'follower'
      AND EXISTS (SELECT FROM contact_message AS m WHERE m.case_id = p.case_id AND m.contact_id = p.contact_id)
"""
BACKWARDS = "UPDATE contact_participant SET kind = 'follower' WHERE kind = 'writer'"


class Migration(migrations.Migration):
    dependencies = [("contact", "0010_writers_and_followers")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
