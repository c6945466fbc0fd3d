"""The lists: what they hold, their order, their price, and whether they changed."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from complaints.models import Complaint
from complaints.reports.staff import lists
from complaints.reports.staff.lists import Tab
from complaints.services import thread, work
from insurers.models import Branch
from representatives.models import Representative, User
from tests.complaints.staff.conftest import ClientOf
from tests.factories import make_branch, make_category, make_complaint, profile


def numbers(answer: Any) -> list[str]:
    return [row.number for row in answer.context["listing"].page.rows]


def test_the_queue_lists_the_own_tier_by_due_moment(
    branch: Branch, people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    later = make_complaint(branch, now=now)
    sooner = make_complaint(branch, now=now - timedelta(minutes=30))
    Complaint.objects.filter(pk=sooner.pk).update(due_at=now, escalate_at=now)
    make_complaint(branch, now=now, category=make_category("quality", arrival_tier=3))
    make_complaint(make_branch("reso-med"), now=now)
    assert numbers(client_of("operator").get("/staff/")) == [sooner.number, later.number]


def test_urgent_cases_stand_above_every_list(
    branch: Branch, people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    urgent = make_complaint(branch, now=now, urgency="urgent")
    ordinary = make_complaint(branch, now=now, category=make_category("second", arrival_tier=2))
    for address in ("/staff/", "/staff/mine/", "/staff/waiting/"):
        answer = client_of("specialist").get(address)
        assert [row.number for row in answer.context["listing"].lane] == [urgent.number]
    assert numbers(client_of("specialist").get("/staff/")) == [ordinary.number]


def test_a_case_of_the_lane_that_stands_below_too_has_names_of_its_own(
    branch: Branch, people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    urgent = make_complaint(branch, now=now, urgency="urgent")
    page = client_of("specialist").get("/staff/all/").content.decode()
    assert (
        page.count(f'<a id="case-{urgent.number}"') == page.count(f'<a id="case-again-{urgent.number}"') == 1
    )
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_a_held_case_moves_from_the_queue_to_the_own_list(held_case: Complaint, client_of: ClientOf) -> None:
    operator = client_of("operator")
    assert numbers(operator.get("/staff/")) == []
    assert numbers(operator.get("/staff/mine/")) == [held_case.number]


def test_heads_see_the_pools_of_all_tiers(
    waiting_case: Complaint, now: datetime, client_of: ClientOf
) -> None:
    higher = make_complaint(waiting_case.branch, now=now, category=make_category("quality", arrival_tier=3))
    assert set(numbers(client_of("head").get("/staff/"))) == {waiting_case.number, higher.number}


def test_filters_narrow_by_the_address(waiting_case: Complaint, now: datetime, client_of: ClientOf) -> None:
    by_phone = make_complaint(waiting_case.branch, now=now, channel="phone")
    assert numbers(client_of("operator").get("/staff/?channel=phone")) == [by_phone.number]
    assert numbers(client_of("operator").get("/staff/?channel=nonsense&category=waiting")) == numbers(
        client_of("operator").get("/staff/")
    )


def test_the_list_of_all_tells_cards_only(
    branch: Branch, people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    quality = make_category("quality", arrival_tier=3)
    case = make_complaint(branch, now=now, category=quality)
    operator = client_of("operator")
    rows = operator.get("/staff/all/", headers={"HX-Request": "true"}).content.decode()
    assert case.number in rows
    assert quality.title not in rows
    assert numbers(operator.get("/staff/all/?category=quality")) == []
    assert numbers(client_of("expert").get("/staff/all/?category=quality")) == [case.number]


def test_pages_follow_each_other_without_gaps(
    branch: Branch, people: dict[str, User], now: datetime, client_of: ClientOf, monkeypatch: Any
) -> None:
    monkeypatch.setattr(lists, "PAGE_SIZE", 2)
    expected = sorted(make_complaint(branch, now=now).number for _ in range(5))
    operator, seen, cursor = client_of("operator"), [], ""
    for _page in range(3):
        answer = operator.get("/staff/", {"cursor": cursor})
        seen += numbers(answer)
        cursor = answer.context["listing"].page.next_cursor
    assert (sorted(seen), cursor) == (expected, "")


def test_a_foreign_cursor_shows_the_first_page(waiting_case: Complaint, client_of: ClientOf) -> None:
    assert numbers(client_of("operator").get("/staff/?cursor=broken")) == [waiting_case.number]


def test_a_full_queue_costs_twelve_queries(
    branch: Branch, people: dict[str, User], now: datetime, client_of: ClientOf,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    people["operator"].representative.branches.add(make_branch("reso-med"))
    for urgency in ("ordinary", "ordinary", "urgent"):
        make_complaint(branch, now=now, urgency=urgency)
    operator = client_of("operator")
    with django_assert_max_num_queries(12):
        assert len(numbers(operator.get("/staff/"))) == 2


def test_an_unchanged_list_is_not_sent_again(
    waiting_case: Complaint, client_of: ClientOf, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    operator = client_of("operator")
    etag = operator.get("/staff/")["ETag"]
    with django_assert_max_num_queries(9):
        assert operator.get("/staff/", headers={"If-None-Match": etag}).status_code == 304


def test_a_claim_and_a_message_change_the_list(
    waiting_case: Complaint, people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    operator = client_of("operator")
    stamps = [operator.get("/staff/mine/")["ETag"]]
    case = work.claim(
        complaint=waiting_case, by=people["operator"], profile=profile(people["operator"]), now=now
    )
    stamps.append(operator.get("/staff/mine/")["ETag"])
    thread.post_by_patient(complaint=case, text="Есть новости?", now=now)
    answer = operator.get("/staff/mine/")
    assert len({*stamps, answer["ETag"]}) == 3
    assert answer.context["listing"].page.rows[0].has_news


def test_htmx_gets_the_list_alone(waiting_case: Complaint, client_of: ClientOf) -> None:
    body = client_of("operator").get("/staff/", headers={"HX-Request": "true"}).content.decode()
    assert body.startswith('<div id="live-list"')
    assert "<html" not in body


def test_an_ended_session_sends_the_whole_page_to_the_sign_in(client_of: ClientOf) -> None:
    answer = client_of("anonymous").get("/staff/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"].startswith("/accounts/login/")


def test_a_part_that_nobody_asked_for_leaves_a_case_open_with_what_is_typed_in_it(
    waiting_case: Complaint, client_of: ClientOf
) -> None:
    headers = {"HX-Request": "true", "X-By-Itself": "1"}
    answer = client_of("anonymous").get(f"/staff/cases/{waiting_case.number}/beside/", headers=headers)
    assert (answer.status_code, "HX-Redirect" in answer) == (401, False)


def test_take_next_opens_the_case_that_was_taken(waiting_case: Complaint, client_of: ClientOf) -> None:
    answer = client_of("operator").post("/staff/take/")
    assert answer["Location"] == f"/staff/cases/{waiting_case.number}/"
    waiting_case.refresh_from_db()
    assert waiting_case.assignee.username == "operator"


def test_take_next_says_whether_the_queue_is_empty_or_the_hands_are_full(
    held_case: Complaint, people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    def said() -> str:
        answer = client_of("operator").post("/staff/take/", follow=True)
        return " ".join(str(one) for one in answer.context["messages"])

    assert "никто не ждёт" in said()
    make_complaint(held_case.branch, now=now)
    Representative.objects.filter(user=people["operator"]).update(ceiling=1)
    assert "сколько можно: 1" in said()


def test_counts_stop_at_a_thousand() -> None:
    assert [lists.count_text(count) for count in (0, 999, 1000)] == ["0", "999", "999+"]


@pytest.mark.parametrize("tab", [tab for tab in Tab if tab is not Tab.ALARMS])
def test_every_list_is_of_cases_that_its_reader_may_open(
    tab: Tab, held_case: Complaint, people: dict[str, User]
) -> None:
    rival = profile(people["rival"])
    assert not lists.rows_of(tab, rival, {}).exists()


def test_presence_changes_by_the_switch(people: dict[str, User], client_of: ClientOf) -> None:
    answer = client_of("operator").post("/staff/presence/", {"presence": "break", "next": "/staff/mine/"})
    assert answer["Location"] == "/staff/mine/"
    assert Representative.objects.get(user=people["operator"]).presence == "break"


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "nowhere", "0", ""])
def test_presence_never_leads_to_a_foreign_site(client_of: ClientOf, back: str) -> None:
    answer = client_of("operator").post("/staff/presence/", {"presence": "free", "next": back})
    assert answer["Location"] == "/staff/"


def test_ending_the_shift_hands_work_back_and_signs_out(
    held_case: Complaint, people: dict[str, User], client_of: ClientOf
) -> None:
    operator = client_of("operator")
    assert operator.get("/staff/shift/end/").context["holdings"] == {
        "in_work": 1, "waiting": 0, "chats": 0,
    }  # fmt: skip
    operator.post("/staff/shift/end/", {"work": "back"})
    held_case.refresh_from_db()
    assert (held_case.status, held_case.assignee_id) == ("new", None)
    assert Representative.objects.get(user=people["operator"]).presence == "away"
    assert operator.get("/staff/").status_code == 302


def test_ending_the_shift_may_keep_the_work(
    held_case: Complaint, people: dict[str, User], client_of: ClientOf
) -> None:
    client_of("operator").post("/staff/shift/end/", {"work": "keep"})
    held_case.refresh_from_db()
    assert held_case.assignee_id == people["operator"].pk
