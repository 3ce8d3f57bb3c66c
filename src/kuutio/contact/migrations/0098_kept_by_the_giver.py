"""What a city keeps of a case that it gives away is written down with the hand-over."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contact", "0097_joined_to_the_last")]
    operations = [
        migrations.AddField(
            model_name="handover",
            name="kept",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="personal: people, place and state of the case when it was given away; see `given.kept_of`",
            ),
        ),
    ]
