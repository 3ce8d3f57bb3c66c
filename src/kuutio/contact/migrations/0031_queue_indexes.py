"""What the queue is read by in its orders, and found by in words."""

import datetime

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0030_officers_workspace"),
    ]
    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.F("responsible"),
                django.db.models.functions.comparison.Coalesce(
                    "resolve_due_at", models.Value(datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.UTC))
                ),
                models.F("id"),
                condition=models.Q(("settled_at__isnull", True)),
                name="case_waiting_of",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                django.db.models.functions.comparison.Coalesce(
                    "resolve_due_at", models.Value(datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.UTC))
                ),
                models.F("id"),
                condition=models.Q(("settled_at__isnull", True)),
                name="case_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("settled_at__isnull", False)),
                fields=["responsible", "-settled_at", "-id"],
                name="case_done_of",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("settled_at__isnull", False)), fields=["-settled_at", "-id"], name="case_done"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["responsible", "-opened_at", "-id"], name="case_newest_of"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("diary_number", ""), _negated=True), fields=["diary_number"], name="case_by_diary"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.CombinedSearchVector(
                    django.contrib.postgres.search.CombinedSearchVector(
                        django.contrib.postgres.search.SearchVector("title", "address", config="simple"),
                        "||",
                        django.contrib.postgres.search.SearchVector("title", "address", config="finnish"),
                        django.contrib.postgres.search.SearchConfig("simple"),
                    ),
                    "||",
                    django.contrib.postgres.search.SearchVector("title", "address", config="swedish"),
                    django.contrib.postgres.search.SearchConfig("simple"),
                ),
                name="case_words",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.CombinedSearchVector(
                    django.contrib.postgres.search.CombinedSearchVector(
                        django.contrib.postgres.search.SearchVector("text", config="simple"),
                        "||",
                        django.contrib.postgres.search.SearchVector("text", config="finnish"),
                        django.contrib.postgres.search.SearchConfig("simple"),
                    ),
                    "||",
                    django.contrib.postgres.search.SearchVector("text", config="swedish"),
                    django.contrib.postgres.search.SearchConfig("simple"),
                ),
                name="message_words",
            ),
        ),
    ]
