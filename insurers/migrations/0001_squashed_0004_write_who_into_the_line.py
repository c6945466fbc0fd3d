import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.text
import pghistory.utils
import pgtrigger.compiler
import phonenumber_field.modelfields
from django.db import migrations, models

import omsportal.platform.fields
from omsportal.platform.migrating import Together


def set_storage(kind):
    """The arrays of the axis stay inside the row: a detoasted, decompressed copy per escalated case would cost
    more than the arithmetic itself."""
    return [
        f"ALTER TABLE insurers_workingaxis ALTER COLUMN {column} SET STORAGE {kind}"
        for column in ("starts", "ends", "axis")
    ]


class Migration(migrations.Migration):
    replaces = [
        ("insurers", "0001_initial"),
        ("insurers", "0002_keep_the_axis_inline"),
        ("insurers", "0003_who_in_the_line"),
        ("insurers", "0004_write_who_into_the_line"),
    ]

    initial = True

    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        django.contrib.postgres.operations.TrigramExtension(),
        django.contrib.postgres.operations.BtreeGistExtension(),
        Together(
            operations=[
                migrations.CreateModel(
                    name="Insurer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("valid_from", models.DateField(blank=True, null=True, verbose_name="valid from")),
                        (
                            "valid_to",
                            models.DateField(blank=True, null=True, verbose_name="valid to, inclusive"),
                        ),
                        ("code", models.SlugField(max_length=60, verbose_name="code")),
                        ("short_name", models.CharField(max_length=120, verbose_name="short name")),
                        ("full_name", models.CharField(max_length=300, verbose_name="full name")),
                        (
                            "name_key",
                            models.GeneratedField(
                                db_persist=True,
                                expression=django.db.models.functions.text.Replace(
                                    django.db.models.functions.text.Lower(models.F("short_name")),
                                    models.Value("ё"),
                                    models.Value("е"),
                                ),
                                output_field=models.TextField(),
                                verbose_name="sort key",
                            ),
                        ),
                        (
                            "ogrn",
                            models.CharField(
                                blank=True,
                                max_length=13,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^\\d{13}$", "The OGRN of a company has 13 digits."
                                    )
                                ],
                                verbose_name="OGRN",
                            ),
                        ),
                        (
                            "inn",
                            models.CharField(
                                blank=True,
                                max_length=10,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^\\d{10}$", "The INN of a company has 10 digits."
                                    )
                                ],
                                verbose_name="INN",
                            ),
                        ),
                        ("website", models.CharField(blank=True, max_length=120, verbose_name="website")),
                    ],
                    options={
                        "verbose_name": "insurer",
                        "verbose_name_plural": "insurers",
                        "ordering": ["name_key"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("code",),
                                name="insurer_code_once",
                                violation_error_message="There is already an insurer with this code.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_from__isnull", True),
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="insurer_validity_in_order",
                                violation_error_message="The last day of validity is before the first one.",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
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
                            pgtrigger.compiler.Trigger(
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
                            pgtrigger.compiler.Trigger(
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
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Region",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                max_length=2,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^\\d{2}$", "Write the region code as two digits, for example 76."
                                    )
                                ],
                                verbose_name="code",
                            ),
                        ),
                        ("okato", models.CharField(blank=True, max_length=5, verbose_name="OKATO")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "name_key",
                            models.GeneratedField(
                                db_persist=True,
                                expression=django.db.models.functions.text.Replace(
                                    django.db.models.functions.text.Lower(models.F("name")),
                                    models.Value("ё"),
                                    models.Value("е"),
                                ),
                                output_field=models.TextField(),
                                verbose_name="sort key",
                            ),
                        ),
                        ("time_zone", models.CharField(max_length=40, verbose_name="time zone")),
                    ],
                    options={
                        "verbose_name": "region",
                        "verbose_name_plural": "regions",
                        "ordering": ["name_key"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("code",),
                                name="region_code_once",
                                violation_error_message="There is already a region with this code.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("code__regex", "^[0-9]{2}$")),
                                name="region_code_two_digits",
                                violation_error_message="Write the region code as two digits, for example 76.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CalendarDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("date", models.DateField(verbose_name="date")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("day_off", "day off"),
                                    ("working", "working day"),
                                    ("short", "working day, one hour shorter"),
                                ],
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "works_as",
                            models.SmallIntegerField(
                                blank=True,
                                choices=[
                                    (0, "Monday"),
                                    (1, "Tuesday"),
                                    (2, "Wednesday"),
                                    (3, "Thursday"),
                                    (4, "Friday"),
                                    (5, "Saturday"),
                                    (6, "Sunday"),
                                ],
                                help_text="A working Saturday has the hours of the day it was exchanged with.",
                                null=True,
                                verbose_name="works by the hours of",
                            ),
                        ),
                        ("title", models.CharField(blank=True, max_length=200, verbose_name="title")),
                        (
                            "region",
                            models.ForeignKey(
                                blank=True,
                                help_text="Leave empty for the whole country.",
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="calendar_days",
                                to="insurers.region",
                                verbose_name="region",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "day of the production calendar",
                        "verbose_name_plural": "production calendar",
                        "ordering": ["date", "region"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("date", "region"),
                                name="calendar_day_once_in_region",
                                nulls_distinct=False,
                                violation_error_message="This day is already in the calendar. Change that record instead.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["day_off", "working", "short"])),
                                name="calendar_day_kind_known",
                                violation_error_message="Choose what kind of day it is.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("works_as__isnull", True),
                                    models.Q(
                                        ("works_as__gte", 0),
                                        ("works_as__lte", 6),
                                        models.Q(("kind", "day_off"), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="calendar_day_works_as_weekday",
                                violation_error_message="Only a working day has the hours of another weekday.",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
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
                            pgtrigger.compiler.Trigger(
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
                            pgtrigger.compiler.Trigger(
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
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InsurerEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("valid_from", models.DateField(blank=True, null=True, verbose_name="valid from")),
                        (
                            "valid_to",
                            models.DateField(blank=True, null=True, verbose_name="valid to, inclusive"),
                        ),
                        ("code", models.SlugField(db_index=False, max_length=60, verbose_name="code")),
                        ("short_name", models.CharField(max_length=120, verbose_name="short name")),
                        ("full_name", models.CharField(max_length=300, verbose_name="full name")),
                        (
                            "ogrn",
                            models.CharField(
                                blank=True,
                                max_length=13,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^\\d{13}$", "The OGRN of a company has 13 digits."
                                    )
                                ],
                                verbose_name="OGRN",
                            ),
                        ),
                        (
                            "inn",
                            models.CharField(
                                blank=True,
                                max_length=10,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^\\d{10}$", "The INN of a company has 10 digits."
                                    )
                                ],
                                verbose_name="INN",
                            ),
                        ),
                        ("website", models.CharField(blank=True, max_length=120, verbose_name="website")),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="insurers.insurer",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                    ],
                    options={
                        "abstract": False,
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                    hash="8496442f2fe69dbe7d07ac50f2fba06becc788e1",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_28778",
                                    table="insurers_insurerevent",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                    hash="8496442f2fe69dbe7d07ac50f2fba06becc788e1",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_28778",
                                    table="insurers_insurerevent",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MedicalOrganisation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("valid_from", models.DateField(blank=True, null=True, verbose_name="valid from")),
                        (
                            "valid_to",
                            models.DateField(blank=True, null=True, verbose_name="valid to, inclusive"),
                        ),
                        ("code", models.CharField(max_length=10, verbose_name="code in the register")),
                        ("name", models.CharField(max_length=400, verbose_name="full name")),
                        ("short_name", models.CharField(max_length=200, verbose_name="short name")),
                        (
                            "name_key",
                            models.GeneratedField(
                                db_persist=True,
                                expression=django.db.models.functions.text.Replace(
                                    django.db.models.functions.text.Lower(
                                        django.db.models.functions.text.ConcatPair(
                                            django.db.models.functions.text.ConcatPair(
                                                models.F("short_name"), models.Value(" ")
                                            ),
                                            models.F("name"),
                                        )
                                    ),
                                    models.Value("ё"),
                                    models.Value("е"),
                                ),
                                output_field=models.TextField(),
                                verbose_name="sort key",
                            ),
                        ),
                        ("address", models.CharField(blank=True, max_length=300, verbose_name="address")),
                        (
                            "phone",
                            phonenumber_field.modelfields.PhoneNumberField(
                                blank=True, max_length=128, null=True, region=None, verbose_name="phone"
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="medical_organisations",
                                to="insurers.region",
                                verbose_name="region",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "medical organisation",
                        "verbose_name_plural": "medical organisations",
                        "ordering": ["name_key"],
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                fields=["name_key"], name="clinic_name_words", opclasses=["gin_trgm_ops"]
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("region", "code"),
                                name="clinic_code_once_in_region",
                                violation_error_message="This region already has a clinic with this code.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_from__isnull", True),
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="clinic_validity_in_order",
                                violation_error_message="The last day of validity is before the first one.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WorkingSchedule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.SlugField(max_length=60, verbose_name="code")),
                        ("title", models.CharField(max_length=200, verbose_name="title")),
                        ("time_zone", models.CharField(max_length=40, verbose_name="time zone")),
                        (
                            "round_the_clock",
                            models.BooleanField(default=False, verbose_name="round the clock"),
                        ),
                        (
                            "follows_calendar",
                            models.BooleanField(
                                default=True,
                                help_text="Days off, working Saturdays and short days of the calendar change the weekly hours.",
                                verbose_name="follows the production calendar",
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="schedules",
                                to="insurers.region",
                                verbose_name="region whose own days off count",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "working hours",
                        "verbose_name_plural": "working hours",
                        "ordering": ["code"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("code",),
                                name="schedule_code_once",
                                violation_error_message="There is already a schedule with this code.",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
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
                            pgtrigger.compiler.Trigger(
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
                            pgtrigger.compiler.Trigger(
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
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Branch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("valid_from", models.DateField(blank=True, null=True, verbose_name="valid from")),
                        (
                            "valid_to",
                            models.DateField(blank=True, null=True, verbose_name="valid to, inclusive"),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("insurer", "branch of an insurer"), ("fund", "territorial fund")],
                                default="insurer",
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        ("title", models.CharField(max_length=200, verbose_name="title")),
                        (
                            "title_key",
                            models.GeneratedField(
                                db_persist=True,
                                expression=django.db.models.functions.text.Replace(
                                    django.db.models.functions.text.Lower(models.F("title")),
                                    models.Value("ё"),
                                    models.Value("е"),
                                ),
                                output_field=models.TextField(),
                                verbose_name="sort key",
                            ),
                        ),
                        (
                            "postal_address",
                            models.CharField(blank=True, max_length=300, verbose_name="postal address"),
                        ),
                        ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                        (
                            "insurer",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="branches",
                                to="insurers.insurer",
                                verbose_name="insurer",
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="branches",
                                to="insurers.region",
                                verbose_name="region",
                            ),
                        ),
                        (
                            "schedule",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="branches",
                                to="insurers.workingschedule",
                                verbose_name="working hours",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "branch",
                        "verbose_name_plural": "branches and funds",
                        "ordering": ["title_key"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("insurer__isnull", False), ("kind", "insurer")),
                                    models.Q(("insurer__isnull", True), ("kind", "fund")),
                                    _connector="OR",
                                ),
                                name="branch_insurer_iff_kind",
                                violation_error_message="A branch belongs to an insurer, a fund belongs to none.",
                            ),
                            models.UniqueConstraint(
                                fields=("insurer", "region"),
                                name="branch_one_of_insurer_in_region",
                                violation_error_message="This insurer already has a branch in this region.",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("kind", "fund")),
                                fields=("region",),
                                name="branch_one_fund_in_region",
                                violation_error_message="This region already has its fund.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_from__isnull", True),
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="branch_validity_in_order",
                                violation_error_message="The last day of validity is before the first one.",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
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
                            pgtrigger.compiler.Trigger(
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
                            pgtrigger.compiler.Trigger(
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
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CalendarDayEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("date", models.DateField(verbose_name="date")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("day_off", "day off"),
                                    ("working", "working day"),
                                    ("short", "working day, one hour shorter"),
                                ],
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "works_as",
                            models.SmallIntegerField(
                                blank=True,
                                choices=[
                                    (0, "Monday"),
                                    (1, "Tuesday"),
                                    (2, "Wednesday"),
                                    (3, "Thursday"),
                                    (4, "Friday"),
                                    (5, "Saturday"),
                                    (6, "Sunday"),
                                ],
                                help_text="A working Saturday has the hours of the day it was exchanged with.",
                                null=True,
                                verbose_name="works by the hours of",
                            ),
                        ),
                        ("title", models.CharField(blank=True, max_length=200, verbose_name="title")),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="insurers.calendarday",
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="Leave empty for the whole country.",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="insurers.region",
                                verbose_name="region",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                    ],
                    options={
                        "abstract": False,
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                    hash="16ae0c3e76cda479365fdbde013235ecbae4f9d3",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_e4d60",
                                    table="insurers_calendardayevent",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                    hash="16ae0c3e76cda479365fdbde013235ecbae4f9d3",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_e4d60",
                                    table="insurers_calendardayevent",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WorkingAxis",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "starts",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.DateTimeField(), size=None, verbose_name="starts"
                            ),
                        ),
                        (
                            "ends",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.DateTimeField(), size=None, verbose_name="ends"
                            ),
                        ),
                        (
                            "axis",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.DateTimeField(), size=None, verbose_name="axis"
                            ),
                        ),
                        (
                            "day_seconds",
                            models.IntegerField(verbose_name="working seconds of one ordinary day"),
                        ),
                        ("computed_at", models.DateTimeField(verbose_name="computed at")),
                        (
                            "schedule",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="axis",
                                to="insurers.workingschedule",
                                verbose_name="schedule",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "axis of working time",
                        "verbose_name_plural": "axes of working time",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("day_seconds__gt", 0), ("day_seconds__lte", 86400)),
                                name="axis_day_seconds_of_a_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("starts__len", models.F("ends__len")),
                                    ("starts__len", models.F("axis__len")),
                                    ("starts__len__gt", 0),
                                ),
                                name="axis_arrays_of_one_length",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WorkingHours",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "weekday",
                            models.SmallIntegerField(
                                choices=[
                                    (0, "Monday"),
                                    (1, "Tuesday"),
                                    (2, "Wednesday"),
                                    (3, "Thursday"),
                                    (4, "Friday"),
                                    (5, "Saturday"),
                                    (6, "Sunday"),
                                ],
                                verbose_name="weekday",
                            ),
                        ),
                        ("starts", models.TimeField(verbose_name="from")),
                        ("ends", models.TimeField(help_text="00:00 means midnight.", verbose_name="to")),
                        (
                            "schedule",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="hours",
                                to="insurers.workingschedule",
                                verbose_name="schedule",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "hours of a weekday",
                        "verbose_name_plural": "hours of weekdays",
                        "ordering": ["weekday", "starts"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("weekday__gte", 0), ("weekday__lte", 6)),
                                name="hours_weekday_known",
                                violation_error_message="Choose the day of the week.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends__gt", models.F("starts")), ("ends", "00:00"), _connector="OR"
                                ),
                                name="hours_in_order",
                                violation_error_message="The end is before the start. Split a night shift at midnight.",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[
                                    ("schedule", "="),
                                    ("weekday", "="),
                                    (
                                        models.Func(
                                            django.db.models.functions.comparison.Cast(
                                                django.db.models.functions.datetime.Extract(
                                                    "starts", "epoch"
                                                ),
                                                models.IntegerField(),
                                            ),
                                            django.db.models.functions.comparison.Coalesce(
                                                django.db.models.functions.comparison.NullIf(
                                                    django.db.models.functions.comparison.Cast(
                                                        django.db.models.functions.datetime.Extract(
                                                            "ends", "epoch"
                                                        ),
                                                        models.IntegerField(),
                                                    ),
                                                    models.Value(0),
                                                ),
                                                models.Value(86400),
                                            ),
                                            function="int4range",
                                            output_field=django.contrib.postgres.fields.ranges.IntegerRangeField(),
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="hours_never_overlap",
                                violation_error_message="These hours overlap with other hours of the same day.",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
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
                            pgtrigger.compiler.Trigger(
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
                            pgtrigger.compiler.Trigger(
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
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WorkingScheduleEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("code", models.SlugField(db_index=False, max_length=60, verbose_name="code")),
                        ("title", models.CharField(max_length=200, verbose_name="title")),
                        ("time_zone", models.CharField(max_length=40, verbose_name="time zone")),
                        (
                            "round_the_clock",
                            models.BooleanField(default=False, verbose_name="round the clock"),
                        ),
                        (
                            "follows_calendar",
                            models.BooleanField(
                                default=True,
                                help_text="Days off, working Saturdays and short days of the calendar change the weekly hours.",
                                verbose_name="follows the production calendar",
                            ),
                        ),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="insurers.workingschedule",
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="insurers.region",
                                verbose_name="region whose own days off count",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                    ],
                    options={
                        "abstract": False,
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                    hash="29403f946917c3fe60bb3ad9b56dccf4e3574a5d",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_baab0",
                                    table="insurers_workingscheduleevent",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                    hash="29403f946917c3fe60bb3ad9b56dccf4e3574a5d",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_baab0",
                                    table="insurers_workingscheduleevent",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WorkingSpan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("starts_at", models.DateTimeField(verbose_name="starts at")),
                        ("ends_at", models.DateTimeField(verbose_name="ends at")),
                        ("seconds_before", models.BigIntegerField(verbose_name="working seconds before")),
                        (
                            "schedule",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="spans",
                                to="insurers.workingschedule",
                                verbose_name="schedule",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "span of working time",
                        "verbose_name_plural": "spans of working time",
                        "ordering": ["schedule", "starts_at"],
                        "indexes": [
                            models.Index(fields=["schedule", "seconds_before"], name="span_by_seconds_before")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("schedule", "starts_at"), name="span_starts_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                                name="span_in_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("seconds_before__gte", 0)), name="span_counts_from_zero"
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[
                                    ("schedule", "="),
                                    (
                                        models.Func(
                                            "starts_at",
                                            "ends_at",
                                            function="tstzrange",
                                            output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField(),
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="span_never_overlap",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BranchEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("valid_from", models.DateField(blank=True, null=True, verbose_name="valid from")),
                        (
                            "valid_to",
                            models.DateField(blank=True, null=True, verbose_name="valid to, inclusive"),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("insurer", "branch of an insurer"), ("fund", "territorial fund")],
                                default="insurer",
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        ("title", models.CharField(max_length=200, verbose_name="title")),
                        (
                            "postal_address",
                            models.CharField(blank=True, max_length=300, verbose_name="postal address"),
                        ),
                        ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="insurers.branch",
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
                            "region",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="insurers.region",
                                verbose_name="region",
                            ),
                        ),
                        (
                            "schedule",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="insurers.workingschedule",
                                verbose_name="working hours",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                    ],
                    options={
                        "abstract": False,
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                    hash="c2d5805862c2cdf0d951c20774a03e16ecb1018d",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_5d734",
                                    table="insurers_branchevent",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                    hash="c2d5805862c2cdf0d951c20774a03e16ecb1018d",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_5d734",
                                    table="insurers_branchevent",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClinicPost",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("valid_from", models.DateField(blank=True, null=True, verbose_name="valid from")),
                        (
                            "valid_to",
                            models.DateField(blank=True, null=True, verbose_name="valid to, inclusive"),
                        ),
                        ("place", models.CharField(max_length=200, verbose_name="where to find it")),
                        (
                            "hours_text",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="hours, as people read them"
                            ),
                        ),
                        (
                            "phone",
                            phonenumber_field.modelfields.PhoneNumberField(
                                blank=True, max_length=128, null=True, region=None, verbose_name="phone"
                            ),
                        ),
                        (
                            "branch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="clinic_posts",
                                to="insurers.branch",
                                verbose_name="branch",
                            ),
                        ),
                        (
                            "medical_organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="posts",
                                to="insurers.medicalorganisation",
                                verbose_name="medical organisation",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "post in a clinic",
                        "verbose_name_plural": "posts in clinics",
                        "ordering": ["medical_organisation", "place", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("branch", "medical_organisation", "place"),
                                name="clinic_post_place_once",
                                violation_error_message="This post is already listed.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_from__isnull", True),
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="clinic_post_validity_in_order",
                                violation_error_message="The last day of validity is before the first one.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Hotline",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("valid_from", models.DateField(blank=True, null=True, verbose_name="valid from")),
                        (
                            "valid_to",
                            models.DateField(blank=True, null=True, verbose_name="valid to, inclusive"),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("contact_centre", "contact centre"),
                                    ("rights_protection", "protection of patients' rights"),
                                    ("duty", "duty phone"),
                                ],
                                max_length=20,
                                verbose_name="purpose",
                            ),
                        ),
                        (
                            "phone",
                            phonenumber_field.modelfields.PhoneNumberField(
                                max_length=128, region=None, verbose_name="phone"
                            ),
                        ),
                        (
                            "extension",
                            models.CharField(
                                blank=True,
                                max_length=8,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^\\d*$", "Only digits, for example 123."
                                    )
                                ],
                                verbose_name="extension",
                            ),
                        ),
                        (
                            "hours_text",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="hours, as people read them"
                            ),
                        ),
                        (
                            "after_hours",
                            models.CharField(
                                choices=[
                                    ("unknown", "not known"),
                                    ("none", "nobody answers"),
                                    ("voicemail", "voicemail records the call"),
                                    ("machine", "an answering machine speaks"),
                                    ("duty", "the duty person answers"),
                                ],
                                default="unknown",
                                max_length=20,
                                verbose_name="outside working hours",
                            ),
                        ),
                        (
                            "after_hours_note",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="note on calls outside working hours"
                            ),
                        ),
                        (
                            "calls_recorded",
                            models.BooleanField(blank=True, null=True, verbose_name="calls are recorded"),
                        ),
                        (
                            "confirmed_on",
                            models.DateField(blank=True, null=True, verbose_name="confirmed on"),
                        ),
                        (
                            "source",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="where the number comes from"
                            ),
                        ),
                        (
                            "branch",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="hotlines",
                                to="insurers.branch",
                                verbose_name="branch or fund",
                            ),
                        ),
                        (
                            "insurer",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="hotlines",
                                to="insurers.insurer",
                                verbose_name="insurer (whole country)",
                            ),
                        ),
                        (
                            "schedule",
                            models.ForeignKey(
                                blank=True,
                                help_text="Leave empty while the hours are not confirmed: the portal says so and does not guess.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="hotlines",
                                to="insurers.workingschedule",
                                verbose_name="working hours",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "phone",
                        "verbose_name_plural": "phones",
                        "ordering": ["purpose", "phone", "extension"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("branch__isnull", False), ("insurer__isnull", True)),
                                    models.Q(("branch__isnull", True), ("insurer__isnull", False)),
                                    _connector="OR",
                                ),
                                name="hotline_has_one_owner",
                                violation_error_message="A phone belongs either to an insurer or to a branch: choose one.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("purpose__in", ["contact_centre", "rights_protection", "duty"])
                                ),
                                name="hotline_purpose_known",
                                violation_error_message="Choose what the phone is for.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("after_hours__in", ["unknown", "none", "voicemail", "machine", "duty"])
                                ),
                                name="hotline_after_hours_known",
                                violation_error_message="Choose what happens outside working hours.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("phone__regex", "^\\+[0-9]{8,15}$")),
                                name="hotline_phone_e164",
                                violation_error_message="Write the phone with its area code: 8 (4852) 31-38-28.",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(("insurer__isnull", False)),
                                expressions=[
                                    ("insurer", "="),
                                    ("purpose", "="),
                                    ("phone", "="),
                                    ("extension", "="),
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
                                name="hotline_of_insurer_never_twice",
                                violation_error_message="This phone is already listed for this purpose in an overlapping period. End the earlier record first or choose other dates.",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(("branch__isnull", False)),
                                expressions=[
                                    ("branch", "="),
                                    ("purpose", "="),
                                    ("phone", "="),
                                    ("extension", "="),
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
                                name="hotline_of_branch_never_twice",
                                violation_error_message="This phone is already listed for this purpose in an overlapping period. End the earlier record first or choose other dates.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_from__isnull", True),
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="hotline_validity_in_order",
                                violation_error_message="The last day of validity is before the first one.",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
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
                            pgtrigger.compiler.Trigger(
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
                            pgtrigger.compiler.Trigger(
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
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Office",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("address", models.CharField(max_length=300, verbose_name="address")),
                        (
                            "hours_text",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="hours, as people read them"
                            ),
                        ),
                        (
                            "phone",
                            phonenumber_field.modelfields.PhoneNumberField(
                                blank=True, max_length=128, null=True, region=None, verbose_name="phone"
                            ),
                        ),
                        (
                            "branch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="offices",
                                to="insurers.branch",
                                verbose_name="branch",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "office",
                        "verbose_name_plural": "offices",
                        "ordering": ["address", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("branch", "address"),
                                name="office_address_once",
                                violation_error_message="This branch already has an office at this address.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Policy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("valid_from", models.DateField(blank=True, null=True, verbose_name="valid from")),
                        (
                            "valid_to",
                            models.DateField(blank=True, null=True, verbose_name="valid to, inclusive"),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("enp", "single policy number"),
                                    ("temporary", "temporary certificate"),
                                    ("old", "policy of the old form"),
                                ],
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "number_blind",
                            models.BinaryField(max_length=32, verbose_name="digest of the number"),
                        ),
                        (
                            "birth_on_blind",
                            models.BinaryField(max_length=32, verbose_name="digest of the birth date"),
                        ),
                        (
                            "surname_key",
                            models.CharField(db_index=True, max_length=100, verbose_name="surname, folded"),
                        ),
                        (
                            "holder",
                            omsportal.platform.fields.SealedField(
                                bound_to="number_blind", verbose_name="number and holder, sealed"
                            ),
                        ),
                        (
                            "digest",
                            models.BinaryField(max_length=32, verbose_name="digest of the whole record"),
                        ),
                        (
                            "branch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="policies",
                                to="insurers.branch",
                                verbose_name="branch",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "policy",
                        "verbose_name_plural": "policies",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("number_blind", "kind"), name="policy_number_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["enp", "temporary", "old"])),
                                name="policy_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_from__isnull", True),
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="policy_validity_in_order",
                                violation_error_message="The last day of validity is before the first one.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WorkingHoursEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "weekday",
                            models.SmallIntegerField(
                                choices=[
                                    (0, "Monday"),
                                    (1, "Tuesday"),
                                    (2, "Wednesday"),
                                    (3, "Thursday"),
                                    (4, "Friday"),
                                    (5, "Saturday"),
                                    (6, "Sunday"),
                                ],
                                verbose_name="weekday",
                            ),
                        ),
                        ("starts", models.TimeField(verbose_name="from")),
                        ("ends", models.TimeField(help_text="00:00 means midnight.", verbose_name="to")),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="insurers.workinghours",
                            ),
                        ),
                        (
                            "schedule",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="insurers.workingschedule",
                                verbose_name="schedule",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                    ],
                    options={
                        "abstract": False,
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                    hash="c4a244b38d70c4e5becb82e14d69f4799dafd155",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_6c448",
                                    table="insurers_workinghoursevent",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                    hash="c4a244b38d70c4e5becb82e14d69f4799dafd155",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_6c448",
                                    table="insurers_workinghoursevent",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HotlineEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("valid_from", models.DateField(blank=True, null=True, verbose_name="valid from")),
                        (
                            "valid_to",
                            models.DateField(blank=True, null=True, verbose_name="valid to, inclusive"),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("contact_centre", "contact centre"),
                                    ("rights_protection", "protection of patients' rights"),
                                    ("duty", "duty phone"),
                                ],
                                max_length=20,
                                verbose_name="purpose",
                            ),
                        ),
                        (
                            "phone",
                            phonenumber_field.modelfields.PhoneNumberField(
                                max_length=128, region=None, verbose_name="phone"
                            ),
                        ),
                        (
                            "extension",
                            models.CharField(
                                blank=True,
                                max_length=8,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^\\d*$", "Only digits, for example 123."
                                    )
                                ],
                                verbose_name="extension",
                            ),
                        ),
                        (
                            "hours_text",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="hours, as people read them"
                            ),
                        ),
                        (
                            "after_hours",
                            models.CharField(
                                choices=[
                                    ("unknown", "not known"),
                                    ("none", "nobody answers"),
                                    ("voicemail", "voicemail records the call"),
                                    ("machine", "an answering machine speaks"),
                                    ("duty", "the duty person answers"),
                                ],
                                default="unknown",
                                max_length=20,
                                verbose_name="outside working hours",
                            ),
                        ),
                        (
                            "after_hours_note",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="note on calls outside working hours"
                            ),
                        ),
                        (
                            "calls_recorded",
                            models.BooleanField(blank=True, null=True, verbose_name="calls are recorded"),
                        ),
                        (
                            "confirmed_on",
                            models.DateField(blank=True, null=True, verbose_name="confirmed on"),
                        ),
                        (
                            "source",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="where the number comes from"
                            ),
                        ),
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
                                verbose_name="branch or fund",
                            ),
                        ),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="insurers.hotline",
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
                                verbose_name="insurer (whole country)",
                            ),
                        ),
                        (
                            "schedule",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="Leave empty while the hours are not confirmed: the portal says so and does not guess.",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="insurers.workingschedule",
                                verbose_name="working hours",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                    ],
                    options={
                        "abstract": False,
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                    hash="c80405ebf884c7c2308c534ae11f5d6cd6f7268d",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_1a754",
                                    table="insurers_hotlineevent",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                    hash="c80405ebf884c7c2308c534ae11f5d6cd6f7268d",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_1a754",
                                    table="insurers_hotlineevent",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
            ],
        ),
        migrations.RunSQL(sql=set_storage("PLAIN"), reverse_sql=set_storage("EXTENDED")),
    ]
