"""On PostgreSQL the database itself refuses what the services never do; see docs/tokens.md, "Invariants"."""

from django.db import migrations

INSTALL = """
CREATE FUNCTION tokens_apitoken_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an API token is never deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.id, NEW.account_id, NEW.scope, NEW.region, NEW.public_id, NEW.digest, NEW.pepper_number,
        NEW.last_four, NEW.created_at, NEW.expires_at)
       IS DISTINCT FROM
       (OLD.id, OLD.account_id, OLD.scope, OLD.region, OLD.public_id, OLD.digest, OLD.pepper_number,
        OLD.last_four, OLD.created_at, OLD.expires_at) THEN
        RAISE EXCEPTION 'account, scope, expiry and digest of an API token never change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.ended_at IS NOT NULL
       AND (NEW.ended_at, NEW.end_reason, NEW.replaced_by_id)
           IS DISTINCT FROM (OLD.ended_at, OLD.end_reason, OLD.replaced_by_id) THEN
        RAISE EXCEPTION 'an API token that has ended never comes back'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER tokens_apitoken_keep BEFORE UPDATE OR DELETE ON tokens_apitoken
    FOR EACH ROW EXECUTE FUNCTION tokens_apitoken_keep();

CREATE FUNCTION tokens_tokenevent_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of API tokens is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER tokens_tokenevent_append_only BEFORE UPDATE OR DELETE ON tokens_tokenevent
    FOR EACH ROW EXECUTE FUNCTION tokens_tokenevent_append_only();
"""

REMOVE = """
DROP TRIGGER tokens_tokenevent_append_only ON tokens_tokenevent;
DROP FUNCTION tokens_tokenevent_append_only();
DROP TRIGGER tokens_apitoken_keep ON tokens_apitoken;
DROP FUNCTION tokens_apitoken_keep();
"""


def on_postgresql(sql):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql, params=None)

    return run


class Migration(migrations.Migration):
    dependencies = [("tokens", "0001_initial")]

    operations = [migrations.RunPython(on_postgresql(INSTALL), on_postgresql(REMOVE))]
