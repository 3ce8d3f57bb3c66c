"""What is kept of the catalogue holds the hours of units too, by which promises count: a change of hours is one of the catalogue."""

from django.db import migrations

HOURS = ("cities_dateperiod", "cities_timespangroup", "cities_timespan", "cities_hoursrule")

FORWARD = """
CREATE TRIGGER contact_catalogue_hours BEFORE UPDATE ON cities_unit FOR EACH ROW
    WHEN (OLD.osm_hours IS DISTINCT FROM NEW.osm_hours)
    EXECUTE FUNCTION contact_catalogue_changes();
""" + "".join(
    f"""
CREATE TRIGGER contact_catalogue_changes BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION contact_catalogue_changes();
"""
    for table in HOURS
)

BACKWARD = "DROP TRIGGER contact_catalogue_hours ON cities_unit;" + "".join(
    f"DROP TRIGGER contact_catalogue_changes ON {table};" for table in HOURS
)


class Migration(migrations.Migration):
    dependencies = [("contact", "0080_receipts_due"), ("cities", "0011_opening_hours")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
