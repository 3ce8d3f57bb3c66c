"""Events of cases are added, never changed: only the actor may be taken out, when a person is erased."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION case_event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.actor_id IS NULL
       AND (NEW.id, NEW.case_id, NEW.at, NEW.kind, NEW.organisation_id, NEW.facts, NEW.is_public)
         IS NOT DISTINCT FROM
           (OLD.id, OLD.case_id, OLD.at, OLD.kind, OLD.organisation_id, OLD.facts, OLD.is_public) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'events of cases are not changed or removed';
END $$;
CREATE TRIGGER case_event_append_only BEFORE UPDATE OR DELETE ON contact_event
    FOR EACH ROW EXECUTE FUNCTION case_event_append_only();
"""
BACKWARD = "DROP TRIGGER case_event_append_only ON contact_event; DROP FUNCTION case_event_append_only();"


class Migration(migrations.Migration):
    dependencies = [("contact", "0001_cases")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
