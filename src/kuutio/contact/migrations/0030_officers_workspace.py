"""What officers keep while they work: saved views, drafts, who is where, habits; splits of cases."""

import uuid

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cities", "0003_units_and_languages"),
        ("contact", "0020_services"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="AnswerDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                (
                    "then",
                    models.CharField(
                        blank=True, help_text="the state that the case goes to with the answer", max_length=20
                    ),
                ),
                ("key", models.CharField(blank=True, help_text="of the page that it was written on", max_length=40)),
                ("changed_at", models.DateTimeField()),
                ("send_at", models.DateTimeField(blank=True, null=True)),
                ("problem", models.CharField(blank=True, help_text="why it could not be sent", max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seen_at", models.DateTimeField(db_index=True)),
                (
                    "typed_at",
                    models.DateTimeField(blank=True, help_text="when they last wrote at an answer", null=True),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("filters", models.JSONField(default=dict, help_text="as `contact.filters.Filters` writes them")),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Split",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="WorkHabit",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="work_habit",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "uses_keys",
                    models.BooleanField(default=True, help_text="single letters do things (WCAG 2.2, 2.1.4)"),
                ),
            ],
        ),
        migrations.AddField(
            model_name="answerdraft",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="answer_drafts", to="contact.case"
            ),
        ),
        migrations.AddField(
            model_name="answerdraft",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="answer_drafts", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="presence",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="presences", to="contact.case"
            ),
        ),
        migrations.AddField(
            model_name="presence",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="organisation",
            field=models.ForeignKey(
                blank=True,
                help_text="whose officers share it",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="cities.organisation",
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="person",
            field=models.ForeignKey(
                blank=True,
                help_text="whose own it is",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="saved_views",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="split",
            name="case",
            field=models.OneToOneField(
                help_text="the new one",
                on_delete=django.db.models.deletion.CASCADE,
                related_name="split",
                to="contact.case",
            ),
        ),
        migrations.AddField(
            model_name="split",
            name="messages",
            field=models.ManyToManyField(related_name="+", to="contact.message"),
        ),
        migrations.AddField(
            model_name="split",
            name="origin",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="splits", to="contact.case"
            ),
        ),
        migrations.AddIndex(
            model_name="answerdraft",
            index=models.Index(
                condition=models.Q(("send_at__isnull", False)), fields=["send_at"], name="answer_draft_on_its_way"
            ),
        ),
        migrations.AddIndex(
            model_name="answerdraft",
            index=models.Index(fields=["changed_at"], name="answer_draft_changed"),
        ),
        migrations.AddConstraint(
            model_name="answerdraft",
            constraint=models.UniqueConstraint(fields=("case", "person"), name="answer_draft_once"),
        ),
        migrations.AddConstraint(
            model_name="answerdraft",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="answer_draft_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="answerdraft",
            constraint=models.CheckConstraint(
                condition=models.Q(("send_at__isnull", True), ("problem", ""), _connector="OR"),
                name="answer_draft_sent_or_refused",
            ),
        ),
        migrations.AddConstraint(
            model_name="presence",
            constraint=models.UniqueConstraint(fields=("case", "person"), name="presence_once"),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="saved_view_named"),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("organisation__isnull", False), ("person__isnull", True)),
                    models.Q(("organisation__isnull", True), ("person__isnull", False)),
                    _connector="OR",
                ),
                name="saved_view_own_or_shared",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(fields=("person", "name"), name="saved_view_own_name"),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(fields=("organisation", "name"), name="saved_view_shared_name"),
        ),
        migrations.AddConstraint(
            model_name="split",
            constraint=models.CheckConstraint(
                condition=models.Q(("case", models.F("origin")), _negated=True), name="split_from_another"
            ),
        ),
        migrations.AddConstraint(
            model_name="split",
            constraint=models.CheckConstraint(
                condition=models.Q(("undone_at__isnull", True), ("undone_at__gte", models.F("at")), _connector="OR"),
                name="split_undone_later",
            ),
        ),
    ]
