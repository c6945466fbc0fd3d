"""A filter that fits hardly anything: a page looks so far and says so, and nothing is lost on the way on."""

from collections.abc import Callable
from datetime import datetime
from itertools import chain
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from complaints.models import Complaint
from complaints.reports.staff import lists, looking, whole_list
from complaints.reports.staff.lists import Tab
from complaints.reports.staff.whole_list import how_many
from insurers.models import Branch
from representatives.models import User
from tests.complaints.crowd import copies
from tests.complaints.staff.conftest import ClientOf
from tests.complaints.staff.test_list_ranges import plain
from tests.factories import make_branch, make_complaint, profile

BY_PHONE = {"channel": "phone"}
SO_FAR = "Пока просмотрены обращения, срок которых истекает до"
_READ = """
SELECT sum(pg_stat_get_xact_tuples_returned(indexrelid)) + pg_stat_get_xact_tuples_returned(indrelid)
FROM pg_index WHERE indrelid = 'complaints_complaint'::regclass GROUP BY indrelid
"""


@pytest.fixture(autouse=True)
def _looks_at_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "LOOKED_AT", 10)
    monkeypatch.setattr(looking, "LOOKED_FURTHER", 15)


def later(minutes: str = "i") -> dict[str, str]:
    due = f"row.due_at + ({minutes}) * interval '1 minute'"
    return {"due_at": due, "escalate_at": due}


@pytest.fixture
def far(branch: Branch, people: dict[str, User], now: datetime) -> Complaint:
    """The only one by phone, the last of 41."""
    case = make_complaint(branch, now=now)
    copies(case, 40, **later(), channel="CASE WHEN i = 40 THEN 'phone' ELSE 'site' END")
    return Complaint.objects.get(channel="phone")


@pytest.fixture
def scattered(branch: Branch, people: dict[str, User], now: datetime) -> None:
    """Every seventh by phone, in all tiers, a third each waiting, decided and answered; fives of a moment."""
    case, at = make_complaint(branch, now=now), "row.registered_at + (i / 15) * interval '1 minute'"
    is_open = "mod(i, 3) = 0"
    copies(
        case, 210, due_at=later("i / 15")["due_at"],
        escalate_at=f"CASE WHEN {is_open} THEN {later('i / 15')['due_at']} END",
        warn_at=f"CASE WHEN {is_open} THEN row.warn_at END", tier="1 + mod(i / 3, 3)",
        urgency="CASE WHEN mod(i, 4) = 0 THEN 'urgent' ELSE 'ordinary' END",
        channel="CASE WHEN mod(i, 7) = 0 THEN 'phone' ELSE 'site' END",
        status="(ARRAY['new', 'resolved', 'answered'])[1 + mod(i, 3)]",
        assignee_id=f"CASE WHEN NOT {is_open} THEN {people['specialist'].pk} END",
        outcome=f"CASE WHEN {is_open} THEN row.outcome ELSE 'clarified' END",
        resolved_at=f"CASE WHEN NOT {is_open} THEN {at} END",
        answered_at=f"CASE WHEN mod(i, 3) = 2 THEN {at} END",
    )  # fmt: skip


def look(client: Client, cursor: str = "", **headers: str) -> Any:
    return client.get("/staff/", BY_PHONE | {"cursor": cursor}, headers=headers)


def shown(answer: Any) -> list[int]:
    return [row.pk for row in answer.context["listing"].page.rows]


def test_a_page_says_how_far_it_was_looked_and_the_next_goes_on(far: Complaint, client_of: ClientOf) -> None:
    operator = client_of("operator")
    answer, pages = look(operator), 1
    assert shown(answer) == []
    while not shown(answer):
        text = answer.content.decode()
        assert SO_FAR in text
        assert "Пока ничего не подходит" in text
        assert 'rel="next"' in text
        assert "Искать дальше" in text
        answer = look(operator, answer.context["listing"].page.next_cursor)
        pages += 1
    assert (shown(answer), pages) == ([far.pk], 4)  # 10, 15, 15 and the last one
    page = answer.context["listing"].page
    assert page.next_cursor == ""
    assert SO_FAR not in answer.content.decode()


def test_the_way_back_from_where_nothing_was_found_leads_to_what_was(
    far: Complaint, client_of: ClientOf
) -> None:
    operator = client_of("operator")
    answer = look(operator)
    while answer.context["listing"].page.next_cursor:
        answer = look(operator, answer.context["listing"].page.next_cursor)
    answer = look(operator, answer.context["listing"].page.previous_cursor)
    assert "Искать ближе к началу" in answer.content.decode()
    assert shown(look(operator, answer.context["listing"].page.next_cursor)) == [far.pk]
    while answer.context["listing"].page.previous_cursor:
        answer = look(operator, answer.context["listing"].page.previous_cursor)
    assert "Больше ничего не подходит" in answer.content.decode()
    assert answer.context["listing"].page.next_cursor


@pytest.mark.parametrize(
    ("name", "tab"),
    [("operator", Tab.QUEUE), ("head", Tab.ALL), ("head", Tab.DISPATCH), ("head", Tab.ANSWERED)],
)
def test_nothing_is_left_out_or_shown_twice_on_the_way_on_and_back(
    scattered: None, people: dict[str, User], now: datetime, name: str, tab: Tab,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(lists, "PAGE_SIZE", 3)
    here, everything = profile(people[name], on=now.date()), plain(tab, people[name], BY_PHONE, now)
    page = lists.listing(tab, here, BY_PHONE, "").page
    pages = [page.rows]
    while page.next_cursor:
        page = lists.listing(tab, here, BY_PHONE, page.next_cursor).page
        pages.append(page.rows)
    assert [row.pk for row in chain(*pages)] == everything
    assert [rows for rows in pages[:-1] if len(rows) < 3], "no page ended before it was full"
    back = [pages[-1]]
    while page.previous_cursor:
        page = lists.listing(tab, here, BY_PHONE, page.previous_cursor).page
        back.insert(0, page.rows)
    assert [row.pk for row in chain(*back)] == everything


def test_an_open_page_learns_what_comes_where_it_was_looked(far: Complaint, client_of: ClientOf) -> None:
    operator = client_of("operator")

    def again(answer: Any) -> Any:
        return look(operator, **{"HX-Request": "true", "If-None-Match": answer["ETag"]})

    first = look(operator)
    assert again(first).status_code == 304
    head = Complaint.objects.earliest("due_at")
    Complaint.objects.filter(pk=head.pk).update(channel="phone")
    found = again(first)
    assert shown(found) == [head.pk]
    assert SO_FAR in found.content.decode()
    # One case fewer in the pool: it is looked further, and the way on begins there.
    second = Complaint.objects.filter(due_at__gt=head.due_at).earliest("due_at")
    Complaint.objects.filter(pk=second.pk).update(tier=2)
    moved = again(found)
    assert moved.status_code == 200
    assert shown(moved) == [head.pk]


@pytest.mark.parametrize(("name", "tab"), [("operator", Tab.QUEUE), ("head", Tab.ALL)])
def test_a_longer_pool_makes_it_no_dearer(
    branch: Branch, people: dict[str, User], now: datetime, name: str, tab: Tab
) -> None:
    case = make_complaint(branch, now=now)
    copies(case, 4_000, **later())
    here = profile(people[name], on=now.date())

    def entries_read(ask: Callable[[], object]) -> int:
        ask()  # planning passes what earlier tests left at the ends of the indexes, and marks it
        with connection.cursor() as cursor:
            cursor.execute(_READ)
            before = cursor.fetchone()[0]
            ask()
            cursor.execute(_READ)
            return int(cursor.fetchone()[0] - before)

    assert entries_read(lambda: lists.listing(tab, here, BY_PHONE, "")) < 200
    whole = entries_read(lambda: whole_list.ids_of(tab, here, BY_PHONE))
    assert whole >= 4_000, "this counts what is read"


def test_the_whole_list_is_looked_through_for_acts_and_exports(
    far: Complaint, people: dict[str, User], now: datetime
) -> None:
    here = profile(people["operator"], on=now.date())
    assert whole_list.ids_of(Tab.QUEUE, here, BY_PHONE).rows == [far]
    assert whole_list.window_of(Tab.QUEUE, here, BY_PHONE).rows == [far]
    assert how_many(Tab.QUEUE, here, BY_PHONE, 1_000) == 1


def test_what_the_index_knows_is_not_looked_for(
    far: Complaint, branch: Branch, people: dict[str, User], now: datetime
) -> None:
    here = profile(people["head"], on=now.date())
    for chosen in ({"branch": str(branch.pk)}, {"tier": "1"}, {"urgency": "ordinary"}):
        listing = lists.listing(Tab.ALL, here, chosen, "")
        assert (len(listing.page.rows), listing.looked) == (lists.PAGE_SIZE, None), chosen


def test_looking_costs_no_more_than_the_budget(
    scattered: None, people: dict[str, User], client_of: ClientOf,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    people["operator"].representative.branches.add(make_branch("reso-med"))
    operator = client_of("operator")
    with django_assert_max_num_queries(12):
        answer = look(operator)
    assert shown(answer)
    assert answer.context["listing"].looked
