"""Filing: a number, a code, two clocks, a sealed card, and the right addressee."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from complaints import numbers
from complaints.models import Card, Complaint, Consent, History
from complaints.services import consents
from complaints.services import filing as service
from complaints.services.filing import code_digest
from complaints.services.transitions import RuleBroken
from insurers.models import CalendarDay
from omsportal.platform.models import Outbox
from tests.factories import NOW, file_case, make_branch, make_category, make_fund, make_region, make_staff

pytestmark = pytest.mark.django_db


def test_the_patient_gets_a_number_of_the_policys_region_and_a_code() -> None:
    filed = file_case(make_branch())
    assert filed.number.startswith("76-26-")
    assert len(numbers.code_digits(filed.access_code)) == 16


def test_the_code_is_kept_as_a_digest_bound_to_the_number() -> None:
    filed = file_case(make_branch())
    stored = bytes(Complaint.objects.get(pk=filed.complaint.pk).access_code_digest)
    digits = numbers.code_digits(filed.access_code)
    assert stored == code_digest(filed.number, digits) != code_digest("76-26-0000000-0", digits)


def test_nothing_personal_lies_in_clear_text_but_the_surname_key() -> None:
    filed = file_case(make_branch())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_to_json(c)::text FROM complaints_card c WHERE complaint_id = %s", [filed.complaint.pk]
        )
        (row,) = cursor.fetchone()
    for secret in (
        "Вера",
        "Ильинична",
        "1950-12-31",
        "79201234567",
        "vera@example.org",
        "УЗИ",
        "7658480820000012",
    ):
        assert secret not in row
    assert "соколова" in row
    assert Card.objects.get(pk=filed.complaint.pk).sealed["patient"]["first_name"] == "Вера"


def test_both_clocks_start() -> None:
    case = file_case(make_branch()).complaint
    assert case.due_at == case.escalate_at == NOW + timedelta(hours=4)
    assert (case.registered_on, case.answer_due_on) == (date(2026, 3, 18), date(2026, 4, 17))


def test_the_day_of_registration_is_the_branchs_own() -> None:
    late = datetime(2026, 3, 18, 21, 30, tzinfo=UTC)  # already the 19th in Moscow
    assert file_case(make_branch(), now=late).complaint.registered_on == date(2026, 3, 19)


def test_the_answer_date_avoids_days_off_of_the_calendar() -> None:
    CalendarDay.objects.create(date=date(2026, 4, 17), kind="day_off", title="Выходной")
    assert file_case(make_branch()).complaint.answer_due_on == date(2026, 4, 16)


def test_an_oral_appeal_has_no_legal_date() -> None:
    assert file_case(make_branch(), form="oral").complaint.answer_due_on is None


def test_it_goes_to_the_insurer_that_issued_the_policy_wherever_care_was() -> None:
    branch = make_branch()
    moscow = make_region("77", "Москва")
    assert file_case(branch, region_of_care=moscow).complaint.branch == branch


def test_a_complaint_about_the_insurer_goes_to_the_fund() -> None:
    branch, fund = make_branch(), make_fund()
    case = file_case(branch, category=make_category("insurer", about_insurer=True)).complaint
    assert (case.branch, case.tier) == (fund, 4)


def test_an_unknown_insurer_means_the_fund_of_the_region() -> None:
    fund = make_fund()
    case = file_case(None, region=fund.region).complaint
    assert (case.branch, case.tier) == (fund, 4)


def test_without_insurer_and_region_it_says_what_to_choose() -> None:
    with pytest.raises(RuleBroken) as error:
        file_case(None)
    assert error.value.code == "no_addressee"
    assert not Complaint.objects.exists()


def test_a_topic_may_skip_tiers_on_arrival() -> None:
    assert file_case(make_branch(), category=make_category("quality", arrival_tier=3)).complaint.tier == 3


def test_an_urgent_case_never_waits_in_tier_1() -> None:
    case = file_case(make_branch(), urgency="urgent").complaint
    assert (case.tier, case.due_at) == (2, NOW + timedelta(minutes=15))


def test_history_and_notices_begin_with_the_filing() -> None:
    case = file_case(make_branch(), consents=["email"]).complaint
    assert list(History.objects.filter(complaint=case).values_list("event", "cause")) == [
        ("filed", "patient")
    ]
    told = Outbox.objects.about("complaint", case.pk).values_list("channel", "kind", "receiver_kind")
    assert set(told) == {("portal", "filed", "pool"), ("email", "filed", "contact")}


def test_staff_who_took_it_in_are_named() -> None:
    operator = make_staff("operator", 1, make_branch())
    case = file_case(make_branch(), by=operator, channel="phone").complaint
    assert History.objects.get(complaint=case).by == operator


def test_consents_are_separate_rows_with_their_version() -> None:
    case = file_case(
        make_branch(), consents=["email", "medical_documents"], consent_address="192.0.2.7"
    ).complaint
    rows = Consent.objects.filter(complaint=case)
    assert {row.purpose for row in rows} == {"email", "medical_documents"}
    in_force = consents.versions_on(NOW.date())
    assert all(
        row.version == in_force[row.purpose] and row.sealed == {"address": "192.0.2.7"} for row in rows
    )


def test_without_consent_there_is_no_mail() -> None:
    assert file_case(make_branch()).complaint.notify_by_email is False


def test_a_taken_number_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = file_case(make_branch()).number
    draws = iter([taken, taken, "76-26-0000001-8"])
    monkeypatch.setattr(numbers, "new_number", lambda region, year: next(draws))
    assert file_case(make_branch()).number == "76-26-0000001-8"


def test_without_rules_it_says_so() -> None:
    from tests.factories import make_filing

    with pytest.raises(service.NoRules):
        service.file_complaint(filing=make_filing(make_branch()), now=NOW)
