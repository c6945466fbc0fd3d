from django.db import migrations

# Values of minutes, read and written by omsportal.platform.shared_cache only: a crash may empty the table, and
# it costs no write-ahead log.
CREATE = """
CREATE UNLOGGED TABLE platform_sharedvalue (
    key varchar(64) PRIMARY KEY,
    value jsonb NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX platform_sharedvalue_expires ON platform_sharedvalue (expires_at);
"""


class Migration(migrations.Migration):
    dependencies = [("platform", "0004_keep_what_is_in_doubt")]

    operations = [migrations.RunSQL(CREATE, "DROP TABLE platform_sharedvalue")]
