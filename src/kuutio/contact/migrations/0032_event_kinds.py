"""Events of splitting a case and of its diary number."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0031_queue_indexes"),
    ]
    operations = [
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("created", "Received"),
                    ("routed", "Directed to the right place"),
                    ("assigned", "Given to a case officer"),
                    ("state", "Changed state"),
                    ("answered", "Answered"),
                    ("replied", "A message came"),
                    ("noted", "A note was written"),
                    ("categorised", "Category changed"),
                    ("placed", "Place changed"),
                    ("offered", "Offered to another city"),
                    ("accepted", "Handed over"),
                    ("returned", "Returned"),
                    ("withdrawn", "Offer withdrawn"),
                    ("escalated", "Brought to the duty officer"),
                    ("decided", "Decided by the duty officer"),
                    ("joined", "Joined to another case"),
                    ("parted", "Parted from another case"),
                    ("reopened", "Reopened"),
                    ("rated", "Rated"),
                    ("followed", "Somebody follows it"),
                    ("published", "Public summary published"),
                    ("read", "Read by another city"),
                    ("opened-at-desk", "Opened with the resident at a desk"),
                    ("notified", "Told to the resident"),
                    ("bounced", "Mail came back"),
                    ("forgotten", "Personal data removed"),
                    ("split", "Part taken into a case of its own"),
                    ("rejoined", "Split undone"),
                    ("diarised", "Diary number changed"),
                ],
                max_length=20,
            ),
        ),
    ]
