"""What people decide about notices that did not arrive, or perhaps did."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from complaints.escalation import undelivered
from omsportal.platform import outbox
from representatives.models import User


@transaction.atomic
def send_again(*, notice_ids: Sequence[int], now: datetime) -> int:
    """Try them anew from the first attempt; returns how many. Whoever asks has seen that they are theirs."""
    revived = outbox.revive(notice_ids, now)
    undelivered.look(now)
    return revived


@transaction.atomic
def leave(*, notice_ids: Sequence[int], by: User, now: datetime) -> int:
    """No further copy: it arrived, or the person was told otherwise. Returns for how many that was news."""
    left = outbox.leave(notice_ids, by_id=by.pk, now=now)
    undelivered.look(now)
    return left
