import django.contrib.postgres.fields
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import omsportal.platform.fields


class Migration(migrations.Migration):
    dependencies = [
        ("insurers", "0005_find_callers"),
        ("representatives", "0007_help_across_regions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Webhook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.UUIDField(unique=True, verbose_name="reference")),
                (
                    "name",
                    models.CharField(
                        help_text="Which system receives the events.", max_length=80, verbose_name="name"
                    ),
                ),
                ("url", models.CharField(max_length=500, verbose_name="address")),
                (
                    "hears",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("case.created", "an appeal has come in"),
                                ("case.hop", "an appeal went to another tier"),
                                ("case.message", "somebody wrote in an appeal"),
                                ("case.resolved", "an appeal is decided"),
                                ("case.breached", "the last tier did not decide in time"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                        verbose_name="events",
                    ),
                ),
                (
                    "sealed",
                    omsportal.platform.fields.SealedField(bound_to="reference", verbose_name="secrets"),
                ),
                (
                    "overlap_until",
                    models.DateTimeField(blank=True, null=True, verbose_name="previous secret is used until"),
                ),
                ("created_at", models.DateTimeField(verbose_name="created at")),
                ("off_at", models.DateTimeField(blank=True, null=True, verbose_name="switched off at")),
                (
                    "off_why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("person", "switched off by a person"),
                            ("failing", "it has not answered for three days"),
                            ("gone", "the receiver answered that it is gone for good (410)"),
                        ],
                        max_length=8,
                        null=True,
                        verbose_name="why it is off",
                    ),
                ),
                (
                    "failing_since",
                    models.DateTimeField(blank=True, null=True, verbose_name="no success since"),
                ),
                (
                    "failures",
                    models.PositiveSmallIntegerField(
                        db_default=0, default=0, verbose_name="failures in a row"
                    ),
                ),
                (
                    "paused_until",
                    models.DateTimeField(blank=True, null=True, verbose_name="next try not before"),
                ),
                ("tried_at", models.DateTimeField(blank=True, null=True, verbose_name="last try")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="last success")),
                (
                    "last_answer",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=24, verbose_name="last answer"
                    ),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="insurers.branch",
                        verbose_name="branch",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="created by",
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook",
                "verbose_name_plural": "webhooks",
            },
        ),
        migrations.CreateModel(
            name="WebhookEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("reference", models.UUIDField(verbose_name="reference")),
                (
                    "hears",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("case.created", "an appeal has come in"),
                                ("case.hop", "an appeal went to another tier"),
                                ("case.message", "somebody wrote in an appeal"),
                                ("case.resolved", "an appeal is decided"),
                                ("case.breached", "the last tier did not decide in time"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                        verbose_name="events",
                    ),
                ),
                (
                    "overlap_until",
                    models.DateTimeField(blank=True, null=True, verbose_name="previous secret is used until"),
                ),
                ("created_at", models.DateTimeField(verbose_name="created at")),
                ("off_at", models.DateTimeField(blank=True, null=True, verbose_name="switched off at")),
                (
                    "off_why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("person", "switched off by a person"),
                            ("failing", "it has not answered for three days"),
                            ("gone", "the receiver answered that it is gone for good (410)"),
                        ],
                        max_length=8,
                        null=True,
                        verbose_name="why it is off",
                    ),
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
                    "created_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="created by",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="representatives.webhook",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "hears__contained_by",
                        ["case.created", "case.hop", "case.message", "case.resolved", "case.breached"],
                    ),
                    models.Q(("hears", []), _negated=True),
                ),
                name="webhook_hears_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("off_at__isnull", True), ("off_why__isnull", True)),
                    models.Q(("off_at__isnull", False), ("off_why__isnull", False)),
                    _connector="OR",
                ),
                name="webhook_off_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("off_why", None), ("off_why__in", ["person", "failing", "gone"]), _connector="OR"
                ),
                name="webhook_off_why_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("off_at__isnull", True), ("off_at__gte", models.F("created_at")), _connector="OR"
                ),
                name="webhook_off_after_created",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("failing_since", None), ("failures", 0)),
                    models.Q(("failing_since__isnull", False), ("failures__gt", 0)),
                    _connector="OR",
                ),
                name="webhook_failures_since",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("overlap_until", None), ("overlap_until__gt", models.F("created_at")), _connector="OR"
                ),
                name="webhook_overlap_after_created",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="webhook",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "representatives_webhookevent" ("branch_id", "created_at", "created_by_id", "hears", "id", "off_at", "off_why", "overlap_until", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference") VALUES (NEW."branch_id", NEW."created_at", NEW."created_by_id", NEW."hears", NEW."id", NEW."off_at", NEW."off_why", NEW."overlap_until", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."reference"); RETURN NULL;',
                    hash="87cc0fcc84dce839bfaae132cb560b68b322a4fa",
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
                    condition='WHEN (OLD."branch_id" IS DISTINCT FROM (NEW."branch_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."hears" IS DISTINCT FROM (NEW."hears") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."off_at" IS DISTINCT FROM (NEW."off_at") OR OLD."off_why" IS DISTINCT FROM (NEW."off_why") OR OLD."overlap_until" IS DISTINCT FROM (NEW."overlap_until") OR OLD."reference" IS DISTINCT FROM (NEW."reference"))',
                    func='INSERT INTO "representatives_webhookevent" ("branch_id", "created_at", "created_by_id", "hears", "id", "off_at", "off_why", "overlap_until", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference") VALUES (NEW."branch_id", NEW."created_at", NEW."created_by_id", NEW."hears", NEW."id", NEW."off_at", NEW."off_why", NEW."overlap_until", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."reference"); RETURN NULL;',
                    hash="2eac631f6f9607d19d5815575896ba5c797f85c4",
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
                    func='INSERT INTO "representatives_webhookevent" ("branch_id", "created_at", "created_by_id", "hears", "id", "off_at", "off_why", "overlap_until", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference") VALUES (OLD."branch_id", OLD."created_at", OLD."created_by_id", OLD."hears", OLD."id", OLD."off_at", OLD."off_why", OLD."overlap_until", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."reference"); RETURN NULL;',
                    hash="6cdb356e178e5bd62efaab0eb0111a196c98acf3",
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
                    func='INSERT INTO "representatives_webhookevent" ("branch_id", "created_at", "created_by_id", "hears", "id", "off_at", "off_why", "overlap_until", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference") VALUES (NEW."branch_id", NEW."created_at", NEW."created_by_id", NEW."hears", NEW."id", NEW."off_at", NEW."off_why", NEW."overlap_until", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'name\', NEW."id", NEW."reference"); RETURN NULL;',
                    hash="bb75f02ea6ea34757408f133753783dd570cb785",
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
                    func='INSERT INTO "representatives_webhookevent" ("branch_id", "created_at", "created_by_id", "hears", "id", "off_at", "off_why", "overlap_until", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference") VALUES (NEW."branch_id", NEW."created_at", NEW."created_by_id", NEW."hears", NEW."id", NEW."off_at", NEW."off_why", NEW."overlap_until", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'url\', NEW."id", NEW."reference"); RETURN NULL;',
                    hash="6de47a1eeacd0071ebf893d996886a1ea39c56c8",
                    operation="UPDATE",
                    pgid="pgtrigger_url_update_9c098",
                    table="representatives_webhook",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="webhookevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="8533bd7efd2b7a1245b1b1d37999732dcba5fad3",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_ae9db",
                    table="representatives_webhookevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
