from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programme", "0070_openness"),
    ]

    operations = [
        migrations.AddField(
            model_name="indicatorvalue",
            name="reference",
            field=models.CharField(
                blank=True,
                default="",
                help_text="of what told it by itself, such as a trial; empty: a person told it",
                max_length=200,
            ),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(model_name="indicatorvalue", name="indicator_value_once"),
        migrations.AddConstraint(
            model_name="indicatorvalue",
            constraint=models.UniqueConstraint(
                fields=("indicator", "project", "city", "starts_on", "ends_on", "reference"),
                name="indicator_value_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="indicatorvalue",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reference", ""), _negated=True),
                fields=("indicator", "reference"),
                name="indicator_value_reference_once",
            ),
        ),
    ]
