"""A mail that can't be read is tried again by the clock, not at each of its beats."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contact", "0098_kept_by_the_giver")]
    operations = [
        migrations.AddField(
            model_name="rawmail",
            name="tried_at",
            field=models.DateTimeField(
                blank=True, help_text="when it last couldn't be read; it is tried again later", null=True
            ),
        ),
    ]
