"""What was written down for a receiver of events: shown, sent again, left out when it reaches less."""

from datetime import datetime
from typing import Any

from django.db.models import Max

from omsportal.platform import bells, outbox
from omsportal.platform.models import Follower, Outbox
from omsportal.platform.querysets import OutboxQuerySet
from representatives import integrating
from representatives.models import TEST_EVENT, Webhook

#: Of which branch an event is, as a notice keeps it; it is not sent.
BRANCH = "branch"
#: Followers of the tables whose rows become notices for receivers.
FOLLOWS = "events."


def log_of(webhook: Webhook) -> OutboxQuerySet:
    """Since it reaches no more than it does now; index outbox_of_receiver."""
    rows = Outbox.objects.for_receiver(webhook.pk)
    return rows.filter(created_at__gt=webhook.log_after) if webhook.log_after else rows


def send_again(webhook: Webhook, now: datetime, **which: Any) -> int:
    """Ids of events stay, so a receiver knows what it has. Returns how many."""
    over = log_of(webhook).over().filter(**which)
    count = over.update(
        sent_at=None, skipped_at=None, dead_at=None, doubtful_at=None, left_at=None, left_by_id=None,
        attempts=0, copies=0, available_at=now, lease_token=None, leased_until=None, error="",
    )  # fmt: skip
    if count:
        bells.ring(outbox.TOPIC)
    return count


def is_left(webhook: Webhook, row: Outbox) -> bool:
    """Of a branch that it reaches no more: somebody was sending it, or had died, while it was narrowed."""
    branch_id = row.payload.get(BRANCH)
    return branch_id is not None and not webhook.everywhere and branch_id not in integrating.reached(webhook)


def leave_others(row: Webhook, now: datetime) -> None:
    """It reaches less than before: the log begins anew, and what still waits of other branches is left out.

    In the transaction that narrows it; `log_after` is to be saved with the row.
    """
    # Whoever writes notices down at this moment is waited for: they read what it reached before.
    list(Follower.objects.select_for_update().filter(pk__startswith=FOLLOWS))
    own = Outbox.objects.for_receiver(row.pk)
    newest = own.aggregate(newest=Max("created_at"))["newest"]
    row.log_after = max(now, newest) if newest else now
    waiting = own.pending().filter(lease_token=None).exclude(kind=TEST_EVENT)
    kept = waiting.filter(**{f"payload__{BRANCH}__in": sorted(integrating.reached(row))})
    waiting.exclude(pk__in=kept.values("pk")).update(skipped_at=now)
