"""A resident may ask to be taken out of a case before its keeping time ends, where no law keeps it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contact", "0011_followers_who_wrote")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="erasure_asked_at",
            field=models.DateTimeField(
                blank=True,
                help_text="when the resident asked to be taken out, as soon as the case is settled",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="category",
            name="may_erase",
            field=models.BooleanField(
                default=True,
                help_text="whether a resident's wish ends the keeping of a settled case; false where law keeps it",
            ),
        ),
    ]
