import django.contrib.postgres.fields
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    """Keys and receivers of several branches; acts about name and contacts of an account."""

    dependencies = [
        ("insurers", "0010_extensions_of_places"),
        ("representatives", "0012_editors"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="apikey",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="apikey",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="apikey",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="apikey",
            name="name_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="webhook",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="webhook",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="webhook",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="webhook",
            name="name_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="webhook",
            name="url_update",
        ),
        migrations.RemoveConstraint(
            model_name="accountact",
            name="account_act_deed_known",
        ),
        migrations.AddField(
            model_name="apikey",
            name="everywhere",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="all branches of the insurer"
            ),
        ),
        migrations.AddField(
            model_name="apikey",
            name="other_branch_ids",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                blank=True,
                default=list,
                size=None,
                verbose_name="other branches",
            ),
        ),
        migrations.AddField(
            model_name="apikeyevent",
            name="everywhere",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="all branches of the insurer"
            ),
        ),
        migrations.AddField(
            model_name="apikeyevent",
            name="other_branch_ids",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                blank=True,
                default=list,
                size=None,
                verbose_name="other branches",
            ),
        ),
        migrations.AddField(
            model_name="webhook",
            name="everywhere",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="all branches of the insurer"
            ),
        ),
        migrations.AddField(
            model_name="webhook",
            name="other_branch_ids",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                blank=True,
                default=list,
                size=None,
                verbose_name="other branches",
            ),
        ),
        migrations.AddField(
            model_name="webhookevent",
            name="everywhere",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="all branches of the insurer"
            ),
        ),
        migrations.AddField(
            model_name="webhookevent",
            name="other_branch_ids",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                blank=True,
                default=list,
                size=None,
                verbose_name="other branches",
            ),
        ),
        migrations.AlterField(
            model_name="accountact",
            name="deed",
            field=models.CharField(
                choices=[
                    ("invited", "invited"),
                    ("invited_again", "invited again"),
                    ("withdrawn", "invitation withdrawn"),
                    ("joined", "set a password"),
                    ("rights", "rights changed"),
                    ("details", "name or phone changed"),
                    ("email", "e-mail changed"),
                    ("switched_off", "switched off"),
                    ("switched_on", "switched on again"),
                    ("factor_taken", "second step of sign-in taken away"),
                ],
                max_length=16,
                verbose_name="what was done",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="apikey",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "representatives_apikeyevent" ("branch_id", "created_at", "everywhere", "expires_at", "id", "other_branch_ids", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix", "revoked_at", "scopes", "user_id") VALUES (NEW."branch_id", NEW."created_at", NEW."everywhere", NEW."expires_at", NEW."id", NEW."other_branch_ids", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."prefix", NEW."revoked_at", NEW."scopes", NEW."user_id"); RETURN NULL;',
                    hash="c4fc4a3837ae1f3fcc075fb1b426ea9ab803821b",
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
                    condition='WHEN (OLD."branch_id" IS DISTINCT FROM (NEW."branch_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."everywhere" IS DISTINCT FROM (NEW."everywhere") OR OLD."expires_at" IS DISTINCT FROM (NEW."expires_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."other_branch_ids" IS DISTINCT FROM (NEW."other_branch_ids") OR OLD."prefix" IS DISTINCT FROM (NEW."prefix") OR OLD."revoked_at" IS DISTINCT FROM (NEW."revoked_at") OR OLD."scopes" IS DISTINCT FROM (NEW."scopes") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))',
                    func='INSERT INTO "representatives_apikeyevent" ("branch_id", "created_at", "everywhere", "expires_at", "id", "other_branch_ids", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix", "revoked_at", "scopes", "user_id") VALUES (NEW."branch_id", NEW."created_at", NEW."everywhere", NEW."expires_at", NEW."id", NEW."other_branch_ids", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."prefix", NEW."revoked_at", NEW."scopes", NEW."user_id"); RETURN NULL;',
                    hash="9d06dbf8828189e9a965d206a0781a5fbf3fbdd7",
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
                    func='INSERT INTO "representatives_apikeyevent" ("branch_id", "created_at", "everywhere", "expires_at", "id", "other_branch_ids", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix", "revoked_at", "scopes", "user_id") VALUES (OLD."branch_id", OLD."created_at", OLD."everywhere", OLD."expires_at", OLD."id", OLD."other_branch_ids", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."prefix", OLD."revoked_at", OLD."scopes", OLD."user_id"); RETURN NULL;',
                    hash="2229eff4ed39ae3f2681a7e4c4c785a9077b7fc3",
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
                    func='INSERT INTO "representatives_apikeyevent" ("branch_id", "created_at", "everywhere", "expires_at", "id", "other_branch_ids", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix", "revoked_at", "scopes", "user_id") VALUES (NEW."branch_id", NEW."created_at", NEW."everywhere", NEW."expires_at", NEW."id", NEW."other_branch_ids", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'name\', NEW."id", NEW."prefix", NEW."revoked_at", NEW."scopes", NEW."user_id"); RETURN NULL;',
                    hash="909bd938cbe9d9caef114543df2867116c490f9c",
                    operation="UPDATE",
                    pgid="pgtrigger_name_update_765e2",
                    table="representatives_apikey",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="webhook",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "representatives_webhookevent" ("branch_id", "created_at", "created_by_id", "everywhere", "hears", "id", "off_at", "off_why", "other_branch_ids", "overlap_until", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference") VALUES (NEW."branch_id", NEW."created_at", NEW."created_by_id", NEW."everywhere", NEW."hears", NEW."id", NEW."off_at", NEW."off_why", NEW."other_branch_ids", NEW."overlap_until", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."reference"); RETURN NULL;',
                    hash="caa64ad245a44d712c29318be4b660a9a38c3e57",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_2f728",
                    table="representatives_webhook",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="webhook",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."branch_id" IS DISTINCT FROM (NEW."branch_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."everywhere" IS DISTINCT FROM (NEW."everywhere") OR OLD."hears" IS DISTINCT FROM (NEW."hears") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."off_at" IS DISTINCT FROM (NEW."off_at") OR OLD."off_why" IS DISTINCT FROM (NEW."off_why") OR OLD."other_branch_ids" IS DISTINCT FROM (NEW."other_branch_ids") OR OLD."overlap_until" IS DISTINCT FROM (NEW."overlap_until") OR OLD."reference" IS DISTINCT FROM (NEW."reference"))',
                    func='INSERT INTO "representatives_webhookevent" ("branch_id", "created_at", "created_by_id", "everywhere", "hears", "id", "off_at", "off_why", "other_branch_ids", "overlap_until", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference") VALUES (NEW."branch_id", NEW."created_at", NEW."created_by_id", NEW."everywhere", NEW."hears", NEW."id", NEW."off_at", NEW."off_why", NEW."other_branch_ids", NEW."overlap_until", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."reference"); RETURN NULL;',
                    hash="24f5e4970bf8e4ef2add1601727f106529ada1bf",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_76b5e",
                    table="representatives_webhook",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="webhook",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "representatives_webhookevent" ("branch_id", "created_at", "created_by_id", "everywhere", "hears", "id", "off_at", "off_why", "other_branch_ids", "overlap_until", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference") VALUES (OLD."branch_id", OLD."created_at", OLD."created_by_id", OLD."everywhere", OLD."hears", OLD."id", OLD."off_at", OLD."off_why", OLD."other_branch_ids", OLD."overlap_until", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."reference"); RETURN NULL;',
                    hash="a446d006cda391b60e5cdca31ff74c09a7fb3e71",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_e24c6",
                    table="representatives_webhook",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="webhook",
            trigger=pgtrigger.compiler.Trigger(
                name="name_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."name" IS DISTINCT FROM (NEW."name"))',
                    func='INSERT INTO "representatives_webhookevent" ("branch_id", "created_at", "created_by_id", "everywhere", "hears", "id", "off_at", "off_why", "other_branch_ids", "overlap_until", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference") VALUES (NEW."branch_id", NEW."created_at", NEW."created_by_id", NEW."everywhere", NEW."hears", NEW."id", NEW."off_at", NEW."off_why", NEW."other_branch_ids", NEW."overlap_until", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'name\', NEW."id", NEW."reference"); RETURN NULL;',
                    hash="5b20cc1ed2ef2b0c7789ff51fe3162af5efd51f2",
                    operation="UPDATE",
                    pgid="pgtrigger_name_update_817d6",
                    table="representatives_webhook",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="webhook",
            trigger=pgtrigger.compiler.Trigger(
                name="url_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."url" IS DISTINCT FROM (NEW."url"))',
                    func='INSERT INTO "representatives_webhookevent" ("branch_id", "created_at", "created_by_id", "everywhere", "hears", "id", "off_at", "off_why", "other_branch_ids", "overlap_until", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference") VALUES (NEW."branch_id", NEW."created_at", NEW."created_by_id", NEW."everywhere", NEW."hears", NEW."id", NEW."off_at", NEW."off_why", NEW."other_branch_ids", NEW."overlap_until", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'url\', NEW."id", NEW."reference"); RETURN NULL;',
                    hash="9f8f431dbe532bfebb7a2590766424b6125bd1d5",
                    operation="UPDATE",
                    pgid="pgtrigger_url_update_9c098",
                    table="representatives_webhook",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="accountact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "deed__in",
                        [
                            "invited",
                            "invited_again",
                            "withdrawn",
                            "joined",
                            "rights",
                            "details",
                            "email",
                            "switched_off",
                            "switched_on",
                            "factor_taken",
                        ],
                    )
                ),
                name="account_act_deed_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=models.Q(("everywhere", False), ("other_branch_ids", []), _connector="OR"),
                name="api_key_reach_said_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(("everywhere", False), ("other_branch_ids", []), _connector="OR"),
                name="webhook_reach_said_once",
            ),
        ),
    ]
