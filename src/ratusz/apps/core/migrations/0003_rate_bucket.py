from django.db import migrations

# Unlogged: a crash may forget who asked how often.
FORWARDS = """
CREATE UNLOGGED TABLE core_rate_bucket (
    key text PRIMARY KEY,
    tokens double precision NOT NULL,
    at timestamptz NOT NULL
);
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0002_audit_is_append_only")]
    operations = [migrations.RunSQL(FORWARDS, "DROP TABLE core_rate_bucket;")]
