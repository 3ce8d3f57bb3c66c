from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programme", "0080_figures_of_trials"),
    ]

    operations = [
        migrations.AddField(
            model_name="changesignature",
            name="digest",
            field=models.CharField(default="", help_text="SHA-256 of the request that was signed", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="applicationpartner",
            name="reminded_at",
            field=models.DateTimeField(blank=True, help_text="when the lead last asked once more", null=True),
        ),
    ]
