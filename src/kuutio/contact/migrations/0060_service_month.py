import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0003_raw_mail"),
    ]

    operations = [
        migrations.CreateModel(
            name="ServiceMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(help_text="its first day")),
                (
                    "figures",
                    models.JSONField(help_text="core.service_figures.shown: null is hidden or unknown"),
                ),
                ("worked_out_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        help_text="empty: all together",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cities.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["month", "organisation"],
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "month"), name="service_month_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("organisation__isnull", True)),
                        fields=("month",),
                        name="service_month_of_all_once",
                    ),
                    models.CheckConstraint(condition=models.Q(("month__day", 1)), name="service_month_first_day"),
                ],
            },
        ),
    ]
