"""What was decided, what reviewers read and what stands in a log is added, never changed; only who acted may be taken out."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION selection_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'selection_decision'
       AND to_jsonb(NEW) = jsonb_set(to_jsonb(OLD), '{made_by_id}', 'null') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is not changed or removed', TG_TABLE_NAME;
END $$;
CREATE TRIGGER selection_append_only BEFORE UPDATE OR DELETE ON selection_decision
    FOR EACH ROW EXECUTE FUNCTION selection_append_only();
CREATE TRIGGER selection_append_only BEFORE UPDATE OR DELETE ON selection_version
    FOR EACH ROW EXECUTE FUNCTION selection_append_only();
CREATE TRIGGER selection_append_only BEFORE UPDATE OR DELETE ON selection_roundentry
    FOR EACH ROW EXECUTE FUNCTION selection_append_only();
"""
BACKWARD = """
DROP TRIGGER selection_append_only ON selection_decision;
DROP TRIGGER selection_append_only ON selection_version;
DROP TRIGGER selection_append_only ON selection_roundentry;
DROP FUNCTION selection_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("selection", "0001_choosing")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
