"""The cases that are known promise what the rules of today promise: what was told then isn't written down anywhere."""

from django.db import migrations

AS_TODAY = """
UPDATE contact_case AS c SET promised_by_id = c.unit_id;
UPDATE contact_case AS c
SET answer_minutes = r.answer_minutes, resolve_minutes = r.resolve_minutes, city_minutes = r.resolve_minutes
FROM cities_organisation AS o JOIN contact_categoryrule AS r ON r.city_id = o.city_id
WHERE o.id = c.responsible_id AND r.category_id = c.category_id AND r.area IS NULL AND r.valid_to IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("contact", "0090_promises_as_told")]

    operations = [migrations.RunSQL(AS_TODAY, migrations.RunSQL.noop)]
