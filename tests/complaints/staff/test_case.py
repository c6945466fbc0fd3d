"""The case page: card for everybody who sees it, content for those who work it, nothing typed is lost."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from complaints.escalation import moves
from complaints.models import Complaint, Message
from complaints.services import thread, work
from insurers.models import Branch, Region
from omsportal.platform.models import ReadLog
from representatives.models import User
from tests.complaints.staff.conftest import ClientOf
from tests.factories import (
    APPLICANT,
    PATIENT,
    STORY,
    make_branch,
    make_category,
    make_complaint,
    make_region,
    make_staff,
    profile,
)


def page_of(client: Client, case: Complaint, act: str = "") -> Any:
    return client.get(f"/staff/cases/{case.number}/{act}")


def press(client: Client, case: Complaint, act: str, **typed: Any) -> Any:
    return client.post(f"/staff/cases/{case.number}/{act}/", typed)


def readings(user: User) -> list[str]:
    return list(ReadLog.objects.of_reader("user", user.pk).values_list("what", flat=True))


def test_the_holder_reads_the_content(
    held_case: Complaint, people: dict[str, User], client_of: ClientOf
) -> None:
    body = page_of(client_of("operator"), held_case).content.decode()
    assert STORY in body
    assert APPLICANT["surname"] in body
    assert readings(people["operator"]) == ["content"]


def test_an_appeal_of_a_morning_in_the_east_came_on_the_day_of_its_registration() -> None:
    branch = Branch(region=Region(time_zone="Asia/Vladivostok"))
    case = Complaint(branch=branch, received_at=datetime(2026, 3, 9, 22, 30, tzinfo=UTC))
    assert case.received_on == date(2026, 3, 10)


@pytest.mark.parametrize("role", ["specialist", "insurer_admin"])
def test_others_of_the_branch_read_the_card_only(
    role: str, held_case: Complaint, people: dict[str, User], client_of: ClientOf
) -> None:
    answer = page_of(client_of(role), held_case)
    body = answer.content.decode()
    assert answer.context["content"] is None
    assert STORY not in body
    assert held_case.category.title not in body
    assert APPLICANT["surname"] not in body
    assert str(people["operator"]) in body
    assert readings(people[role]) == ["card"]


def test_policy_and_phone_are_masked_until_asked_for(
    held_case: Complaint, people: dict[str, User], client_of: ClientOf
) -> None:
    operator = client_of("operator")
    masked = page_of(operator, held_case).content.decode()
    assert PATIENT["policy_number"] not in masked
    assert "123-45-67" not in masked
    shown = press(operator, held_case, "unmask").content.decode()
    assert PATIENT["policy_number"] in shown
    assert "123-45-67" in shown
    assert "unmask" in readings(people["operator"])


def test_a_case_page_costs_fifteen_queries(
    held_case: Complaint, people: dict[str, User], now: datetime, client_of: ClientOf,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    for text in ("Где ответ?", "Пожалуйста, поскорее."):
        thread.post_by_patient(complaint=held_case, text=text, now=now)
    operator = client_of("operator")
    with django_assert_max_num_queries(15):
        assert page_of(operator, held_case).status_code == 200


def test_opening_by_the_holder_reads_the_news(
    held_case: Complaint, now: datetime, client_of: ClientOf
) -> None:
    thread.post_by_patient(complaint=held_case, text="Где ответ?", now=now)
    page_of(client_of("head"), held_case)
    assert Message.objects.get().read_at is None
    page_of(client_of("operator"), held_case)
    assert Message.objects.get().read_at is not None


def test_each_act_is_offered_or_refused_with_its_reason(held_case: Complaint, client_of: ClientOf) -> None:
    offers = {offer.deed.name: offer for offer in page_of(client_of("operator"), held_case).context["offers"]}
    assert offers["message"].is_allowed
    assert not offers["return"].is_allowed
    assert str(offers["return"].why_not.label) in page_of(client_of("operator"), held_case).content.decode()


def test_a_message_reaches_the_thread(held_case: Complaint, client_of: ClientOf) -> None:
    answer = press(client_of("operator"), held_case, "message", text="Добрый день!", token="t1")
    assert answer["Location"] == f"/staff/cases/{held_case.number}/"
    assert Message.objects.get().sealed["text"] == "Добрый день!"


def test_a_double_click_posts_once(held_case: Complaint, client_of: ClientOf) -> None:
    operator = client_of("operator")
    for _press in range(2):
        press(operator, held_case, "message", text="Добрый день!", token="t1")
    assert Message.objects.count() == 1


def test_an_empty_message_is_explained(held_case: Complaint, client_of: ClientOf) -> None:
    answer = press(client_of("operator"), held_case, "message", text=" ")
    assert answer.status_code == 422
    assert not Message.objects.exists()


def test_too_long_a_text_comes_back_whole(held_case: Complaint, client_of: ClientOf) -> None:
    text = "ы" * (thread.MOST_CHARACTERS + 1)
    answer = press(client_of("operator"), held_case, "message", text=text)
    assert answer.status_code == 422
    assert text in answer.content.decode()


def test_a_text_typed_while_the_timer_moved_the_case_comes_back(
    held_case: Complaint, people: dict[str, User], client_of: ClientOf
) -> None:
    operator = client_of("operator")
    seen = page_of(operator, held_case).context["seen"]
    moves.move_named_due(ids=[held_case.pk], now=held_case.due_at)
    answer = press(operator, held_case, "message", text="Долго печатала", seen=seen)
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "Долго печатала" in body
    assert answer.context["problem"].changes[0].event == "escalated"
    assert answer.context["content"] is None


def test_somebody_was_first_says_who(
    waiting_case: Complaint, people: dict[str, User], branch: Branch, now: datetime, client_of: ClientOf
) -> None:
    operator = client_of("operator")
    seen = page_of(operator, waiting_case).context["seen"]
    colleague = make_staff("colleague", 1, branch)
    work.claim(complaint=waiting_case, by=colleague, profile=profile(colleague), now=now)
    answer = press(operator, waiting_case, "claim", seen=seen)
    assert answer.status_code == 409
    assert str(colleague) in answer.content.decode()


def test_what_was_typed_while_signed_out_is_shown_to_be_copied(
    held_case: Complaint, client_of: ClientOf
) -> None:
    answer = press(client_of("anonymous"), held_case, "message", text="Долго печатала")
    assert answer.status_code == 401
    assert "Долго печатала" in answer.content.decode()


def test_a_question_pauses_the_clock_and_resuming_goes_on(held_case: Complaint, client_of: ClientOf) -> None:
    operator = client_of("operator")
    press(operator, held_case, "wait", text="Когда выдали направление?", working_days="2", token="w")
    held_case.refresh_from_db()
    assert (held_case.status, held_case.escalate_at) == ("waiting", None)
    press(operator, held_case, "resume")
    held_case.refresh_from_db()
    assert held_case.status == "in_work"


def test_a_hop_by_hand_leaves_the_card_to_the_lower_tier(held_case: Complaint, client_of: ClientOf) -> None:
    operator = client_of("operator")
    press(operator, held_case, "escalate", reason="competence", text="Нужна экспертиза")
    answer = page_of(operator, held_case)
    assert answer.context["content"] is None
    assert page_of(client_of("specialist"), held_case).context["content"] is not None
    told = next(line for line in answer.context["lines"] if line.is_hop).told
    assert [str(one.receiver) for one in told][-1] == str(held_case.assignee)


def test_a_refund_is_asked_only_where_money_was_paid(
    branch: Branch, people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    money = make_category("money", asks_money=True)
    case = make_complaint(branch, now=now, category=money, held_by=people["operator"])
    body = page_of(client_of("operator"), case).content.decode()
    assert 'name="sum_refunded"' in body
    other = make_complaint(branch, now=now, held_by=people["operator"])
    assert 'name="sum_refunded"' not in page_of(client_of("operator"), other).content.decode()


def test_the_first_tier_closes_a_complaint_as_organised_only(
    held_case: Complaint, client_of: ClientOf
) -> None:
    operator = client_of("operator")
    answer = press(operator, held_case, "resolve", outcome="justified", text="Вы правы")
    assert answer.status_code == 422
    press(operator, held_case, "resolve", outcome="organised", text="Вас ждут 25 марта.")
    held_case.refresh_from_db()
    assert (held_case.status, held_case.outcome) == ("answered", "organised")


def test_no_outcome_is_chosen_beforehand(
    branch: Branch, people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    quality = make_category("quality", arrival_tier=3)
    case = make_complaint(branch, now=now, category=quality, held_by=people["expert"])
    answer = press(client_of("expert"), case, "resolve", text="Мы проверили.")
    assert answer.status_code == 422
    assert "Мы проверили." in answer.content.decode()


def test_a_letter_is_answered_when_its_dispatch_is_recorded(
    branch: Branch, people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    case = make_complaint(branch, now=now, held_by=people["operator"], answer_channel="letter")
    operator = client_of("operator")
    press(operator, case, "resolve", outcome="organised", text="Вас ждут 25 марта.")
    case.refresh_from_db()
    assert case.status == "resolved"
    page = page_of(operator, case)
    offer = next(offer for offer in page.context["offers"] if offer.deed.name == "dispatch_answer")
    assert offer.is_opened
    assert press(operator, case, "dispatch", way="letter", outgoing_number="12-34").status_code == 422
    case.refresh_from_db()
    assert case.status == "resolved"


def test_a_case_is_handed_to_a_colleague(held_case: Complaint, branch: Branch, client_of: ClientOf) -> None:
    colleague = make_staff("colleague", 1, branch)
    form = page_of(client_of("operator"), held_case, "hand-over/").content.decode()
    assert str(colleague) in form
    press(client_of("operator"), held_case, "hand-over", to=colleague.representative.pk, reason="leave")
    held_case.refresh_from_db()
    assert held_case.assignee_id == colleague.pk


def test_a_case_is_forwarded_to_the_fund(held_case: Complaint, client_of: ClientOf) -> None:
    fund = Branch.objects.fund_of_region(held_case.branch.region)
    press(client_of("head"), held_case, "forward", to=fund.pk, reason="wrong_addressee")
    held_case.refresh_from_db()
    assert held_case.status == "forwarded"
    assert Complaint.objects.filter(branch=fund).exists()


def test_an_appeal_goes_to_the_insurer_of_the_policy_in_whatever_region_it_is(
    held_case: Complaint, client_of: ClientOf
) -> None:
    make_region("73", "Ульяновская область", "Europe/Ulyanovsk")
    there, head = make_branch("reso-med", "73"), client_of("head")
    fund = Branch.objects.fund_of_region(held_case.branch.region)
    form = page_of(head, held_case, "forward/").content.decode()
    assert form.index(f">{fund}<") < form.index(f">{there}<"), "the own region first"
    press(head, held_case, "forward", to=there.pk, reason="wrong_addressee")
    assert Complaint.objects.filter(branch=there).exists()


def test_the_dates_are_explained(held_case: Complaint, client_of: ClientOf) -> None:
    counted = page_of(client_of("specialist"), held_case, "dates/").context["counted"]
    assert counted.rule.resolution_limit == 1
    assert counted.legal.days == 30
    assert [line.event for line in counted.changes] == ["filed"]
    worked = sum((span.ends_at - span.starts_at for span in counted.spans), timedelta())
    assert worked == timedelta(hours=4)


def test_a_number_that_is_none_is_not_found(client_of: ClientOf) -> None:
    assert client_of("operator").get("/staff/cases/76-26-0000000-0/").status_code == 404
    assert client_of("operator").get("/staff/cases/1/").status_code == 404
