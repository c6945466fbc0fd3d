import django.core.validators
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    """Offices and posts in clinics keep an extension beside their phone."""

    dependencies = [
        ("insurers", "0009_imports_of_registries"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="clinicpost",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="clinicpost",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="clinicpost",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="office",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="office",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="office",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="clinicpost",
            name="extension",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=8,
                validators=[django.core.validators.RegexValidator("^\\d*$", "Only digits, for example 123.")],
                verbose_name="extension",
            ),
        ),
        migrations.AddField(
            model_name="clinicpostevent",
            name="extension",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=8,
                validators=[django.core.validators.RegexValidator("^\\d*$", "Only digits, for example 123.")],
                verbose_name="extension",
            ),
        ),
        migrations.AddField(
            model_name="office",
            name="extension",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=8,
                validators=[django.core.validators.RegexValidator("^\\d*$", "Only digits, for example 123.")],
                verbose_name="extension",
            ),
        ),
        migrations.AddField(
            model_name="officeevent",
            name="extension",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=8,
                validators=[django.core.validators.RegexValidator("^\\d*$", "Only digits, for example 123.")],
                verbose_name="extension",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clinicpost",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "insurers_clinicpostevent" ("branch_id", "extension", "hours_text", "id", "medical_organisation_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "place", "valid_from", "valid_to") VALUES (NEW."branch_id", NEW."extension", NEW."hours_text", NEW."id", NEW."medical_organisation_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."phone", NEW."place", NEW."valid_from", NEW."valid_to"); RETURN NULL;',
                    hash="3c1fbce62f087082e6b2b0aa081bbd857ec62595",
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
                    func='INSERT INTO "insurers_clinicpostevent" ("branch_id", "extension", "hours_text", "id", "medical_organisation_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "place", "valid_from", "valid_to") VALUES (NEW."branch_id", NEW."extension", NEW."hours_text", NEW."id", NEW."medical_organisation_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."phone", NEW."place", NEW."valid_from", NEW."valid_to"); RETURN NULL;',
                    hash="66aaee34206c531ac82612cb4e86f08a66092588",
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
                    func='INSERT INTO "insurers_clinicpostevent" ("branch_id", "extension", "hours_text", "id", "medical_organisation_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "place", "valid_from", "valid_to") VALUES (OLD."branch_id", OLD."extension", OLD."hours_text", OLD."id", OLD."medical_organisation_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."phone", OLD."place", OLD."valid_from", OLD."valid_to"); RETURN NULL;',
                    hash="873579c0524a93d254fdd1160e242bac6a800680",
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
                    func='INSERT INTO "insurers_officeevent" ("address", "branch_id", "extension", "hours_text", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "valid_from", "valid_to") VALUES (NEW."address", NEW."branch_id", NEW."extension", NEW."hours_text", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."phone", NEW."valid_from", NEW."valid_to"); RETURN NULL;',
                    hash="b950973d3ccf47a09fc0fd8da7bb542c4b5db59d",
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
                    func='INSERT INTO "insurers_officeevent" ("address", "branch_id", "extension", "hours_text", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "valid_from", "valid_to") VALUES (NEW."address", NEW."branch_id", NEW."extension", NEW."hours_text", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."phone", NEW."valid_from", NEW."valid_to"); RETURN NULL;',
                    hash="613bd4b285640bc96f01a512c1fe2d3840b9dbc6",
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
                    func='INSERT INTO "insurers_officeevent" ("address", "branch_id", "extension", "hours_text", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "valid_from", "valid_to") VALUES (OLD."address", OLD."branch_id", OLD."extension", OLD."hours_text", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."phone", OLD."valid_from", OLD."valid_to"); RETURN NULL;',
                    hash="279248ddb3a721902533c7581667c6ad69f59c46",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_202cd",
                    table="insurers_office",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="clinicpost",
            constraint=models.CheckConstraint(
                condition=models.Q(("extension", ""), ("phone__isnull", False), _connector="OR"),
                name="clinic_post_extension_after_phone",
                violation_error_message="An extension needs a phone before it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="office",
            constraint=models.CheckConstraint(
                condition=models.Q(("extension", ""), ("phone__isnull", False), _connector="OR"),
                name="office_extension_after_phone",
                violation_error_message="An extension needs a phone before it.",
            ),
        ),
    ]
