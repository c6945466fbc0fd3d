import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("insurers", "0003_who_in_the_line"),
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
        pgtrigger.migrations.RemoveTrigger(
            model_name="calendarday",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="calendarday",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="calendarday",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="hotline",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="hotline",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="hotline",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="insurer",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="insurer",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="insurer",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="workinghours",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="workinghours",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="workinghours",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="workingschedule",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="workingschedule",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="workingschedule",
            name="delete_delete",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="branch",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "insurers_branchevent" ("email", "id", "insurer_id", "kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postal_address", "region_id", "schedule_id", "title", "valid_from", "valid_to") VALUES (NEW."email", NEW."id", NEW."insurer_id", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."postal_address", NEW."region_id", NEW."schedule_id", NEW."title", NEW."valid_from", NEW."valid_to"); RETURN NULL;',
                    hash="84c14efeabc90a3acde121784967710bd9a9d82c",
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
                    condition='WHEN (OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."insurer_id" IS DISTINCT FROM (NEW."insurer_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."postal_address" IS DISTINCT FROM (NEW."postal_address") OR OLD."region_id" IS DISTINCT FROM (NEW."region_id") OR OLD."schedule_id" IS DISTINCT FROM (NEW."schedule_id") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."valid_from" IS DISTINCT FROM (NEW."valid_from") OR OLD."valid_to" IS DISTINCT FROM (NEW."valid_to"))',
                    func='INSERT INTO "insurers_branchevent" ("email", "id", "insurer_id", "kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postal_address", "region_id", "schedule_id", "title", "valid_from", "valid_to") VALUES (NEW."email", NEW."id", NEW."insurer_id", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."postal_address", NEW."region_id", NEW."schedule_id", NEW."title", NEW."valid_from", NEW."valid_to"); RETURN NULL;',
                    hash="0f45f8a4111590d35e97c804f121b75ef3806102",
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
                    func='INSERT INTO "insurers_branchevent" ("email", "id", "insurer_id", "kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postal_address", "region_id", "schedule_id", "title", "valid_from", "valid_to") VALUES (OLD."email", OLD."id", OLD."insurer_id", OLD."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."postal_address", OLD."region_id", OLD."schedule_id", OLD."title", OLD."valid_from", OLD."valid_to"); RETURN NULL;',
                    hash="61a612606fb1e5f65110c693dfaa17d8d2a31180",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_bb013",
                    table="insurers_branch",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="calendarday",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "insurers_calendardayevent" ("date", "id", "kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "title", "works_as") VALUES (NEW."date", NEW."id", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."region_id", NEW."title", NEW."works_as"); RETURN NULL;',
                    hash="f5a1ad487e3c3a031f17a296f4b06f1730608c76",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_15a32",
                    table="insurers_calendarday",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="calendarday",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "insurers_calendardayevent" ("date", "id", "kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "title", "works_as") VALUES (NEW."date", NEW."id", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."region_id", NEW."title", NEW."works_as"); RETURN NULL;',
                    hash="5341ff4a8f921d4f5004a5d67572f4a3a444a2d3",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_04739",
                    table="insurers_calendarday",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="calendarday",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "insurers_calendardayevent" ("date", "id", "kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "title", "works_as") VALUES (OLD."date", OLD."id", OLD."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."region_id", OLD."title", OLD."works_as"); RETURN NULL;',
                    hash="859eab696fa8d3fd0002f482ab89161ae2bf401a",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_fac43",
                    table="insurers_calendarday",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="hotline",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "insurers_hotlineevent" ("after_hours", "after_hours_note", "branch_id", "calls_recorded", "confirmed_on", "extension", "hours_text", "id", "insurer_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "purpose", "schedule_id", "source", "valid_from", "valid_to") VALUES (NEW."after_hours", NEW."after_hours_note", NEW."branch_id", NEW."calls_recorded", NEW."confirmed_on", NEW."extension", NEW."hours_text", NEW."id", NEW."insurer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."phone", NEW."purpose", NEW."schedule_id", NEW."source", NEW."valid_from", NEW."valid_to"); RETURN NULL;',
                    hash="c69bfc1a291aa55e88e95c3694454756c3fd5ed3",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_a6ab2",
                    table="insurers_hotline",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="hotline",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "insurers_hotlineevent" ("after_hours", "after_hours_note", "branch_id", "calls_recorded", "confirmed_on", "extension", "hours_text", "id", "insurer_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "purpose", "schedule_id", "source", "valid_from", "valid_to") VALUES (NEW."after_hours", NEW."after_hours_note", NEW."branch_id", NEW."calls_recorded", NEW."confirmed_on", NEW."extension", NEW."hours_text", NEW."id", NEW."insurer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."phone", NEW."purpose", NEW."schedule_id", NEW."source", NEW."valid_from", NEW."valid_to"); RETURN NULL;',
                    hash="704a88c6690eacf09175e41dac936c5946fe5992",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_efb89",
                    table="insurers_hotline",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="hotline",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "insurers_hotlineevent" ("after_hours", "after_hours_note", "branch_id", "calls_recorded", "confirmed_on", "extension", "hours_text", "id", "insurer_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "purpose", "schedule_id", "source", "valid_from", "valid_to") VALUES (OLD."after_hours", OLD."after_hours_note", OLD."branch_id", OLD."calls_recorded", OLD."confirmed_on", OLD."extension", OLD."hours_text", OLD."id", OLD."insurer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."phone", OLD."purpose", OLD."schedule_id", OLD."source", OLD."valid_from", OLD."valid_to"); RETURN NULL;',
                    hash="0454ae078c18354b242d68876a89371b7898ad72",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_c6cad",
                    table="insurers_hotline",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="insurer",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "insurers_insurerevent" ("code", "full_name", "id", "inn", "ogrn", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "short_name", "valid_from", "valid_to", "website") VALUES (NEW."code", NEW."full_name", NEW."id", NEW."inn", NEW."ogrn", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."short_name", NEW."valid_from", NEW."valid_to", NEW."website"); RETURN NULL;',
                    hash="9a39f52e4e9f42e24a5396a30288b2b3c80210e4",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_ef5a7",
                    table="insurers_insurer",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="insurer",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."full_name" IS DISTINCT FROM (NEW."full_name") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."inn" IS DISTINCT FROM (NEW."inn") OR OLD."ogrn" IS DISTINCT FROM (NEW."ogrn") OR OLD."short_name" IS DISTINCT FROM (NEW."short_name") OR OLD."valid_from" IS DISTINCT FROM (NEW."valid_from") OR OLD."valid_to" IS DISTINCT FROM (NEW."valid_to") OR OLD."website" IS DISTINCT FROM (NEW."website"))',
                    func='INSERT INTO "insurers_insurerevent" ("code", "full_name", "id", "inn", "ogrn", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "short_name", "valid_from", "valid_to", "website") VALUES (NEW."code", NEW."full_name", NEW."id", NEW."inn", NEW."ogrn", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."short_name", NEW."valid_from", NEW."valid_to", NEW."website"); RETURN NULL;',
                    hash="67989a7deb44eb0141cc76d4c8fe76b1fad79e48",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_35e28",
                    table="insurers_insurer",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="insurer",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "insurers_insurerevent" ("code", "full_name", "id", "inn", "ogrn", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "short_name", "valid_from", "valid_to", "website") VALUES (OLD."code", OLD."full_name", OLD."id", OLD."inn", OLD."ogrn", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."short_name", OLD."valid_from", OLD."valid_to", OLD."website"); RETURN NULL;',
                    hash="627da1a6ad276baca1d6fd62982319bb9fb929be",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_5ae5c",
                    table="insurers_insurer",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="workinghours",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "insurers_workinghoursevent" ("ends", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "schedule_id", "starts", "weekday") VALUES (NEW."ends", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."schedule_id", NEW."starts", NEW."weekday"); RETURN NULL;',
                    hash="73251592882f6728a893912f0ca2a943a581633a",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_b91ae",
                    table="insurers_workinghours",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="workinghours",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "insurers_workinghoursevent" ("ends", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "schedule_id", "starts", "weekday") VALUES (NEW."ends", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."schedule_id", NEW."starts", NEW."weekday"); RETURN NULL;',
                    hash="3f260fa2a98b19dfc3a18f76af7ded6ad01e0d43",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_95905",
                    table="insurers_workinghours",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="workinghours",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "insurers_workinghoursevent" ("ends", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "schedule_id", "starts", "weekday") VALUES (OLD."ends", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."schedule_id", OLD."starts", OLD."weekday"); RETURN NULL;',
                    hash="273f4f316fba2e150e2db244d7d0f14b4253c3bb",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_a32c8",
                    table="insurers_workinghours",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="workingschedule",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "insurers_workingscheduleevent" ("code", "follows_calendar", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "round_the_clock", "time_zone", "title") VALUES (NEW."code", NEW."follows_calendar", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."region_id", NEW."round_the_clock", NEW."time_zone", NEW."title"); RETURN NULL;',
                    hash="1cda2a7f192160e98ab98537a166f92ccee0911d",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_68314",
                    table="insurers_workingschedule",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="workingschedule",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "insurers_workingscheduleevent" ("code", "follows_calendar", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "round_the_clock", "time_zone", "title") VALUES (NEW."code", NEW."follows_calendar", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."region_id", NEW."round_the_clock", NEW."time_zone", NEW."title"); RETURN NULL;',
                    hash="b5c419f01b26102f0de702a0d4007de4d040be84",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_c7fd7",
                    table="insurers_workingschedule",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="workingschedule",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "insurers_workingscheduleevent" ("code", "follows_calendar", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "round_the_clock", "time_zone", "title") VALUES (OLD."code", OLD."follows_calendar", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."region_id", OLD."round_the_clock", OLD."time_zone", OLD."title"); RETURN NULL;',
                    hash="0a2eb69feb7c42439723536f24226cf0920b3f1a",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_3fb09",
                    table="insurers_workingschedule",
                    when="AFTER",
                ),
            ),
        ),
    ]
