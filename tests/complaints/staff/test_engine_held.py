"""Cases that the engine holds for a person: tried again, they move, or are held again with their alarm."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from complaints.escalation import blocking
from complaints.escalation.sweep import sweep
from complaints.models import Complaint, EngineHold, History
from insurers.models import Branch
from omsportal.platform.models import Alarm
from representatives.models import User
from tests.complaints.staff.conftest import ClientOf
from tests.complaints.staff.engine_room import HOUR, MINUTE, PAGE, context, due
from tests.factories import make_category, make_complaint

#: What a row that cannot be moved looks like: the database refuses its line of history.
POISON = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'case of Соколова' USING ERRCODE = '23514', CONSTRAINT = 'poison'; END $$;
CREATE TRIGGER poison BEFORE INSERT ON complaints_history FOR EACH ROW
    WHEN (NEW.event = 'escalated') EXECUTE FUNCTION refuse();
"""


@pytest.fixture
def poison(db: None) -> None:
    """Until `cure`; the test's transaction takes it back."""
    with connection.cursor() as cursor:
        cursor.execute(POISON)


def cure() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER poison ON complaints_history")


def test_a_held_case_whose_cause_is_gone_moves_at_once(
    blocked_case: Complaint, client_of: ClientOf, people: dict[str, User]
) -> None:
    answer = client_of("head").post(f"{PAGE}try-again/{blocked_case.number}/", follow=True)
    assert answer.status_code == 200
    blocked_case.refresh_from_db()
    assert (blocked_case.blocked_at, blocked_case.tier, blocked_case.hop) == (None, 2, 1)
    alarm = Alarm.objects.get(kind="blocked")
    assert alarm.closed_at is not None
    assert alarm.acknowledged_by_id == people["head"].pk
    lines = list(History.objects.filter(complaint=blocked_case).order_by("id").values_list("event", "by"))
    assert lines[-2:] == [("tried_again", people["head"].pk), ("escalated", None)]


def test_a_held_case_that_fails_again_is_held_again_with_its_alarm_open_anew(
    blocked_case: Complaint, poison: None, client_of: ClientOf
) -> None:
    client_of("head").post(f"{PAGE}try-again/{blocked_case.number}/")
    blocked_case.refresh_from_db()
    assert blocked_case.blocked_at is not None
    assert (blocked_case.tier, blocked_case.hop) == (1, 0)
    alarm = Alarm.objects.get(kind="blocked")
    assert (alarm.closed_at, alarm.acknowledged_at) == (None, None)
    assert [(row.code, row.rule) for row in context(client_of("head"))["blocked"]] == [("23514", "poison")]
    assert "Соколова" not in str(alarm.payload)
    cure()
    client_of("head").post(f"{PAGE}try-again/{blocked_case.number}/")
    blocked_case.refresh_from_db()
    assert (blocked_case.blocked_at, blocked_case.tier) == (None, 2)


def test_a_case_that_cannot_even_be_given_back_stays_held(
    blocked_case: Complaint, client_of: ClientOf
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(POISON.replace("'escalated'", "'tried_again'"))
    assert client_of("head").post(f"{PAGE}try-again/{blocked_case.number}/").status_code == 302
    blocked_case.refresh_from_db()
    assert blocked_case.blocked_at is not None
    assert Alarm.objects.get(kind="blocked").closed_at is None


def test_what_the_sweep_holds_a_second_time_raises_its_alarm_a_second_time(
    blocked_case: Complaint, poison: None, client_of: ClientOf, now: datetime
) -> None:
    Complaint.objects.filter(pk=blocked_case.pk).update(due_at=now + HOUR, escalate_at=now + HOUR)
    client_of("head").post(f"{PAGE}try-again/{blocked_case.number}/")
    assert Alarm.objects.get(kind="blocked").closed_at is not None
    assert sweep(now=now + HOUR).blocked == 1
    alarm = Alarm.objects.get(kind="blocked")
    assert (alarm.closed_at, alarm.acknowledged_at, alarm.raised_at) == (None, None, now + HOUR)
    assert alarm.payload["rule"] == "poison"


def test_trying_twice_is_no_error(blocked_case: Complaint, client_of: ClientOf) -> None:
    for _time in range(2):
        assert client_of("head").post(f"{PAGE}try-again/{blocked_case.number}/").status_code == 302
    assert History.objects.filter(complaint=blocked_case, event="escalated").count() == 1


def test_all_of_them_are_tried_each_on_its_own(
    blocked_case: Complaint, branch: Branch, people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    other = due(
        make_complaint(branch, now=now, category=make_category("quality", arrival_tier=3)), now - MINUTE
    )
    blocking.block(complaint_id=other.pk, now=now - MINUTE)
    with connection.cursor() as cursor:
        cursor.execute(POISON)
    client_of("head").post(f"{PAGE}try-again/")
    blocked_case.refresh_from_db()
    other.refresh_from_db()
    assert blocked_case.blocked_at is not None
    assert (other.blocked_at, other.breached_at is not None) == (None, True)


def test_a_held_case_does_not_move_while_the_timer_stands_still(
    blocked_case: Complaint, client_of: ClientOf, now: datetime
) -> None:
    EngineHold.objects.create(held_at=now - MINUTE, jumped_seconds=3600)
    client_of("head").post(f"{PAGE}try-again/{blocked_case.number}/")
    blocked_case.refresh_from_db()
    assert (blocked_case.blocked_at, blocked_case.tier) == (None, 1)


def test_a_held_case_that_was_decided_is_no_longer_listed(
    blocked_case: Complaint, client_of: ClientOf, now: datetime
) -> None:
    Complaint.objects.filter(pk=blocked_case.pk).update(
        status="withdrawn", closed_at=now, escalate_at=None, warn_at=None
    )
    shown = context(client_of("head"))
    assert (shown["standing"].blocked, list(shown["blocked"])) == (0, [])


def test_long_lists_of_held_cases_come_in_pages(
    branch: Branch, people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    for minutes in range(13):
        case = make_complaint(branch, now=now)
        blocking.block(complaint_id=case.pk, now=now - timedelta(minutes=minutes))
    head = client_of("head")
    first = context(head)
    assert (len(first["blocked"]), len(first["alarms"])) == (10, 10)
    second = context(head, blocked=first["blocked_page"].next_cursor)
    assert len(second["blocked"]) == 3
    assert context(head, blocked="nonsense")["standing"].blocked == 13
