"""Receipts wait as marks on those who reported, so that a worker makes many at once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contact", "0071_newest_with_category")]
    operations = [
        migrations.AddField(
            model_name="participant",
            name="receipt_due_at",
            field=models.DateTimeField(
                blank=True,
                help_text="of a reporter: since when a receipt is due; none is where this is empty",
                null=True,
            ),
        ),
        migrations.AddIndex(
            model_name="participant",
            index=models.Index(
                condition=models.Q(receipt_due_at__isnull=False),
                fields=["receipt_due_at"],
                name="participant_receipt_due",
            ),
        ),
    ]
