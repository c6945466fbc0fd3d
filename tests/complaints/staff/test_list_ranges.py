"""Lists read range by range show what the plain rule shows, whole and in order, at any size."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

import pytest

from benchmarks.plans import explained
from complaints.models import Complaint
from complaints.queue_ranges import Few
from complaints.reports import queues
from complaints.reports.staff import lists
from complaints.reports.staff.filtering import NOBODY, wanted_of
from complaints.reports.staff.lists import Tab
from complaints.reports.staff.tabs import NEWEST_FIRST, order_of
from complaints.services import closing, waiting, work
from insurers.models import Branch
from representatives.models import Leave, Representative, User
from tests.complaints.crowd import copies
from tests.factories import make_branch, make_category, make_complaint, make_staff, profile

LISTS = [tab for tab in Tab if tab is not Tab.ALARMS]
#: One of each kind in `make test`, all in `make test-all`.
PEOPLE = ("operator", "head", "fund", *(
    pytest.param(name, marks=pytest.mark.slow)
    for name in ("specialist", "expert", "insurer_admin", "fund_operator", "rival")
))  # fmt: skip


def hand(user: User, now: datetime) -> dict[str, Any]:
    return {"by": user, "profile": profile(user, on=now.date()), "now": now}


@pytest.fixture
def everywhere(branch: Branch, people: dict[str, User], now: datetime) -> None:
    """Cases in each status and tier, urgent and ordinary, of three branches; one that the operator is barred
    from, one past the last tier, one held by somebody whose branch it has left."""
    quality = make_category("quality", arrival_tier=3)
    second = make_branch("sogaz-med", "77", now=now)
    people["operator"].representative.branches.add(second)
    for place in (branch, second, make_branch("reso-med")):
        make_complaint(place, now=now)
        make_complaint(place, now=now, category=make_category("second", arrival_tier=2), channel="phone")
        make_complaint(place, now=now - timedelta(minutes=3), category=quality)
        make_complaint(place, now=now - timedelta(minutes=5), urgency="urgent")
    operator = people["operator"]
    case = make_complaint(branch, now=now, held_by=operator)
    waiting.wait(complaint=case, question="Когда это было?", working_days=3, **hand(operator, now))
    for way in ("site", "site", "office"):
        decided = make_complaint(branch, now=now, held_by=operator, kind="consultation", answer_channel=way)
        closing.resolve(complaint=decided, outcome="clarified", text="Да", **hand(operator, now))
    make_complaint(branch, now=now, held_by=operator)
    make_complaint(branch, now=now, held_by=people["expert"], category=quality)
    barred = make_complaint(branch, now=now - timedelta(minutes=9))
    barred.barred_users.add(operator, through_defaults={"why": "complained_of"})
    late = make_complaint(branch, now=now, category=quality)
    Complaint.objects.filter(pk=late.pk).update(breached_at=now, escalate_at=None, warn_at=None)
    gone = make_complaint(make_branch("reso-med"), now=now, held_by=people["rival"])
    Complaint.objects.filter(pk=gone.pk).update(branch=branch)


def plain(tab: Tab, user: User, chosen: Mapping[str, str], now: datetime) -> list[int]:
    """By the rule alone, sorted as a whole."""
    order = order_of(tab)
    rows = lists.rows_of(tab, profile(user, on=now.date()), wanted_of(chosen, now))
    way = (f"-{order}", "-pk") if tab in NEWEST_FIRST else (order, "pk")
    return list(rows.order_by(*way).values_list("pk", flat=True))


@pytest.mark.parametrize("name", PEOPLE)
def test_every_list_is_what_the_rule_says(
    everywhere: None, people: dict[str, User], now: datetime, name: str
) -> None:
    user = people[name]
    for tab in LISTS:
        holder = {"assignee": str(people["operator"].pk)}
        for chosen in ({}, {"channel": "phone"}, {"category": "quality"}, {"assignee": NOBODY}, holder):
            shown = lists.listing(tab, profile(user, on=now.date()), chosen, "")
            assert [row.pk for row in shown.page.rows] == plain(tab, user, chosen, now), (tab, chosen)


@pytest.mark.parametrize("name", PEOPLE)
def test_every_count_is_of_the_rows_that_are_listed(
    everywhere: None, people: dict[str, User], now: datetime, name: str
) -> None:
    here = profile(people[name], on=now.date())
    counts = lists.summary(Tab.QUEUE, here, {}, now).counts
    assert {tab: counts[tab] for tab in LISTS} == {tab: lists.rows_of(tab, here, {}).count() for tab in LISTS}
    lane = Complaint.objects.urgent_lane_of(here).order_by("due_at", "pk")
    assert list(lists.lane_of(here)) == list(lane)
    assert counts["lane"] == lane.count()


def test_the_world_of_these_tests_has_something_in_each_list(
    everywhere: None, people: dict[str, User], now: datetime
) -> None:
    assert all(plain(tab, people["operator"], {}, now) for tab in LISTS)
    assert plain(Tab.ALL, people["fund"], {}, now)


@pytest.mark.parametrize("name", ["operator", "head", "insurer_admin"])
def test_pages_over_many_ranges_follow_without_gaps_and_back(
    everywhere: None, people: dict[str, User], now: datetime, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PAGE_SIZE", 3)
    here, seen, cursor = profile(people[name], on=now.date()), [], ""
    while True:
        page = lists.listing(Tab.ALL, here, {}, cursor).page
        seen.append([row.pk for row in page.rows])
        if not page.next_cursor:
            break
        cursor = page.next_cursor
    assert list(chain(*seen)) == plain(Tab.ALL, people[name], {}, now)
    back = lists.listing(Tab.ALL, here, {}, page.previous_cursor).page
    assert [row.pk for row in back.rows] == seen[-2]


def test_whoever_stands_in_sees_those_pools_in_one_order(branch: Branch, now: datetime) -> None:
    colleague = make_staff("colleague", 1, make_branch("sogaz-med", "77", now=now))
    away = make_staff("operator", 1, branch).representative
    Leave.objects.create(representative=away, starts_on=now.date(), ends_on=now.date())
    cases = [
        make_complaint(place, now=now) for place in (branch, make_branch("sogaz-med", "77", now=now)) * 2
    ]
    shown = lists.listing(Tab.QUEUE, profile(colleague, on=now.date()), {}, "").page.rows
    assert [row.pk for row in shown] == plain(Tab.QUEUE, colleague, {}, now)
    assert {row.pk for row in shown} == {case.pk for case in cases}


def test_the_queue_of_systems_is_the_pool_in_one_order(
    everywhere: None, people: dict[str, User], now: datetime
) -> None:
    here = profile(people["operator"], on=now.date())
    first = queues.queue_page(here, size=1)
    rest = queues.queue_page(here, size=50, cursor=first.next_cursor)
    expected = Complaint.objects.in_queue_of(here).order_by("due_at", "pk")
    assert [*first.rows, *rest.rows] == list(expected)


def test_take_next_over_several_places_gives_the_urgent_then_the_oldest(
    branch: Branch, people: dict[str, User], now: datetime
) -> None:
    specialist = people["specialist"]
    specialist.representative.branches.add(make_branch("sogaz-med", "77", now=now))
    second = make_category("second", arrival_tier=2)
    later = make_complaint(branch, now=now, category=second)
    older = make_complaint(make_branch("sogaz-med", "77", now=now), now=now, category=second)
    Complaint.objects.filter(pk=older.pk).update(due_at=now, escalate_at=now)
    urgent = make_complaint(branch, now=now, urgency="urgent")
    taken = [work.take_next(**hand(specialist, now)) for _ in range(4)]
    assert taken == [urgent, older, later, None]


def test_no_list_reads_or_sorts_a_whole_branch(
    branch: Branch, people: dict[str, User], now: datetime
) -> None:
    case = make_complaint(branch, now=now)
    far = "row.due_at + i * interval '1 minute'"
    copies(case, 20_000, due_at=far, escalate_at=far, tier="1 + mod(i, 3)")
    for name in ("operator", "head"):
        here = profile(people[name], on=now.date())
        for tab in LISTS:
            with explained() as plans:
                lists.listing(tab, here, {}, "")
                lists.summary(tab, here, {}, now)
            lines = [
                line for told in plans.lines.values() for line in told if " on complaints_complaint" in line
            ]
            assert len(lines) > 5
            assert not [line for line in lines if "Seq Scan" in line or "Bitmap" in line], tab
            assert not [line for line in lines if "pkey" in line and ": (" not in line], (
                tab
            )  # from end to end


def test_what_somebody_holds_is_found_without_reading_the_pool(
    branch: Branch, people: dict[str, User], now: datetime
) -> None:
    case = make_complaint(branch, now=now)
    far = "row.due_at + i * interval '1 minute'"
    copies(case, 20_000, due_at=far, escalate_at=far)
    own = make_complaint(branch, now=now, held_by=people["operator"])
    here, chosen = profile(people["head"], on=now.date()), {"assignee": str(people["operator"].pk)}
    with explained() as plans:
        shown = lists.listing(Tab.ALL, here, chosen, "").page.rows
    assert shown == [own]
    first = lists._first(lists.asked_for(Tab.ALL, chosen, "", now), here)
    assert all(isinstance(part, Few) for part in first.parts)
    told = [line for lines in plans.lines.values() for line in lines]
    found = [line for line in told if "complaint_holder" in line]
    assert found, told


def test_presence_of_colleagues_is_counted(branch: Branch, people: dict[str, User], now: datetime) -> None:
    make_staff("second", 1, branch)
    away = make_staff("third", 1, branch)
    Representative.objects.filter(user=away).update(presence="away")
    counts = lists.summary(Tab.QUEUE, profile(people["operator"], on=now.date()), {}, now).counts
    assert (counts["free_here"], counts["free_next"]) == (1, 1)
    assert "free_here" not in lists.summary(Tab.QUEUE, profile(people["head"]), {}, now).counts
