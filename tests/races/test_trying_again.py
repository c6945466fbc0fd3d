"""A held case is tried again by several at once, and while the timer sweeps: it moves once."""

import pytest

from complaints.escalation import blocking
from complaints.escalation.sweep import sweep
from complaints.models import Complaint, History
from complaints.reports.staff.watch import watch_of
from complaints.services.engine import Tried, try_again
from omsportal.platform.models import Alarm
from tests.factories import NOW, make_branch, make_complaint, make_staff, profile
from tests.races.test_two_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_heads_and_the_timer_move_a_held_case_once() -> None:
    case = make_complaint()
    blocking.block(complaint_id=case.pk, now=NOW)
    heads = [make_staff(name, heads=make_branch()) for name in ("head", "deputy")]
    watches = [watch_of(head, profile(head)) for head in heads]
    due_at = case.due_at
    tried = at_once(
        *(
            lambda head=head, watch=watch: try_again(complaint=case, watch=watch, by=head, now=due_at)
            for head, watch in zip(heads, watches, strict=True)
        ),
        lambda: sweep(now=due_at),
    )
    assert [one for one in tried if isinstance(one, Exception)] == []
    assert Tried.NOTHING in tried
    sweep(now=due_at)
    moved = Complaint.objects.get(pk=case.pk)
    assert (moved.blocked_at, moved.tier, moved.hop) == (None, 2, 1)
    assert History.objects.filter(complaint=case, event="escalated").count() == 1
    assert Alarm.objects.get(kind="blocked").closed_at is not None
