from django.db import migrations, models
from django.db.models.deletion import CASCADE, PROTECT

#: By name: table and column.
_INDEXES = {
    "complaints_message_complaint_id_e178ac06": ("complaints_message", "complaint_id"),
    "complaints_patientsession_complaint_id_0cb315ee": ("complaints_patientsession", "complaint_id"),
    "complaints_contactlink_complaint_id_9a7008d4": ("complaints_contactlink", "complaint_id"),
    "complaints_dutycall_complaint_id_51e993e4": ("complaints_dutycall", "complaint_id"),
    "complaints_callattempt_complaint_id_7cd465c7": ("complaints_callattempt", "complaint_id"),
    "complaints_voicemessage_branch_id_ffeb5867": ("complaints_voicemessage", "branch_id"),
    "complaints_effectiverule_edition_id_5b7293f0": ("complaints_effectiverule", "edition_id"),
}


def _of_case(model: str, name: str, on_delete=CASCADE) -> migrations.AlterField:
    field = models.ForeignKey("complaints.complaint", on_delete, related_name=name, db_index=False)
    return migrations.AlterField(model, "complaint", field)


class Migration(migrations.Migration):
    """Another index of each of these tables begins with the same column: one less to write with every row."""

    atomic = False

    dependencies = [
        ("complaints", "0054_reasons_to_extend"),
        ("insurers", "0012_published_at_a_moment"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
                    f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {table} ({column})",
                )
                for name, (table, column) in _INDEXES.items()
            ],
            state_operations=[
                _of_case("message", "messages", PROTECT),
                _of_case("patientsession", "+"),
                _of_case("contactlink", "contact_links"),
                _of_case("dutycall", "duty_calls"),
                _of_case("callattempt", "call_attempts"),
                migrations.AlterField(
                    "voicemessage",
                    "branch",
                    models.ForeignKey(
                        "insurers.branch", PROTECT, related_name="+", db_index=False, verbose_name="branch"
                    ),
                ),
                migrations.AlterField(
                    "effectiverule",
                    "edition",
                    models.ForeignKey("complaints.ruleedition", CASCADE, related_name="+", db_index=False),
                ),
            ],
        )
    ]
