"""Who decides an appeal is another person than who decided before: the appeal's moderator is the decision's own."""

from django.db import migrations

FORWARD = """
ALTER TABLE participation_appeal ADD CONSTRAINT appeal_of_its_moderator
    FOREIGN KEY (moderation_id, moderator_id) REFERENCES participation_moderation (id, by_id)
    ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;
"""
BACKWARD = "ALTER TABLE participation_appeal DROP CONSTRAINT appeal_of_its_moderator;"


class Migration(migrations.Migration):
    dependencies = [("participation", "0020_proposals_moderation_surveys_meetings")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
