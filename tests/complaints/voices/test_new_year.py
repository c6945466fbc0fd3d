"""1 January, 03:00: an urgent appeal wakes duty people, a voice message is promised the first working day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from complaints.escalation import duty
from complaints.escalation.sweep import sweep
from complaints.models import Complaint, DutyCall
from complaints.services import voicemail, work
from insurers.models import Branch, CalendarDay, DayKind, WorkingSchedule
from insurers.services import working_time
from omsportal.platform.models import Alarm, Outbox
from representatives.models import DutyShift
from tests.complaints.escalation.test_recount import fresh
from tests.complaints.voices.test_voicemail import recording
from tests.factories import (
    make_branch,
    make_category,
    make_complaint,
    make_fund,
    make_rules,
    make_staff,
    profile,
)

pytestmark = pytest.mark.django_db

#: In Yaroslavl.
NEW_YEAR = datetime(2027, 1, 1, 0, 0, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FIRST_WORKING_DAY_ENDS = datetime(2027, 1, 11, 15, 0, tzinfo=UTC)


@pytest.fixture
def office() -> Branch:
    """Works Monday to Friday; the first eight days of January are off."""
    make_rules()
    make_category("question", default_kind="consultation")
    branch = make_branch(now=NEW_YEAR)
    make_fund(now=NEW_YEAR)
    for day in range(1, 9):
        CalendarDay.objects.create(date=date(2027, 1, day), kind=DayKind.DAY_OFF, title="Новый год")
    WorkingSchedule.objects.update(follows_calendar=True)
    working_time.rebuild(WorkingSchedule.objects.get(pk=branch.schedule_id), NEW_YEAR)
    return branch


def on_duty(name: str, tier: int, place: int, branch: Branch) -> None:
    DutyShift.objects.create(
        branch=branch, tier=tier, place=place, starts_at=NEW_YEAR - DAY, ends_at=NEW_YEAR + DAY,
        representative=make_staff(name, tier, branch).representative,
    )  # fmt: skip


def called(case: Complaint) -> list[str]:
    return list(DutyCall.objects.about(case).values_list("user__username", flat=True))


def test_an_urgent_appeal_is_in_somebodys_hands_within_minutes(office: Branch) -> None:
    on_duty("first", 2, 1, office)
    on_duty("second", 2, 2, office)
    case = make_complaint(office, urgency="urgent", now=NEW_YEAR)
    assert (case.tier, case.due_at) == (2, NEW_YEAR + 15 * MINUTE)
    duty.call(now=NEW_YEAR)
    duty.call(now=NEW_YEAR + 10 * MINUTE)
    assert called(case) == ["first", "second"]
    assert Outbox.objects.filter(
        kind="duty_call", urgent=True, available_at__lte=NEW_YEAR + 10 * MINUTE
    ).exists()
    second = make_staff("second")
    work.claim(
        complaint=case, by=second, profile=profile(second, on=NEW_YEAR.date()), now=NEW_YEAR + 11 * MINUTE
    )
    assert fresh(case).assignee == second


def test_unheard_it_goes_to_the_experts_and_then_cries(office: Branch) -> None:
    on_duty("first", 2, 1, office)
    on_duty("expert", 3, 1, office)
    case = make_complaint(office, urgency="urgent", now=NEW_YEAR)
    sweep(now=NEW_YEAR + 15 * MINUTE)
    duty.call(now=NEW_YEAR + 15 * MINUTE)
    assert (fresh(case).tier, called(case)[-1]) == (3, "expert")
    sweep(now=NEW_YEAR + 80 * MINUTE)
    assert Alarm.objects.filter(kind="tier_breach", subject_id=case.pk).exists()


def test_without_anybody_on_duty_it_cries_at_once(office: Branch) -> None:
    case = make_complaint(office, urgency="urgent", now=NEW_YEAR)
    duty.call(now=NEW_YEAR)
    assert Alarm.objects.filter(kind="nobody_on_duty", subject_id=case.pk).exists()


def test_a_voice_message_is_promised_the_first_working_day(office: Branch) -> None:
    case = voicemail.take_in(recording=recording(office, left_at=NEW_YEAR), now=NEW_YEAR).complaint
    assert case.call_back_until == FIRST_WORKING_DAY_ENDS
