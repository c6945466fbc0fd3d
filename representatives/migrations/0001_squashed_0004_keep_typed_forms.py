import uuid

import django.contrib.auth.validators
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.utils.timezone
import phonenumber_field.modelfields
from django.conf import settings
from django.db import migrations, models

import omsportal.platform.fields
from omsportal.platform.migrating import Together


class Migration(migrations.Migration):
    replaces = [
        ("representatives", "0001_initial"),
        ("representatives", "0002_api_keys"),
        ("representatives", "0003_end_sessions_at_once"),
        ("representatives", "0004_keep_typed_forms"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("insurers", "0001_squashed_0004_write_who_into_the_line"),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="User",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        (
                            "last_login",
                            models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                        ),
                        (
                            "is_superuser",
                            models.BooleanField(
                                default=False,
                                help_text="Designates that this user has all permissions without explicitly assigning them.",
                                verbose_name="superuser status",
                            ),
                        ),
                        (
                            "username",
                            models.CharField(
                                max_length=150,
                                unique=True,
                                validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                                verbose_name="login",
                            ),
                        ),
                        ("full_name", models.CharField(max_length=200, verbose_name="full name")),
                        ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                        (
                            "phone",
                            phonenumber_field.modelfields.PhoneNumberField(
                                blank=True, max_length=128, region=None, verbose_name="phone"
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="may sign in")),
                        ("is_staff", models.BooleanField(default=False, verbose_name="may open the admin")),
                        ("is_demo", models.BooleanField(default=False, verbose_name="demo account")),
                        (
                            "date_joined",
                            models.DateTimeField(default=django.utils.timezone.now, verbose_name="joined at"),
                        ),
                        (
                            "sessions_ended_at",
                            models.DateTimeField(
                                blank=True, editable=False, null=True, verbose_name="signed out everywhere at"
                            ),
                        ),
                        (
                            "groups",
                            models.ManyToManyField(
                                blank=True,
                                help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.group",
                                verbose_name="groups",
                            ),
                        ),
                        (
                            "user_permissions",
                            models.ManyToManyField(
                                blank=True,
                                help_text="Specific permissions for this user.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.permission",
                                verbose_name="user permissions",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "member of staff",
                        "verbose_name_plural": "staff",
                    },
                ),
                migrations.CreateModel(
                    name="TierRight",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    ],
                    options={
                        "verbose_name": "tier right",
                        "verbose_name_plural": "tier rights",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("tier__in", [1, 2, 3, 4])), name="tier_right_tier_known"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "action__in",
                                        [
                                            "register",
                                            "close_consultation",
                                            "close_complaint",
                                            "organise_care",
                                            "ask_clinic",
                                            "open_documents",
                                            "order_review",
                                            "demand_refund",
                                            "court_documents",
                                            "campaigns",
                                            "escalate",
                                            "return",
                                            "forward",
                                        ],
                                    )
                                ),
                                name="tier_right_action_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "extent__in",
                                        ["full", "own_cases", "without_review", "propose", "draft"],
                                    )
                                ),
                                name="tier_right_extent_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to", None),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="tier_right_validity",
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
                                    ("tier", "="),
                                    ("action", "="),
                                ],
                                name="tier_right_one_at_a_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Representative",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                            "presence",
                            models.CharField(
                                choices=[
                                    ("free", "free"),
                                    ("busy", "busy"),
                                    ("break", "on a break"),
                                    ("away", "away"),
                                ],
                                default="away",
                                max_length=8,
                                verbose_name="presence",
                            ),
                        ),
                        (
                            "presence_since",
                            models.DateTimeField(blank=True, null=True, verbose_name="presence since"),
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
                            "user",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="representative",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="member of staff",
                            ),
                        ),
                        (
                            "branches",
                            models.ManyToManyField(
                                related_name="+", to="insurers.branch", verbose_name="branches"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "representative",
                        "verbose_name_plural": "representatives",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("tier__in", [1, 2, 3, 4])),
                                name="representative_tier_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ceiling__gte", 1)),
                                name="representative_ceiling_positive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("presence__in", ["free", "busy", "break", "away"])),
                                name="representative_presence_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Appointment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
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
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="insurers.branch",
                                verbose_name="branch",
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
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="appointments",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="member of staff",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "appointment",
                        "verbose_name_plural": "appointments",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("branch__isnull", False), ("insurer", None), ("role", "head")),
                                    models.Q(
                                        ("branch", None),
                                        ("insurer__isnull", False),
                                        ("role", "insurer_admin"),
                                    ),
                                    _connector="OR",
                                ),
                                name="appointment_place_fits_role",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to", None),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="appointment_validity",
                            ),
                            models.UniqueConstraint(
                                fields=("user", "role", "branch", "insurer", "valid_from"),
                                name="appointment_once",
                                nulls_distinct=False,
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ApiKey",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "name",
                            models.CharField(
                                help_text="Which system uses the key.", max_length=80, verbose_name="name"
                            ),
                        ),
                        (
                            "prefix",
                            models.CharField(
                                max_length=12, unique=True, verbose_name="first part of the key"
                            ),
                        ),
                        ("key_digest", models.BinaryField(max_length=32)),
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
                            "last_used_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="last used at"),
                        ),
                        (
                            "revoked_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="revoked at"),
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
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="api_keys",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="service representative",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "API key",
                        "verbose_name_plural": "API keys",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("expires_at__gt", models.F("created_at"))),
                                name="api_key_expires_after_created",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("revoked_at", None),
                                    ("revoked_at__gte", models.F("created_at")),
                                    _connector="OR",
                                ),
                                name="api_key_revoked_after_created",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("last_used_at", None),
                                    ("last_used_at__gte", models.F("created_at")),
                                    _connector="OR",
                                ),
                                name="api_key_used_after_created",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("scopes__contained_by", ["read", "work"]),
                                    models.Q(("scopes", []), _negated=True),
                                ),
                                name="api_key_scopes_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="KeptForm",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reference", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "sealed",
                            omsportal.platform.fields.SealedField(
                                bound_to="reference", verbose_name="what was typed"
                            ),
                        ),
                        ("kept_at", models.DateTimeField(verbose_name="kept at")),
                        ("expires_at", models.DateTimeField(verbose_name="dies at")),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="member of staff",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "kept form",
                        "verbose_name_plural": "kept forms",
                        "indexes": [models.Index(fields=["expires_at"], name="kept_form_expiry")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("expires_at__gt", models.F("kept_at"))),
                                name="kept_form_expires_after_kept",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Leave",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="first day")),
                        ("ends_on", models.DateField(verbose_name="last day")),
                        (
                            "representative",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="leaves",
                                to="representatives.representative",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "leave",
                        "verbose_name_plural": "leaves",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="leave_ends_after_start",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[
                                    (
                                        models.Func(
                                            models.F("starts_on"),
                                            models.F("ends_on"),
                                            django.contrib.postgres.fields.ranges.RangeBoundary(
                                                inclusive_upper=True
                                            ),
                                            function="daterange",
                                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                        ),
                                        "&&",
                                    ),
                                    ("representative", "="),
                                ],
                                name="leave_no_overlap",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DutyShift",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                            "place",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="1 is paged first, 2 when the first does not answer.",
                                verbose_name="place in line",
                            ),
                        ),
                        ("starts_at", models.DateTimeField(verbose_name="from")),
                        ("ends_at", models.DateTimeField(verbose_name="to")),
                        (
                            "branch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="insurers.branch",
                                verbose_name="branch",
                            ),
                        ),
                        (
                            "representative",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="duty_shifts",
                                to="representatives.representative",
                                verbose_name="duty person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "duty shift",
                        "verbose_name_plural": "duty roster",
                        "indexes": [
                            models.Index(fields=["branch", "tier", "ends_at"], name="duty_shift_branch_tier")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                                name="duty_shift_ends_after_start",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("tier__in", [1, 2, 3, 4])), name="duty_shift_tier_known"
                            ),
                            models.UniqueConstraint(
                                fields=("branch", "tier", "starts_at", "place"),
                                name="duty_shift_one_per_place",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
