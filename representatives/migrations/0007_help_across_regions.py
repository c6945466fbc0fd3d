import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

from omsportal.platform.migrating import Together


class Migration(migrations.Migration):
    dependencies = [
        ("insurers", "0004_write_who_into_the_line"),
        ("representatives", "0006_keys_for_calls"),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="HelpAccess",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("case_id", models.BigIntegerField(verbose_name="case")),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("treated_there", "the patient is treated there"),
                                    ("clinic_there", "the clinic is to be visited or called there"),
                                    ("papers_there", "papers have to be obtained there"),
                                ],
                                max_length=16,
                                verbose_name="reason",
                            ),
                        ),
                        ("starts_at", models.DateTimeField(verbose_name="from")),
                        ("ends_at", models.DateTimeField(verbose_name="until")),
                        ("granted_at", models.DateTimeField(verbose_name="given at")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                        (
                            "branch",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="insurers.branch",
                                verbose_name="branch that helps",
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="ended by",
                            ),
                        ),
                        (
                            "granted_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="given by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "help of another region",
                        "verbose_name_plural": "help of other regions",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_at", None)),
                                fields=["branch", "ends_at"],
                                name="help_of_branch",
                            ),
                            models.Index(fields=["case_id", "id"], name="help_for_case"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                                name="help_ends_after_start",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("reason__in", ["treated_there", "clinic_there", "papers_there"])
                                ),
                                name="help_reason_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_by__isnull", True), ("ended_at__isnull", True)),
                                    models.Q(("ended_by__isnull", False), ("ended_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="help_end_paired",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_at__isnull", True),
                                    ("ended_at__gte", models.F("granted_at")),
                                    _connector="OR",
                                ),
                                name="help_ended_after_given",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "representatives_helpaccessevent" ("branch_id", "case_id", "ended_at", "ended_by_id", "ends_at", "granted_at", "granted_by_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "starts_at") VALUES (NEW."branch_id", NEW."case_id", NEW."ended_at", NEW."ended_by_id", NEW."ends_at", NEW."granted_at", NEW."granted_by_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."reason", NEW."starts_at"); RETURN NULL;',
                                    hash="d325b9e178ee70403d2dd1b19d3a6db189bbfca7",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_18e96",
                                    table="representatives_helpaccess",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func='INSERT INTO "representatives_helpaccessevent" ("branch_id", "case_id", "ended_at", "ended_by_id", "ends_at", "granted_at", "granted_by_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "starts_at") VALUES (NEW."branch_id", NEW."case_id", NEW."ended_at", NEW."ended_by_id", NEW."ends_at", NEW."granted_at", NEW."granted_by_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."reason", NEW."starts_at"); RETURN NULL;',
                                    hash="264b1d3ebfc7df8ddd7dacdefe3f67305d239516",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_179b7",
                                    table="representatives_helpaccess",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "representatives_helpaccessevent" ("branch_id", "case_id", "ended_at", "ended_by_id", "ends_at", "granted_at", "granted_by_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "starts_at") VALUES (OLD."branch_id", OLD."case_id", OLD."ended_at", OLD."ended_by_id", OLD."ends_at", OLD."granted_at", OLD."granted_by_id", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."reason", OLD."starts_at"); RETURN NULL;',
                                    hash="23c9a0b88f7ee773745177da1dad95a750ea7096",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_6578f",
                                    table="representatives_helpaccess",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HelpAccessEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        ("case_id", models.BigIntegerField(verbose_name="case")),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("treated_there", "the patient is treated there"),
                                    ("clinic_there", "the clinic is to be visited or called there"),
                                    ("papers_there", "papers have to be obtained there"),
                                ],
                                max_length=16,
                                verbose_name="reason",
                            ),
                        ),
                        ("starts_at", models.DateTimeField(verbose_name="from")),
                        ("ends_at", models.DateTimeField(verbose_name="until")),
                        ("granted_at", models.DateTimeField(verbose_name="given at")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                        (
                            "branch",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="insurers.branch",
                                verbose_name="branch that helps",
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="ended by",
                            ),
                        ),
                        (
                            "granted_by",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="given by",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="representatives.helpaccess",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                    hash="b4276efdf405ecdeaa5288b3e5ba5515c97f3a44",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_f95ac",
                                    table="representatives_helpaccessevent",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
