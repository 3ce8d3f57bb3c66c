import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("participation", "0080_following_by_mail"),
    ]

    operations = [
        migrations.AlterField(
            model_name="witness",
            name="city",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="witnesses", to="cities.city"
            ),
        ),
        migrations.AlterField(
            model_name="witness",
            name="key",
            field=models.BinaryField(
                blank=True, help_text="sealed: 32 bytes, Ed25519; NULL for an external one", null=True
            ),
        ),
        migrations.AddField(
            model_name="witness",
            name="public",
            field=models.CharField(blank=True, help_text="of an external one: NAME+ID+BASE64", max_length=400),
        ),
        migrations.AddField(
            model_name="witness",
            name="is_current",
            field=models.BooleanField(default=True, help_text="whether further votes name it"),
        ),
        migrations.AddConstraint(
            model_name="witness",
            constraint=models.UniqueConstraint(
                condition=Q(is_current=True), fields=("city",), name="witness_current_of_a_city"
            ),
        ),
        migrations.AddConstraint(
            model_name="witness",
            constraint=models.CheckConstraint(
                condition=Q(key__isnull=False, public="") | (Q(key__isnull=True) & ~Q(public="")),
                name="witness_here_or_elsewhere",
            ),
        ),
        migrations.AlterField(
            model_name="pass",
            name="district",
            field=models.CharField(blank=True, help_text="the voter’s postal code, or `work`", max_length=5),
        ),
        migrations.AddField(
            model_name="initiativesupport",
            name="is_identified",
            field=models.BooleanField(
                default=False, help_text="both by strong identification; else as the person told"
            ),
        ),
        migrations.CreateModel(
            name="TurnoutDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("entries", models.PositiveIntegerField(help_text="of the log, as its signed head says")),
                ("passes", models.JSONField(help_text="by city, district and channel")),
                (
                    "budget",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="participation.budget",
                    ),
                ),
            ],
            options={
                "ordering": ["budget", "day"],
                "constraints": [models.UniqueConstraint(fields=("budget", "day"), name="turnout_day_once")],
            },
        ),
    ]
