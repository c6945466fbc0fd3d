import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.comparison
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    """A theme counts into a row for each kind of appeal; a row may stand for all other themes of its kind."""

    dependencies = [("complaints", "0049_check_judged_decisions")]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="categorycode",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="categorycode",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="categorycode",
            name="delete_delete",
        ),
        migrations.RemoveConstraint(
            model_name="categorycode",
            name="category_code_one_at_a_time",
        ),
        migrations.AddField(
            model_name="categorycode",
            name="kind",
            field=models.CharField(
                choices=[
                    ("complaint", "complaint"),
                    ("application", "application"),
                    ("consultation", "consultation"),
                    ("proposal", "proposal"),
                    ("thanks", "thanks"),
                ],
                default="complaint",
                max_length=16,
                verbose_name="kind",
            ),
        ),
        migrations.AddField(
            model_name="categorycodeevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("complaint", "complaint"),
                    ("application", "application"),
                    ("consultation", "consultation"),
                    ("proposal", "proposal"),
                    ("thanks", "thanks"),
                ],
                default="complaint",
                max_length=16,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="categorycode",
            name="category",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="codes",
                to="complaints.category",
                verbose_name="category",
            ),
        ),
        migrations.AlterField(
            model_name="categorycodeevent",
            name="category",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="complaints.category",
                verbose_name="category",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="categorycode",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "complaints_categorycodeevent" ("category_id", "id", "kind", "official_code_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "valid_from", "valid_to") VALUES (NEW."category_id", NEW."id", NEW."kind", NEW."official_code_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."valid_from", NEW."valid_to"); RETURN NULL;',
                    hash="4d94bdcb5dda86946cc2e3231ca8025a4bd093a3",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_2e4d3",
                    table="complaints_categorycode",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="categorycode",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "complaints_categorycodeevent" ("category_id", "id", "kind", "official_code_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "valid_from", "valid_to") VALUES (NEW."category_id", NEW."id", NEW."kind", NEW."official_code_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."valid_from", NEW."valid_to"); RETURN NULL;',
                    hash="f161bedacaed641d61873f7dbb5d2f13cad43148",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_df266",
                    table="complaints_categorycode",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="categorycode",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "complaints_categorycodeevent" ("category_id", "id", "kind", "official_code_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "valid_from", "valid_to") VALUES (OLD."category_id", OLD."id", OLD."kind", OLD."official_code_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."valid_from", OLD."valid_to"); RETURN NULL;',
                    hash="5b8d0c477f2a1e6f7dde1d46b48ad25d5bdc650c",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_aeb7a",
                    table="complaints_categorycode",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="categorycode",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (
                        models.Func(
                            models.F("valid_from"),
                            models.F("valid_to"),
                            django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_upper=True),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                    (
                        django.db.models.functions.comparison.Coalesce(
                            "category", 0, output_field=models.BigIntegerField()
                        ),
                        "=",
                    ),
                    ("kind", "="),
                ],
                name="category_code_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="categorycode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["complaint", "application", "consultation", "proposal", "thanks"])
                ),
                name="category_code_kind_known",
            ),
        ),
    ]
