import uuid

import django.utils.timezone
import i18nfield.fields
from django.contrib.postgres.functions import RandomUUID
from django.db import migrations, models

NOT_OURS = "what CKAN clients gave that has no field here"


class Migration(migrations.Migration):
    """What other catalogues know an organisation by, and what its page tells."""

    dependencies = [("cities", "0001_initial")]

    operations = [
        # The database's own default gives each row that is there an id of its own; Python's would give all the same.
        migrations.AddField(
            model_name="organisation",
            name="uuid",
            field=models.UUIDField(db_default=RandomUUID(), unique=True, help_text="by which other catalogues know it"),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="uuid",
            field=models.UUIDField(
                default=uuid.uuid4, db_default=RandomUUID(), unique=True, help_text="by which other catalogues know it"
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="notes",
            field=i18nfield.fields.I18nTextField(blank=True, help_text="what it is, for readers of the catalogue"),
        ),
        migrations.AddField(
            model_name="organisation", name="image_url", field=models.URLField(blank=True, max_length=1000)
        ),
        migrations.AddField(
            model_name="organisation",
            name="extras",
            field=models.JSONField(blank=True, default=dict, help_text=NOT_OURS),
        ),
        migrations.AddField(
            model_name="organisation",
            name="created_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
    ]
