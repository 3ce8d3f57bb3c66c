"""What a check of one row can't say: a trial runs with a measure and a signed agreement, and an owner takes part itself."""

from django.db import migrations

FORWARD = """
ALTER TABLE innovation_challenge ADD CONSTRAINT challenge_owner_takes_part
    FOREIGN KEY (id, owner_id) REFERENCES innovation_challengecity (challenge_id, city_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE innovation_trial ADD CONSTRAINT trial_owner_takes_part
    FOREIGN KEY (id, owner_id) REFERENCES innovation_trialcity (trial_id, city_id) DEFERRABLE INITIALLY DEFERRED;

CREATE FUNCTION innovation_trial_runs_whole(trial bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM innovation_trial
        WHERE id = trial AND state IN ('running', 'ended', 'learned') FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM innovation_measure WHERE trial_id = trial) THEN
        RAISE EXCEPTION 'a trial does not run without a measure of its success'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'trial_runs_with_measure';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM innovation_agreement WHERE trial_id = trial
                   AND city_signed_on IS NOT NULL AND firm_signed_on IS NOT NULL) THEN
        RAISE EXCEPTION 'a trial does not run without an agreement that both have signed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'trial_runs_with_agreement';
    END IF;
END $$;

CREATE FUNCTION innovation_trial_checked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM innovation_trial_runs_whole(NEW.id);
    RETURN NULL;
END $$;
CREATE FUNCTION innovation_trial_part_checked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM innovation_trial_runs_whole(OLD.trial_id);
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER trial_runs_whole AFTER INSERT OR UPDATE OF state ON innovation_trial
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION innovation_trial_checked();
CREATE CONSTRAINT TRIGGER trial_keeps_measure AFTER DELETE OR UPDATE OF trial_id ON innovation_measure
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION innovation_trial_part_checked();
CREATE CONSTRAINT TRIGGER trial_keeps_agreement AFTER DELETE OR UPDATE ON innovation_agreement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION innovation_trial_part_checked();
"""
BACKWARD = """
DROP TRIGGER trial_keeps_agreement ON innovation_agreement;
DROP TRIGGER trial_keeps_measure ON innovation_measure;
DROP TRIGGER trial_runs_whole ON innovation_trial;
DROP FUNCTION innovation_trial_part_checked();
DROP FUNCTION innovation_trial_checked();
DROP FUNCTION innovation_trial_runs_whole(bigint);
ALTER TABLE innovation_trial DROP CONSTRAINT trial_owner_takes_part;
ALTER TABLE innovation_challenge DROP CONSTRAINT challenge_owner_takes_part;
"""


class Migration(migrations.Migration):
    dependencies = [("innovation", "0001_testbeds_challenges_trials")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
