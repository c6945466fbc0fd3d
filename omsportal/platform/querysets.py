"""What can be asked of the plumbing tables, in words of the domain."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models

if TYPE_CHECKING:
    from omsportal.platform.models import Alarm, Job, Outbox, ReadLog  # noqa: F401  used in annotations only


class OutboxQuerySet(models.QuerySet["Outbox"]):
    def pending(self) -> OutboxQuerySet:
        """Neither sent, nor skipped, nor given up, nor in doubt."""
        return self.filter(
            sent_at__isnull=True, skipped_at__isnull=True, dead_at__isnull=True, doubtful_at__isnull=True
        )

    def for_a_person(self) -> OutboxQuerySet:
        """Given up, or perhaps sent, and nobody has decided yet; by the partial index outbox_for_a_person."""
        ended = models.Q(dead_at__isnull=False) | models.Q(doubtful_at__isnull=False)
        return self.filter(ended, left_at__isnull=True)

    def given_up_because(self, error: str, *, channel: str, receivers: tuple[str, ...]) -> OutboxQuerySet:
        """Whose error begins so, oldest first; by the partial index outbox_for_a_person."""
        asked = self.dead().filter(channel=channel, error__startswith=error, receiver_kind__in=receivers)
        return asked.order_by("id")

    def dead(self) -> OutboxQuerySet:
        return self.for_a_person().filter(dead_at__isnull=False)

    def doubtful(self) -> OutboxQuerySet:
        return self.for_a_person().filter(doubtful_at__isnull=False)

    def overdue(self, now: datetime) -> OutboxQuerySet:
        """Pending rows whose moment has come."""
        return self.pending().filter(available_at__lte=now)

    def leased_with(self, token: UUID | None) -> OutboxQuerySet:
        return self.filter(lease_token=token)

    def about(self, subject_kind: str, subject_id: int) -> OutboxQuerySet:
        return self.filter(subject_kind=subject_kind, subject_id=subject_id)

    def for_receiver(self, receiver_id: int) -> OutboxQuerySet:
        """Everything for one receiver of webhooks; partial index outbox_of_receiver."""
        return self.filter(channel="webhook", receiver_id=receiver_id)

    def over(self) -> OutboxQuerySet:
        """Sent, skipped, given up or in doubt: nothing happens to them by itself."""
        return self.exclude(
            sent_at__isnull=True, skipped_at__isnull=True, dead_at__isnull=True, doubtful_at__isnull=True
        )


class JobQuerySet(models.QuerySet["Job"]):
    def waiting(self, alive_since: datetime) -> JobQuerySet:
        """Queued ones, and running ones whose worker has given no sign of life since then; oldest first."""
        queued = models.Q(state="queued")
        orphaned = models.Q(state="running", beat_at__lt=alive_since)
        return self.filter(queued | orphaned).order_by("id")

    def queued(self) -> JobQuerySet:
        """Partial index job_unfinished."""
        return self.filter(state="queued")

    def requested_by(self, user_id: int) -> JobQuerySet:
        return self.filter(created_by_id=user_id).order_by("-created_at", "-id")


class AlarmQuerySet(models.QuerySet["Alarm"]):
    def open(self) -> AlarmQuerySet:
        return self.filter(closed_at__isnull=True)

    def unacknowledged(self) -> AlarmQuerySet:
        return self.open().filter(acknowledged_at__isnull=True)

    def about(self, subject_kind: str, subject_id: int) -> AlarmQuerySet:
        return self.filter(subject_kind=subject_kind, subject_id=subject_id)

    def received_by(self, branch_ids: list[int]) -> AlarmQuerySet:
        return self.filter(receiver_branch_id__in=branch_ids)


class ReadLogQuerySet(models.QuerySet["ReadLog"]):
    def about(self, subject_kind: str, subject_id: int) -> ReadLogQuerySet:
        """Who read this subject, newest first."""
        return self.filter(subject_kind=subject_kind, subject_id=subject_id).order_by("-at", "-id")

    def of_reader(self, reader_kind: str, reader_id: int) -> ReadLogQuerySet:
        """What this reader read, newest first."""
        return self.filter(reader_kind=reader_kind, reader_id=reader_id).order_by("-at", "-id")
