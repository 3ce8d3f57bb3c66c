"""Who followed before it was asked for goes on following."""

from django.db import migrations

FORWARD = """
UPDATE contact_contact SET verified_at = row.joined_at FROM contact_participant AS row
WHERE row.contact_id = contact_contact.id AND row.kind = 'follower' AND contact_contact.verified_at IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("contact", "0081_hours_in_the_catalogue")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
