"""A case goes from unit to unit of one city, too."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

BETWEEN = ~Q(giver=F("receiver"))


class Migration(migrations.Migration):
    dependencies = [
        ("cities", "0020_border_versions"),
        ("contact", "0094_case_without_diary_number"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="handover", name="handover_to_another"),
        migrations.AddField(
            model_name="handover",
            name="giver_unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cities.unit",
            ),
        ),
        migrations.AlterField(
            model_name="handover",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                help_text="the receiver's",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cities.unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=BETWEEN | Q(unit__isnull=False) & (Q(giver_unit__isnull=True) | ~Q(giver_unit=F("unit"))),
                name="handover_to_another",
            ),
        ),
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
                    ("unit-offered", "Offered to another unit"),
                    ("unit-taken", "Taken over by another unit"),
                    ("unit-returned", "Returned by the unit"),
                    ("spoken", "Language of service changed"),
                    ("proxy-named", "Somebody acts for the resident"),
                    ("proxy-removed", "Nobody acts for the resident any more"),
                ],
                max_length=20,
            ),
        ),
    ]
