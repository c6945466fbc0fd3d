import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import omsportal.platform.fields
from omsportal.platform.migrating import Together


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0033_check_where_dates_count_from"),
        ("representatives", "__first__"),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="AnswerProposal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("hop", models.PositiveIntegerField(verbose_name="hop")),
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
                        (
                            "sealed",
                            omsportal.platform.fields.SealedField(
                                bound_to="complaint_id", verbose_name="text"
                            ),
                        ),
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
                                related_name="answer_proposals",
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
                    ],
                    options={
                        "verbose_name": "proposed answer",
                        "verbose_name_plural": "proposed answers",
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
                                name="answer_proposal_outcome_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_at__isnull", True), ("approved__isnull", True)),
                                    models.Q(("decided_at__isnull", False), ("approved__isnull", False)),
                                    _connector="OR",
                                ),
                                name="answer_proposal_decision_paired",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decided_by", None), ("decided_at__isnull", False), _connector="OR"
                                ),
                                name="answer_proposal_decided_at_a_moment",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("approved", True), _negated=True),
                                    ("decided_by__isnull", False),
                                    _connector="OR",
                                ),
                                name="answer_proposal_approved_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decided_by", None),
                                    models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                                    _connector="OR",
                                ),
                                name="answer_proposal_by_two_people",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("decided_at", None)),
                                fields=("complaint",),
                                name="answer_proposal_one_open",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WorkDraft",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reference", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("act", models.CharField(max_length=24, verbose_name="act")),
                        (
                            "sealed",
                            omsportal.platform.fields.SealedField(
                                bound_to="reference", verbose_name="what was typed"
                            ),
                        ),
                        ("revision", models.PositiveIntegerField(default=1, verbose_name="revision")),
                        ("aside", models.BooleanField(default=False, verbose_name="put aside")),
                        ("saved_at", models.DateTimeField(verbose_name="saved at")),
                        (
                            "complaint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="work_drafts",
                                to="complaints.complaint",
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
                    ],
                    options={
                        "verbose_name": "unsent text",
                        "verbose_name_plural": "unsent texts",
                        "indexes": [models.Index(fields=["saved_at"], name="work_draft_age")],
                    },
                ),
                migrations.AddField(
                    model_name="answer",
                    name="signed_file",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="complaints.attachment",
                        verbose_name="signed file",
                    ),
                ),
                migrations.AddField(
                    model_name="template",
                    name="purpose",
                    field=models.CharField(
                        choices=[
                            ("reply", "text for the applicant"),
                            ("script", "script of a talk with the applicant"),
                            ("clinic", "script of a call to the clinic"),
                        ],
                        db_default="reply",
                        default="reply",
                        max_length=8,
                        verbose_name="what for",
                    ),
                ),
                migrations.AddField(
                    model_name="template",
                    name="superseded_at",
                    field=models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="superseded at"
                    ),
                ),
                migrations.AddField(
                    model_name="template",
                    name="withdrawn_at",
                    field=models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="withdrawn at"
                    ),
                ),
                migrations.AddField(
                    model_name="template",
                    name="withdrawn_by",
                    field=models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddConstraint(
                    model_name="template",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                            models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="template_withdrawal_paired",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="template",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("purpose__in", ["reply", "script", "clinic"])),
                        name="template_purpose_known",
                    ),
                ),
                migrations.AlterField(
                    model_name="history",
                    name="reason",
                    field=models.CharField(
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
                            ("seen_birth", "child's birth certificate and parent's passport, seen in person"),
                            ("seen_authority", "power of attorney and passport, seen in person"),
                            ("seen_other", "another identity document, seen in person"),
                            ("copy_passport", "copy of a passport"),
                            ("copy_birth", "copies of the birth certificate and the parent's passport"),
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
                            ("same_event", "the same event came another way"),
                            ("sent_twice", "the same appeal was sent twice"),
                            ("other_event", "it is another event after all"),
                            ("by_mistake", "linked by mistake"),
                            ("nameless", "no name or no address to answer to"),
                            ("court_decision", "against a decision of a court"),
                            ("insults", "insults or threats"),
                            ("illegible", "it cannot be read"),
                            ("no_sense", "what is asked cannot be made out"),
                            ("ended", "answered more than once, nothing new is said"),
                            ("state_secret", "an answer would give away a secret protected by law"),
                            ("naming_yes", "the applicant allows it"),
                            ("naming_no", "the applicant does not allow it"),
                        ],
                        max_length=20,
                        verbose_name="reason",
                    ),
                ),
            ],
        ),
    ]
