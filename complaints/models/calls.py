"""The wish to be called back."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.call_windows import Window
from complaints.models.complaints import Complaint

EVERY_DAY = 0b1111111


class CallWindow(models.Model):
    """When somebody who asked for a call may be called, by the clock of where they are.

    It outlives the call: until `Complaint.call_back_until` is kept it is a promise, afterwards a wish.
    """

    complaint = models.OneToOneField(
        Complaint, models.CASCADE, primary_key=True, related_name="call_window", verbose_name=_("appeal")
    )
    days = models.PositiveSmallIntegerField(_("weekdays, Monday is 1, Tuesday 2, Wednesday 4 …"))
    starts = models.TimeField(_("not before"))
    ends = models.TimeField(_("not after"))
    time_zone = models.CharField(_("time zone"), max_length=40)

    class Meta:
        verbose_name = _("hours for a call")
        verbose_name_plural = _("hours for calls")
        constraints = [
            models.CheckConstraint(condition=Q(days__range=(1, EVERY_DAY)), name="call_window_has_days"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="call_window_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.starts:%H:%M}–{self.ends:%H:%M}"

    @property
    def window(self) -> Window:
        return Window.of(self.days, self.starts, self.ends, self.time_zone)
