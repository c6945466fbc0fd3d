import uuid

import django.contrib.postgres.operations
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import omsportal.platform.fields
from omsportal.platform.migrating import Together


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0024_announced_calls"),
        ("insurers", "0005_find_callers"),
        ("representatives", "__first__"),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="CallAttempt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="at")),
                        ("place", models.PositiveSmallIntegerField(verbose_name="which call in a row")),
                        (
                            "result",
                            models.CharField(
                                choices=[
                                    ("no_answer", "nobody answers"),
                                    ("busy", "busy or out of reach"),
                                    ("stranger", "somebody else answers"),
                                ],
                                max_length=10,
                                verbose_name="result",
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "complaint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="call_attempts",
                                to="complaints.complaint",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "call in vain",
                        "verbose_name_plural": "calls in vain",
                        "constraints": [
                            models.UniqueConstraint(fields=("complaint", "place"), name="call_attempt_once"),
                            models.CheckConstraint(
                                condition=models.Q(("result__in", ["no_answer", "busy", "stranger"])),
                                name="call_attempt_result_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("place__gte", 1)), name="call_attempt_counted_from_one"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Mailbox",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "address",
                            models.EmailField(
                                max_length=254, unique=True, verbose_name="address that people write to"
                            ),
                        ),
                        (
                            "takes_suffix",
                            models.BooleanField(
                                default=False,
                                help_text="Answers of people find their appeal more surely: ask whoever runs the mail server.",
                                verbose_name="takes name+suffix@",
                            ),
                        ),
                        ("host", models.CharField(max_length=200, verbose_name="IMAP server")),
                        ("port", models.PositiveIntegerField(default=993, verbose_name="port")),
                        (
                            "security",
                            models.CharField(
                                choices=[
                                    ("tls", "TLS from the first byte (port 993)"),
                                    ("starttls", "STARTTLS (port 143)"),
                                    ("plain", "none, on this very machine only"),
                                ],
                                default="tls",
                                max_length=8,
                                verbose_name="protection",
                            ),
                        ),
                        ("folder", models.CharField(default="INBOX", max_length=100, verbose_name="folder")),
                        ("is_active", models.BooleanField(default=True, verbose_name="is read")),
                        ("reference", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "sealed",
                            omsportal.platform.fields.SealedField(
                                bound_to="reference", verbose_name="sign-in"
                            ),
                        ),
                        (
                            "since",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                editable=False,
                                verbose_name="reads letters since",
                            ),
                        ),
                        ("uid_validity", models.BigIntegerField(blank=True, editable=False, null=True)),
                        ("next_uid", models.BigIntegerField(default=1, editable=False)),
                        (
                            "checked_at",
                            models.DateTimeField(
                                blank=True, editable=False, null=True, verbose_name="read at"
                            ),
                        ),
                        (
                            "failing_since",
                            models.DateTimeField(
                                blank=True, editable=False, null=True, verbose_name="does not answer since"
                            ),
                        ),
                        (
                            "fault",
                            models.CharField(blank=True, editable=False, max_length=40, verbose_name="fault"),
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
                    ],
                    options={
                        "verbose_name": "mailbox",
                        "verbose_name_plural": "mailboxes",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("security__in", ["tls", "starttls", "plain"])),
                                name="mailbox_security_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("failing_since", None), ("fault", "")),
                                    models.Q(
                                        ("failing_since__isnull", False),
                                        models.Q(("fault", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="mailbox_fault_paired",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="VoiceMessage",
                    fields=[
                        (
                            "complaint",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="voice_message",
                                serialize=False,
                                to="complaints.complaint",
                                verbose_name="appeal",
                            ),
                        ),
                        ("content_digest", models.BinaryField(max_length=32)),
                        ("seconds", models.PositiveIntegerField(verbose_name="length, seconds")),
                        (
                            "source",
                            models.CharField(
                                choices=[("folder", "folder"), ("api", "another system")],
                                max_length=6,
                                verbose_name="came through",
                            ),
                        ),
                        ("taken_at", models.DateTimeField(verbose_name="taken in at")),
                        (
                            "attachment",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="complaints.attachment",
                                verbose_name="file",
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
                    ],
                    options={
                        "verbose_name": "voice message",
                        "verbose_name_plural": "voice messages",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("branch", "content_digest"), name="voice_message_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("seconds__gte", 1)), name="voice_message_has_length"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("source__in", ["folder", "api"])),
                                name="voice_message_source",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReceivedMail",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("digest", models.BinaryField(max_length=32)),
                        ("uid_validity", models.BigIntegerField()),
                        ("uid", models.BigIntegerField()),
                        ("came_at", models.DateTimeField(verbose_name="came at")),
                        (
                            "fate",
                            models.CharField(
                                choices=[
                                    ("case", "became an appeal"),
                                    ("message", "became a message"),
                                    ("ignored", "no person is answered for it"),
                                    ("left", "left for a person"),
                                ],
                                max_length=8,
                                verbose_name="what became of it",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("auto_answer", "answered by a program"),
                                    ("bounce", "a letter of ours did not arrive"),
                                    ("bulk", "a mailing"),
                                    ("own", "from ourselves"),
                                    ("too_large", "too large"),
                                    ("unreadable", "it cannot be read by a program"),
                                    ("no_sender", "no address to answer to"),
                                    ("flood", "too many letters from this sender today"),
                                    ("failed", "the portal could not take it in"),
                                ],
                                max_length=12,
                                verbose_name="why",
                            ),
                        ),
                        ("reference", models.UUIDField(default=uuid.uuid4, editable=False)),
                        (
                            "sealed",
                            omsportal.platform.fields.SealedField(
                                blank=True, bound_to="reference", null=True, verbose_name="what to know of it"
                            ),
                        ),
                        (
                            "keeps_until",
                            models.DateTimeField(blank=True, null=True, verbose_name="forgets its words at"),
                        ),
                        (
                            "attended_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="a person looked at it at"
                            ),
                        ),
                        (
                            "attended_by",
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
                                related_name="+",
                                to="complaints.complaint",
                                verbose_name="appeal",
                            ),
                        ),
                        (
                            "mailbox",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="complaints.mailbox",
                                verbose_name="mailbox",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "letter received",
                        "verbose_name_plural": "letters received",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("attended_at", None), ("fate", "left")),
                                fields=["mailbox", "id"],
                                name="mail_left_for_person",
                            ),
                            models.Index(
                                condition=models.Q(("keeps_until__isnull", False)),
                                fields=["keeps_until"],
                                name="mail_to_forget",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("mailbox", "digest"), name="received_mail_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("complaint__isnull", False), ("fate__in", ["case", "message"])),
                                    models.Q(("complaint", None), ("fate__in", ["ignored", "left"])),
                                    _connector="OR",
                                ),
                                name="received_mail_fate_paired",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("attended_at", None), ("attended_by", None)),
                                    models.Q(
                                        ("attended_at__isnull", False),
                                        ("attended_by__isnull", False),
                                        ("fate", "left"),
                                    ),
                                    _connector="OR",
                                ),
                                name="received_mail_attended_paired",
                            ),
                        ],
                    },
                ),
                migrations.RemoveConstraint(
                    model_name="history",
                    name="history_event_known",
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
                            ("call_failed", "called, and nobody answered"),
                            ("calls_given_up", "called in vain for the last time: a letter is due"),
                            ("written_down", "written down from what was said: the time of the law begins"),
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
                            ("answer_proposed", "answer waits for a second person"),
                            ("answer_returned", "answer returned by the second person"),
                            ("naming_noted", "asked whether the clinic may hear the name"),
                            ("linked", "linked with another appeal about the same event"),
                            ("unlinked", "link with another appeal ended"),
                            ("gathered", "gathered into an incident"),
                            ("set_apart", "taken out of the incident"),
                            ("leaving_proposed", "proposed to leave it without an answer"),
                            (
                                "leaving_refused",
                                "the second person did not agree to leave it without an answer",
                            ),
                            ("notice_sent", "notice sent why there is no answer"),
                        ],
                        max_length=20,
                        verbose_name="event",
                    ),
                ),
                django.contrib.postgres.operations.AddConstraintNotValid(
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
                                    "call_failed",
                                    "calls_given_up",
                                    "written_down",
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
                                    "answer_proposed",
                                    "answer_returned",
                                    "naming_noted",
                                    "linked",
                                    "unlinked",
                                    "gathered",
                                    "set_apart",
                                    "leaving_proposed",
                                    "leaving_refused",
                                    "notice_sent",
                                ],
                            )
                        ),
                        name="history_event_known",
                    ),
                ),
            ],
        ),
    ]
