import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import omsportal.platform.fields
from omsportal.platform.migrating import Together

# References of the hot tables are checked with their statement: a deferred check costs a third of a sweep.
CHECK_AT_ONCE = """
DO $$
DECLARE reference record;
BEGIN
    FOR reference IN
        SELECT conrelid::regclass AS owner, conname FROM pg_constraint
        WHERE contype = 'f' AND condeferrable AND conrelid = ANY (ARRAY['complaints_complaint',
            'complaints_history', 'complaints_message', 'complaints_card']::regclass[])
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER CONSTRAINT %I NOT DEFERRABLE', reference.owner, reference.conname);
    END LOOP;
END $$
"""


def check_references_at_once(_apps, schema_editor):
    """Django writes the references at the end of a migration; this comes after them."""
    schema_editor.deferred_sql.append(CHECK_AT_ONCE)


class Migration(migrations.Migration):
    replaces = [
        ("complaints", "0001_initial"),
        ("complaints", "0002_light_hot_rows"),
        ("complaints", "0003_check_references_at_once"),
        ("complaints", "0004_find_late_urgent_cases"),
        ("complaints", "0005_decided_at_a_moment"),
        ("complaints", "0006_who_is_asking"),
        ("complaints", "0007_check_the_events"),
        ("complaints", "0008_keep_all_dates"),
        ("complaints", "0009_find_promised_calls"),
        ("complaints", "0010_scan_files"),
        ("complaints", "0011_phone_of_the_registry"),
        ("complaints", "0012_keep_no_longer"),
        ("complaints", "0013_find_what_to_erase"),
        ("complaints", "0014_released_by_whom_and_when"),
        ("complaints", "0015_follow_a_case"),
        ("complaints", "0016_check_the_new_events"),
        ("complaints", "0017_guides_and_calls"),
        ("complaints", "0018_chats"),
        ("complaints", "0019_find_first_answers_of_chats"),
        ("complaints", "0020_words_in_english"),
        ("complaints", "0021_look_in_history"),
        ("complaints", "0022_check_that_event"),
        ("complaints", "0023_list_what_is_answered"),
    ]

    initial = True

    dependencies = [
        ("insurers", "0001_squashed_0004_write_who_into_the_line"),
        ("representatives", "0001_squashed_0004_keep_typed_forms"),
        ("representatives", "__first__"),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="Category",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("slug", models.SlugField(unique=True, verbose_name="code")),
                        ("position", models.PositiveSmallIntegerField(verbose_name="place in the list")),
                        ("title", models.CharField(max_length=120, verbose_name="title for staff")),
                        ("plain_title", models.CharField(max_length=160, verbose_name="in plain words")),
                        ("plain_hint", models.CharField(blank=True, max_length=240, verbose_name="examples")),
                        ("icon", models.SlugField(default="question", verbose_name="icon")),
                        (
                            "now_steps",
                            models.JSONField(
                                blank=True, default=list, verbose_name="what to do in the next five minutes"
                            ),
                        ),
                        ("free_of_charge", models.TextField(blank=True, verbose_name="what must be free")),
                        ("basis", models.CharField(blank=True, max_length=240, verbose_name="by which rule")),
                        (
                            "default_kind",
                            models.CharField(
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
                        (
                            "arrival_tier",
                            models.SmallIntegerField(
                                choices=[
                                    (1, "tier 1, contact centre"),
                                    (2, "tier 2, rights specialists"),
                                    (3, "tier 3, experts"),
                                    (4, "fund"),
                                ],
                                default=1,
                                verbose_name="tier on arrival",
                            ),
                        ),
                        (
                            "about_insurer",
                            models.BooleanField(default=False, verbose_name="about the insurer: to the fund"),
                        ),
                        (
                            "asks_waiting_time",
                            models.BooleanField(
                                default=False, verbose_name="asks how long the patient waits"
                            ),
                        ),
                        (
                            "asks_money",
                            models.BooleanField(default=False, verbose_name="asks for the sum paid"),
                        ),
                        (
                            "needs_second_person",
                            models.BooleanField(
                                default=False, verbose_name="the answer needs a second pair of eyes"
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        (
                            "plain_title_en",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=160,
                                verbose_name="in plain words, in English",
                            ),
                        ),
                        (
                            "plain_hint_en",
                            models.CharField(
                                blank=True, default="", max_length=240, verbose_name="examples, in English"
                            ),
                        ),
                        (
                            "now_steps_en",
                            models.JSONField(
                                blank=True,
                                default=list,
                                verbose_name="what to do in the next five minutes, in English",
                            ),
                        ),
                        (
                            "free_of_charge_en",
                            models.TextField(
                                blank=True, default="", verbose_name="what must be free, in English"
                            ),
                        ),
                        (
                            "basis_en",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=240,
                                verbose_name="by which rule, in English",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "category",
                        "verbose_name_plural": "categories",
                        "ordering": ["position", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "default_kind__in",
                                        ["complaint", "application", "consultation", "proposal", "thanks"],
                                    )
                                ),
                                name="category_default_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("arrival_tier__in", [1, 2, 3, 4])),
                                name="category_tier_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to", None),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="category_validity",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Deadline",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=32, verbose_name="code")),
                        ("group", models.CharField(max_length=16, verbose_name="group")),
                        ("what", models.CharField(max_length=200, verbose_name="what")),
                        ("value", models.PositiveIntegerField(verbose_name="value")),
                        (
                            "unit",
                            models.CharField(
                                choices=[
                                    ("minute", "minutes"),
                                    ("hour", "hours"),
                                    ("calendar_day", "calendar days"),
                                    ("working_day", "working days"),
                                    ("year", "years"),
                                    ("per_year", "times a year"),
                                ],
                                max_length=16,
                                verbose_name="unit",
                            ),
                        ),
                        (
                            "start_event",
                            models.CharField(blank=True, max_length=120, verbose_name="counted from"),
                        ),
                        ("basis", models.CharField(max_length=200, verbose_name="basis")),
                        (
                            "source_note",
                            models.CharField(blank=True, max_length=240, verbose_name="how sure"),
                        ),
                        (
                            "needs_check",
                            models.BooleanField(
                                default=False,
                                help_text="An uncertain term gives the patient no verdict.",
                                verbose_name="uncertain",
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        (
                            "region",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="insurers.region",
                                verbose_name="region",
                            ),
                        ),
                        (
                            "what_en",
                            models.CharField(
                                blank=True, default="", max_length=200, verbose_name="what, in English"
                            ),
                        ),
                        (
                            "start_event_en",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=120,
                                verbose_name="counted from, in English",
                            ),
                        ),
                        (
                            "basis_en",
                            models.CharField(
                                blank=True, default="", max_length=200, verbose_name="basis, in English"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "term",
                        "verbose_name_plural": "terms",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "unit__in",
                                        ["minute", "hour", "calendar_day", "working_day", "year", "per_year"],
                                    )
                                ),
                                name="deadline_unit_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to", None),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="deadline_validity",
                            ),
                            models.UniqueConstraint(
                                fields=("code", "region", "valid_from"),
                                name="deadline_once",
                                nulls_distinct=False,
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OfficialCode",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("edition", models.CharField(max_length=16, verbose_name="edition of the form")),
                        ("table", models.CharField(max_length=4, verbose_name="table")),
                        ("code", models.CharField(max_length=16, verbose_name="row")),
                        (
                            "parent_code",
                            models.CharField(blank=True, max_length=16, verbose_name="parent row"),
                        ),
                        ("is_leaf", models.BooleanField(verbose_name="has no sub-rows")),
                        ("kind", models.CharField(blank=True, max_length=24, verbose_name="kind")),
                        ("text", models.TextField(verbose_name="text of the row")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                    ],
                    options={
                        "verbose_name": "official code",
                        "verbose_name_plural": "official codes",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("edition", "table", "code"), name="official_code_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to", None),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="official_code_validity",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RuleEdition",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(max_length=120, verbose_name="title")),
                        (
                            "filed_from",
                            models.DateTimeField(unique=True, verbose_name="for cases filed from"),
                        ),
                        (
                            "approved_by_fund",
                            models.BooleanField(
                                default=False, verbose_name="the fund agreed to longer limits"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "edition of rules",
                        "verbose_name_plural": "editions of rules",
                    },
                ),
                migrations.CreateModel(
                    name="EngineHold",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("held_at", models.DateTimeField(verbose_name="held at")),
                        ("jumped_seconds", models.IntegerField(verbose_name="the clock jumped by, seconds")),
                        (
                            "released_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="released at"),
                        ),
                        (
                            "released_by",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="released by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "hold of the timer",
                        "verbose_name_plural": "holds of the timer",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("released_at", None)),
                                fields=["held_at"],
                                name="engine_hold_open",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("released_by", None), ("released_at__isnull", False), _connector="OR"
                                ),
                                name="engine_hold_released_when",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ConsentText",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("email", "notices by e-mail"),
                                    ("sms", "notices by SMS"),
                                    ("messenger", "notices in messengers"),
                                    ("medical_documents", "obtaining medical documents"),
                                ],
                                max_length=18,
                                verbose_name="purpose",
                            ),
                        ),
                        ("version", models.CharField(max_length=16, verbose_name="version")),
                        ("text", models.TextField(verbose_name="text")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                    ],
                    options={
                        "verbose_name": "text of a consent",
                        "verbose_name_plural": "texts of consents",
                        "constraints": [
                            models.UniqueConstraint(fields=("purpose", "version"), name="consent_text_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("purpose__in", ["email", "sms", "messenger", "medical_documents"])
                                ),
                                name="consent_text_purpose_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to", None),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="consent_text_validity",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CategoryCode",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        (
                            "category",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="codes",
                                to="complaints.category",
                            ),
                        ),
                        (
                            "official_code",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="complaints.officialcode",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "code of a category",
                        "verbose_name_plural": "codes of categories",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to", None),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="category_code_validity",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[
                                    (
                                        models.Func(
                                            models.F("valid_from"),
                                            models.F("valid_to"),
                                            django.contrib.postgres.fields.ranges.RangeBoundary(
                                                inclusive_upper=True
                                            ),
                                            function="daterange",
                                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                        ),
                                        "&&",
                                    ),
                                    ("category", "="),
                                ],
                                name="category_code_one_at_a_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EscalationRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("complaint", "complaint"),
                                    ("application", "application"),
                                    ("consultation", "consultation"),
                                    ("proposal", "proposal"),
                                    ("thanks", "thanks"),
                                ],
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "urgency",
                            models.CharField(
                                blank=True,
                                choices=[("ordinary", "ordinary"), ("urgent", "urgent: in the clinic now")],
                                max_length=8,
                                verbose_name="urgency",
                            ),
                        ),
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
                            "reaction_limit",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="first reaction within"
                            ),
                        ),
                        (
                            "reaction_unit",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("second", "seconds, round the clock"),
                                    ("minute", "minutes, round the clock"),
                                    ("working_hour", "working hours"),
                                    ("working_day", "working days"),
                                ],
                                max_length=12,
                                verbose_name="unit",
                            ),
                        ),
                        ("resolution_limit", models.PositiveIntegerField(verbose_name="decision within")),
                        (
                            "resolution_unit",
                            models.CharField(
                                choices=[
                                    ("second", "seconds, round the clock"),
                                    ("minute", "minutes, round the clock"),
                                    ("working_hour", "working hours"),
                                    ("working_day", "working days"),
                                ],
                                max_length=12,
                                verbose_name="unit",
                            ),
                        ),
                        (
                            "category",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="complaints.category",
                                verbose_name="category",
                            ),
                        ),
                        (
                            "insurer",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="insurers.insurer",
                                verbose_name="insurer",
                            ),
                        ),
                        (
                            "edition",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rules",
                                to="complaints.ruleedition",
                                verbose_name="edition",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "escalation rule",
                        "verbose_name_plural": "escalation rules",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("edition", "insurer", "kind", "category", "urgency", "tier"),
                                name="escalation_rule_once",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("resolution_limit__gte", 1),
                                    (
                                        "resolution_unit__in",
                                        ["second", "minute", "working_hour", "working_day"],
                                    ),
                                ),
                                name="escalation_rule_resolution_set",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("tier__in", [1, 2, 3, 4])),
                                name="escalation_rule_tier_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("reaction_limit", None), ("reaction_unit", "")),
                                    models.Q(
                                        ("reaction_limit__gte", 1),
                                        ("reaction_limit__isnull", False),
                                        (
                                            "reaction_unit__in",
                                            ["second", "minute", "working_hour", "working_day"],
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="escalation_rule_reaction_paired",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Incident",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(max_length=160, verbose_name="title")),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(blank=True, null=True, verbose_name="to")),
                        (
                            "banner",
                            models.CharField(blank=True, max_length=300, verbose_name="banner for patients"),
                        ),
                        ("opened_at", models.DateTimeField(verbose_name="opened at")),
                        ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                        (
                            "category",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="complaints.category",
                                verbose_name="category",
                            ),
                        ),
                        (
                            "medical_organisation",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="insurers.medicalorganisation",
                                verbose_name="clinic",
                            ),
                        ),
                        (
                            "opened_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="insurers.region",
                                verbose_name="region",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "incident",
                        "verbose_name_plural": "incidents",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on", None),
                                    ("ends_on__gte", models.F("starts_on")),
                                    _connector="OR",
                                ),
                                name="incident_period",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("closed_at", None),
                                    ("closed_at__gte", models.F("opened_at")),
                                    _connector="OR",
                                ),
                                name="incident_closed_after_opened",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Template",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.SlugField(verbose_name="code")),
                        ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                        ("title", models.CharField(max_length=120, verbose_name="title")),
                        (
                            "body",
                            models.TextField(
                                help_text="May hold {number}, {answer_due_on} and {phone}.",
                                verbose_name="text",
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        (
                            "approved_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "branch",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="insurers.branch",
                                verbose_name="branch",
                            ),
                        ),
                        (
                            "category",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="templates",
                                to="complaints.category",
                                verbose_name="category",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reply template",
                        "verbose_name_plural": "reply templates",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("code", "branch", "version"),
                                name="template_version_once",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to", None),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="template_validity",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Guide",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("slug", models.SlugField(verbose_name="code")),
                        ("position", models.PositiveSmallIntegerField(verbose_name="place in the list")),
                        ("title", models.CharField(max_length=120, verbose_name="title")),
                        (
                            "hint",
                            models.CharField(blank=True, max_length=240, verbose_name="what it helps with"),
                        ),
                        ("icon", models.SlugField(default="question", verbose_name="icon")),
                        ("steps", models.JSONField(default=list, verbose_name="what to do, step by step")),
                        ("free_of_charge", models.TextField(blank=True, verbose_name="what must be free")),
                        ("basis", models.CharField(blank=True, max_length=240, verbose_name="by which rule")),
                        (
                            "by_fund",
                            models.BooleanField(
                                default=False,
                                help_text="The page shows the fund's phone instead of the insurer's.",
                                verbose_name="the territorial fund helps",
                            ),
                        ),
                        (
                            "page",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("terms", "waiting times"),
                                    ("insurers", "insurers and funds"),
                                    ("policy_check", "check of a policy number"),
                                ],
                                max_length=12,
                                verbose_name="page of the portal",
                            ),
                        ),
                        ("link", models.URLField(blank=True, verbose_name="address outside the portal")),
                        (
                            "link_title",
                            models.CharField(blank=True, max_length=120, verbose_name="what is there"),
                        ),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        (
                            "theme",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="complaints.category",
                                verbose_name="theme of an appeal",
                            ),
                        ),
                        (
                            "title_en",
                            models.CharField(
                                blank=True, default="", max_length=120, verbose_name="title, in English"
                            ),
                        ),
                        (
                            "hint_en",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=240,
                                verbose_name="what it helps with, in English",
                            ),
                        ),
                        (
                            "steps_en",
                            models.JSONField(
                                blank=True, default=list, verbose_name="what to do, step by step, in English"
                            ),
                        ),
                        (
                            "free_of_charge_en",
                            models.TextField(
                                blank=True, default="", verbose_name="what must be free, in English"
                            ),
                        ),
                        (
                            "basis_en",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=240,
                                verbose_name="by which rule, in English",
                            ),
                        ),
                        (
                            "link_title_en",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=120,
                                verbose_name="what is there, in English",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "guide",
                        "verbose_name_plural": "guides",
                        "ordering": ["position", "id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("slug", "valid_from"), name="guide_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to", None),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="guide_validity",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("page__in", ["", "terms", "insurers", "policy_check"])),
                                name="guide_page_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("link", ""), ("link_title", "")),
                                    models.Q(
                                        models.Q(("link", ""), _negated=True),
                                        models.Q(("link_title", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="guide_link_has_title",
                                violation_error_message="Write both, the address and what is there, or neither.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Complaint",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=15, unique=True, verbose_name="number")),
                        ("access_code_digest", models.BinaryField(max_length=32)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("complaint", "complaint"),
                                    ("application", "application"),
                                    ("consultation", "consultation"),
                                    ("proposal", "proposal"),
                                    ("thanks", "thanks"),
                                ],
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("site", "site"),
                                    ("phone", "phone"),
                                    ("voicemail", "voicemail"),
                                    ("chat", "chat"),
                                    ("email", "e-mail"),
                                    ("letter", "letter"),
                                    ("visit", "visit"),
                                    ("clinic_post", "post in a clinic"),
                                    ("other_body", "another body"),
                                    ("api", "another system"),
                                ],
                                max_length=12,
                                verbose_name="channel",
                            ),
                        ),
                        (
                            "form",
                            models.CharField(
                                choices=[("written", "written or electronic"), ("oral", "oral")],
                                default="written",
                                max_length=8,
                                verbose_name="form",
                            ),
                        ),
                        (
                            "urgency",
                            models.CharField(
                                choices=[("ordinary", "ordinary"), ("urgent", "urgent: in the clinic now")],
                                default="ordinary",
                                max_length=8,
                                verbose_name="urgency",
                            ),
                        ),
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
                        ("hop", models.PositiveIntegerField(default=0, verbose_name="hop")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("new", "in the queue"),
                                    ("in_work", "in work"),
                                    ("waiting", "waiting for the patient"),
                                    ("resolved", "decided, the answer is being sent"),
                                    ("answered", "answered"),
                                    ("closed", "closed"),
                                    ("withdrawn", "withdrawn"),
                                    ("forwarded", "forwarded"),
                                    ("left_unanswered", "left without an answer"),
                                ],
                                default="new",
                                max_length=16,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "stage",
                            models.CharField(
                                choices=[("reaction", "first reaction"), ("resolution", "decision")],
                                default="resolution",
                                max_length=10,
                                verbose_name="stage",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=0, verbose_name="version")),
                        ("received_at", models.DateTimeField(verbose_name="received at")),
                        ("registered_at", models.DateTimeField(verbose_name="registered at")),
                        ("registered_on", models.DateField(verbose_name="registered on")),
                        ("entered_at", models.DateTimeField(verbose_name="in this tier since")),
                        (
                            "first_reaction_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="first reaction at"),
                        ),
                        ("due_at", models.DateTimeField(verbose_name="tier's time ends at")),
                        ("escalate_at", models.DateTimeField(blank=True, null=True, verbose_name="timer")),
                        ("paused_at", models.DateTimeField(blank=True, null=True, verbose_name="paused at")),
                        (
                            "remaining_seconds",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="working seconds left"
                            ),
                        ),
                        (
                            "wait_until",
                            models.DateTimeField(blank=True, null=True, verbose_name="waiting until"),
                        ),
                        (
                            "pauses_used",
                            models.PositiveSmallIntegerField(default=0, verbose_name="pauses used"),
                        ),
                        (
                            "returns_used",
                            models.PositiveSmallIntegerField(default=0, verbose_name="returns used"),
                        ),
                        (
                            "breached_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="last tier's time ran out at"
                            ),
                        ),
                        (
                            "blocked_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="held for a person since"
                            ),
                        ),
                        (
                            "answer_due_on",
                            models.DateField(blank=True, null=True, verbose_name="answer due on"),
                        ),
                        (
                            "extended_by_days",
                            models.PositiveSmallIntegerField(default=0, verbose_name="extended by, days"),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("justified", "the complaint is justified"),
                                    ("not_justified", "no violation found"),
                                    ("clarified", "clarified"),
                                    ("organised", "help organised"),
                                    ("redirected", "redirected"),
                                    ("repeated", "repeated appeal"),
                                ],
                                max_length=16,
                                verbose_name="outcome",
                            ),
                        ),
                        (
                            "resolved_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="decided at"),
                        ),
                        (
                            "answered_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="answer dispatched at"),
                        ),
                        ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                        ("helped", models.BooleanField(blank=True, null=True, verbose_name="did it help")),
                        (
                            "notify_by_email",
                            models.BooleanField(default=False, verbose_name="notices by e-mail"),
                        ),
                        ("needs_look", models.BooleanField(default=False, verbose_name="marked for a look")),
                        (
                            "assignee",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="holder",
                            ),
                        ),
                        (
                            "branch",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="insurers.branch",
                                verbose_name="branch",
                            ),
                        ),
                        (
                            "medical_organisation",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="insurers.medicalorganisation",
                                verbose_name="clinic",
                            ),
                        ),
                        (
                            "region_of_care",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="insurers.region",
                                verbose_name="region of care",
                            ),
                        ),
                        (
                            "category",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="complaints.category",
                                verbose_name="category",
                            ),
                        ),
                        (
                            "patient_category",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="complaints.category",
                                verbose_name="the patient's own choice",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="complaints",
                                to="complaints.incident",
                                verbose_name="incident",
                            ),
                        ),
                        (
                            "official_code",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="complaints.officialcode",
                                verbose_name="official code",
                            ),
                        ),
                        (
                            "rule_edition",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="complaints.ruleedition",
                            ),
                        ),
                        ("warn_at", models.DateTimeField(blank=True, null=True, verbose_name="next warning")),
                        (
                            "warned",
                            models.PositiveSmallIntegerField(default=0, verbose_name="warned at, percent"),
                        ),
                        (
                            "call_back_until",
                            models.DateTimeField(blank=True, null=True, verbose_name="call back until"),
                        ),
                    ],
                    options={
                        "verbose_name": "appeal",
                        "verbose_name_plural": "appeals",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("blocked_at", None), ("escalate_at__isnull", False)),
                                fields=["escalate_at", "id"],
                                name="complaint_due",
                            ),
                            models.Index(
                                models.F("branch"),
                                models.F("tier"),
                                models.F("status"),
                                models.OrderBy(models.F("urgency"), descending=True),
                                models.F("due_at"),
                                models.F("id"),
                                condition=models.Q(("status__in", ["new", "in_work", "waiting"])),
                                name="complaint_queue",
                            ),
                            models.Index(
                                condition=models.Q(("assignee__isnull", False)),
                                fields=["assignee", "status", "due_at", "id"],
                                name="complaint_holder",
                            ),
                            models.Index(
                                condition=models.Q(("status", "waiting")),
                                fields=["wait_until", "id"],
                                name="complaint_wait_end",
                            ),
                            models.Index(
                                condition=models.Q(("status__in", ["new", "in_work", "waiting", "resolved"])),
                                fields=["answer_due_on", "id"],
                                name="complaint_answer_due",
                            ),
                            models.Index(
                                condition=models.Q(("answered_at__isnull", False)),
                                fields=["branch", "answered_at", "id"],
                                name="complaint_answered",
                            ),
                            models.Index(
                                condition=models.Q(("breached_at__isnull", False)),
                                fields=["branch", "breached_at", "id"],
                                name="complaint_breached",
                            ),
                            models.Index(
                                condition=models.Q(("blocked_at__isnull", False)),
                                fields=["blocked_at"],
                                name="complaint_blocked",
                            ),
                            models.Index(
                                condition=models.Q(("warn_at__isnull", False)),
                                fields=["warn_at", "id"],
                                name="complaint_warning",
                            ),
                            models.Index(
                                condition=models.Q(("status", "new"), ("urgency", "urgent")),
                                fields=["id"],
                                name="complaint_urgent_pool",
                            ),
                            models.Index(
                                condition=models.Q(("incident__isnull", False)),
                                fields=["incident", "id"],
                                name="complaint_of_incident",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("breached_at__isnull", False),
                                    ("status__in", ["new", "in_work"]),
                                    ("urgency", "urgent"),
                                ),
                                fields=["id"],
                                name="complaint_urgent_late",
                            ),
                            models.Index(
                                condition=models.Q(("call_back_until__isnull", False)),
                                fields=["call_back_until", "id"],
                                name="complaint_call_back",
                            ),
                            models.Index(
                                condition=models.Q(("channel", "chat"), ("first_reaction_at__isnull", False)),
                                fields=["branch", "first_reaction_at"],
                                name="complaint_chat_reaction",
                            ),
                            models.Index(
                                condition=models.Q(("status", "resolved")),
                                fields=["branch", "resolved_at", "id"],
                                name="complaint_to_dispatch",
                            ),
                            models.Index(
                                condition=models.Q(("status", "answered")),
                                fields=["branch", "answered_at", "id"],
                                name="complaint_open_answer",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        ["complaint", "application", "consultation", "proposal", "thanks"],
                                    )
                                ),
                                name="complaint_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "channel__in",
                                        [
                                            "site",
                                            "phone",
                                            "voicemail",
                                            "chat",
                                            "email",
                                            "letter",
                                            "visit",
                                            "clinic_post",
                                            "other_body",
                                            "api",
                                        ],
                                    )
                                ),
                                name="complaint_channel_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("form__in", ["written", "oral"])),
                                name="complaint_form_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("urgency__in", ["ordinary", "urgent"])),
                                name="complaint_urgency_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("tier__in", [1, 2, 3, 4])), name="complaint_tier_known"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("stage__in", ["reaction", "resolution"])),
                                name="complaint_stage_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("number__regex", "^[0-9]{2}-[0-9]{2}-[0-9]{7}-[0-9]$")),
                                name="complaint_number_form",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "new"), _negated=True),
                                    ("assignee", None),
                                    _connector="OR",
                                ),
                                name="complaint_queue_has_no_holder",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status__in", ["in_work", "waiting"]), _negated=True),
                                    ("assignee__isnull", False),
                                    _connector="OR",
                                ),
                                name="complaint_work_has_holder",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("escalate_at", None), ("status__in", ["in_work", "new"]), _connector="OR"
                                ),
                                name="complaint_timer_only_while_clock_runs",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status__in", ["in_work", "new"]), _negated=True),
                                    ("escalate_at__isnull", False),
                                    ("breached_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="complaint_open_has_timer_or_breach",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("escalate_at", None),
                                    ("escalate_at", models.F("due_at")),
                                    _connector="OR",
                                ),
                                name="complaint_timer_is_due_moment",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("received_at__lte", models.F("registered_at"))),
                                name="complaint_received_before_registered",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("entered_at__gte", models.F("registered_at"))),
                                name="complaint_entered_after_registered",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("extended_by_days__lte", 30)),
                                name="complaint_extension_at_most_30_days",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("pauses_used__lte", 2)),
                                name="complaint_at_most_two_pauses",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("returns_used__lte", 1)), name="complaint_returned_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("outcome", ""), ("resolved_at", None)),
                                    models.Q(
                                        (
                                            "outcome__in",
                                            [
                                                "justified",
                                                "not_justified",
                                                "clarified",
                                                "organised",
                                                "redirected",
                                                "repeated",
                                            ],
                                        ),
                                        ("resolved_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="complaint_outcome_paired",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status__in", ["resolved", "answered"]), _negated=True),
                                    ("resolved_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="complaint_decided_has_outcome",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "answered"), _negated=True),
                                    ("answered_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="complaint_answered_was_dispatched",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_at__isnull", False),
                                        (
                                            "status__in",
                                            ["closed", "withdrawn", "forwarded", "left_unanswered"],
                                        ),
                                    ),
                                    models.Q(
                                        ("closed_at", None),
                                        ("status__in", ["new", "in_work", "waiting", "resolved", "answered"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="complaint_ended_paired",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("paused_at__isnull", False),
                                        ("remaining_seconds__isnull", False),
                                        ("status", "waiting"),
                                        ("wait_until__gt", models.F("paused_at")),
                                        ("wait_until__isnull", False),
                                    ),
                                    models.Q(
                                        models.Q(("status", "waiting"), _negated=True),
                                        ("paused_at", None),
                                        ("remaining_seconds", None),
                                        ("wait_until", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="complaint_pause_paired",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("answer_due_on__gte", models.F("registered_on")),
                                        ("answer_due_on__isnull", False),
                                        ("form", "written"),
                                    ),
                                    ("form", "oral"),
                                    _connector="OR",
                                ),
                                name="complaint_written_has_answer_date",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("answered_at", None),
                                    models.Q(
                                        ("answered_at__gte", models.F("resolved_at")),
                                        ("resolved_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="complaint_dispatched_after_decided",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("warn_at", None), ("escalate_at__isnull", False), _connector="OR"
                                ),
                                name="complaint_warning_only_while_timer_armed",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("warned__in", [0, 50, 75, 90])),
                                name="complaint_warned_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EffectiveRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("insurer_key", models.BigIntegerField()),
                        ("kind", models.CharField(max_length=16)),
                        ("urgency", models.CharField(max_length=8)),
                        ("tier", models.SmallIntegerField()),
                        ("reaction_limit", models.PositiveIntegerField(null=True)),
                        ("reaction_unit", models.CharField(blank=True, max_length=12)),
                        ("resolution_limit", models.PositiveIntegerField()),
                        ("resolution_unit", models.CharField(max_length=12)),
                        (
                            "category",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="complaints.category",
                            ),
                        ),
                        (
                            "rule",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="complaints.escalationrule",
                            ),
                        ),
                        (
                            "edition",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="complaints.ruleedition",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "effective rule",
                        "verbose_name_plural": "effective rules",
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("edition"),
                                models.F("insurer_key"),
                                models.F("kind"),
                                models.F("category"),
                                models.F("urgency"),
                                models.F("tier"),
                                name="effective_rule_key",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Answer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("justified", "the complaint is justified"),
                                    ("not_justified", "no violation found"),
                                    ("clarified", "clarified"),
                                    ("organised", "help organised"),
                                    ("redirected", "redirected"),
                                    ("repeated", "repeated appeal"),
                                ],
                                max_length=16,
                                verbose_name="outcome",
                            ),
                        ),
                        (
                            "sealed",
                            omsportal.platform.fields.SealedField(
                                bound_to="complaint_id", verbose_name="text"
                            ),
                        ),
                        ("decided_at", models.DateTimeField(verbose_name="decided at")),
                        (
                            "sum_claimed",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=12,
                                null=True,
                                verbose_name="sum claimed",
                            ),
                        ),
                        (
                            "sum_refunded",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=12,
                                null=True,
                                verbose_name="sum refunded",
                            ),
                        ),
                        (
                            "outgoing_number",
                            models.CharField(blank=True, max_length=40, verbose_name="outgoing number"),
                        ),
                        (
                            "dispatched_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="dispatched at"),
                        ),
                        (
                            "dispatched_by",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("site", "on this site"),
                                    ("email", "by e-mail"),
                                    ("letter", "by letter"),
                                    ("office", "in the office"),
                                ],
                                max_length=6,
                                verbose_name="dispatched by way of",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "second_person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "signatory",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "complaint",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answer",
                                to="complaints.complaint",
                            ),
                        ),
                        (
                            "no_health_facts",
                            models.BooleanField(
                                db_default=False, default=False, verbose_name="says nothing about health"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "answer",
                        "verbose_name_plural": "answers",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "outcome__in",
                                        [
                                            "justified",
                                            "not_justified",
                                            "clarified",
                                            "organised",
                                            "redirected",
                                            "repeated",
                                        ],
                                    )
                                ),
                                name="answer_outcome_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("second_person", None),
                                    models.Q(("second_person", models.F("decided_by")), _negated=True),
                                    _connector="OR",
                                ),
                                name="answer_second_person_is_another",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("dispatched_at", None), ("dispatched_by", "")),
                                    models.Q(
                                        ("dispatched_at__gte", models.F("decided_at")),
                                        ("dispatched_at__isnull", False),
                                        ("dispatched_by__in", ["site", "email", "letter", "office"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="answer_dispatch_paired",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Barring",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "why",
                            models.CharField(
                                choices=[
                                    ("complained_of", "the complaint is about this person"),
                                    ("earlier_expert", "decided the earlier appeal"),
                                ],
                                max_length=16,
                                verbose_name="why",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "complaint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="complaints.complaint",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "barred member of staff",
                        "verbose_name_plural": "barred members of staff",
                        "constraints": [
                            models.UniqueConstraint(fields=("complaint", "user"), name="barring_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Card",
                    fields=[
                        (
                            "complaint",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="card",
                                serialize=False,
                                to="complaints.complaint",
                            ),
                        ),
                        (
                            "sealed",
                            omsportal.platform.fields.SealedField(
                                bound_to="complaint_id", verbose_name="personal data"
                            ),
                        ),
                        ("patient_surname_key", models.CharField(blank=True, max_length=80)),
                        ("applicant_surname_key", models.CharField(blank=True, max_length=80)),
                        ("birth_blind", models.BinaryField(blank=True, max_length=32, null=True)),
                        ("phone_blind", models.BinaryField(blank=True, max_length=32, null=True)),
                        ("policy_blind", models.BinaryField(blank=True, max_length=32, null=True)),
                        (
                            "for_whom",
                            models.CharField(
                                choices=[
                                    ("self", "for myself"),
                                    ("child", "for my child"),
                                    ("relative", "for a relative"),
                                    ("other", "for another person"),
                                ],
                                default="self",
                                max_length=8,
                                verbose_name="for whom",
                            ),
                        ),
                        ("is_anonymous", models.BooleanField(default=False, verbose_name="anonymous")),
                        (
                            "identity_level",
                            models.SmallIntegerField(
                                choices=[
                                    (0, "not confirmed"),
                                    (1, "contact confirmed"),
                                    (2, "phone of the registry or a document"),
                                    (3, "in person"),
                                    (4, "Gosuslugi"),
                                ],
                                default=0,
                                verbose_name="identity level",
                            ),
                        ),
                        (
                            "naming_consent",
                            models.CharField(
                                choices=[
                                    ("yes", "yes, you may name me"),
                                    ("no", "no, do not name me"),
                                    ("ask", "ask me first"),
                                ],
                                default="ask",
                                max_length=3,
                                verbose_name="may the clinic hear the name",
                            ),
                        ),
                        (
                            "answer_channel",
                            models.CharField(
                                choices=[
                                    ("site", "on this site"),
                                    ("email", "by e-mail"),
                                    ("letter", "by letter"),
                                    ("office", "in the office"),
                                ],
                                default="site",
                                max_length=6,
                                verbose_name="how to answer",
                            ),
                        ),
                        (
                            "quiet_from",
                            models.TimeField(blank=True, null=True, verbose_name="do not disturb from"),
                        ),
                        (
                            "quiet_to",
                            models.TimeField(blank=True, null=True, verbose_name="do not disturb until"),
                        ),
                        (
                            "incoming_number",
                            models.CharField(
                                blank=True, max_length=40, verbose_name="incoming letter number"
                            ),
                        ),
                        (
                            "incoming_on",
                            models.DateField(blank=True, null=True, verbose_name="incoming letter date"),
                        ),
                        ("lemmas", django.contrib.postgres.search.SearchVectorField(null=True)),
                        (
                            "policy",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="insurers.policy",
                            ),
                        ),
                        (
                            "anonymised_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="personal data erased at"
                            ),
                        ),
                        (
                            "patient_died",
                            models.BooleanField(
                                db_default=False, default=False, verbose_name="the patient has died"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "registration card",
                        "verbose_name_plural": "registration cards",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("policy_blind__isnull", False)),
                                fields=["policy_blind"],
                                name="card_policy",
                            ),
                            models.Index(
                                condition=models.Q(("phone_blind__isnull", False)),
                                fields=["phone_blind"],
                                name="card_phone",
                            ),
                            models.Index(
                                fields=["patient_surname_key", "birth_blind"], name="card_surname_birth"
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                fields=["patient_surname_key"],
                                name="card_surname_trigram",
                                opclasses=["gin_trgm_ops"],
                            ),
                            django.contrib.postgres.indexes.GinIndex(fields=["lemmas"], name="card_lemmas"),
                            models.Index(
                                condition=models.Q(("anonymised_at", None)),
                                fields=["complaint"],
                                name="card_personal",
                            ),
                            models.Index(
                                condition=models.Q(("anonymised_at", None), ("is_anonymous", True)),
                                fields=["complaint"],
                                name="card_personal_anonymous",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("identity_level__in", [0, 1, 2, 3, 4])),
                                name="card_identity_level_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("naming_consent__in", ["yes", "no", "ask"])),
                                name="card_naming_consent_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("answer_channel__in", ["site", "email", "letter", "office"])
                                ),
                                name="card_answer_channel_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("for_whom__in", ["self", "child", "relative", "other"])),
                                name="card_for_whom_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("quiet_from", None), ("quiet_to", None)),
                                    models.Q(("quiet_from__isnull", False), ("quiet_to__isnull", False)),
                                    _connector="OR",
                                ),
                                name="card_quiet_hours_paired",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("incoming_number", ""), ("incoming_on", None)),
                                    models.Q(("incoming_number", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="card_incoming_date_has_number",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Consent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("email", "notices by e-mail"),
                                    ("sms", "notices by SMS"),
                                    ("messenger", "notices in messengers"),
                                    ("medical_documents", "obtaining medical documents"),
                                ],
                                max_length=18,
                                verbose_name="purpose",
                            ),
                        ),
                        ("version", models.CharField(max_length=16, verbose_name="version of the text")),
                        ("given_at", models.DateTimeField(verbose_name="given at")),
                        (
                            "sealed",
                            omsportal.platform.fields.SealedField(
                                bound_to="complaint_id", verbose_name="address it was given from"
                            ),
                        ),
                        (
                            "revoked_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="revoked at"),
                        ),
                        (
                            "complaint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="consents",
                                to="complaints.complaint",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "consent",
                        "verbose_name_plural": "consents",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("revoked_at", None)),
                                fields=("complaint", "purpose"),
                                name="consent_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("purpose__in", ["email", "sms", "messenger", "medical_documents"])
                                ),
                                name="consent_purpose_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("revoked_at", None),
                                    ("revoked_at__gte", models.F("given_at")),
                                    _connector="OR",
                                ),
                                name="consent_revoked_after_given",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Draft",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reference", models.UUIDField(default=uuid.uuid4, editable=False)),
                        ("token_digest", models.BinaryField(max_length=32, unique=True)),
                        (
                            "sealed",
                            omsportal.platform.fields.SealedField(
                                bound_to="reference", verbose_name="what was typed"
                            ),
                        ),
                        (
                            "own_device",
                            models.BooleanField(default=False, verbose_name="the person's own device"),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="begun at")),
                        ("updated_at", models.DateTimeField(verbose_name="changed at")),
                        ("expires_at", models.DateTimeField(verbose_name="dies at")),
                        ("sealed_receipt", models.BinaryField(blank=True, null=True)),
                        (
                            "complaint",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="complaints.complaint",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "draft",
                        "verbose_name_plural": "drafts",
                        "indexes": [models.Index(fields=["expires_at"], name="draft_expiry")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("expires_at__gt", models.F("created_at"))),
                                name="draft_expires_after_begun",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("sealed_receipt", None), ("complaint__isnull", False), _connector="OR"
                                ),
                                name="draft_receipt_has_case",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="History",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="at")),
                        (
                            "event",
                            models.CharField(
                                choices=[
                                    ("filed", "appeal registered"),
                                    ("claimed", "taken into work"),
                                    ("released", "put back into the queue"),
                                    ("handed_over", "handed over"),
                                    ("escalated", "passed on by the timer"),
                                    ("escalated_by_hand", "passed to the next tier"),
                                    ("returned", "returned to the tier below"),
                                    ("breached", "time of the last tier has run out"),
                                    ("reacted", "first reaction"),
                                    ("waited", "question to the patient, clock paused"),
                                    ("resumed", "work resumed"),
                                    ("resolved", "decided"),
                                    ("answered", "answer sent"),
                                    ("confirmed", "the patient confirmed"),
                                    ("reopened", "the patient asked again"),
                                    ("withdrawn", "withdrawn by the patient"),
                                    ("forwarded", "forwarded to the competent body"),
                                    ("left_unanswered", "left without an answer"),
                                    ("extended", "time to answer extended"),
                                    ("reclassified", "reclassified"),
                                    ("recounted", "dates counted anew"),
                                    ("answer_recounted", "date of the answer by law counted anew"),
                                    ("wait_recounted", "end of the pause counted anew"),
                                    ("call_recounted", "time to call back counted anew"),
                                    ("called_back", "the patient was called back"),
                                    ("proposal_refused", "proposed change of the classification refused"),
                                    ("proposal_lapsed", "proposed change of the classification lapsed"),
                                    ("blocked", "held for a person to look at"),
                                    ("tried_again", "given back to the timer"),
                                    ("looked_at", "sender and policy looked at: the mark is taken off"),
                                    ("identified", "identity confirmed"),
                                    ("code_renewed", "new access code issued"),
                                    (
                                        "contact_refused",
                                        "a stranger got our message: the contact is not used any more",
                                    ),
                                    ("became_complaint", "the patient made an appeal of the chat"),
                                    ("contacts_changed", "contacts or the way of the answer changed"),
                                    ("death_noted", "noted that the patient has died"),
                                    ("death_taken_back", "mark of the patient's death taken back"),
                                ],
                                max_length=20,
                                verbose_name="event",
                            ),
                        ),
                        ("hop", models.PositiveIntegerField(verbose_name="hop")),
                        (
                            "cause",
                            models.CharField(
                                choices=[
                                    ("timer", "the timer"),
                                    ("staff", "staff"),
                                    ("patient", "the patient"),
                                    ("system", "the portal"),
                                ],
                                max_length=8,
                                verbose_name="cause",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("competence", "needs a higher competence"),
                                    ("patient_asks", "the patient asks"),
                                    ("clinic_refuses", "the clinic refuses"),
                                    ("incomplete", "the work of the tier is incomplete"),
                                    ("wrong_addressee", "another body is competent"),
                                    ("leave", "leave or end of shift"),
                                    ("other", "other, see the note"),
                                    ("email_code", "code by e-mail"),
                                    ("phone_code", "code by SMS"),
                                    ("registry_phone", "code to the phone in the insurer's records"),
                                    ("seen_passport", "passport, seen in person"),
                                    (
                                        "seen_birth",
                                        "child's birth certificate and parent's passport, seen in person",
                                    ),
                                    ("seen_authority", "power of attorney and passport, seen in person"),
                                    ("seen_other", "another identity document, seen in person"),
                                    ("copy_passport", "copy of a passport"),
                                    (
                                        "copy_birth",
                                        "copies of the birth certificate and the parent's passport",
                                    ),
                                    ("copy_authority", "copies of the power of attorney and the passport"),
                                    ("copy_other", "copy of another identity document"),
                                    ("email", "e-mail"),
                                    ("phone", "phone"),
                                    ("registry", "phone in the insurer's records"),
                                    ("address", "postal address"),
                                    ("answer_channel", "way of the answer"),
                                    ("death_told", "a relative told us"),
                                    ("death_paper", "death certificate seen"),
                                    ("death_registry", "the policy ended for this reason"),
                                ],
                                max_length=20,
                                verbose_name="reason",
                            ),
                        ),
                        ("from_status", models.CharField(blank=True, max_length=16)),
                        ("to_status", models.CharField(blank=True, max_length=16)),
                        (
                            "from_tier",
                            models.SmallIntegerField(
                                blank=True,
                                choices=[
                                    (1, "tier 1, contact centre"),
                                    (2, "tier 2, rights specialists"),
                                    (3, "tier 3, experts"),
                                    (4, "fund"),
                                ],
                                null=True,
                            ),
                        ),
                        (
                            "to_tier",
                            models.SmallIntegerField(
                                blank=True,
                                choices=[
                                    (1, "tier 1, contact centre"),
                                    (2, "tier 2, rights specialists"),
                                    (3, "tier 3, experts"),
                                    (4, "fund"),
                                ],
                                null=True,
                            ),
                        ),
                        ("due_before", models.DateTimeField(blank=True, null=True)),
                        ("due_after", models.DateTimeField(blank=True, null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "complaint",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="history",
                                to="complaints.complaint",
                            ),
                        ),
                        (
                            "from_assignee",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "from_branch",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="insurers.branch",
                            ),
                        ),
                        (
                            "to_assignee",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "to_branch",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="insurers.branch",
                            ),
                        ),
                        ("answer_after", models.DateField(blank=True, null=True)),
                        ("answer_before", models.DateField(blank=True, null=True)),
                        ("until_after", models.DateTimeField(blank=True, null=True)),
                        ("until_before", models.DateTimeField(blank=True, null=True)),
                        ("wait_days", models.SmallIntegerField(blank=True, null=True)),
                    ],
                    options={
                        "verbose_name": "history line",
                        "verbose_name_plural": "history",
                        "indexes": [
                            models.Index(fields=["complaint", "id"], name="history_of_case"),
                            models.Index(
                                condition=models.Q(
                                    ("event__in", ["escalated", "escalated_by_hand", "returned"])
                                ),
                                fields=["to_branch", "at"],
                                name="history_hops_by_time",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("event__in", ["reclassified", "reopened", "resolved", "waited"])
                                ),
                                fields=["to_branch", "at"],
                                name="history_fairness",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("event__in", ["escalated", "escalated_by_hand", "returned"])
                                ),
                                fields=("complaint", "hop"),
                                name="history_one_row_per_hop",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("event", "breached")),
                                fields=("complaint", "hop"),
                                name="history_one_breach_per_hop",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("cause__in", ["timer", "staff", "patient", "system"])),
                                name="history_cause_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("cause", "staff"), _negated=True),
                                    ("by__isnull", False),
                                    _connector="OR",
                                ),
                                name="history_staff_named",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "event__in",
                                        [
                                            "filed",
                                            "claimed",
                                            "released",
                                            "handed_over",
                                            "escalated",
                                            "escalated_by_hand",
                                            "returned",
                                            "breached",
                                            "reacted",
                                            "waited",
                                            "resumed",
                                            "resolved",
                                            "answered",
                                            "confirmed",
                                            "reopened",
                                            "withdrawn",
                                            "forwarded",
                                            "left_unanswered",
                                            "extended",
                                            "reclassified",
                                            "recounted",
                                            "answer_recounted",
                                            "wait_recounted",
                                            "call_recounted",
                                            "called_back",
                                            "proposal_refused",
                                            "proposal_lapsed",
                                            "blocked",
                                            "tried_again",
                                            "looked_at",
                                            "identified",
                                            "code_renewed",
                                            "contact_refused",
                                            "became_complaint",
                                            "contacts_changed",
                                            "death_noted",
                                            "death_taken_back",
                                        ],
                                    )
                                ),
                                name="history_event_known",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                    hash="3eda34cef7699164ee61eb44810595ef73f290cd",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_4b382",
                                    table="complaints_history",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                    hash="3eda34cef7699164ee61eb44810595ef73f290cd",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_4b382",
                                    table="complaints_history",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Link",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("duplicate", "the same event"),
                                    ("reopening", "asked again after the answer"),
                                    ("forward", "registered anew by the competent body"),
                                    ("repeated", "repeated complaint"),
                                    ("chat", "began as a chat"),
                                ],
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        ("linked_at", models.DateTimeField(verbose_name="linked at")),
                        (
                            "earlier",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="later_links",
                                to="complaints.complaint",
                            ),
                        ),
                        (
                            "later",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="earlier_links",
                                to="complaints.complaint",
                            ),
                        ),
                        (
                            "linked_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "link between appeals",
                        "verbose_name_plural": "links between appeals",
                        "constraints": [
                            models.UniqueConstraint(fields=("earlier", "later"), name="link_once"),
                            models.CheckConstraint(
                                condition=models.Q(("earlier", models.F("later")), _negated=True),
                                name="link_between_two",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("kind", "reopening")),
                                fields=("earlier",),
                                name="link_reopened_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Message",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "author_kind",
                            models.CharField(
                                choices=[("patient", "patient"), ("staff", "staff"), ("system", "portal")],
                                max_length=8,
                                verbose_name="author",
                            ),
                        ),
                        ("is_internal", models.BooleanField(default=False, verbose_name="internal note")),
                        ("is_call", models.BooleanField(default=False, verbose_name="note of a call")),
                        (
                            "sealed",
                            omsportal.platform.fields.SealedField(
                                bound_to="complaint_id", verbose_name="text"
                            ),
                        ),
                        ("posted_at", models.DateTimeField(verbose_name="posted at")),
                        (
                            "read_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="read by the other side at"
                            ),
                        ),
                        ("token_digest", models.BinaryField(blank=True, max_length=32, null=True)),
                        (
                            "author",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "complaint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="messages",
                                to="complaints.complaint",
                            ),
                        ),
                        (
                            "no_health_facts",
                            models.BooleanField(
                                db_default=False, default=False, verbose_name="says nothing about health"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "message",
                        "verbose_name_plural": "messages",
                        "indexes": [models.Index(fields=["complaint", "id"], name="message_of_case")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("author__isnull", False), ("author_kind", "staff")),
                                    models.Q(
                                        models.Q(("author_kind", "staff"), _negated=True), ("author", None)
                                    ),
                                    _connector="OR",
                                ),
                                name="message_staff_named",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_internal", False),
                                    ("author_kind__in", ["staff", "system"]),
                                    _connector="OR",
                                ),
                                name="message_patient_is_public",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("token_digest__isnull", False)),
                                fields=("complaint", "token_digest"),
                                name="message_posted_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("read_at", None),
                                    ("read_at__gte", models.F("posted_at")),
                                    _connector="OR",
                                ),
                                name="message_read_after_posted",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PatientSession",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("token_digest", models.BinaryField(max_length=32, unique=True)),
                        ("begun_at", models.DateTimeField(verbose_name="begun at")),
                        ("last_seen_at", models.DateTimeField(verbose_name="last seen at")),
                        ("expires_at", models.DateTimeField(verbose_name="ends at the latest at")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                        (
                            "complaint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="complaints.complaint",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "patient session",
                        "verbose_name_plural": "patient sessions",
                        "indexes": [
                            models.Index(fields=["complaint", "ended_at"], name="patient_session_of_case")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("last_seen_at__gte", models.F("begun_at"))),
                                name="patient_session_seen_after_begun",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("expires_at__gt", models.F("begun_at"))),
                                name="patient_session_expires_after_begun",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DutyCall",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("hop", models.PositiveIntegerField(verbose_name="hop")),
                        ("round", models.PositiveSmallIntegerField(verbose_name="which call")),
                        ("called_at", models.DateTimeField(verbose_name="called at")),
                        (
                            "acknowledged_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="acknowledged at"),
                        ),
                        (
                            "complaint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="duty_calls",
                                to="complaints.complaint",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="duty_calls",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="duty person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "call to a duty person",
                        "verbose_name_plural": "calls to duty people",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("complaint", "hop", "round"), name="duty_call_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("round__gte", 1)), name="duty_call_round_from_one"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("acknowledged_at", None),
                                    ("acknowledged_at__gte", models.F("called_at")),
                                    _connector="OR",
                                ),
                                name="duty_call_acknowledged_after_called",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Reclassification",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "from_kind",
                            models.CharField(
                                choices=[
                                    ("complaint", "complaint"),
                                    ("application", "application"),
                                    ("consultation", "consultation"),
                                    ("proposal", "proposal"),
                                    ("thanks", "thanks"),
                                ],
                                max_length=16,
                            ),
                        ),
                        (
                            "to_kind",
                            models.CharField(
                                choices=[
                                    ("complaint", "complaint"),
                                    ("application", "application"),
                                    ("consultation", "consultation"),
                                    ("proposal", "proposal"),
                                    ("thanks", "thanks"),
                                ],
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "from_urgency",
                            models.CharField(
                                choices=[("ordinary", "ordinary"), ("urgent", "urgent: in the clinic now")],
                                max_length=8,
                            ),
                        ),
                        (
                            "to_urgency",
                            models.CharField(
                                choices=[("ordinary", "ordinary"), ("urgent", "urgent: in the clinic now")],
                                max_length=8,
                                verbose_name="urgency",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("competence", "needs a higher competence"),
                                    ("patient_asks", "the patient asks"),
                                    ("clinic_refuses", "the clinic refuses"),
                                    ("incomplete", "the work of the tier is incomplete"),
                                    ("wrong_addressee", "another body is competent"),
                                    ("leave", "leave or end of shift"),
                                    ("other", "other, see the note"),
                                ],
                                max_length=20,
                                verbose_name="reason",
                            ),
                        ),
                        ("proposed_at", models.DateTimeField(verbose_name="proposed at")),
                        (
                            "decided_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="decided at"),
                        ),
                        ("approved", models.BooleanField(blank=True, null=True, verbose_name="approved")),
                        (
                            "complaint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reclassifications",
                                to="complaints.complaint",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "from_category",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="complaints.category",
                            ),
                        ),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "to_category",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="complaints.category",
                                verbose_name="category",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reclassification",
                        "verbose_name_plural": "reclassifications",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_at__isnull", True), ("approved__isnull", True)),
                                    models.Q(("decided_at__isnull", False), ("approved__isnull", False)),
                                    _connector="OR",
                                ),
                                name="reclassification_decision_paired",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("approved", True),
                                        ("from_urgency", "urgent"),
                                        ("to_urgency", "ordinary"),
                                        _negated=True,
                                    ),
                                    ("decided_by__isnull", False),
                                    _connector="OR",
                                ),
                                name="reclassification_downgrade_has_second",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("approved", True), ("from_kind", "complaint"), _negated=True),
                                    ("to_kind", "complaint"),
                                    ("decided_by__isnull", False),
                                    _connector="OR",
                                ),
                                name="reclassification_lowered_kind_has_second",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decided_by", None),
                                    models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                                    _connector="OR",
                                ),
                                name="reclassification_by_two_people",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("decided_at", None)),
                                fields=("complaint",),
                                name="reclassification_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decided_by", None), ("decided_at__isnull", False), _connector="OR"
                                ),
                                name="reclassification_decided_at_a_moment",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ContactLink",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reference", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "way",
                            models.CharField(
                                choices=[
                                    ("email", "e-mail"),
                                    ("phone", "phone"),
                                    ("registry", "phone in the insurer's records"),
                                ],
                                max_length=8,
                                verbose_name="contact",
                            ),
                        ),
                        ("contact_blind", models.BinaryField(max_length=32)),
                        ("token_digest", models.BinaryField(max_length=32, unique=True)),
                        (
                            "refused_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="refused at"),
                        ),
                        (
                            "complaint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="contact_links",
                                to="complaints.complaint",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "link of a contact",
                        "verbose_name_plural": "links of contacts",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("complaint", "way", "contact_blind"), name="contact_link_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("way__in", ["email", "phone", "registry"])),
                                name="contact_link_way_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OneTimeCode",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reference", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("registry_phone", "to the phone in the insurer's records"),
                                    ("email", "to the e-mail of the case"),
                                    ("phone", "to the phone of the case"),
                                    ("recovery", "for a new access code"),
                                    ("new_contact", "to a new contact of the case"),
                                    ("known_contact", "to a contact known before, to allow a new one"),
                                ],
                                max_length=14,
                                verbose_name="purpose",
                            ),
                        ),
                        (
                            "token_digest",
                            models.BinaryField(blank=True, max_length=32, null=True, unique=True),
                        ),
                        ("asked_at", models.DateTimeField(verbose_name="asked at")),
                        ("expires_at", models.DateTimeField(verbose_name="expires at")),
                        ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                        ("used_at", models.DateTimeField(blank=True, null=True, verbose_name="used at")),
                        (
                            "complaint",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="complaints.complaint",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "one-time code",
                        "verbose_name_plural": "one-time codes",
                        "indexes": [models.Index(fields=["expires_at"], name="one_time_code_expiry")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("purpose", "recovery"), ("token_digest__isnull", False)),
                                    models.Q(
                                        models.Q(("purpose", "recovery"), _negated=True),
                                        ("complaint__isnull", False),
                                        ("token_digest", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="one_time_code_of_case_or_browser",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("expires_at__gt", models.F("asked_at"))),
                                name="one_time_code_expires_after_asked",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("attempts__lte", 5)), name="one_time_code_few_attempts"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("used_at", None), ("used_at__gte", models.F("asked_at")), _connector="OR"
                                ),
                                name="one_time_code_used_after_asked",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "purpose__in",
                                        [
                                            "registry_phone",
                                            "email",
                                            "phone",
                                            "recovery",
                                            "new_contact",
                                            "known_contact",
                                        ],
                                    )
                                ),
                                name="one_time_code_purpose_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ErasureRequest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("asked_at", models.DateTimeField(verbose_name="asked at")),
                        ("due_on", models.DateField(verbose_name="decide by")),
                        (
                            "decision",
                            models.CharField(
                                blank=True,
                                choices=[("granted", "erased"), ("refused", "refused")],
                                max_length=8,
                                verbose_name="decision",
                            ),
                        ),
                        (
                            "ground",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("law", "the law demands that the appeal is kept (59-FZ, archives)"),
                                    ("open", "the appeal is still being worked on"),
                                    ("hold", "court, claim or inquiry"),
                                    ("not_person", "it is not confirmed who asks"),
                                ],
                                max_length=10,
                                verbose_name="ground of refusal",
                            ),
                        ),
                        (
                            "decided_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="decided at"),
                        ),
                        (
                            "asked_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "complaint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="erasure_requests",
                                to="complaints.complaint",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "request for erasure",
                        "verbose_name_plural": "requests for erasure",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("decision", "")),
                                fields=["due_on", "id"],
                                name="erasure_open",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("decision", "")),
                                fields=("complaint",),
                                name="erasure_asked_once_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("decided_at", None),
                                        ("decided_by", None),
                                        ("decision", ""),
                                        ("ground", ""),
                                    ),
                                    models.Q(
                                        ("decided_at__gte", models.F("asked_at")),
                                        ("decided_by__isnull", False),
                                        ("decision", "granted"),
                                        ("ground", ""),
                                    ),
                                    models.Q(
                                        ("decided_at__gte", models.F("asked_at")),
                                        ("decided_by__isnull", False),
                                        ("decision", "refused"),
                                        ("ground__in", ["law", "open", "hold", "not_person"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="erasure_decision_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LegalHold",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "ground",
                            models.CharField(
                                choices=[
                                    ("court", "court proceedings"),
                                    ("claim", "claim or demand for money"),
                                    ("inspection", "inquiry of a supervisor or the police"),
                                ],
                                max_length=10,
                                verbose_name="ground",
                            ),
                        ),
                        ("placed_at", models.DateTimeField(verbose_name="placed at")),
                        ("lifted_at", models.DateTimeField(blank=True, null=True, verbose_name="lifted at")),
                        (
                            "complaint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="holds",
                                to="complaints.complaint",
                            ),
                        ),
                        (
                            "lifted_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "placed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "hold on erasure",
                        "verbose_name_plural": "holds on erasure",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("lifted_at", None)),
                                fields=("complaint",),
                                name="legal_hold_one_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ground__in", ["court", "claim", "inspection"])),
                                name="legal_hold_ground_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("lifted_at", None), ("lifted_by", None)),
                                    models.Q(
                                        ("lifted_at__gte", models.F("placed_at")),
                                        ("lifted_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="legal_hold_lifted_paired",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Rating",
                    fields=[
                        (
                            "complaint",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="rating",
                                serialize=False,
                                to="complaints.complaint",
                                verbose_name="appeal",
                            ),
                        ),
                        ("stars", models.PositiveSmallIntegerField(verbose_name="rating, 1 to 5")),
                        (
                            "sealed",
                            omsportal.platform.fields.SealedField(
                                bound_to="complaint_id", verbose_name="words"
                            ),
                        ),
                        ("given_at", models.DateTimeField(verbose_name="given at")),
                    ],
                    options={
                        "verbose_name": "rating",
                        "verbose_name_plural": "ratings",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("stars__range", (1, 5))), name="rating_from_one_to_five"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CallWindow",
                    fields=[
                        (
                            "complaint",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="call_window",
                                serialize=False,
                                to="complaints.complaint",
                                verbose_name="appeal",
                            ),
                        ),
                        (
                            "days",
                            models.PositiveSmallIntegerField(
                                verbose_name="weekdays, Monday is 1, Tuesday 2, Wednesday 4 …"
                            ),
                        ),
                        ("starts", models.TimeField(verbose_name="not before")),
                        ("ends", models.TimeField(verbose_name="not after")),
                        ("time_zone", models.CharField(max_length=40, verbose_name="time zone")),
                    ],
                    options={
                        "verbose_name": "hours for a call",
                        "verbose_name_plural": "hours for calls",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("days__range", (1, 127))), name="call_window_has_days"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ends__gt", models.F("starts"))),
                                name="call_window_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Attachment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("storage_name", models.UUIDField(unique=True, verbose_name="name in the store")),
                        (
                            "sealed",
                            omsportal.platform.fields.SealedField(
                                bound_to="storage_name", verbose_name="file name"
                            ),
                        ),
                        ("media_type", models.CharField(max_length=80, verbose_name="type")),
                        ("size", models.PositiveIntegerField(verbose_name="size, bytes")),
                        ("content_digest", models.BinaryField(max_length=32)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("unscanned", "not checked for viruses"),
                                    ("pending", "being checked for viruses"),
                                    ("clean", "no virus found"),
                                    ("infected", "has a virus"),
                                ],
                                default="unscanned",
                                max_length=9,
                                verbose_name="scan",
                            ),
                        ),
                        ("uploaded_at", models.DateTimeField(verbose_name="uploaded at")),
                        (
                            "removed_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="removed at"),
                        ),
                        (
                            "uploaded_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "complaint",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attachments",
                                to="complaints.complaint",
                            ),
                        ),
                        (
                            "draft",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="attachments",
                                to="complaints.draft",
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attachments",
                                to="complaints.message",
                            ),
                        ),
                        (
                            "scan_after",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                verbose_name="scan after",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "file",
                        "verbose_name_plural": "files",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("complaint", None), ("draft__isnull", False)),
                                    models.Q(("complaint__isnull", False), ("draft", None)),
                                    _connector="OR",
                                ),
                                name="attachment_of_draft_or_case",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("message", None), ("complaint__isnull", False), _connector="OR"
                                ),
                                name="attachment_of_message_has_case",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("size__gte", 1)), name="attachment_not_empty"
                            ),
                        ],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("removed_at", None), ("state", "pending")),
                                fields=["scan_after"],
                                name="attachment_pending",
                            ),
                            models.Index(
                                condition=models.Q(("removed_at", None), ("state", "unscanned")),
                                fields=["scan_after"],
                                name="attachment_unscanned",
                            ),
                            models.Index(
                                condition=models.Q(("removed_at", None), ("state", "infected")),
                                fields=["complaint"],
                                name="attachment_infected",
                            ),
                            models.Index(
                                condition=models.Q(("complaint__isnull", False), ("removed_at", None)),
                                fields=["id"],
                                name="attachment_to_erase",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ContactChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reference", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "way",
                            models.CharField(
                                choices=[
                                    ("email", "e-mail"),
                                    ("phone", "phone"),
                                    ("address", "postal address"),
                                ],
                                max_length=8,
                                verbose_name="contact",
                            ),
                        ),
                        (
                            "sealed",
                            omsportal.platform.fields.SealedField(
                                bound_to="reference", verbose_name="contacts"
                            ),
                        ),
                        (
                            "known_way",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("email", "e-mail"),
                                    ("phone", "phone"),
                                    ("registry", "phone in the insurer's records"),
                                ],
                                max_length=8,
                                verbose_name="shown by",
                            ),
                        ),
                        ("asked_at", models.DateTimeField(verbose_name="asked at")),
                        ("made_at", models.DateTimeField(blank=True, null=True, verbose_name="made at")),
                        (
                            "complaint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="complaints.complaint",
                            ),
                        ),
                        (
                            "session",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="complaints.patientsession",
                            ),
                        ),
                        (
                            "new_code",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="complaints.onetimecode",
                            ),
                        ),
                        (
                            "known_code",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="complaints.onetimecode",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "change of a contact",
                        "verbose_name_plural": "changes of contacts",
                        "indexes": [models.Index(fields=["asked_at"], name="contact_change_asked")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("way__in", ["email", "phone", "address"])),
                                name="contact_change_way_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("made_at", None), ("made_at__gte", models.F("asked_at")), _connector="OR"
                                ),
                                name="contact_change_made_after_asked",
                            ),
                        ],
                    },
                ),
                migrations.SeparateDatabaseAndState(
                    state_operations=[
                        migrations.AddField(
                            model_name="Complaint",
                            name="barred_users",
                            field=models.ManyToManyField(
                                related_name="+", through="complaints.Barring", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                    ],
                ),
            ],
        ),
        migrations.RunPython(check_references_at_once, migrations.RunPython.noop),
    ]
