"""References of the hot tables are checked with their statement: a deferred check costs a third of a sweep."""

from django.db import migrations

_TABLES = "ARRAY['complaints_complaint', 'complaints_history', 'complaints_message', 'complaints_card']"


def _for_each_reference(deferrability: str, now_deferrable: str) -> str:
    return f"""
DO $$
DECLARE reference record;
BEGIN
    FOR reference IN
        SELECT conrelid::regclass AS owner, conname FROM pg_constraint
        WHERE contype = 'f' AND condeferrable = {now_deferrable}
            AND conrelid = ANY (SELECT to_regclass(name) FROM unnest({_TABLES}) AS name)
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER CONSTRAINT %I {deferrability}', reference.owner, reference.conname);
    END LOOP;
END $$"""  # noqa: S608


class Migration(migrations.Migration):
    dependencies = [("complaints", "0002_light_hot_rows")]

    operations = [
        migrations.RunSQL(
            _for_each_reference("NOT DEFERRABLE", "true"),
            _for_each_reference("DEFERRABLE INITIALLY DEFERRED", "false"),
        ),
        # Every running clock is looked at once; the first look plans its next warning.
        migrations.RunSQL(
            "UPDATE complaints_complaint SET warn_at = now() WHERE escalate_at IS NOT NULL",
            "UPDATE complaints_complaint SET warn_at = NULL WHERE warn_at IS NOT NULL",
        ),
    ]
