"""Each organisation that has a case has its own diary number of it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cities", "0020_border_versions"),
        ("contact", "0091_promises_of_known_cases"),
    ]

    operations = [
        migrations.CreateModel(
            name="DiaryNumber",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=60)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="diary_numbers", to="contact.case"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cities.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ["case", "organisation"],
                "indexes": [models.Index(fields=["number"], name="diary_by_number")],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "organisation"), name="diary_one_of_each"),
                    models.CheckConstraint(condition=models.Q(("number", ""), _negated=True), name="diary_number_told"),
                ],
            },
        ),
    ]
