"""What was locked or published stays as it was, whatever program asks: the database itself refuses."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION ranking_method_is_locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'draft' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR NEW.state = 'draft'
        OR to_jsonb(NEW) - 'state' IS DISTINCT FROM to_jsonb(OLD) - 'state' THEN
        RAISE EXCEPTION 'Method % is locked: a change is a new version.', OLD.id;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ranking_method_is_locked BEFORE UPDATE OR DELETE ON ranking_method
    FOR EACH ROW EXECUTE FUNCTION ranking_method_is_locked();

CREATE FUNCTION ranking_ranking_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[];
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.published_at IS NULL THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'Ranking % is published: it can be withdrawn, never deleted.', OLD.id;
    END IF;
    IF OLD.published_at IS NULL THEN
        free := ARRAY['number', 'published_at', 'published_by_id', 'note_pl', 'note_en'];
    ELSIF OLD.withdrawn_at IS NULL THEN
        free := ARRAY['withdrawn_at', 'withdrawal_pl', 'withdrawal_en'];
    ELSE
        free := ARRAY[]::text[];
    END IF;
    IF to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
        RAISE EXCEPTION 'Ranking % is frozen: a correction is a new publication.', OLD.id;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ranking_ranking_is_frozen BEFORE UPDATE OR DELETE ON ranking_ranking
    FOR EACH ROW EXECUTE FUNCTION ranking_ranking_is_frozen();

CREATE FUNCTION ranking_rankedcity_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ranking bigint;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'The row of % is frozen: a correction is a new publication.', OLD.name;
    END IF;
    IF TG_OP = 'INSERT' THEN ranking := NEW.ranking_id; ELSE ranking := OLD.ranking_id; END IF;
    IF EXISTS (SELECT 1 FROM ranking_ranking r WHERE r.id = ranking AND r.published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'Ranking % is published: no row is added or deleted.', ranking;
    END IF;
    IF TG_OP = 'INSERT' THEN RETURN NEW; END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER ranking_rankedcity_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON ranking_rankedcity
    FOR EACH ROW EXECUTE FUNCTION ranking_rankedcity_is_frozen();
"""
BACKWARDS = """
DROP TRIGGER ranking_rankedcity_is_frozen ON ranking_rankedcity;
DROP FUNCTION ranking_rankedcity_is_frozen();
DROP TRIGGER ranking_ranking_is_frozen ON ranking_ranking;
DROP FUNCTION ranking_ranking_is_frozen();
DROP TRIGGER ranking_method_is_locked ON ranking_method;
DROP FUNCTION ranking_method_is_locked();
"""


class Migration(migrations.Migration):
    dependencies = [("ranking", "0001_initial")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
