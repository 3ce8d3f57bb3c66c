import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cities", "0012_services"),
    ]

    operations = [
        migrations.AddField(
            model_name="municipality",
            name="ended_on",
            field=models.DateField(blank=True, help_text="from this day on it is a part of another one", null=True),
        ),
        migrations.CreateModel(
            name="BorderVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("accuracy_m", models.FloatField(help_text="how far a line may be from the border in truth, metres")),
                ("source", models.CharField(help_text="the file's name", max_length=300)),
                ("sha256", models.CharField(max_length=64)),
                (
                    "is_part",
                    models.BooleanField(
                        default=False, help_text="of a part of the country: all others keep their borders"
                    ),
                ),
                (
                    "accepted",
                    models.CharField(
                        blank=True, help_text="why it was taken in spite of what was found", max_length=300
                    ),
                ),
                ("loaded_at", models.DateTimeField()),
                (
                    "in_force_at",
                    models.DateTimeField(blank=True, help_text="when it was put in force; null: not yet", null=True),
                ),
            ],
            options={
                "ordering": ["-valid_from", "-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("sha256", "valid_from"), name="border_version_once"),
                    models.CheckConstraint(
                        condition=models.Q(("accuracy_m__gt", 0), ("accuracy_m__lte", 1000)),
                        name="border_version_accuracy",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="border_version_digest"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VersionBorder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=3)),
                ("name_fi", models.CharField(max_length=80)),
                ("name_sv", models.CharField(max_length=80)),
                ("border", models.BinaryField(help_text="WKB, CRS84")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="borders", to="cities.borderversion"
                    ),
                ),
            ],
            options={
                "ordering": ["version", "code"],
                "constraints": [
                    models.UniqueConstraint(fields=("version", "code"), name="version_border_once"),
                    models.CheckConstraint(condition=models.Q(("code__regex", "^\\d{3}$")), name="version_border_code"),
                ],
            },
        ),
    ]
