"""A draft's writer is reminded of the last moment, once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("innovation", "0020_words_that_are_learnt")]
    operations = [
        migrations.AddField(
            model_name="answer",
            name="reminded_at",
            field=models.DateTimeField(
                blank=True, help_text="when its writer was told that the time runs out", null=True
            ),
        ),
    ]
