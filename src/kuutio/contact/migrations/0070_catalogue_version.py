"""A version of the catalogue of matters, which changes with it: processes keep what they have read while it stays the same.

The version is changed before the rows are: all who write wait for each other at this one row, and so never in a circle.
"""

import uuid

from django.db import migrations, models

WHOLE = (
    *("contact_categorygroup", "contact_category", "contact_question", "contact_categoryrule", "contact_externalbody"),
    "contact_bodylayer",
    *("contact_jointdesk", "cities_city", "cities_municipality", "cities_organisation"),
)
"""Any change of these counts. Of a unit its name and address in the web alone: there are thousands, and nobody else is kept."""

FORWARD = """
INSERT INTO contact_catalogueversion (id, version) VALUES (1, gen_random_uuid());
CREATE FUNCTION contact_catalogue_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE contact_catalogueversion SET version = gen_random_uuid();
    RETURN NEW;
END $$;
CREATE TRIGGER contact_catalogue_changes BEFORE UPDATE ON cities_unit FOR EACH ROW
    WHEN (OLD.slug IS DISTINCT FROM NEW.slug OR OLD.name IS DISTINCT FROM NEW.name)
    EXECUTE FUNCTION contact_catalogue_changes();
""" + "".join(
    f"""
CREATE TRIGGER contact_catalogue_changes BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION contact_catalogue_changes();
"""
    for table in WHOLE
)

BACKWARD = (
    "".join(f"DROP TRIGGER contact_catalogue_changes ON {table};" for table in (*WHOLE, "cities_unit"))
    + "DROP FUNCTION contact_catalogue_changes();"
)


class Migration(migrations.Migration):
    dependencies = [("contact", "0060_service_month"), ("cities", "0003_units_and_languages")]
    operations = [
        migrations.CreateModel(
            name="CatalogueVersion",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("version", models.UUIDField(default=uuid.uuid4)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="catalogue_version_one")]
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
