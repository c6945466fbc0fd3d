"""Several people prepare the same day, or press at once: one draft, in force once, nothing overwritten."""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction

from complaints.models import Setting, SettingChange
from complaints.services import setting_changes
from complaints.services.setting_sheets import Sheet
from insurers.models import Branch, CalendarDay, WorkingSchedule
from insurers.services import working_time
from insurers.services.revisions import MovedOn, Settled
from omsportal.platform import jobs
from representatives.models import User
from tests.factories import NOW, make_branch, make_staff, profile
from tests.races.test_two_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 4
DAY = f"{NOW.year}-06-15"
SOON, AT_WORK = f"{NOW.year}-03-20", datetime.fromisoformat(f"{NOW.year}-03-20T10:00+03:00")
PATIENCE = 20
_WAITS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


def people() -> list[User]:
    return [make_staff(f"admin{turn}", is_superuser=True) for turn in range(HANDS)]


def kinds(results: list[object]) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def drafting(sheet: Sheet, by: User) -> Callable[[], object]:
    hand = {"by": by, "profile": profile(by), "now": NOW}
    typed = {DAY: ["day_off", None, by.username]}
    return lambda: setting_changes.save_draft(sheet=sheet, typed=typed, seen={}, **hand)


def test_those_who_begin_at_once_have_one_draft_and_it_is_in_force_once() -> None:
    sheet, hands = Sheet(Setting.CALENDAR, region=make_branch().region, year=NOW.year), people()
    told = at_once(*(drafting(sheet, by) for by in hands))
    assert kinds(told) == [MovedOn.__name__] * (HANDS - 1) + [SettingChange.__name__]
    change, by = SettingChange.objects.get(), hands[0]
    hand = {"by": by, "profile": profile(by), "now": NOW}
    setting_changes.try_out(change=change, version=1, **hand)
    while jobs.run_next(NOW):
        pass
    acts = [lambda: setting_changes.put_in_force(change=change, version=1, **hand)] * HANDS
    assert kinds(at_once(*acts)) == [SettingChange.__name__] + [Settled.__name__] * (HANDS - 1)
    assert CalendarDay.objects.get().title == change.values[DAY][2]


def tried(sheet: Sheet, typed: dict[str, Any], by: User) -> Callable[[], object]:
    """A prepared change that was tried out: what puts it in force."""
    hand = {"by": by, "profile": profile(by), "now": NOW}
    seen = {key: setting_changes.stands(sheet, NOW).get(key) for key in typed}
    change = setting_changes.save_draft(sheet=sheet, typed=typed, seen=seen, **hand)
    setting_changes.try_out(change=change, version=1, **hand)
    while jobs.run_next(NOW):
        pass
    return lambda: setting_changes.put_in_force(change=change, version=1, **hand)


def one_inside_the_other(first: Callable[[], object], second: Callable[[], object]) -> None:
    """The second begins before the first is committed; the first ends when the second waits, or is over."""
    inside, go_on, over = threading.Event(), threading.Event(), threading.Event()

    def leading() -> None:
        try:
            with transaction.atomic():
                first()
                inside.set()
                go_on.wait(PATIENCE)
        finally:
            connection.close()

    def following() -> None:
        try:
            second()
        finally:
            over.set()
            connection.close()

    people = [threading.Thread(target=leading), threading.Thread(target=following)]
    people[0].start()
    assert inside.wait(PATIENCE)
    people[1].start()
    end = time.monotonic() + PATIENCE
    while not over.is_set() and not waits() and time.monotonic() < end:
        over.wait(0.02)
    go_on.set()
    for one in people:
        one.join(PATIENCE)


def waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_WAITS)
        return bool(cursor.fetchone()[0])


@pytest.mark.parametrize("hours_first", [True, False])
def test_a_branch_that_gets_new_hours_while_a_day_off_is_published_has_that_day_off(
    hours_first: bool,
) -> None:
    branch = make_branch()
    WorkingSchedule.objects.filter(pk=branch.schedule_id).update(follows_calendar=True)
    branch.refresh_from_db()
    head, admin = make_staff("head", heads=branch), make_staff("admin", is_superuser=True)
    hours = tried(
        Sheet(Setting.HOURS, branch=branch), {"hours": "пн–пт 08:00–12:00", "holidays": False}, head
    )
    day = tried(Sheet(Setting.CALENDAR, year=NOW.year), {SOON: ["day_off", None, "Праздник"]}, admin)
    one_inside_the_other(*((hours, day) if hours_first else (day, hours)))
    schedule = Branch.objects.select_related("schedule").get(pk=branch.pk).schedule
    assert schedule.pk != branch.schedule_id
    assert CalendarDay.objects.filter(date=SOON).exists()
    assert not working_time.is_working(schedule, AT_WORK)
