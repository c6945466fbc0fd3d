"""Appeals that the law lets be left without an answer on the merits (59-ФЗ, article 11)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.bond_querysets import GroundQuerySet, LeavingQuerySet
from complaints.kinds import AnswerChannel, NoAnswer
from complaints.models.complaints import Complaint
from complaints.states import Status
from omsportal.platform.constraints import paired


class NoAnswerGround(models.Model):
    """A ground of article 11 as it stands from a day on: what the applicant is told, and by when."""

    code = models.CharField(_("ground"), max_length=16, choices=NoAnswer.choices)
    title = models.CharField(_("title for staff"), max_length=200)
    basis = models.CharField(_("by which rule"), max_length=120)
    notice = models.TextField(_("what the applicant is told"), blank=True)
    # None: the law says that nobody is told.
    notice_days = models.PositiveSmallIntegerField(_("told within, calendar days"), null=True, blank=True)
    from_registration = models.BooleanField(_("counted from the registration"), default=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects: ClassVar = GroundQuerySet.as_manager()

    class Meta:
        verbose_name = _("ground for no answer")
        verbose_name_plural = _("grounds for no answer")
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="no_answer_ground_once"),
            models.CheckConstraint(condition=Q(code__in=NoAnswer.values), name="no_answer_ground_known"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="no_answer_ground_validity",
            ),
            models.CheckConstraint(
                condition=Q(notice_days=None) | ~Q(notice=""), name="no_answer_ground_has_words"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.basis})"


class Leaving(models.Model):
    """One person proposes to leave an appeal without an answer, another decides; then the applicant is told.

    `notice_due_on` is the last day for that; None: the ground asks for no notice, or nothing is decided.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="leavings")
    ground = models.ForeignKey(
        NoAnswerGround, models.PROTECT, related_name="+", db_index=False, verbose_name=_("ground")
    )
    # What the proposer states: read whether somebody is in danger, or needs help at once. Nobody does.
    urgency_looked = models.BooleanField(_("looked whether it is urgent: it is not"))
    proposed_by = models.ForeignKey("representatives.User", models.PROTECT, related_name="+", db_index=False)
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(
        "representatives.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    approved = models.BooleanField(_("approved"), null=True, blank=True)
    notice_due_on = models.DateField(_("tell the applicant by"), null=True, blank=True)
    notified_at = models.DateTimeField(_("applicant told at"), null=True, blank=True)
    notified_way = models.CharField(
        _("told by way of"), max_length=6, choices=AnswerChannel.choices, blank=True
    )
    outgoing_number = models.CharField(_("outgoing number"), max_length=40, blank=True)

    objects: ClassVar = LeavingQuerySet.as_manager()

    class Meta:
        verbose_name = _("leaving without an answer")
        verbose_name_plural = _("leavings without an answer")
        indexes = [
            models.Index(
                fields=["notice_due_on", "id"],
                name="leaving_notice_due",
                condition=Q(approved=True, notified_at=None, notice_due_on__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(urgency_looked=True), name="leaving_urgency_looked_at"),
            paired("decided_at", "approved", "leaving_decision_paired"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(decided_at__isnull=False), name="leaving_decided_at_a_moment"
            ),
            models.CheckConstraint(
                condition=~Q(approved=True) | Q(decided_by__isnull=False), name="leaving_has_second_person"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="leaving_by_two_people"
            ),
            models.CheckConstraint(
                condition=Q(notified_at=None, notified_way="")
                | Q(
                    approved=True,
                    approved__isnull=False,
                    notified_at__gte=F("decided_at"),
                    notified_way__in=AnswerChannel.values,
                ),
                name="leaving_notice_paired",
            ),
            models.CheckConstraint(
                condition=Q(notice_due_on=None) | Q(approved=True, approved__isnull=False),
                name="leaving_notice_after_decision",
            ),
            models.UniqueConstraint(
                fields=["complaint"], condition=Q(decided_at=None), name="leaving_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.ground_id}"

    @property
    def waits_for_notice(self) -> bool:
        return bool(self.approved) and self.notice_due_on is not None and self.notified_at is None

    def still_fits(self, complaint: Complaint) -> bool:
        """The case is where it was when this was proposed, with a holder, and has not become urgent."""
        in_place = complaint.status == Status.IN_WORK and complaint.entered_at <= self.proposed_at
        return in_place and not complaint.is_urgent
