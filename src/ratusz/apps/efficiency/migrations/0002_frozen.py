"""What was published stays as it was, whatever program asks: the database itself refuses."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION efficiency_study_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[];
BEGIN
    IF OLD.published_at IS NULL THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Study % is published: it can be withdrawn, never deleted.', OLD.id;
    END IF;
    IF OLD.withdrawn_at IS NULL THEN
        free := ARRAY['withdrawn_at', 'withdrawal_pl', 'withdrawal_en'];
    ELSE
        free := ARRAY[]::text[];
    END IF;
    IF to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
        RAISE EXCEPTION 'Study % is frozen: a correction is a new publication.', OLD.id;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER efficiency_study_is_frozen BEFORE UPDATE OR DELETE ON efficiency_study
    FOR EACH ROW EXECUTE FUNCTION efficiency_study_is_frozen();

CREATE FUNCTION efficiency_studiedcity_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    study bigint;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'The row of % is frozen: a correction is a new publication.', OLD.name;
    END IF;
    IF TG_OP = 'INSERT' THEN study := NEW.study_id; ELSE study := OLD.study_id; END IF;
    IF EXISTS (SELECT 1 FROM efficiency_study s WHERE s.id = study AND s.published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'Study % is published: no row is added or deleted.', study;
    END IF;
    IF TG_OP = 'INSERT' THEN RETURN NEW; END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER efficiency_studiedcity_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON efficiency_studiedcity
    FOR EACH ROW EXECUTE FUNCTION efficiency_studiedcity_is_frozen();
"""
BACKWARDS = """
DROP TRIGGER efficiency_studiedcity_is_frozen ON efficiency_studiedcity;
DROP FUNCTION efficiency_studiedcity_is_frozen();
DROP TRIGGER efficiency_study_is_frozen ON efficiency_study;
DROP FUNCTION efficiency_study_is_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("efficiency", "0001_initial")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
