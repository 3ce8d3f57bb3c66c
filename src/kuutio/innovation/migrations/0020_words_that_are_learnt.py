"""A thing keeps the first words that it is matched by, and whether some of them are still to be learnt."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("innovation", "0010_solutions_users_concepts")]
    operations = [
        migrations.AddField(
            model_name="findable",
            name="words",
            field=models.TextField(
                default="", help_text="the first of its text: matched anew when they have been learnt"
            ),
        ),
        migrations.AddField(
            model_name="findable",
            name="waits",
            field=models.BooleanField(default=False, help_text="some of its words are still to be learnt"),
        ),
        migrations.AddIndex(
            model_name="findable",
            index=models.Index(condition=models.Q(("waits", True)), fields=["id"], name="findable_waiting"),
        ),
    ]
