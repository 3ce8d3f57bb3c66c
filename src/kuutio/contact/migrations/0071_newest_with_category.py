"""The newest cases with their category in the index itself: a late page of the public list passes over rows without reading them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contact", "0070_catalogue_version")]
    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["-opened_at", "-id"], include=["category"], name="case_newest_public"),
        ),
        migrations.RemoveIndex(model_name="case", name="case_newest"),
    ]
