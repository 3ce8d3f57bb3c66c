"""Which data sets changed, in a log that each process reads to keep its own index of the catalogue; how much each is used.

The log is written by the database itself, whatever changes a row; a line stands under its transaction's number, so that one
that commits late is still seen. Lines older than a day are removed by a job.
"""

from django.db import migrations, models

_TABLES = (("opendata_dataset", "id"), ("opendata_distribution", "dataset_id"), ("opendata_mapping", "joint_id"))
_EVENTS = (("insert", "NEW"), ("update", "NEW"), ("delete", "OLD"))

FORWARD = """
CREATE TABLE opendata_touched (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dataset uuid NOT NULL,
    transaction xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX opendata_touched_transaction ON opendata_touched (transaction);
CREATE INDEX opendata_touched_at ON opendata_touched (at);
CREATE FUNCTION opendata_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('INSERT INTO opendata_touched (dataset) SELECT DISTINCT %I FROM touched_rows', TG_ARGV[0]);
    RETURN NULL;
END $$;
""" + "".join(
    f"CREATE TRIGGER touched_by_{event} AFTER {event} ON {table} REFERENCING {side} TABLE AS touched_rows"
    f" FOR EACH STATEMENT EXECUTE FUNCTION opendata_touch('{column}');\n"
    for table, column in _TABLES
    for event, side in _EVENTS
)
BACKWARD = (
    "".join(f"DROP TRIGGER touched_by_{event} ON {table};\n" for table, _column in _TABLES for event, _side in _EVENTS)
    + "DROP FUNCTION opendata_touch(); DROP TABLE opendata_touched;"
)


class Migration(migrations.Migration):
    dependencies = [("opendata", "0003_load_retry_key")]
    operations = [
        migrations.AddField(
            "dataset",
            "used",
            models.PositiveBigIntegerField(default=0, help_text="times asked for in the last 30 days, counted hourly"),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
