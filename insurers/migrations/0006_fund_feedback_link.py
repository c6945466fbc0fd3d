import django.core.validators
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    """Each fund has a page of its own for letters on Gosuslugi; without it its addresses are shown."""

    dependencies = [
        ("insurers", "0005_find_callers"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="branch",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="branch",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="branch",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="branch",
            name="feedback_link",
            field=models.URLField(
                blank=True,
                default="",
                help_text="The fund's own form on the state's feedback platform. People find it in the guide about writing to the fund; without it they see the postal address and the e-mail.",
                validators=[django.core.validators.URLValidator(schemes=["https"])],
                verbose_name="page for letters on Gosuslugi",
            ),
        ),
        migrations.AddField(
            model_name="branchevent",
            name="feedback_link",
            field=models.URLField(
                blank=True,
                default="",
                help_text="The fund's own form on the state's feedback platform. People find it in the guide about writing to the fund; without it they see the postal address and the e-mail.",
                validators=[django.core.validators.URLValidator(schemes=["https"])],
                verbose_name="page for letters on Gosuslugi",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="branch",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "insurers_branchevent" ("email", "feedback_link", "id", "insurer_id", "kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postal_address", "region_id", "schedule_id", "title", "valid_from", "valid_to") VALUES (NEW."email", NEW."feedback_link", NEW."id", NEW."insurer_id", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."postal_address", NEW."region_id", NEW."schedule_id", NEW."title", NEW."valid_from", NEW."valid_to"); RETURN NULL;',
                    hash="c9a3d0fe14f08ec9f374f189256b2eab93c3198a",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_95cfa",
                    table="insurers_branch",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="branch",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."feedback_link" IS DISTINCT FROM (NEW."feedback_link") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."insurer_id" IS DISTINCT FROM (NEW."insurer_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."postal_address" IS DISTINCT FROM (NEW."postal_address") OR OLD."region_id" IS DISTINCT FROM (NEW."region_id") OR OLD."schedule_id" IS DISTINCT FROM (NEW."schedule_id") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."valid_from" IS DISTINCT FROM (NEW."valid_from") OR OLD."valid_to" IS DISTINCT FROM (NEW."valid_to"))',
                    func='INSERT INTO "insurers_branchevent" ("email", "feedback_link", "id", "insurer_id", "kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postal_address", "region_id", "schedule_id", "title", "valid_from", "valid_to") VALUES (NEW."email", NEW."feedback_link", NEW."id", NEW."insurer_id", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."postal_address", NEW."region_id", NEW."schedule_id", NEW."title", NEW."valid_from", NEW."valid_to"); RETURN NULL;',
                    hash="de13458840036a54a6f3bfc0329262461fe5dff8",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_98731",
                    table="insurers_branch",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="branch",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "insurers_branchevent" ("email", "feedback_link", "id", "insurer_id", "kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postal_address", "region_id", "schedule_id", "title", "valid_from", "valid_to") VALUES (OLD."email", OLD."feedback_link", OLD."id", OLD."insurer_id", OLD."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."postal_address", OLD."region_id", OLD."schedule_id", OLD."title", OLD."valid_from", OLD."valid_to"); RETURN NULL;',
                    hash="27d9fabdfdcc01b700cb29c1e9f43980f0a429a9",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_bb013",
                    table="insurers_branch",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="branch",
            constraint=models.CheckConstraint(
                condition=models.Q(("feedback_link", ""), ("kind", "fund"), _connector="OR"),
                name="branch_feedback_link_of_fund",
                violation_error_message="Only a fund has a page for letters on Gosuslugi.",
            ),
        ),
    ]
