"""Following a process or a proposal by e-mail alone, without an account."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("participation", "0070_taken_back")]
    operations = [
        migrations.CreateModel(
            name="MailFollow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(help_text="in small letters; never shown", max_length=254)),
                ("language", models.CharField(help_text="of the letters", max_length=2)),
                (
                    "asked_at",
                    models.DateTimeField(help_text="when the last letter that asks to confirm was sent"),
                ),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "contribution",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mail_follows",
                        to="participation.contribution",
                    ),
                ),
                (
                    "process",
                    models.ForeignKey(
                        blank=True,
                        help_text="or a proposal",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mail_follows",
                        to="participation.process",
                    ),
                ),
            ],
            options={"ordering": ["pk"]},
        ),
        migrations.AddConstraint(
            model_name="mailfollow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("contribution__isnull", True), ("process__isnull", False)),
                    models.Q(("contribution__isnull", False), ("process__isnull", True)),
                    _connector="OR",
                ),
                name="mail_follow_of_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailfollow",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__in", ["fi", "sv", "en"])), name="mail_follow_language"
            ),
        ),
        migrations.AddConstraint(
            model_name="mailfollow",
            constraint=models.UniqueConstraint(fields=("process", "email"), name="mail_follow_of_process_once"),
        ),
        migrations.AddConstraint(
            model_name="mailfollow",
            constraint=models.UniqueConstraint(fields=("contribution", "email"), name="mail_follow_of_proposal_once"),
        ),
    ]
