"""When a reviewer was last reminded."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("selection", "0002_append_only")]

    operations = [
        migrations.AddField(
            model_name="reviewer",
            name="reminded_at",
            field=models.DateTimeField(blank=True, help_text="when they were last reminded of what waits", null=True),
        ),
    ]
