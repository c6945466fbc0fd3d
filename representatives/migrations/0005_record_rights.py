import django.contrib.postgres.fields
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from omsportal.platform.migrating import Together


class Migration(migrations.Migration):
    dependencies = [
        ("insurers", "0001_squashed_0004_write_who_into_the_line"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("representatives", "0001_squashed_0004_keep_typed_forms"),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="ApiKeyEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        ("prefix", models.CharField(max_length=12, verbose_name="first part of the key")),
                        (
                            "scopes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[("read", "read queues and cases"), ("work", "work on cases")],
                                    max_length=12,
                                ),
                                size=None,
                                verbose_name="rights",
                            ),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="created at")),
                        ("expires_at", models.DateTimeField(verbose_name="expires at")),
                        (
                            "revoked_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="revoked at"),
                        ),
                        (
                            "branch",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="insurers.branch",
                                verbose_name="branch",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="representatives.apikey",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="service representative",
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
                                    hash="07d0d8406de832f0da7cd1a5e64f38f45654db65",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_39711",
                                    table="representatives_apikeyevent",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AppointmentEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("head", "head of a branch"),
                                    ("insurer_admin", "insurer's administrator"),
                                ],
                                max_length=16,
                                verbose_name="role",
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        (
                            "branch",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="insurers.branch",
                                verbose_name="branch",
                            ),
                        ),
                        (
                            "insurer",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="insurers.insurer",
                                verbose_name="insurer",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="representatives.appointment",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="member of staff",
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
                                    hash="93942dbc68d15e032af2048185685dc907ada285",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_8245d",
                                    table="representatives_appointmentevent",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RepresentativeEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "tier",
                            models.SmallIntegerField(
                                choices=[
                                    (1, "tier 1, contact centre"),
                                    (2, "tier 2, rights specialists"),
                                    (3, "tier 3, experts"),
                                    (4, "fund"),
                                ],
                                verbose_name="tier",
                            ),
                        ),
                        (
                            "competences",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.SlugField(),
                                blank=True,
                                default=list,
                                help_text="Categories this person takes; empty means all.",
                                size=None,
                                verbose_name="competences",
                            ),
                        ),
                        (
                            "ceiling",
                            models.PositiveSmallIntegerField(
                                default=60, verbose_name="most open cases at once"
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="representatives.representative",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="member of staff",
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
                                    hash="c269e06cb7d923d4c27f805fd16cabbb3439cbc7",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_b7471",
                                    table="representatives_representativeevent",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SecondFactorEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "type",
                            models.CharField(
                                choices=[
                                    ("recovery_codes", "Recovery codes"),
                                    ("totp", "TOTP Authenticator"),
                                    ("webauthn", "WebAuthn"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                                    hash="1962b012182cb23675f3c47336e962e237158d37",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_14a67",
                                    table="representatives_secondfactorevent",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ServedBranchEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "branch",
                            models.ForeignKey(
                                db_constraint=False,
                                db_tablespace="",
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="insurers.branch",
                            ),
                        ),
                        (
                            "representative",
                            models.ForeignKey(
                                db_constraint=False,
                                db_tablespace="",
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="representatives.representative",
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
                                    hash="2a47a3a8748924651386e3609388ad9e1f83e61b",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_b3790",
                                    table="representatives_servedbranchevent",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TierRightEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "tier",
                            models.SmallIntegerField(
                                choices=[
                                    (1, "tier 1, contact centre"),
                                    (2, "tier 2, rights specialists"),
                                    (3, "tier 3, experts"),
                                    (4, "fund"),
                                ],
                                verbose_name="tier",
                            ),
                        ),
                        (
                            "action",
                            models.CharField(
                                choices=[
                                    ("register", "register, classify, consult by script"),
                                    ("close_consultation", "close a consultation, proposal or thanks"),
                                    ("close_complaint", "close a complaint"),
                                    ("organise_care", "call the clinic to organise care"),
                                    ("ask_clinic", "ask the clinic for an explanation"),
                                    ("open_documents", "open medical documents"),
                                    ("order_review", "order an expert review"),
                                    ("demand_refund", "refund demand to the clinic"),
                                    ("court_documents", "court documents"),
                                    ("campaigns", "check-up campaigns and surveys"),
                                    ("escalate", "pass a case to the next tier"),
                                    ("return", "return a case to the tier below"),
                                    ("forward", "forward a case to another body"),
                                ],
                                max_length=24,
                                verbose_name="action",
                            ),
                        ),
                        (
                            "extent",
                            models.CharField(
                                choices=[
                                    ("full", "in full"),
                                    ("own_cases", "own cases only"),
                                    ("without_review", "without an expert review"),
                                    ("propose", "may propose"),
                                    ("draft", "may draft"),
                                ],
                                default="full",
                                max_length=16,
                                verbose_name="extent",
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="representatives.tierright",
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
                                    hash="452c2f77328237f7f0842ec09daaa8298a27a186",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_7ebf0",
                                    table="representatives_tierrightevent",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="UserEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "is_superuser",
                            models.BooleanField(
                                default=False,
                                help_text="Designates that this user has all permissions without explicitly assigning them.",
                                verbose_name="superuser status",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="may sign in")),
                        ("is_staff", models.BooleanField(default=False, verbose_name="may open the admin")),
                        ("is_demo", models.BooleanField(default=False, verbose_name="demo account")),
                        (
                            "sessions_ended_at",
                            models.DateTimeField(
                                blank=True, editable=False, null=True, verbose_name="signed out everywhere at"
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to=settings.AUTH_USER_MODEL,
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
                                    hash="e69967f7d5649ac22b49ca41143c9dff08938186",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_a5cfe",
                                    table="representatives_userevent",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SecondFactor",
                    fields=[],
                    options={
                        "verbose_name": "second factor",
                        "verbose_name_plural": "second factors",
                        "proxy": True,
                    },
                    bases=("mfa.authenticator",),
                ),
                migrations.CreateModel(
                    name="ServedBranch",
                    fields=[],
                    options={
                        "verbose_name": "served branch",
                        "verbose_name_plural": "served branches",
                        "proxy": True,
                    },
                    bases=("representatives.representative_branches",),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="apikey",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "representatives_apikeyevent" ("branch_id", "created_at", "expires_at", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix", "revoked_at", "scopes", "user_id") VALUES (NEW."branch_id", NEW."created_at", NEW."expires_at", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."prefix", NEW."revoked_at", NEW."scopes", NEW."user_id"); RETURN NULL;',
                            hash="be48c8034be2b770731ef896c795dcb16c69ea89",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_b1660",
                            table="representatives_apikey",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="apikey",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."branch_id" IS DISTINCT FROM (NEW."branch_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."expires_at" IS DISTINCT FROM (NEW."expires_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."prefix" IS DISTINCT FROM (NEW."prefix") OR OLD."revoked_at" IS DISTINCT FROM (NEW."revoked_at") OR OLD."scopes" IS DISTINCT FROM (NEW."scopes") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))',
                            func='INSERT INTO "representatives_apikeyevent" ("branch_id", "created_at", "expires_at", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix", "revoked_at", "scopes", "user_id") VALUES (NEW."branch_id", NEW."created_at", NEW."expires_at", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."prefix", NEW."revoked_at", NEW."scopes", NEW."user_id"); RETURN NULL;',
                            hash="5ddcf8cda2a1c70c692446e91a88e0752fe7becb",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_6e01e",
                            table="representatives_apikey",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="apikey",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "representatives_apikeyevent" ("branch_id", "created_at", "expires_at", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix", "revoked_at", "scopes", "user_id") VALUES (OLD."branch_id", OLD."created_at", OLD."expires_at", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."prefix", OLD."revoked_at", OLD."scopes", OLD."user_id"); RETURN NULL;',
                            hash="5c928e71f1dc87d4ef63bb9f9550eea7f4e2daea",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_ee231",
                            table="representatives_apikey",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="apikey",
                    trigger=pgtrigger.compiler.Trigger(
                        name="name_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."name" IS DISTINCT FROM (NEW."name"))',
                            func='INSERT INTO "representatives_apikeyevent" ("branch_id", "created_at", "expires_at", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix", "revoked_at", "scopes", "user_id") VALUES (NEW."branch_id", NEW."created_at", NEW."expires_at", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'name\', NEW."id", NEW."prefix", NEW."revoked_at", NEW."scopes", NEW."user_id"); RETURN NULL;',
                            hash="aa1898b0680fb0f62db0aedd7d689c642f914177",
                            operation="UPDATE",
                            pgid="pgtrigger_name_update_765e2",
                            table="representatives_apikey",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="appointment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "representatives_appointmentevent" ("branch_id", "id", "insurer_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "user_id", "valid_from", "valid_to") VALUES (NEW."branch_id", NEW."id", NEW."insurer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."role", NEW."user_id", NEW."valid_from", NEW."valid_to"); RETURN NULL;',
                            hash="f908fc02f33a825fccf9ccb3f60892bc784cb8fe",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_c9d28",
                            table="representatives_appointment",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="appointment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "representatives_appointmentevent" ("branch_id", "id", "insurer_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "user_id", "valid_from", "valid_to") VALUES (NEW."branch_id", NEW."id", NEW."insurer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."role", NEW."user_id", NEW."valid_from", NEW."valid_to"); RETURN NULL;',
                            hash="cd30c2da20b4150fbe35393b11d7c00d44af04f8",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_a93ac",
                            table="representatives_appointment",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="appointment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "representatives_appointmentevent" ("branch_id", "id", "insurer_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "user_id", "valid_from", "valid_to") VALUES (OLD."branch_id", OLD."id", OLD."insurer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."role", OLD."user_id", OLD."valid_from", OLD."valid_to"); RETURN NULL;',
                            hash="0bf4667c1a4c74601e88fc69e17bc6408c6bb48c",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_ca1a2",
                            table="representatives_appointment",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="representative",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "representatives_representativeevent" ("ceiling", "competences", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tier", "user_id") VALUES (NEW."ceiling", NEW."competences", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."tier", NEW."user_id"); RETURN NULL;',
                            hash="7bf56f283d23616a7aa21ffbba0b91b04d5c4160",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_1cd50",
                            table="representatives_representative",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="representative",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."ceiling" IS DISTINCT FROM (NEW."ceiling") OR OLD."competences" IS DISTINCT FROM (NEW."competences") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."tier" IS DISTINCT FROM (NEW."tier") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))',
                            func='INSERT INTO "representatives_representativeevent" ("ceiling", "competences", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tier", "user_id") VALUES (NEW."ceiling", NEW."competences", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."tier", NEW."user_id"); RETURN NULL;',
                            hash="f6b62de455502a38fbe63ad98aac0129e7460c62",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_8c233",
                            table="representatives_representative",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="representative",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "representatives_representativeevent" ("ceiling", "competences", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tier", "user_id") VALUES (OLD."ceiling", OLD."competences", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."tier", OLD."user_id"); RETURN NULL;',
                            hash="745bb80b2124dfb865810436fa11a4d3e74ed1de",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_180f4",
                            table="representatives_representative",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="tierright",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "representatives_tierrightevent" ("action", "extent", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tier", "valid_from", "valid_to") VALUES (NEW."action", NEW."extent", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."tier", NEW."valid_from", NEW."valid_to"); RETURN NULL;',
                            hash="2781ad7d73a28cd0f53b1a6dc3318bfce6a477eb",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_0c126",
                            table="representatives_tierright",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="tierright",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "representatives_tierrightevent" ("action", "extent", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tier", "valid_from", "valid_to") VALUES (NEW."action", NEW."extent", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."tier", NEW."valid_from", NEW."valid_to"); RETURN NULL;',
                            hash="c9634d982359769cc028ba64a919495b6c8ad6b7",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_e498a",
                            table="representatives_tierright",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="tierright",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "representatives_tierrightevent" ("action", "extent", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tier", "valid_from", "valid_to") VALUES (OLD."action", OLD."extent", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."tier", OLD."valid_from", OLD."valid_to"); RETURN NULL;',
                            hash="01f7b5a5a1e49057e7d701f0cb077a6b6125690f",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_1bbc4",
                            table="representatives_tierright",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="user",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "representatives_userevent" ("id", "is_active", "is_demo", "is_staff", "is_superuser", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sessions_ended_at") VALUES (NEW."id", NEW."is_active", NEW."is_demo", NEW."is_staff", NEW."is_superuser", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."sessions_ended_at"); RETURN NULL;',
                            hash="5c6ac765f0682b667764be993d3481cfe942ee87",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_579db",
                            table="representatives_user",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="user",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_demo" IS DISTINCT FROM (NEW."is_demo") OR OLD."is_staff" IS DISTINCT FROM (NEW."is_staff") OR OLD."is_superuser" IS DISTINCT FROM (NEW."is_superuser") OR OLD."sessions_ended_at" IS DISTINCT FROM (NEW."sessions_ended_at"))',
                            func='INSERT INTO "representatives_userevent" ("id", "is_active", "is_demo", "is_staff", "is_superuser", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sessions_ended_at") VALUES (NEW."id", NEW."is_active", NEW."is_demo", NEW."is_staff", NEW."is_superuser", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."sessions_ended_at"); RETURN NULL;',
                            hash="1d04fe446e1504522ea409c035e9175b13d7a933",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_0fb6e",
                            table="representatives_user",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="user",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "representatives_userevent" ("id", "is_active", "is_demo", "is_staff", "is_superuser", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sessions_ended_at") VALUES (OLD."id", OLD."is_active", OLD."is_demo", OLD."is_staff", OLD."is_superuser", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."sessions_ended_at"); RETURN NULL;',
                            hash="16337fdb2ff2e1237f09d0f936b8c4e662b7a3fd",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_ebc39",
                            table="representatives_user",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="user",
                    trigger=pgtrigger.compiler.Trigger(
                        name="username_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."username" IS DISTINCT FROM (NEW."username"))',
                            func='INSERT INTO "representatives_userevent" ("id", "is_active", "is_demo", "is_staff", "is_superuser", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sessions_ended_at") VALUES (NEW."id", NEW."is_active", NEW."is_demo", NEW."is_staff", NEW."is_superuser", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'username\', NEW."id", NEW."sessions_ended_at"); RETURN NULL;',
                            hash="adddf9a31509af489dcc31c3f27228f70593d7f5",
                            operation="UPDATE",
                            pgid="pgtrigger_username_update_b221d",
                            table="representatives_user",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="user",
                    trigger=pgtrigger.compiler.Trigger(
                        name="password_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."password" IS DISTINCT FROM (NEW."password"))',
                            func='INSERT INTO "representatives_userevent" ("id", "is_active", "is_demo", "is_staff", "is_superuser", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sessions_ended_at") VALUES (NEW."id", NEW."is_active", NEW."is_demo", NEW."is_staff", NEW."is_superuser", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'password\', NEW."id", NEW."sessions_ended_at"); RETURN NULL;',
                            hash="cd3d58231115b5faca4d8d315104065d0c32f0cb",
                            operation="UPDATE",
                            pgid="pgtrigger_password_update_e451e",
                            table="representatives_user",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="user",
                    trigger=pgtrigger.compiler.Trigger(
                        name="full_name_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."full_name" IS DISTINCT FROM (NEW."full_name"))',
                            func='INSERT INTO "representatives_userevent" ("id", "is_active", "is_demo", "is_staff", "is_superuser", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sessions_ended_at") VALUES (NEW."id", NEW."is_active", NEW."is_demo", NEW."is_staff", NEW."is_superuser", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'full_name\', NEW."id", NEW."sessions_ended_at"); RETURN NULL;',
                            hash="f148a53a92edbde643b3e5dc8704f66d0bb8b0d0",
                            operation="UPDATE",
                            pgid="pgtrigger_full_name_update_f7031",
                            table="representatives_user",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="user",
                    trigger=pgtrigger.compiler.Trigger(
                        name="email_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."email" IS DISTINCT FROM (NEW."email"))',
                            func='INSERT INTO "representatives_userevent" ("id", "is_active", "is_demo", "is_staff", "is_superuser", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sessions_ended_at") VALUES (NEW."id", NEW."is_active", NEW."is_demo", NEW."is_staff", NEW."is_superuser", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'email\', NEW."id", NEW."sessions_ended_at"); RETURN NULL;',
                            hash="1f5d70a79ac12cbfec643c4561a3ca6351a342e8",
                            operation="UPDATE",
                            pgid="pgtrigger_email_update_8ebee",
                            table="representatives_user",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="user",
                    trigger=pgtrigger.compiler.Trigger(
                        name="phone_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."phone" IS DISTINCT FROM (NEW."phone"))',
                            func='INSERT INTO "representatives_userevent" ("id", "is_active", "is_demo", "is_staff", "is_superuser", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sessions_ended_at") VALUES (NEW."id", NEW."is_active", NEW."is_demo", NEW."is_staff", NEW."is_superuser", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'phone\', NEW."id", NEW."sessions_ended_at"); RETURN NULL;',
                            hash="12195f2def84f7256bb9ee6fcd009071f313a590",
                            operation="UPDATE",
                            pgid="pgtrigger_phone_update_323b7",
                            table="representatives_user",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="secondfactor",
                    trigger=pgtrigger.compiler.Trigger(
                        name="factor_added_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "representatives_secondfactorevent" ("id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "type", "user_id") VALUES (NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'factor_added\', NEW."type", NEW."user_id"); RETURN NULL;',
                            hash="095bd75806e9542b221b43f8e7df9eff29f459df",
                            operation="INSERT",
                            pgid="pgtrigger_factor_added_insert_0c537",
                            table="mfa_authenticator",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="secondfactor",
                    trigger=pgtrigger.compiler.Trigger(
                        name="factor_taken_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "representatives_secondfactorevent" ("id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "type", "user_id") VALUES (OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'factor_taken\', OLD."type", OLD."user_id"); RETURN NULL;',
                            hash="c014f42bf03ee048fc7ea47f3125a76bbda24c84",
                            operation="DELETE",
                            pgid="pgtrigger_factor_taken_delete_fde65",
                            table="mfa_authenticator",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="servedbranch",
                    trigger=pgtrigger.compiler.Trigger(
                        name="branch_given_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "representatives_servedbranchevent" ("branch_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "representative_id") VALUES (NEW."branch_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'branch_given\', NEW."representative_id"); RETURN NULL;',
                            hash="ec77d4ee80e8b7064c46ca68de860b1d5d81aa20",
                            operation="INSERT",
                            pgid="pgtrigger_branch_given_insert_1e4b7",
                            table="representatives_representative_branches",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="servedbranch",
                    trigger=pgtrigger.compiler.Trigger(
                        name="branch_taken_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "representatives_servedbranchevent" ("branch_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "representative_id") VALUES (OLD."branch_id", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'branch_taken\', OLD."representative_id"); RETURN NULL;',
                            hash="a1d2400ac36141574a4be71fff3819bb39deeca2",
                            operation="DELETE",
                            pgid="pgtrigger_branch_taken_delete_5d311",
                            table="representatives_representative_branches",
                            when="AFTER",
                        ),
                    ),
                ),
            ],
        ),
    ]
