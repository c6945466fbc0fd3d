import django.contrib.postgres.operations
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import omsportal.platform.fields
from omsportal.platform.migrating import Together


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0031_find_surnames_of_applicants"),
        ("insurers", "0004_write_who_into_the_line"),
        ("representatives", "__first__"),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="Inquiry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "sealed",
                            omsportal.platform.fields.SealedField(
                                bound_to="incident_id", verbose_name="text"
                            ),
                        ),
                        ("outgoing_number", models.CharField(max_length=40, verbose_name="outgoing number")),
                        ("named_count", models.PositiveIntegerField(verbose_name="named")),
                        ("unnamed_count", models.PositiveIntegerField(verbose_name="not named")),
                        ("asked_at", models.DateTimeField(verbose_name="asked at")),
                        ("reply_due_on", models.DateField(verbose_name="reply expected by")),
                        (
                            "replied_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="replied at"),
                        ),
                        (
                            "asked_by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inquiries",
                                to="complaints.incident",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "inquiry to a clinic",
                        "verbose_name_plural": "inquiries to clinics",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("replied_at", None),
                                    ("replied_at__gte", models.F("asked_at")),
                                    _connector="OR",
                                ),
                                name="inquiry_replied_after_asked",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="JointAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "sealed",
                            omsportal.platform.fields.SealedField(
                                bound_to="incident_id", verbose_name="text"
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
                            "no_health_facts",
                            models.BooleanField(default=False, verbose_name="says nothing about health"),
                        ),
                        ("made_at", models.DateTimeField(verbose_name="made at")),
                        (
                            "finished_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="finished at"),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="joint_answers",
                                to="complaints.incident",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "joint answer",
                        "verbose_name_plural": "joint answers",
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
                                name="joint_answer_outcome_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("finished_at", None),
                                    ("finished_at__gte", models.F("made_at")),
                                    _connector="OR",
                                ),
                                name="joint_answer_finished_after_made",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("finished_at", None)),
                                fields=("incident",),
                                name="joint_answer_one_at_a_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NoAnswerGround",
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
                                choices=[
                                    ("nameless", "no name or no address to answer to"),
                                    ("court_decision", "against a decision of a court"),
                                    ("insults", "insults or threats"),
                                    ("illegible", "it cannot be read"),
                                    ("no_sense", "what is asked cannot be made out"),
                                    ("ended", "answered more than once, nothing new is said"),
                                    ("state_secret", "an answer would give away a secret protected by law"),
                                ],
                                max_length=16,
                                verbose_name="ground",
                            ),
                        ),
                        ("title", models.CharField(max_length=200, verbose_name="title for staff")),
                        ("basis", models.CharField(max_length=120, verbose_name="by which rule")),
                        ("notice", models.TextField(blank=True, verbose_name="what the applicant is told")),
                        (
                            "notice_days",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="told within, calendar days"
                            ),
                        ),
                        (
                            "from_registration",
                            models.BooleanField(default=True, verbose_name="counted from the registration"),
                        ),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                    ],
                    options={
                        "verbose_name": "ground for no answer",
                        "verbose_name_plural": "grounds for no answer",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("code", "valid_from"), name="no_answer_ground_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "code__in",
                                        [
                                            "nameless",
                                            "court_decision",
                                            "insults",
                                            "illegible",
                                            "no_sense",
                                            "ended",
                                            "state_secret",
                                        ],
                                    )
                                ),
                                name="no_answer_ground_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to", None),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="no_answer_ground_validity",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("notice_days", None),
                                    models.Q(("notice", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="no_answer_ground_has_words",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="JointAnswerLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "result",
                            models.CharField(
                                choices=[
                                    ("answered", "answered"),
                                    ("moved", "decided or ended meanwhile"),
                                    ("waiting", "a question is with the patient: answer it by hand"),
                                    ("urgent", "urgent: answer it by hand"),
                                    ("other_kind", "the outcome does not fit this kind of appeal"),
                                    ("second_person", "its theme asks for a second pair of eyes"),
                                    ("not_allowed", "not for the person who answers"),
                                    ("missing", "a blank of the text has no fact here"),
                                ],
                                max_length=14,
                                verbose_name="result",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="at")),
                        (
                            "complaint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="complaints.complaint",
                            ),
                        ),
                        (
                            "joint_answer",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="complaints.jointanswer",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "line of a joint answer",
                        "verbose_name_plural": "lines of joint answers",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("joint_answer", "complaint"), name="joint_answer_once_a_case"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Leaving",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "urgency_looked",
                            models.BooleanField(verbose_name="looked whether it is urgent: it is not"),
                        ),
                        ("proposed_at", models.DateTimeField(verbose_name="proposed at")),
                        (
                            "decided_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="decided at"),
                        ),
                        ("approved", models.BooleanField(blank=True, null=True, verbose_name="approved")),
                        (
                            "notice_due_on",
                            models.DateField(blank=True, null=True, verbose_name="tell the applicant by"),
                        ),
                        (
                            "notified_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="applicant told at"),
                        ),
                        (
                            "notified_way",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("site", "on this site"),
                                    ("email", "by e-mail"),
                                    ("letter", "by letter"),
                                    ("office", "in the office"),
                                ],
                                max_length=6,
                                verbose_name="told by way of",
                            ),
                        ),
                        (
                            "outgoing_number",
                            models.CharField(blank=True, max_length=40, verbose_name="outgoing number"),
                        ),
                        (
                            "complaint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="leavings",
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
                            "proposed_by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ground",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="complaints.noanswerground",
                                verbose_name="ground",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "leaving without an answer",
                        "verbose_name_plural": "leavings without an answer",
                        "indexes": [
                            models.Index(
                                condition=models.Q(
                                    ("approved", True),
                                    ("notice_due_on__isnull", False),
                                    ("notified_at", None),
                                ),
                                fields=["notice_due_on", "id"],
                                name="leaving_notice_due",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("urgency_looked", True)), name="leaving_urgency_looked_at"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_at__isnull", True), ("approved__isnull", True)),
                                    models.Q(("decided_at__isnull", False), ("approved__isnull", False)),
                                    _connector="OR",
                                ),
                                name="leaving_decision_paired",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decided_by", None), ("decided_at__isnull", False), _connector="OR"
                                ),
                                name="leaving_decided_at_a_moment",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("approved", True), _negated=True),
                                    ("decided_by__isnull", False),
                                    _connector="OR",
                                ),
                                name="leaving_has_second_person",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decided_by", None),
                                    models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                                    _connector="OR",
                                ),
                                name="leaving_by_two_people",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("notified_at", None), ("notified_way", "")),
                                    models.Q(
                                        ("approved", True),
                                        ("notified_at__gte", models.F("decided_at")),
                                        ("notified_way__in", ["site", "email", "letter", "office"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="leaving_notice_paired",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("notice_due_on", None), ("approved", True), _connector="OR"
                                ),
                                name="leaving_notice_after_decision",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("decided_at", None)),
                                fields=("complaint",),
                                name="leaving_one_open",
                            ),
                        ],
                    },
                ),
                migrations.RemoveConstraint(
                    model_name="link",
                    name="link_once",
                ),
                migrations.AddField(
                    model_name="complaint",
                    name="counts_from_on",
                    field=models.DateField(blank=True, null=True, verbose_name="date of the law counts from"),
                ),
                migrations.AddField(
                    model_name="incident",
                    name="banner_until",
                    field=models.DateTimeField(blank=True, null=True, verbose_name="banner shown until"),
                ),
                migrations.AddField(
                    model_name="incident",
                    name="branch",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="insurers.branch",
                        verbose_name="branch",
                    ),
                ),
            ],
        ),
        # Incidents that an administrator had noted belong to the region's fund, or to any body of the region; their
        # banners end in a month.
        migrations.RunSQL(
            sql="UPDATE complaints_incident AS i SET branch_id = (\n                SELECT b.id FROM insurers_branch AS b WHERE b.region_id = i.region_id\n                ORDER BY b.kind = 'fund' DESC, b.id LIMIT 1);\n            UPDATE complaints_incident SET banner_until = now() + interval '30 days' WHERE banner <> '';\n            SET CONSTRAINTS ALL IMMEDIATE",
            reverse_sql="",
        ),
        Together(
            operations=[
                migrations.AlterField(
                    model_name="incident",
                    name="branch",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="insurers.branch",
                        verbose_name="branch",
                    ),
                ),
                migrations.AddField(
                    model_name="incident",
                    name="closed_by",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="incident",
                    name="joins_new",
                    field=models.BooleanField(
                        db_default=False, default=False, verbose_name="new appeals join by themselves"
                    ),
                ),
                migrations.AddField(
                    model_name="link",
                    name="end_reason",
                    field=models.CharField(
                        blank=True,
                        choices=[
                            ("same_event", "the same event came another way"),
                            ("sent_twice", "the same appeal was sent twice"),
                            ("other_event", "it is another event after all"),
                            ("by_mistake", "linked by mistake"),
                        ],
                        max_length=12,
                        verbose_name="reason of the end",
                    ),
                ),
                migrations.AddField(
                    model_name="link",
                    name="ended_at",
                    field=models.DateTimeField(blank=True, null=True, verbose_name="ended at"),
                ),
                migrations.AddField(
                    model_name="link",
                    name="ended_by",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="link",
                    name="reason",
                    field=models.CharField(
                        blank=True,
                        choices=[
                            ("same_event", "the same event came another way"),
                            ("sent_twice", "the same appeal was sent twice"),
                            ("other_event", "it is another event after all"),
                            ("by_mistake", "linked by mistake"),
                        ],
                        max_length=12,
                        verbose_name="reason",
                    ),
                ),
                migrations.AddIndex(
                    model_name="incident",
                    index=models.Index(fields=["branch", "opened_at", "id"], name="incident_of_branch"),
                ),
                migrations.AddIndex(
                    model_name="incident",
                    index=models.Index(
                        condition=models.Q(("banner_until__isnull", False), ("closed_at", None)),
                        fields=["banner_until"],
                        name="incident_banner",
                    ),
                ),
                # Holds for every row already; the next migration finds that out without stopping anybody.
                django.contrib.postgres.operations.AddConstraintNotValid(
                    model_name="complaint",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("counts_from_on", None),
                            ("counts_from_on__lt", models.F("registered_on")),
                            _connector="OR",
                        ),
                        name="complaint_counts_from_earlier",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="incident",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("closed_by", None), ("closed_at__isnull", False), _connector="OR"
                        ),
                        name="incident_closed_when",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="incident",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("banner", ""), ("banner_until__isnull", False), _connector="OR"),
                        name="incident_banner_has_an_end",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="link",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("earlier", "later"), name="link_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="link",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end_reason", ""), ("ended_at", None), ("ended_by", None)),
                            models.Q(
                                ("ended_at__gte", models.F("linked_at")),
                                ("ended_by__isnull", False),
                                ("kind", "duplicate"),
                                models.Q(("end_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="link_end_paired",
                    ),
                ),
            ],
        ),
    ]
