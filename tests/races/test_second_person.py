"""Two people decide, or the timer comes between: one decision, never a change of a case that moved."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from complaints.escalation.sweep import sweep
from complaints.models import Complaint, History, Reclassification
from complaints.services import reclassify
from representatives.models import User
from tests.factories import make_branch, make_category, make_complaint, make_staff, profile
from tests.races.test_two_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)


def colleague(number: int) -> User:
    return make_staff(f"colleague{number}", 2, make_branch())


def proposed() -> tuple[Complaint, Reclassification]:
    specialist = make_staff("specialist", 2, make_branch())
    theme = make_category("second", arrival_tier=2)
    case = make_complaint(category=theme, held_by=specialist)
    change = reclassify.propose(
        complaint=case, kind="consultation", category=case.category, urgency=case.urgency,
        reason="patient_asks", note="Просит", by=specialist, profile=profile(specialist),
        now=case.entered_at + MINUTE,
    )  # fmt: skip
    return case, change


def deciding(
    case: Complaint, change: Reclassification, by: User, *, approve: bool, now: datetime
) -> Callable[[], object]:
    person = profile(by)
    return lambda: reclassify.decide(
        complaint=case, approve=approve, proposal_id=change.pk, by=by, profile=person, now=now
    )


def test_two_decisions_at_once_are_one() -> None:
    for _round in range(5):
        case, change = proposed()
        now = case.entered_at + 2 * MINUTE
        at_once(*(deciding(case, change, colleague(n), approve=bool(n % 2), now=now) for n in range(4)))
        change.refresh_from_db()
        after = Complaint.objects.get(pk=case.pk)
        assert change.decided_by is not None
        assert after.kind == ("consultation" if change.approved else "complaint")
        lines = History.objects.filter(complaint=case, event="reclassified").count()
        assert lines == (1 if change.approved else 0)


def test_a_hop_at_that_moment_comes_before_or_after_never_between() -> None:
    for _round in range(5):
        case, change = proposed()
        late = case.due_at
        at_once(
            lambda late=late: sweep(now=late),
            deciding(case, change, colleague(1), approve=True, now=late),
        )
        sweep(now=late)
        change.refresh_from_db()
        after = Complaint.objects.get(pk=case.pk)
        assert after.tier == 3
        assert after.kind == ("consultation" if change.approved else "complaint")
        events = list(History.objects.filter(complaint=case).order_by("id").values_list("event", flat=True))
        assert events[-2:] == (["reclassified", "escalated"] if change.approved else events[-2:])
        assert events.count("escalated") == 1


def test_the_round_and_a_decision_end_an_outdated_proposal_once() -> None:
    case, change = proposed()
    sweep(now=case.due_at)
    now = case.due_at + MINUTE
    expert = make_staff("expert", 3, make_branch())
    at_once(
        lambda: reclassify.lapse_outdated(now),
        lambda: reclassify.lapse_outdated(now),
        deciding(case, change, expert, approve=True, now=now),
    )
    change.refresh_from_db()
    assert (change.approved, change.decided_by) == (False, None)
    assert case.messages.filter(author_kind="system").count() == 1
