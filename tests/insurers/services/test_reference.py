"""Reference data as every installation starts with them."""

import re
from datetime import date, timedelta

import pytest
from django.core.management import call_command

from insurers.models import AfterHours, Branch, CalendarDay, Hotline, Insurer, Region, WorkingSchedule
from insurers.services.reference import load_reference
from insurers.services.working_time import is_working
from tests.insurers.conftest import NOW
from tests.insurers.naive_working_time import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded():
    return load_reference(now=NOW)


def test_it_loads_every_region_insurer_fund_and_phone(loaded):
    assert (loaded.regions, loaded.insurers, loaded.branches, loaded.hotlines) == (84, 7, 7, 15)
    assert {fund.region.code: fund.title for fund in Branch.objects.funds().with_names()} == {
        "29": "ТФОМС Архангельской области",
        "73": "ТФОМС Ульяновской области",
        "76": "ТФОМС Ярославской области",
    }


def test_a_reader_can_follow_each_source_or_reads_that_nobody_checked(loaded):
    sources = set(Hotline.objects.values_list("source", flat=True))
    assert [source for source in sources if not re.match(r"[\w-]+\.ru\b|не проверено", source)] == []


def test_it_changes_nothing_the_second_time_and_keeps_what_was_edited(loaded):
    Insurer.objects.filter(code="sogaz-med").update(short_name="СОГАЗ")
    CalendarDay.objects.filter(date=date(2026, 1, 9)).update(kind="working")
    again = load_reference(now=NOW)
    assert again.new_calendar_days == 0
    assert (again.hotlines, again.branches, again.schedules) == (15, 7, loaded.schedules)
    assert Insurer.objects.by_code("sogaz-med").short_name == "СОГАЗ"
    assert CalendarDay.objects.get(date=date(2026, 1, 9)).kind == "working"


def test_it_does_not_bring_back_a_phone_that_was_replaced_or_removed(loaded):
    line = Hotline.objects.get(phone="+78001000702")
    line.phone = "+78005553535"
    line.save()
    Hotline.objects.get(phone="+78002009204").delete()
    assert load_reference(now=NOW).hotlines == 14
    assert not Hotline.objects.filter(phone__in=["+78001000702", "+78002009204"]).exists()


def test_it_gives_the_yaroslavl_branches_their_phones(loaded):
    phones = {
        branch.insurer.code: {line.phone.as_e164 for line in branch.hotlines.all()}
        for branch in Branch.objects.of_insurers().with_names()
    }
    assert phones == {
        "sogaz-med": {"+74852313828"},
        "reso-med": {"+74852607437"},
        "kapital-ms": {"+74852721060"},
        "ingosstrakh-m": {"+78001007755", "+74852733261"},
    }


def test_it_turns_the_hours_of_the_fund_into_a_schedule(loaded):
    line = Hotline.objects.of_fund_in(Region.objects.by_code("76")).with_owners().get()
    assert line.hours_text == "пн–чт 08:00–17:00, пт 08:00–16:00"
    assert line.after_hours == AfterHours.VOICEMAIL
    assert line.calls_recorded is True
    assert line.schedule.time_zone == "Europe/Moscow"
    assert is_working(line.schedule, at("2026-03-19 13:30"))
    assert not is_working(line.schedule, at("2026-03-20 13:30"))


def test_it_leaves_unknown_hours_unknown(loaded):
    line = Hotline.objects.get(phone="+78002009204")
    assert (line.schedule, line.hours_text, line.after_hours) == (None, "", AfterHours.UNKNOWN)
    assert not line.hours_confirmed


def test_it_does_not_guess_the_time_zone_of_a_country_wide_phone(loaded):
    line = Hotline.objects.get(phone="+78002500160")
    assert (line.schedule, line.after_hours) == (None, AfterHours.MACHINE)
    assert line.hours_text == "пн–чт 08:30–17:00, пт 08:30–16:00"


def test_it_keeps_the_day_a_source_speaks_of(loaded):
    assert Hotline.objects.get(phone="+78006002427").confirmed_on == date(2025, 9, 2)
    assert Hotline.objects.get(phone="+78001000702").confirmed_on is None


def test_it_makes_office_hours_per_region_and_one_round_the_clock(loaded):
    codes = set(WorkingSchedule.objects.values_list("code", flat=True))
    assert codes == {
        "office-29",
        "office-73",
        "office-76",
        "phone-76-mon-thu-0800-1700-fri-0800-1600",
        "round-the-clock",
    }
    assert WorkingSchedule.objects.by_code("office-73").time_zone == "Europe/Ulyanovsk"
    assert Branch.objects.by_codes("sogaz-med", "76").schedule.code == "office-76"


def test_it_rests_on_the_moved_days_of_2026(loaded):
    office = WorkingSchedule.objects.by_code("office-76")
    assert not is_working(office, at("2026-01-09 09:00"))
    assert is_working(office, at("2026-01-12 09:00"))
    assert not is_working(office, at("2026-11-03 14:30"))


def test_it_fills_the_calendar_of_every_year_in_reach(loaded):
    assert set(CalendarDay.objects.values_list("date__year", flat=True)) == {2025, 2026, 2027}
    load_reference(now=NOW + timedelta(days=365))
    assert 2028 in CalendarDay.objects.values_list("date__year", flat=True)


def test_it_is_a_command(capsys):
    call_command("load_reference")
    assert '"regions": 84' in capsys.readouterr().out
