"""What a joint desk looks at, on indexes of its own: its new cases by their promise, and the columns that its counts need."""

import datetime

from django.db import migrations, models
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    dependencies = [("contact", "0082_followers_confirmed")]
    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                Coalesce("resolve_due_at", models.Value(datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.UTC))),
                models.F("id"),
                condition=models.Q(state="new"),
                name="case_new",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(settled_at__isnull=True),
                fields=["responsible"],
                include=["id", "category", "state", "assignee", "resolve_due_at", "answer_due_at", "settled_at"],
                name="case_counted",
            ),
        ),
    ]
