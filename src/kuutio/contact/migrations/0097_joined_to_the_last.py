"""A case that was joined to one that was then joined to another stands directly under the last one."""

from django.db import migrations

FORWARD = """
WITH RECURSIVE way AS (
    SELECT id, duplicate_of_id AS main FROM contact_case WHERE duplicate_of_id IS NOT NULL
    UNION
    SELECT way.id, further.duplicate_of_id FROM way JOIN contact_case AS further ON further.id = way.main
    WHERE further.duplicate_of_id IS NOT NULL
)
UPDATE contact_case SET duplicate_of_id = way.main
FROM way JOIN contact_case AS last ON last.id = way.main AND last.duplicate_of_id IS NULL
WHERE way.id = contact_case.id AND contact_case.duplicate_of_id <> way.main;
"""


class Migration(migrations.Migration):
    dependencies = [("contact", "0096_phone_changed")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
