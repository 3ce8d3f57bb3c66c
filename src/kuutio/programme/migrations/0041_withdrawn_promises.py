import i18nfield.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cities", "0020_border_versions"),
        ("programme", "0040_promised_projects"),
    ]

    operations = [
        migrations.AddField(
            model_name="promisedproject",
            name="withdrawn_at",
            field=models.DateTimeField(blank=True, help_text="when its city said that it can't keep it", null=True),
        ),
        migrations.AddField(
            model_name="promisedproject",
            name="withdrawn_why",
            field=i18nfield.fields.I18nTextField(blank=True),
        ),
        migrations.AddConstraint(
            model_name="promisedproject",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at__isnull", True), ("withdrawn_why", "")),
                    models.Q(("withdrawn_at__isnull", False), models.Q(("withdrawn_why", ""), _negated=True)),
                    _connector="OR",
                ),
                name="promised_project_withdrawn_says_why",
            ),
        ),
    ]
