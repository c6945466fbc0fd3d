"""What was said and done: the append-only history, the thread, files, the answer."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from complaints.documents import Removed
from complaints.file_types import REMOVED
from complaints.kinds import EVENT_CHOICES, REASON_CHOICES, AnswerChannel, Cause, Outcome
from complaints.models.cards import READ_ANEW
from complaints.models.complaints import Complaint
from complaints.querysets import AttachmentQuerySet, HistoryQuerySet, MessageQuerySet
from complaints.states import HOPS, WATCHED, Event
from omsportal.platform.fields import SealedField
from omsportal.platform.triggers import append_only
from representatives.roles import Tier


class History(models.Model):
    """One line for each thing that happened to a case. The database refuses update and delete.

    Three clocks can move with a line: `due_*` is the tier's moment, `answer_*` the date of the law, `until_*`
    what the patient was promised: the end of a pause, or until when somebody calls back. Holds codes and ids
    only, never words of a person: the record outlives an erasure.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="history", db_index=False)
    at = models.DateTimeField(_("at"))
    event = models.CharField(_("event"), max_length=20, choices=EVENT_CHOICES)
    hop = models.PositiveIntegerField(_("hop"))
    cause = models.CharField(_("cause"), max_length=8, choices=Cause.choices)
    # Names of people and places copied from the case, whose own foreign keys hold them; checking five more
    # references with every hop would lock the same few rows of branches for everybody.
    by = models.ForeignKey(
        "representatives.User", models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, db_constraint=False,
    )  # fmt: skip
    reason = models.CharField(_("reason"), max_length=20, choices=REASON_CHOICES, blank=True)
    from_status = models.CharField(max_length=16, blank=True)
    to_status = models.CharField(max_length=16, blank=True)
    from_tier = models.SmallIntegerField(null=True, blank=True, choices=Tier.choices)
    to_tier = models.SmallIntegerField(null=True, blank=True, choices=Tier.choices)
    from_branch = models.ForeignKey(
        "insurers.Branch", models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, db_constraint=False,
    )  # fmt: skip
    to_branch = models.ForeignKey(
        "insurers.Branch", models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, db_constraint=False,
    )  # fmt: skip
    from_assignee = models.ForeignKey(
        "representatives.User", models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, db_constraint=False,
    )  # fmt: skip
    to_assignee = models.ForeignKey(
        "representatives.User", models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, db_constraint=False,
    )  # fmt: skip
    due_before = models.DateTimeField(null=True, blank=True)
    due_after = models.DateTimeField(null=True, blank=True)
    answer_before = models.DateField(null=True, blank=True)
    answer_after = models.DateField(null=True, blank=True)
    until_before = models.DateTimeField(null=True, blank=True)
    until_after = models.DateTimeField(null=True, blank=True)
    # How many working days a pause was given: its end can be counted anew.
    wait_days = models.SmallIntegerField(null=True, blank=True)

    objects: ClassVar = HistoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("history line")
        verbose_name_plural = _("history")
        indexes = [
            models.Index(fields=["complaint", "id"], name="history_of_case"),
            models.Index(
                fields=["to_branch", "at"],
                name="history_hops_by_time",
                condition=Q(event__in=sorted(e.value for e in HOPS)),
            ),
            # What the fund looks at, because people will game the timer.
            models.Index(
                fields=["to_branch", "at"],
                name="history_fairness",
                condition=Q(event__in=sorted(e.value for e in WATCHED)),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "hop"],
                condition=Q(event__in=sorted(e.value for e in HOPS)),
                name="history_one_row_per_hop",
            ),
            models.UniqueConstraint(
                fields=["complaint", "hop"],
                condition=Q(event=Event.BREACHED.value),
                name="history_one_breach_per_hop",
            ),
            models.CheckConstraint(
                condition=Q(event__in=[event.value for event in Event]), name="history_event_known"
            ),
            models.CheckConstraint(condition=Q(cause__in=Cause.values), name="history_cause_known"),
            models.CheckConstraint(
                condition=~Q(cause=Cause.STAFF) | Q(by__isnull=False), name="history_staff_named"
            ),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.at:%Y-%m-%d %H:%M} {self.event}"


#: Search reads the case anew when somebody writes in its thread. What the portal says itself is not searched.
_WORDS_ARE_DUE = pgtrigger.Trigger(
    name="words_are_due",
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    condition=pgtrigger.Q(new__author_kind__in=["patient", "staff"]),
    func=READ_ANEW,
)


class Message(models.Model):
    """One message of the thread: from the patient, a public answer, or an internal note."""

    class Author(models.TextChoices):
        PATIENT = "patient", _("patient")
        STAFF = "staff", _("staff")
        SYSTEM = "system", _("portal")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="messages", db_index=False)
    author_kind = models.CharField(_("author"), max_length=8, choices=Author.choices)
    author = models.ForeignKey(
        "representatives.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_internal = models.BooleanField(_("internal note"), default=False)
    is_call = models.BooleanField(_("note of a call"), default=False)
    # What staff affirm. Without it the text is for those only of whom we know who they are.
    no_health_facts = models.BooleanField(_("says nothing about health"), default=False, db_default=False)
    sealed = SealedField(bound_to="complaint_id", verbose_name=_("text"))  # {text}
    posted_at = models.DateTimeField(_("posted at"))
    read_at = models.DateTimeField(_("read by the other side at"), null=True, blank=True)
    # Digest of the sender's one-time form token: a double click posts once.
    token_digest = models.BinaryField(max_length=32, null=True, blank=True)

    objects: ClassVar = MessageQuerySet.as_manager()

    PROTECTION = {"sealed": "sealed: the text of the message"}

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [models.Index(fields=["complaint", "id"], name="message_of_case")]
        constraints = [
            models.CheckConstraint(
                condition=Q(author_kind="staff", author__isnull=False)
                | (~Q(author_kind="staff") & Q(author=None)),
                name="message_staff_named",
            ),
            models.CheckConstraint(
                condition=Q(is_internal=False) | Q(author_kind__in=["staff", "system"]),
                name="message_patient_is_public",
            ),
            models.UniqueConstraint(
                fields=["complaint", "token_digest"],
                condition=Q(token_digest__isnull=False),
                name="message_posted_once",
            ),
            models.CheckConstraint(
                condition=Q(read_at=None) | Q(read_at__gte=F("posted_at")), name="message_read_after_posted"
            ),
        ]
        triggers = [_WORDS_ARE_DUE]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.posted_at:%Y-%m-%d %H:%M}"


class Attachment(models.Model):
    """A file of a draft or of a case. Bytes lie sealed outside the web root under a random name."""

    class State(models.TextChoices):
        UNSCANNED = "unscanned", _("not checked for viruses")
        PENDING = "pending", _("being checked for viruses")
        CLEAN = "clean", _("no virus found")
        INFECTED = "infected", _("has a virus")

    draft = models.ForeignKey(
        "complaints.Draft", models.CASCADE, null=True, blank=True, related_name="attachments"
    )
    complaint = models.ForeignKey(
        Complaint, models.PROTECT, null=True, blank=True, related_name="attachments"
    )
    message = models.ForeignKey(Message, models.PROTECT, null=True, blank=True, related_name="attachments")
    storage_name = models.UUIDField(_("name in the store"), unique=True)
    sealed = SealedField(bound_to="storage_name", verbose_name=_("file name"))  # {name, removed}
    media_type = models.CharField(_("type"), max_length=80)
    size = models.PositiveIntegerField(_("size, bytes"))
    content_digest = models.BinaryField(max_length=32)
    state = models.CharField(_("scan"), max_length=9, choices=State.choices, default=State.UNSCANNED)
    # When the scanner may be asked for it, next or again; without meaning once there is a verdict.
    scan_after = models.DateTimeField(_("scan after"), db_default=Now())
    uploaded_by = models.ForeignKey(
        "representatives.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)

    objects: ClassVar = AttachmentQuerySet.as_manager()

    PROTECTION = {
        "sealed": "sealed: the name the sender gave the file",
        "content_digest": "digest: keyed, tells equal files apart from different ones",
    }

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=False, complaint=None) | Q(draft=None, complaint__isnull=False),
                name="attachment_of_draft_or_case",
            ),
            models.CheckConstraint(
                condition=Q(message=None) | Q(complaint__isnull=False), name="attachment_of_message_has_case"
            ),
            models.CheckConstraint(condition=Q(size__gte=1), name="attachment_not_empty"),
        ]
        indexes = [
            models.Index(
                fields=["scan_after"],
                condition=Q(state="pending", removed_at=None),
                name="attachment_pending",
            ),
            models.Index(
                fields=["scan_after"],
                condition=Q(state="unscanned", removed_at=None),
                name="attachment_unscanned",
            ),
            models.Index(
                fields=["complaint"],
                condition=Q(state="infected", removed_at=None),
                name="attachment_infected",
            ),
            # Files of cases that still have to be erased one day, in the order in which they came.
            models.Index(
                fields=["id"],
                condition=Q(removed_at=None, complaint__isnull=False),
                name="attachment_to_erase",
            ),
        ]

    def __str__(self) -> str:
        return str(self.storage_name)

    @property
    def removed_kinds(self) -> list[str]:
        """What was taken out of it when it came."""
        kinds: list[str] = self.sealed.get("removed", [])
        return kinds

    @property
    def removed_in_words(self) -> str:
        """The same for people; empty if nothing was taken out."""
        return ", ".join(str(REMOVED[Removed(each)]) for each in self.removed_kinds)


class Answer(models.Model):
    """The decision: outcome and text, who signed it, when and how it was dispatched."""

    complaint = models.OneToOneField(Complaint, models.PROTECT, related_name="answer")
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome.choices)
    no_health_facts = models.BooleanField(_("says nothing about health"), default=False, db_default=False)
    sealed = SealedField(bound_to="complaint_id", verbose_name=_("text"))  # {text}
    decided_at = models.DateTimeField(_("decided at"))
    decided_by = models.ForeignKey("representatives.User", models.PROTECT, related_name="+")
    signatory = models.ForeignKey(
        "representatives.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    second_person = models.ForeignKey(
        "representatives.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    sum_claimed = models.DecimalField(
        _("sum claimed"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    sum_refunded = models.DecimalField(
        _("sum refunded"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    outgoing_number = models.CharField(_("outgoing number"), max_length=40, blank=True)
    signed_file = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("signed file"),
    )  # fmt: skip
    dispatched_at = models.DateTimeField(_("dispatched at"), null=True, blank=True)
    dispatched_by = models.CharField(
        _("dispatched by way of"), max_length=6, choices=AnswerChannel.choices, blank=True
    )

    PROTECTION = {"sealed": "sealed: the text of the answer"}

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="answer_outcome_known"),
            models.CheckConstraint(
                condition=Q(dispatched_at=None, dispatched_by="")
                | Q(
                    dispatched_at__isnull=False,
                    dispatched_at__gte=F("decided_at"),
                    dispatched_by__in=AnswerChannel.values,
                ),
                name="answer_dispatch_paired",
            ),
            models.CheckConstraint(
                condition=Q(second_person=None) | ~Q(second_person=F("decided_by")),
                name="answer_second_person_is_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.get_outcome_display()}"
