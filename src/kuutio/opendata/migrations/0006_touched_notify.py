"""Say at once that the catalogue changed, to the processes that listen; the log itself stays as it was."""

from django.db import migrations

_FUNCTION = """
CREATE OR REPLACE FUNCTION opendata_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('INSERT INTO opendata_touched (dataset) SELECT DISTINCT %I FROM touched_rows', TG_ARGV[0]);
    {told}
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("opendata", "0005_follow_told_at")]
    operations = [
        migrations.RunSQL(
            _FUNCTION.replace("{told}", "PERFORM pg_notify('opendata_touched', '');"),
            _FUNCTION.replace("{told}", ""),
        )
    ]
