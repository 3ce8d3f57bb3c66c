"""A number that was put in the place of another vouches for nobody before its owner has written from it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contact", "0095_units_hand_over")]
    operations = [
        migrations.AddField(
            model_name="contact",
            name="phone_changed_at",
            field=models.DateTimeField(
                blank=True,
                help_text="when another number was given for the first one: that may be anybody's",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="contact",
            name="texted_at",
            field=models.DateTimeField(
                blank=True, help_text="when they last wrote from the number: it is theirs", null=True
            ),
        ),
    ]
