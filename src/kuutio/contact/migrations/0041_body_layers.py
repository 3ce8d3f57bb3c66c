import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0040_helps"),
    ]

    operations = [
        migrations.CreateModel(
            name="BodyLayer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                (
                    "buffer_m",
                    models.PositiveSmallIntegerField(
                        help_text="how far from its lines, metres; areas count as they are"
                    ),
                ),
                ("shape", models.BinaryField(help_text="WKB of a geometry collection in CRS84")),
                ("source", models.CharField(blank=True, help_text="the file's name", max_length=300)),
                ("sha256", models.CharField(blank=True, help_text="of the file", max_length=64)),
                ("loaded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="layers", to="contact.externalbody"
                    ),
                ),
            ],
            options={
                "ordering": ["body", "-valid_from", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("sha256", ""), _negated=True),
                        fields=("body", "valid_from", "sha256", "buffer_m"),
                        name="body_layer_once",
                    ),
                    models.CheckConstraint(condition=models.Q(("buffer_m__lte", 1000)), name="body_layer_buffer"),
                    models.CheckConstraint(
                        condition=models.Q(("sha256", ""), ("sha256__regex", "^[0-9a-f]{64}$"), _connector="OR"),
                        name="body_layer_digest",
                    ),
                ],
            },
        ),
    ]
