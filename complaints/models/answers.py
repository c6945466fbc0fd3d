"""Answers on their way: texts that somebody has not sent yet, and answers that wait for a second person."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.answer_querysets import AnswerProposalQuerySet, WorkDraftQuerySet
from complaints.kinds import Outcome
from complaints.models.complaints import Complaint
from omsportal.platform.constraints import paired
from omsportal.platform.fields import SealedField


class WorkDraft(models.Model):
    """What one person typed for one act of one case and has not sent. Nobody else reads it.

    `revision` grows with each saving: a window that knows an older one makes a draft of its own instead of
    writing over the newer text. `aside`: offered, but no form begins with it.
    """

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="work_drafts")
    user = models.ForeignKey("representatives.User", models.CASCADE, related_name="+")
    act = models.CharField(_("act"), max_length=24)
    sealed = SealedField(bound_to="reference", verbose_name=_("what was typed"))  # {fields: {name: text}}
    revision = models.PositiveIntegerField(_("revision"), default=1)
    aside = models.BooleanField(_("put aside"), default=False)
    saved_at = models.DateTimeField(_("saved at"))

    objects: ClassVar = WorkDraftQuerySet.as_manager()

    PROTECTION = {"sealed": "sealed: a text that was not sent yet, until it is sent or thirty days old"}

    class Meta:
        verbose_name = _("unsent text")
        verbose_name_plural = _("unsent texts")
        indexes = [models.Index(fields=["saved_at"], name="work_draft_age")]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.act}"


class AnswerProposal(models.Model):
    """A decision that a second person has to agree with before it is one; the clocks run on meanwhile."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="answer_proposals")
    hop = models.PositiveIntegerField(_("hop"))
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome.choices)
    no_health_facts = models.BooleanField(_("says nothing about health"), default=False)
    sealed = SealedField(bound_to="complaint_id", verbose_name=_("text"))  # {text}
    sum_claimed = models.DecimalField(
        _("sum claimed"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    sum_refunded = models.DecimalField(
        _("sum refunded"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    proposed_by = models.ForeignKey("representatives.User", models.PROTECT, related_name="+", db_index=False)
    proposed_at = models.DateTimeField(_("proposed at"))
    # Nobody: another answer was proposed instead, or the case has moved on.
    decided_by = models.ForeignKey(
        "representatives.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    approved = models.BooleanField(_("approved"), null=True, blank=True)

    objects: ClassVar = AnswerProposalQuerySet.as_manager()

    PROTECTION = {"sealed": "sealed: the text of an answer that waits for a second person"}

    class Meta:
        verbose_name = _("proposed answer")
        verbose_name_plural = _("proposed answers")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="answer_proposal_outcome_known"
            ),
            paired("decided_at", "approved", "answer_proposal_decision_paired"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(decided_at__isnull=False),
                name="answer_proposal_decided_at_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(approved=True) | Q(decided_by__isnull=False),
                name="answer_proposal_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="answer_proposal_by_two_people",
            ),
            models.UniqueConstraint(
                fields=["complaint"], condition=Q(decided_at=None), name="answer_proposal_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.outcome}"

    def still_fits(self, complaint: Complaint) -> bool:
        """The case is still in the hands of whoever proposed it, in the same tier."""
        where = (complaint.status, complaint.hop, complaint.assignee_id)
        return where == ("in_work", self.hop, self.proposed_by_id)
