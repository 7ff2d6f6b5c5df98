"""Every change of a token is counted, so that no process trusts what it verified before (decision 0008)."""

from django.db import migrations

COUNT = """INSERT INTO accounts_generation (id, number) VALUES (1, 1)
    ON CONFLICT (id) DO UPDATE SET number = accounts_generation.number + 1"""
INSTALL = {
    "postgresql": [
        """CREATE TRIGGER tokens_apitoken_generation AFTER UPDATE OR DELETE ON tokens_apitoken
            FOR EACH ROW EXECUTE FUNCTION accounts_next_generation()""",
    ],
    "sqlite": [
        f"CREATE TRIGGER tokens_apitoken_updated AFTER UPDATE ON tokens_apitoken BEGIN {COUNT}; END",
        f"CREATE TRIGGER tokens_apitoken_deleted AFTER DELETE ON tokens_apitoken BEGIN {COUNT}; END",
    ],
}
REMOVE = {
    "postgresql": ["DROP TRIGGER tokens_apitoken_generation ON tokens_apitoken"],
    "sqlite": ["DROP TRIGGER tokens_apitoken_updated", "DROP TRIGGER tokens_apitoken_deleted"],
}


def run(statements):
    def for_this_database(apps, schema_editor):
        for statement in statements[schema_editor.connection.vendor]:
            schema_editor.execute(statement, params=None)

    return for_this_database


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_generation"), ("tokens", "0004_token_use")]

    operations = [migrations.RunPython(run(INSTALL), run(REMOVE))]
