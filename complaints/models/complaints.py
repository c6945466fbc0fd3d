"""The case. `Complaint` is the narrow, hot row that queues and the timer read; `Card` holds the words."""

from datetime import date
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.kinds import (
    STATUS_CHOICES,
    Channel,
    Form,
    Kind,
    Outcome,
    Stage,
    Urgency,
)
from complaints.models.classifier import Category, OfficialCode
from complaints.models.rules import RuleEdition
from complaints.querysets import ComplaintQuerySet
from complaints.states import CLOCK_RUNS, Status
from representatives.roles import Tier


class Complaint(models.Model):
    """One appeal. Written by services only; every change of status, tier or holder has a History row.

    Two clocks: `answer_due_on` is the legal one (59-ФЗ, calendar days, never pauses); `due_at` is the
    tier's. `escalate_at` is the same moment while the timer is armed, and null while it is not.
    """

    number = models.CharField(_("number"), max_length=15, unique=True)
    access_code_digest = models.BinaryField(max_length=32)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    # No index on a foreign key that no query goes by: each one is an entry more to write with every hop.
    category = models.ForeignKey(
        Category, models.PROTECT, related_name="+", db_index=False, verbose_name=_("category")
    )
    patient_category = models.ForeignKey(
        Category, models.PROTECT, related_name="+", db_index=False,
        verbose_name=_("the patient's own choice"),
    )  # fmt: skip
    # The row of the official form that it counts into: written once, when the work on it ends.
    official_code = models.ForeignKey(
        OfficialCode, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("official code"),
    )  # fmt: skip
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices)
    form = models.CharField(_("form"), max_length=8, choices=Form.choices, default=Form.WRITTEN)
    urgency = models.CharField(_("urgency"), max_length=8, choices=Urgency.choices, default=Urgency.ORDINARY)
    branch = models.ForeignKey(
        "insurers.Branch", models.PROTECT, related_name="+", db_index=False, verbose_name=_("branch")
    )
    region_of_care = models.ForeignKey(
        "insurers.Region", models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("region of care"),
    )  # fmt: skip
    medical_organisation = models.ForeignKey(
        "insurers.MedicalOrganisation", models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name=_("clinic"),
    )  # fmt: skip
    incident = models.ForeignKey(
        "complaints.Incident", models.SET_NULL, null=True, blank=True, related_name="complaints",
        db_index=False, verbose_name=_("incident"),
    )  # fmt: skip
    tier = models.SmallIntegerField(_("tier"), choices=Tier.choices)
    hop = models.PositiveIntegerField(_("hop"), default=0)
    status = models.CharField(_("status"), max_length=16, choices=STATUS_CHOICES, default=Status.NEW.value)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage.choices, default=Stage.RESOLUTION)
    assignee = models.ForeignKey(
        "representatives.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("holder"),
    )  # fmt: skip
    version = models.PositiveIntegerField(_("version"), default=0)

    rule_edition = models.ForeignKey(RuleEdition, models.PROTECT, related_name="+", db_index=False)
    received_at = models.DateTimeField(_("received at"))
    registered_at = models.DateTimeField(_("registered at"))
    registered_on = models.DateField(_("registered on"))
    entered_at = models.DateTimeField(_("in this tier since"))
    first_reaction_at = models.DateTimeField(_("first reaction at"), null=True, blank=True)
    due_at = models.DateTimeField(_("tier's time ends at"))
    escalate_at = models.DateTimeField(_("timer"), null=True, blank=True)
    # When to look whether a warning is due, and the percent of the tier's time warned about so far.
    warn_at = models.DateTimeField(_("next warning"), null=True, blank=True)
    warned = models.PositiveSmallIntegerField(_("warned at, percent"), default=0)
    paused_at = models.DateTimeField(_("paused at"), null=True, blank=True)
    remaining_seconds = models.PositiveIntegerField(_("working seconds left"), null=True, blank=True)
    wait_until = models.DateTimeField(_("waiting until"), null=True, blank=True)
    pauses_used = models.PositiveSmallIntegerField(_("pauses used"), default=0)
    returns_used = models.PositiveSmallIntegerField(_("returns used"), default=0)
    # Promised to whoever left a voice message: the end of the time to call back, until somebody has called.
    call_back_until = models.DateTimeField(_("call back until"), null=True, blank=True)
    breached_at = models.DateTimeField(_("last tier's time ran out at"), null=True, blank=True)
    blocked_at = models.DateTimeField(_("held for a person since"), null=True, blank=True)

    answer_due_on = models.DateField(_("answer due on"), null=True, blank=True)
    # An earlier appeal about the same event was registered on this day: the law's date counts from it.
    counts_from_on = models.DateField(_("date of the law counts from"), null=True, blank=True)
    extended_by_days = models.PositiveSmallIntegerField(_("extended by, days"), default=0)
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome.choices, blank=True)
    resolved_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answer dispatched at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    helped = models.BooleanField(_("did it help"), null=True, blank=True)
    notify_by_email = models.BooleanField(_("notices by e-mail"), default=False)
    needs_look = models.BooleanField(_("marked for a look"), default=False)

    barred_users = models.ManyToManyField(
        "representatives.User", through="complaints.Barring", related_name="+"
    )

    objects: ClassVar = ComplaintQuerySet.as_manager()

    PROTECTION = {
        "number": "plain: random, names nobody",
        "access_code_digest": "digest: keyed HMAC-SHA256, the code itself is never stored",
    }

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        indexes = [
            # The sweep: rows whose timer is armed, by moment.
            models.Index(
                fields=["escalate_at", "id"],
                name="complaint_due",
                condition=Q(escalate_at__isnull=False, blocked_at=None),
            ),
            # The warnings: moments to look at, only while the timer is armed.
            models.Index(
                fields=["warn_at", "id"], name="complaint_warning", condition=Q(warn_at__isnull=False)
            ),
            # The urgent lane's pool: whom to call is decided anew every few minutes.
            models.Index(
                fields=["id"], name="complaint_urgent_pool", condition=Q(urgency="urgent", status="new")
            ),
            # The end of the urgent lane: the heads are called about these, once.
            models.Index(
                fields=["id"],
                name="complaint_urgent_late",
                condition=Q(urgency="urgent", breached_at__isnull=False, status__in=["new", "in_work"]),
            ),
            models.Index(
                fields=["incident", "id"], name="complaint_of_incident", condition=Q(incident__isnull=False)
            ),
            # Other appeals about the same clinic and theme of late: how a colleague answered, is it more.
            models.Index(
                fields=["medical_organisation", "category", "registered_at"],
                name="complaint_of_clinic",
                condition=Q(medical_organisation__isnull=False),
            ),
            # A tier's queue of a branch, urgent first, oldest due first.
            models.Index(
                F("branch"), F("tier"), F("status"), F("urgency").desc(), F("due_at"), F("id"),
                name="complaint_queue",
                condition=Q(status__in=["new", "in_work", "waiting"]),
            ),
            models.Index(
                fields=["assignee", "status", "due_at", "id"],
                name="complaint_holder",
                condition=Q(assignee__isnull=False),
            ),
            models.Index(
                fields=["wait_until", "id"], name="complaint_wait_end", condition=Q(status="waiting")
            ),
            models.Index(
                fields=["call_back_until", "id"],
                name="complaint_call_back",
                condition=Q(call_back_until__isnull=False),
            ),
            models.Index(
                fields=["answer_due_on", "id"],
                name="complaint_answer_due",
                condition=Q(status__in=["new", "in_work", "waiting", "resolved"]),
            ),
            models.Index(
                fields=["branch", "answered_at", "id"],
                name="complaint_answered",
                condition=Q(answered_at__isnull=False),
            ),
            # The lists "to send" and "answered" of the workplace; no hop writes into these.
            models.Index(
                fields=["branch", "resolved_at", "id"],
                name="complaint_to_dispatch",
                condition=Q(status="resolved"),
            ),
            models.Index(
                fields=["branch", "answered_at", "id"],
                name="complaint_open_answer",
                condition=Q(status="answered"),
            ),
            # What a fund's region passed on of late, to see that it was in time and what became of it.
            models.Index(
                fields=["branch", "closed_at", "id"],
                name="complaint_forwarded",
                condition=Q(status="forwarded"),
            ),
            models.Index(
                fields=["branch", "breached_at", "id"],
                name="complaint_breached",
                condition=Q(breached_at__isnull=False),
            ),
            # How long chats have waited for their first answer of late: the promise to whoever asks now.
            models.Index(
                fields=["branch", "first_reaction_at"],
                name="complaint_chat_reaction",
                condition=Q(channel="chat", first_reaction_at__isnull=False),
            ),
            # Chats that nobody has taken: somebody sits there and waits.
            models.Index(
                fields=["branch", "tier", "registered_at"],
                name="complaint_chat_waiting",
                condition=Q(channel="chat", status="new"),
            ),
            models.Index(
                fields=["blocked_at"], name="complaint_blocked", condition=Q(blocked_at__isnull=False)
            ),
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="complaint_kind_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="complaint_channel_known"),
            models.CheckConstraint(condition=Q(form__in=Form.values), name="complaint_form_known"),
            models.CheckConstraint(condition=Q(urgency__in=Urgency.values), name="complaint_urgency_known"),
            models.CheckConstraint(condition=Q(tier__in=Tier.values), name="complaint_tier_known"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="complaint_stage_known"),
            models.CheckConstraint(
                condition=Q(number__regex=r"^[0-9]{2}-[0-9]{2}-[0-9]{7}-[0-9]$"),
                name="complaint_number_form",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.NEW.value) | Q(assignee=None), name="complaint_queue_has_no_holder"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[Status.IN_WORK.value, Status.WAITING.value])
                | Q(assignee__isnull=False),
                name="complaint_work_has_holder",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=Status.WAITING.value,
                    paused_at__isnull=False,
                    wait_until__isnull=False,
                    wait_until__gt=F("paused_at"),
                    remaining_seconds__isnull=False,
                )
                | Q(~Q(status=Status.WAITING.value), paused_at=None, wait_until=None, remaining_seconds=None),
                name="complaint_pause_paired",
            ),
            models.CheckConstraint(
                condition=Q(escalate_at=None) | Q(status__in=sorted(status.value for status in CLOCK_RUNS)),
                name="complaint_timer_only_while_clock_runs",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=sorted(status.value for status in CLOCK_RUNS))
                | Q(escalate_at__isnull=False)
                | Q(breached_at__isnull=False),
                name="complaint_open_has_timer_or_breach",
            ),
            models.CheckConstraint(
                condition=Q(escalate_at=None) | Q(escalate_at=F("due_at")),
                name="complaint_timer_is_due_moment",
            ),
            models.CheckConstraint(
                condition=Q(warn_at=None) | Q(escalate_at__isnull=False),
                name="complaint_warning_only_while_timer_armed",
            ),
            models.CheckConstraint(condition=Q(warned__in=[0, 50, 75, 90]), name="complaint_warned_known"),
            models.CheckConstraint(
                condition=Q(received_at__lte=F("registered_at")), name="complaint_received_before_registered"
            ),
            models.CheckConstraint(
                condition=Q(entered_at__gte=F("registered_at")), name="complaint_entered_after_registered"
            ),
            models.CheckConstraint(
                condition=Q(
                    form=Form.WRITTEN, answer_due_on__isnull=False, answer_due_on__gte=F("registered_on")
                )
                | Q(form=Form.ORAL),
                name="complaint_written_has_answer_date",
            ),
            models.CheckConstraint(
                condition=Q(counts_from_on=None) | Q(counts_from_on__lt=F("registered_on")),
                name="complaint_counts_from_earlier",
            ),
            models.CheckConstraint(
                condition=Q(extended_by_days__lte=30), name="complaint_extension_at_most_30_days"
            ),
            models.CheckConstraint(condition=Q(pauses_used__lte=2), name="complaint_at_most_two_pauses"),
            models.CheckConstraint(condition=Q(returns_used__lte=1), name="complaint_returned_once"),
            models.CheckConstraint(
                condition=Q(outcome="", resolved_at=None)
                | Q(outcome__in=Outcome.values, resolved_at__isnull=False),
                name="complaint_outcome_paired",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[Status.RESOLVED.value, Status.ANSWERED.value])
                | Q(resolved_at__isnull=False),
                name="complaint_decided_has_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.ANSWERED.value) | Q(answered_at__isnull=False),
                name="complaint_answered_was_dispatched",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None)
                | Q(resolved_at__isnull=False, answered_at__gte=F("resolved_at")),
                name="complaint_dispatched_after_decided",
            ),
            # Names every status there is.
            models.CheckConstraint(
                condition=Q(
                    closed_at__isnull=False,
                    status__in=["closed", "withdrawn", "forwarded", "left_unanswered"],
                )
                | Q(closed_at=None, status__in=["new", "in_work", "waiting", "resolved", "answered"]),
                name="complaint_ended_paired",
            ),
            models.CheckConstraint(
                condition=Q(official_code=None) | ~Q(status__in=["new", "in_work", "waiting"]),
                name="complaint_counted_when_decided",
            ),
        ]
        triggers = [
            # Asked for by nothing but an UPDATE that names the column: no hop pays for it.
            pgtrigger.Protect(
                name="official_code_stays",
                operation=pgtrigger.UpdateOf("official_code_id"),
                condition=pgtrigger.Condition(
                    'OLD."official_code_id" IS NOT NULL AND '
                    'OLD."official_code_id" IS DISTINCT FROM NEW."official_code_id"'
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def received_on(self) -> date:
        """The day on which it came, where its branch is."""
        return self.received_at.astimezone(self.branch.zone).date()

    @property
    def is_open(self) -> bool:
        return self.status in {Status.NEW, Status.IN_WORK, Status.WAITING}

    @property
    def is_urgent(self) -> bool:
        return self.urgency == Urgency.URGENT
