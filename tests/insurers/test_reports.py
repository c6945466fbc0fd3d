"""Which numbers to call now, and who works in a region."""

from datetime import date, timedelta

import pytest

from insurers.models import (
    Branch,
    ClinicPost,
    Hotline,
    Insurer,
    MedicalOrganisation,
    Office,
    Region,
)
from insurers.reports import directory, numbers_to_call, with_answers
from insurers.services.working_time import rebuild_all
from tests.insurers.conftest import NOW
from tests.insurers.naive_working_time import at

pytestmark = pytest.mark.django_db

EVENING = at("2026-03-18 17:00")


@pytest.fixture
def phone():
    def make(number, purpose="contact_centre", **fields):
        return Hotline.objects.create(phone=number, purpose=purpose, **fields)

    return make


@pytest.fixture
def phones(phone, insurer, branch, fund, office, round_the_clock):
    """An insurer's country-wide phone at any hour, its branch's by day, and the fund's by day."""
    found = {
        "country": phone("+78001000702", insurer=insurer, schedule=round_the_clock),
        "branch": phone("+74852313828", "rights_protection", branch=branch, schedule=office),
        "unknown": phone("+74852000001", "duty", branch=branch),
        "fund": phone("+78003507676", branch=fund, schedule=office),
    }
    rebuild_all(NOW)
    return found


def called(region, insurer, now=NOW):
    return [
        (call.hotline, call.answers_now) for call in numbers_to_call(region=region, insurer=insurer, now=now)
    ]


def test_it_offers_the_branch_before_the_whole_country_while_both_answer(phones, yaroslavl, insurer):
    assert called(yaroslavl, insurer) == [
        (phones["branch"], True),
        (phones["country"], True),
        (phones["unknown"], None),
    ]


def test_it_puts_the_silent_ones_last_and_says_when_they_open(phones, yaroslavl, insurer):
    assert called(yaroslavl, insurer, EVENING) == [
        (phones["country"], True),
        (phones["unknown"], None),
        (phones["branch"], False),
    ]
    silent = numbers_to_call(region=yaroslavl, insurer=insurer, now=EVENING)[-1]
    assert (silent.opens_at, silent.time_zone) == (at("2026-03-19 06:00"), "Europe/Moscow")
    assert silent.hours_confirmed


def test_it_does_not_guess_unknown_hours(phones, yaroslavl, insurer):
    unknown = numbers_to_call(region=yaroslavl, insurer=insurer, now=NOW)[-1]
    assert (unknown.answers_now, unknown.opens_at, unknown.hours_confirmed) == (None, None, False)


def test_it_does_not_trust_a_schedule_nobody_computed(phones, office, yaroslavl, insurer):
    office.spans.all().delete()
    assert (phones["branch"], None) in called(yaroslavl, insurer)


def test_it_offers_the_fund_when_the_insurer_is_not_known(phones, yaroslavl):
    assert called(yaroslavl, None) == [(phones["fund"], True)]


def test_it_offers_the_fund_when_the_insurer_has_no_phone_at_all(phones, yaroslavl):
    silent = Insurer.objects.create(code="silent", short_name="Тихая", full_name="Тихая")
    assert called(yaroslavl, silent) == [(phones["fund"], True)]


def test_it_offers_only_country_wide_phones_when_the_region_is_not_known(phones, insurer):
    assert called(None, insurer) == [(phones["country"], True)]
    assert called(None, None) == []


def test_it_offers_no_phone_out_of_its_period(phones, yaroslavl, insurer):
    today = date(2026, 3, 18)
    for phone, fields in (
        ("country", {"valid_to": today - timedelta(days=1)}),
        ("branch", {"valid_from": today + timedelta(days=1)}),
    ):
        Hotline.objects.filter(pk=phones[phone].pk).update(**fields)
    assert called(yaroslavl, insurer) == [(phones["unknown"], None)]


def test_it_takes_the_date_of_the_region_not_of_utc(phones, insurer):
    kamchatka = Region.objects.create(code="41", name="Камчатский край", time_zone="Asia/Kamchatka")
    Hotline.objects.filter(pk=phones["country"].pk).update(valid_to=date(2026, 3, 18))
    assert called(kamchatka, insurer, at("2026-03-18 11:59")) == [(phones["country"], True)]
    assert called(kamchatka, insurer, at("2026-03-18 12:00")) == []


def test_it_lists_the_region_with_its_fund_apart(phones, yaroslavl, insurer, branch, fund):
    entries = directory(region=yaroslavl, now=NOW)
    assert entries.fund.branch == fund
    assert [entry.branch for entry in entries.insurers] == [branch]
    assert {call.hotline for call in entries.insurers[0].numbers} == {
        phones["branch"],
        phones["country"],
        phones["unknown"],
    }
    assert [call.hotline for call in entries.fund.numbers] == [phones["fund"]]


def test_it_lists_offices_and_the_posts_valid_today(phones, yaroslavl, branch):
    office = Office.objects.create(branch=branch, address="ул. Свободы, 1")
    clinic = MedicalOrganisation.objects.create(
        region=yaroslavl, code="760001", name="Больница № 1", short_name="ГБ1"
    )
    post = ClinicPost.objects.create(branch=branch, medical_organisation=clinic, place="холл")
    ClinicPost.objects.create(
        branch=branch, medical_organisation=clinic, place="2 этаж", valid_to=date(2026, 3, 17)
    )
    entry = directory(region=yaroslavl, now=NOW).insurers[0]
    assert (list(entry.offices), list(entry.clinic_posts)) == ([office], [post])


def test_it_lists_a_region_without_a_fund(yaroslavl):
    assert directory(region=yaroslavl, now=NOW).fund is None


def test_it_reads_the_directory_in_a_fixed_number_of_queries(
    phones, yaroslavl, phone, office, django_assert_max_num_queries
):
    for number in range(5):
        insurer = Insurer.objects.create(code=f"i{number}", short_name=f"И{number}", full_name="И")
        branch = Branch.objects.create(insurer=insurer, region=yaroslavl, title=f"И{number}", schedule=office)
        phone(f"+7485200010{number}", branch=branch, schedule=office)
    with django_assert_max_num_queries(6):
        entries = directory(region=yaroslavl, now=NOW)
        assert all(str(call.owner) for entry in entries.insurers for call in entry.numbers)


def test_it_keeps_the_order_of_the_phones_it_is_given(phones):
    assert [call.hotline for call in with_answers(phones.values(), EVENING)] == list(phones.values())


def test_it_finds_phones_by_region_and_by_branch(phones, yaroslavl, branch):
    assert set(Hotline.objects.in_region(yaroslavl)) == set(phones.values())
    assert set(Hotline.objects.of_branch(branch)) == {phones["branch"], phones["unknown"]}
