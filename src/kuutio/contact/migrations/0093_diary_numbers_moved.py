"""The one diary number of a case is that of who is responsible now: nobody wrote down whose it was."""

from django.db import migrations

THERE = """
INSERT INTO contact_diarynumber (case_id, organisation_id, number)
SELECT id, responsible_id, diary_number FROM contact_case WHERE diary_number <> '';
"""
BACK = """
UPDATE contact_case AS c SET diary_number = d.number FROM contact_diarynumber AS d
WHERE d.case_id = c.id AND d.organisation_id = c.responsible_id;
"""


class Migration(migrations.Migration):
    dependencies = [("contact", "0092_diary_numbers")]

    operations = [migrations.RunSQL(THERE, BACK)]
