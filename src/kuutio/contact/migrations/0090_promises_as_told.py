"""What a resident was promised stands in the case, and no later rule changes it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cities", "0020_border_versions"),
        ("contact", "0083_counting_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="answer_minutes",
            field=models.PositiveIntegerField(
                db_default=960,
                default=960,
                help_text="promised to the resident when it came: business minutes to the first answer",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="resolve_minutes",
            field=models.PositiveIntegerField(
                db_default=4800,
                default=4800,
                help_text="promised to the resident when it came: until it is settled",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="city_minutes",
            field=models.PositiveIntegerField(
                db_default=4800,
                default=4800,
                help_text="promised by the responsible city since it has the case",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="promised_by",
            field=models.ForeignKey(
                blank=True,
                help_text="by whose hours the promise counts; empty: the office's",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="cities.unit",
            ),
        ),
    ]
