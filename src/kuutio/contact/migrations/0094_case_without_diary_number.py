"""A case itself has no diary number any more."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("contact", "0093_diary_numbers_moved")]

    operations = [
        migrations.RemoveIndex(model_name="case", name="case_by_diary"),
        migrations.RemoveField(model_name="case", name="diary_number"),
    ]
