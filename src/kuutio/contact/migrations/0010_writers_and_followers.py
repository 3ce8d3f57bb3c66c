"""Who has written about somebody's case is no follower: a follower is told what is public, and until when is remembered."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("contact", "0003_raw_mail")]

    operations = [
        migrations.RemoveConstraint(model_name="participant", name="participant_kind"),
        migrations.AlterField(
            model_name="participant",
            name="kind",
            field=models.CharField(
                choices=[
                    ("reporter", "Reported it"),
                    ("proxy", "Acts for the person"),
                    ("follower", "Follows it"),
                    ("writer", "Has written about it"),
                ],
                help_text="a follower is told what is public; the others read the thread's answers",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.CheckConstraint(
                condition=Q(kind__in=["reporter", "proxy", "follower", "writer"]), name="participant_kind"
            ),
        ),
        migrations.AddField(
            model_name="participant",
            name="told_until",
            field=models.DateTimeField(
                blank=True, help_text="of a follower: the time of the last event that they were told", null=True
            ),
        ),
    ]
