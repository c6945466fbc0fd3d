"""Somebody's account is closed: what they hold goes back to its queues in the same moment."""

from datetime import datetime

from django.db import transaction

from complaints.models import Complaint
from complaints.services import shifts
from representatives import rights, services
from representatives.models import Representative, User
from representatives.reach import Reach


@transaction.atomic
def switch_off(*, user: User, reason: str, by: User, reach: Reach, now: datetime) -> int:
    """Close the account, end its sessions, put its work back; returns how many cases went back.

    What waits for a patient stays until the answer and goes to the queue then, as after any leave. Raises
    AccountRefused.
    """
    rights.switch_off(user=user, reason=reason, by=by, reach=reach, now=now)
    for person in Representative.objects.filter(user=user):
        services.set_presence(representative_id=person.pk, presence="away", now=now)
    in_work = Complaint.objects.held_by(user.pk).in_work().order_by("pk")
    case_ids = list(in_work.values_list("pk", flat=True))
    return sum(shifts.put_back(case_id, user, now, by=by) for case_id in case_ids)
