"""The plumbing for superusers: all may be looked at, nothing edited; notices given up may be sent again."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from omsportal.platform import outbox
from omsportal.platform.clock import database_now
from omsportal.platform.models import Alarm, Heartbeat, Job, Outbox, ReadLog

# Only the stubs know it as generic.
if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Model]
else:
    ModelAdmin = admin.ModelAdmin


class LookOnly(ModelAdmin):
    """Rows that only services write."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002  Django's form
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False


@admin.register(Outbox)
class OutboxAdmin(LookOnly):
    list_display = (
        "created_at",
        "channel",
        "kind",
        "subject_kind",
        "subject_id",
        "sent_at",
        "dead_at",
        "error",
    )
    list_filter = ("channel", "kind", ("dead_at", admin.EmptyFieldListFilter))
    actions = ("send_again",)

    @admin.action(description=_("Send again what was given up"), permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Outbox]) -> None:
        revived = outbox.revive(list(queryset.values_list("pk", flat=True)), database_now())
        text = ngettext(
            "%(count)d notice will be sent again.", "%(count)d notices will be sent again.", revived
        )
        self.message_user(request, text % {"count": revived})


@admin.register(Job)
class JobAdmin(LookOnly):
    list_display = ("created_at", "kind", "state", "done_count", "total_count", "finished_at", "error")
    list_filter = ("state", "kind")


@admin.register(Alarm)
class AlarmAdmin(LookOnly):
    list_display = (
        "raised_at",
        "severity",
        "kind",
        "subject_kind",
        "subject_id",
        "acknowledged_at",
        "closed_at",
    )
    list_filter = ("severity", "kind")


@admin.register(Heartbeat)
class HeartbeatAdmin(LookOnly):
    list_display = ("name", "beat_at")


@admin.register(ReadLog)
class ReadLogAdmin(LookOnly):
    list_display = ("at", "reader_kind", "reader_id", "what", "subject_kind", "subject_id")
    list_filter = ("reader_kind", "what")
