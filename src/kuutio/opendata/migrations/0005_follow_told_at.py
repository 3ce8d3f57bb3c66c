"""When a follower was last told, so that nobody gets more than one letter a day of a data set."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("opendata", "0004_catalogue_touched")]
    operations = [migrations.AddField("follow", "told_at", models.DateTimeField(null=True, blank=True))]
