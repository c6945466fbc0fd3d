"""Several people prepare the same day, or press at once: one draft, in force once, nothing overwritten."""

from collections.abc import Callable

import pytest

from complaints.models import Setting, SettingChange
from complaints.services import setting_changes
from complaints.services.setting_sheets import Sheet
from insurers.models import CalendarDay
from insurers.services.revisions import MovedOn, Settled
from omsportal.platform import jobs
from representatives.models import User
from tests.factories import NOW, make_branch, make_staff, profile
from tests.races.test_two_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 4
DAY = f"{NOW.year}-06-15"


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
