import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
import phonenumber_field.modelfields
from django.db import migrations, models


class Migration(migrations.Migration):
    """Drafts in a table of their own; offices and posts with validity, history, and periods that do not meet."""

    dependencies = [
        ("insurers", "0006_fund_feedback_link"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClinicPostEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="valid from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to, inclusive")),
                ("place", models.CharField(max_length=200, verbose_name="where to find it")),
                (
                    "hours_text",
                    models.CharField(blank=True, max_length=200, verbose_name="hours, as people read them"),
                ),
                (
                    "phone",
                    phonenumber_field.modelfields.PhoneNumberField(
                        blank=True, max_length=128, null=True, region=None, verbose_name="phone"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OfficeEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="valid from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to, inclusive")),
                ("address", models.CharField(max_length=300, verbose_name="address")),
                (
                    "hours_text",
                    models.CharField(blank=True, max_length=200, verbose_name="hours, as people read them"),
                ),
                (
                    "phone",
                    phonenumber_field.modelfields.PhoneNumberField(
                        blank=True, max_length=128, null=True, region=None, verbose_name="phone"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "noun",
                    models.CharField(
                        choices=[
                            ("hotline", "phone"),
                            ("office", "office"),
                            ("clinic_post", "post in a clinic"),
                        ],
                        max_length=12,
                        verbose_name="what",
                    ),
                ),
                ("row_id", models.BigIntegerField(blank=True, null=True, verbose_name="row")),
                ("values", models.JSONField(verbose_name="as it shall be")),
                ("seen", models.JSONField(blank=True, null=True, verbose_name="as it was")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("published", "published"), ("discarded", "discarded")],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("changed_by_id", models.BigIntegerField(verbose_name="changed by")),
                ("changed_at", models.DateTimeField(verbose_name="changed")),
                ("settled_by_id", models.BigIntegerField(blank=True, null=True, verbose_name="settled by")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled")),
                (
                    "made_row_id",
                    models.BigIntegerField(blank=True, null=True, verbose_name="row that came of it"),
                ),
            ],
            options={
                "verbose_name": "prepared change",
                "verbose_name_plural": "prepared changes",
            },
        ),
        migrations.RemoveConstraint(
            model_name="clinicpost",
            name="clinic_post_place_once",
        ),
        migrations.RemoveConstraint(
            model_name="office",
            name="office_address_once",
        ),
        migrations.AddField(
            model_name="office",
            name="valid_from",
            field=models.DateField(blank=True, null=True, verbose_name="valid from"),
        ),
        migrations.AddField(
            model_name="office",
            name="valid_to",
            field=models.DateField(blank=True, null=True, verbose_name="valid to, inclusive"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clinicpost",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "insurers_clinicpostevent" ("branch_id", "hours_text", "id", "medical_organisation_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "place", "valid_from", "valid_to") VALUES (NEW."branch_id", NEW."hours_text", NEW."id", NEW."medical_organisation_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."phone", NEW."place", NEW."valid_from", NEW."valid_to"); RETURN NULL;',
                    hash="fc40f84d924373b3b469c7a052b735cdd07f09b1",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_5ed8c",
                    table="insurers_clinicpost",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clinicpost",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "insurers_clinicpostevent" ("branch_id", "hours_text", "id", "medical_organisation_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "place", "valid_from", "valid_to") VALUES (NEW."branch_id", NEW."hours_text", NEW."id", NEW."medical_organisation_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."phone", NEW."place", NEW."valid_from", NEW."valid_to"); RETURN NULL;',
                    hash="93d1448e119cf7b26e145856b63a0c59ef266082",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_fcdd0",
                    table="insurers_clinicpost",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clinicpost",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "insurers_clinicpostevent" ("branch_id", "hours_text", "id", "medical_organisation_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "place", "valid_from", "valid_to") VALUES (OLD."branch_id", OLD."hours_text", OLD."id", OLD."medical_organisation_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."phone", OLD."place", OLD."valid_from", OLD."valid_to"); RETURN NULL;',
                    hash="1088e08320f65504b0f04b2da89907a8cc532048",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_c319e",
                    table="insurers_clinicpost",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="office",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "insurers_officeevent" ("address", "branch_id", "hours_text", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "valid_from", "valid_to") VALUES (NEW."address", NEW."branch_id", NEW."hours_text", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."phone", NEW."valid_from", NEW."valid_to"); RETURN NULL;',
                    hash="bd401ad49572ac919a43b3ad06c2279c678cd366",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_98e33",
                    table="insurers_office",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="office",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "insurers_officeevent" ("address", "branch_id", "hours_text", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "valid_from", "valid_to") VALUES (NEW."address", NEW."branch_id", NEW."hours_text", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."phone", NEW."valid_from", NEW."valid_to"); RETURN NULL;',
                    hash="bb6ce1b8f592ce61973abe06c55af830addc23bc",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_23a83",
                    table="insurers_office",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="office",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "insurers_officeevent" ("address", "branch_id", "hours_text", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "valid_from", "valid_to") VALUES (OLD."address", OLD."branch_id", OLD."hours_text", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."phone", OLD."valid_from", OLD."valid_to"); RETURN NULL;',
                    hash="af9ddaf15190b2d61f8fff090a6cdf1a32cdeec1",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_202cd",
                    table="insurers_office",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="clinicpost",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("branch", "="),
                    ("medical_organisation", "="),
                    ("place", "="),
                    (
                        models.Func(
                            "valid_from",
                            "valid_to",
                            models.Value("[]"),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="clinic_post_place_once",
                violation_error_message="This post is already listed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="office",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("branch", "="),
                    ("address", "="),
                    (
                        models.Func(
                            "valid_from",
                            "valid_to",
                            models.Value("[]"),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="office_address_once",
                violation_error_message="This branch already has an office at this address.",
            ),
        ),
        migrations.AddConstraint(
            model_name="office",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_from__isnull", True),
                    ("valid_to__isnull", True),
                    ("valid_to__gte", models.F("valid_from")),
                    _connector="OR",
                ),
                name="office_validity_in_order",
                violation_error_message="The last day of validity is before the first one.",
            ),
        ),
        migrations.AddField(
            model_name="clinicpostevent",
            name="branch",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="insurers.branch",
                verbose_name="branch",
            ),
        ),
        migrations.AddField(
            model_name="clinicpostevent",
            name="medical_organisation",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="insurers.medicalorganisation",
                verbose_name="medical organisation",
            ),
        ),
        migrations.AddField(
            model_name="clinicpostevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="insurers.clinicpost",
            ),
        ),
        migrations.AddField(
            model_name="officeevent",
            name="branch",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="insurers.branch",
                verbose_name="branch",
            ),
        ),
        migrations.AddField(
            model_name="officeevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="insurers.office",
            ),
        ),
        migrations.AddField(
            model_name="revision",
            name="branch",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="insurers.branch",
                verbose_name="branch",
            ),
        ),
        migrations.AddField(
            model_name="revision",
            name="insurer",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="insurers.insurer",
                verbose_name="insurer",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clinicpostevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="44e7d208a3ec1a6dcc20cd12ff77402b732f2bd4",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_48d61",
                    table="insurers_clinicpostevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="officeevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="2edb7fb14f56da2254679d7ae52a40e0b5ec5f06",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_0a120",
                    table="insurers_officeevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(fields=["noun", "made_row_id"], name="revision_of_made_row"),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=models.Q(("noun__in", ["hotline", "office", "clinic_post"])),
                name="revision_noun_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "published", "discarded"])),
                name="revision_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("branch__isnull", False), ("insurer__isnull", True)),
                    models.Q(("branch__isnull", True), ("insurer__isnull", False), ("noun", "hotline")),
                    _connector="OR",
                ),
                name="revision_has_one_owner",
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_by_id__isnull", True), ("settled_at__isnull", True)),
                    models.Q(("settled_by_id__isnull", False), ("settled_at__isnull", False)),
                    _connector="OR",
                ),
                name="revision_settled_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at__isnull", True), ("state", "draft")),
                    models.Q(models.Q(("state", "draft"), _negated=True), ("settled_at__isnull", False)),
                    _connector="OR",
                ),
                name="revision_settled_iff_no_draft",
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("settled_at__isnull", True), ("settled_at__gte", models.F("changed_at")), _connector="OR"
                ),
                name="revision_settled_after_change",
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "draft")),
                fields=("noun", "row_id"),
                name="revision_one_draft_of_a_row",
            ),
        ),
    ]
