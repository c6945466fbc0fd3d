import pgtrigger.compiler
import pgtrigger.migrations
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """The row of the official form is written into a case once, when the work on it ends; and counted by day."""

    dependencies = [("complaints", "0051_kinds_of_rows")]

    operations = [
        migrations.RemoveConstraint(
            model_name="dailycount",
            name="daily_count_measure_known",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="complaint",
            trigger=pgtrigger.compiler.Trigger(
                name="official_code_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."official_code_id" IS NOT NULL AND OLD."official_code_id" IS DISTINCT FROM NEW."official_code_id")',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update of \"official_code_id\" rows from % table', TG_TABLE_NAME;",
                    hash="495cb5df621a3edd24e0ee526f82c0f113670b6b",
                    operation='UPDATE OF "official_code_id"',
                    pgid="pgtrigger_official_code_stays_f1f62",
                    table="complaints_complaint",
                    when="BEFORE",
                ),
            ),
        ),
        AddConstraintNotValid(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("official_code", None),
                    models.Q(("status__in", ["new", "in_work", "waiting"]), _negated=True),
                    _connector="OR",
                ),
                name="complaint_counted_when_decided",
            ),
        ),
        AddConstraintNotValid(
            model_name="dailycount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "measure__in",
                        (
                            "filed",
                            "escalated",
                            "escalated_by_hand",
                            "returned",
                            "breached",
                            "reacted",
                            "resolved",
                            "answered",
                            "confirmed",
                            "reopened",
                            "waited",
                            "reclassified",
                            "forwarded",
                            "withdrawn",
                            "category",
                            "clinic",
                            "reaction_time",
                            "decision_time",
                            "stars",
                            "untouched",
                            "last_tenth",
                            "official_row",
                            "open",
                            "standing",
                        ),
                    )
                ),
                name="daily_count_measure_known",
            ),
        ),
    ]
