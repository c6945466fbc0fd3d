"""Voice messages, and the calls that were made in vain."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.kinds import CallResult
from complaints.models.complaints import Complaint
from complaints.models.thread import Attachment
from complaints.voice_querysets import CallAttemptQuerySet


class VoiceMessage(models.Model):
    """A recording that became a case. The same recording of a branch becomes one, however often it comes."""

    class Source(models.TextChoices):
        FOLDER = "folder", _("folder")
        API = "api", _("another system")

    complaint = models.OneToOneField(
        Complaint, models.CASCADE, primary_key=True, related_name="voice_message", verbose_name=_("appeal")
    )
    attachment = models.OneToOneField(Attachment, models.PROTECT, related_name="+", verbose_name=_("file"))
    branch = models.ForeignKey(
        "insurers.Branch", models.PROTECT, related_name="+", db_index=False, verbose_name=_("branch")
    )
    content_digest = models.BinaryField(max_length=32)
    seconds = models.PositiveIntegerField(_("length, seconds"))
    source = models.CharField(_("came through"), max_length=6, choices=Source.choices)
    taken_at = models.DateTimeField(_("taken in at"))

    PROTECTION = {"content_digest": "digest: keyed, knows a recording that came before"}

    class Meta:
        verbose_name = _("voice message")
        verbose_name_plural = _("voice messages")
        constraints = [
            models.UniqueConstraint(fields=["branch", "content_digest"], name="voice_message_once"),
            models.CheckConstraint(condition=Q(seconds__gte=1), name="voice_message_has_length"),
            models.CheckConstraint(condition=Q(source__in=["folder", "api"]), name="voice_message_source"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.seconds} s"


class CallAttempt(models.Model):
    """A call that did not reach the person: codes and moments, no words."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="call_attempts", db_index=False)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey("representatives.User", models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField(_("which call in a row"))
    result = models.CharField(_("result"), max_length=10, choices=CallResult.choices)

    objects: ClassVar = CallAttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("call in vain")
        verbose_name_plural = _("calls in vain")
        constraints = [
            models.UniqueConstraint(fields=["complaint", "place"], name="call_attempt_once"),
            models.CheckConstraint(
                condition=Q(result__in=CallResult.values), name="call_attempt_result_known"
            ),
            models.CheckConstraint(condition=Q(place__gte=1), name="call_attempt_counted_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.place}: {self.result}"
