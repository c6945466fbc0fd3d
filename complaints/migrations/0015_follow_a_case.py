import uuid

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

import omsportal.platform.fields


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0014_released_by_whom_and_when"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="history",
            name="history_event_known",
        ),
        migrations.RemoveConstraint(
            model_name="onetimecode",
            name="one_time_code_purpose_known",
        ),
        migrations.AddField(
            model_name="card",
            name="patient_died",
            field=models.BooleanField(db_default=False, default=False, verbose_name="the patient has died"),
        ),
        migrations.AlterField(
            model_name="history",
            name="event",
            field=models.CharField(
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
                    ("identified", "identity confirmed"),
                    ("code_renewed", "new access code issued"),
                    ("contact_refused", "a stranger got our message: the contact is not used any more"),
                    ("contacts_changed", "contacts or the way of the answer changed"),
                    ("death_noted", "noted that the patient has died"),
                    ("death_taken_back", "mark of the patient's death taken back"),
                ],
                max_length=20,
                verbose_name="event",
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
                ],
                max_length=20,
                verbose_name="reason",
            ),
        ),
        migrations.AlterField(
            model_name="onetimecode",
            name="purpose",
            field=models.CharField(
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
        # The next migration checks the old rows without stopping anybody.
        AddConstraintNotValid(
            model_name="history",
            constraint=models.CheckConstraint(
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
                            "identified",
                            "code_renewed",
                            "contact_refused",
                            "contacts_changed",
                            "death_noted",
                            "death_taken_back",
                        ],
                    )
                ),
                name="history_event_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="onetimecode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "purpose__in",
                        ["registry_phone", "email", "phone", "recovery", "new_contact", "known_contact"],
                    )
                ),
                name="one_time_code_purpose_known",
            ),
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
                    omsportal.platform.fields.SealedField(bound_to="complaint_id", verbose_name="words"),
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
                        choices=[("email", "e-mail"), ("phone", "phone"), ("address", "postal address")],
                        max_length=8,
                        verbose_name="contact",
                    ),
                ),
                (
                    "sealed",
                    omsportal.platform.fields.SealedField(bound_to="reference", verbose_name="contacts"),
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
    ]
