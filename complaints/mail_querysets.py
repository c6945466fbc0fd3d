"""Mailboxes and letters."""

from datetime import datetime
from typing import Any, Self

from django.db.models import F, QuerySet


class MailboxQuerySet(QuerySet[Any]):
    def read(self) -> Self:
        """Those that are read, longest unread first."""
        with_places = self.filter(is_active=True).select_related("branch__region", "branch__insurer")
        return with_places.order_by(F("checked_at").asc(nulls_first=True), "pk")

    def of_branch(self, branch_id: int) -> Any:
        """The branch's first mailbox that is read, or None."""
        return self.filter(branch=branch_id, is_active=True).order_by("pk").first()


class ReceivedMailQuerySet(QuerySet[Any]):
    def left_for(self, branch_ids: Any) -> Self:
        """What waits for a person of these branches (partial index mail_left_for_person)."""
        waiting = self.filter(fate="left", attended_at=None, mailbox__branch__in=branch_ids)
        return waiting.select_related("mailbox__branch__region")

    def confirming(self, complaint_id: int) -> Any:
        """The letter that became this case, while its code is still known; or None."""
        return self.filter(complaint=complaint_id, fate="case", keeps_until__isnull=False).first()

    def to_forget(self, *, now: datetime) -> Self:
        return self.filter(keeps_until__lte=now)
