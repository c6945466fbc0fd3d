"""What the engine keeps beside the cases: calls to duty people, its hold, what needs a second person."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.kinds import Kind, Reason, Urgency
from complaints.models.classifier import Category
from complaints.models.complaints import Complaint
from complaints.querysets import DutyCallQuerySet, ReclassificationQuerySet
from omsportal.platform.constraints import paired


class DutyCall(models.Model):
    """One call to one duty person about an urgent case that nobody has taken; the next call is a new row."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="duty_calls", db_index=False)
    hop = models.PositiveIntegerField(_("hop"))
    round = models.PositiveSmallIntegerField(_("which call"))
    user = models.ForeignKey(
        "representatives.User", models.PROTECT, related_name="duty_calls", verbose_name=_("duty person")
    )
    called_at = models.DateTimeField(_("called at"))
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)

    objects: ClassVar = DutyCallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call to a duty person")
        verbose_name_plural = _("calls to duty people")
        constraints = [
            models.UniqueConstraint(fields=["complaint", "hop", "round"], name="duty_call_once"),
            models.CheckConstraint(condition=Q(round__gte=1), name="duty_call_round_from_one"),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None) | Q(acknowledged_at__gte=F("called_at")),
                name="duty_call_acknowledged_after_called",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}/{self.hop}: {self.round}"


class EngineHold(models.Model):
    """The timer stands still because a living escalator saw the clock jump. Obeyed by every bell.

    In force from `held_at` for ten minutes, or until it is released; a moment before `held_at` (the clock
    went back) is not in force either.
    """

    held_at = models.DateTimeField(_("held at"))
    jumped_seconds = models.IntegerField(_("the clock jumped by, seconds"))
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)
    # Nobody: the clock came back by itself.
    released_by = models.ForeignKey(
        "representatives.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("released by"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("hold of the timer")
        verbose_name_plural = _("holds of the timer")
        indexes = [
            models.Index(fields=["held_at"], name="engine_hold_open", condition=Q(released_at=None)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(released_by=None) | Q(released_at__isnull=False), name="engine_hold_released_when"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.held_at:%Y-%m-%d %H:%M} {self.jumped_seconds:+d} s"


class Reclassification(models.Model):
    """A change of kind, theme or urgency. What lowers kind or urgency is proposed by one person and decided
    by another; everything else is decided as it is made."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="reclassifications")
    from_kind = models.CharField(max_length=16, choices=Kind.choices)
    to_kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    from_category = models.ForeignKey(Category, models.PROTECT, related_name="+", db_index=False)
    to_category = models.ForeignKey(
        Category, models.PROTECT, related_name="+", db_index=False, verbose_name=_("category")
    )
    from_urgency = models.CharField(max_length=8, choices=Urgency.choices)
    to_urgency = models.CharField(_("urgency"), max_length=8, choices=Urgency.choices)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices)
    proposed_by = models.ForeignKey("representatives.User", models.PROTECT, related_name="+", db_index=False)
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(
        "representatives.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    approved = models.BooleanField(_("approved"), null=True, blank=True)

    objects: ClassVar = ReclassificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("reclassification")
        verbose_name_plural = _("reclassifications")
        constraints = [
            paired("decided_at", "approved", "reclassification_decision_paired"),
            # What needs no second person is decided by nobody else.
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(decided_at__isnull=False),
                name="reclassification_decided_at_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(from_urgency=Urgency.URGENT, to_urgency=Urgency.ORDINARY, approved=True)
                | Q(decided_by__isnull=False),
                name="reclassification_downgrade_has_second",
            ),
            models.CheckConstraint(
                condition=~Q(from_kind=Kind.COMPLAINT, approved=True)
                | Q(to_kind=Kind.COMPLAINT)
                | Q(decided_by__isnull=False),
                name="reclassification_lowered_kind_has_second",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="reclassification_by_two_people",
            ),
            models.UniqueConstraint(
                fields=["complaint"], condition=Q(decided_at=None), name="reclassification_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.from_kind} → {self.to_kind}"

    @property
    def lowers_urgency(self) -> bool:
        return self.from_urgency == Urgency.URGENT and self.to_urgency != Urgency.URGENT

    @property
    def raises_urgency(self) -> bool:
        return self.from_urgency != Urgency.URGENT and self.to_urgency == Urgency.URGENT

    @property
    def lowers(self) -> bool:
        """What may ease the branch's duties, so that a second person must agree."""
        away_from_complaint = self.from_kind == Kind.COMPLAINT and self.to_kind != Kind.COMPLAINT
        return away_from_complaint or self.lowers_urgency

    @property
    def changes_kind(self) -> bool:
        return self.from_kind != self.to_kind

    @property
    def changes_category(self) -> bool:
        return self.from_category_id != self.to_category_id

    @property
    def changes_urgency(self) -> bool:
        return self.from_urgency != self.to_urgency

    def still_fits(self, complaint: Complaint) -> bool:
        """The case is where it was when this was proposed: same tier, same classification, not ended."""
        classified = (complaint.kind, complaint.category_id, complaint.urgency)
        proposed_from = (self.from_kind, self.from_category_id, self.from_urgency)
        return complaint.is_open and classified == proposed_from and complaint.entered_at <= self.proposed_at
