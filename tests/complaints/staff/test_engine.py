"""The engine's page: what it shows to whom, and what heads and administrators do there."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from complaints.escalation import rounds
from complaints.escalation.sweep import sweep
from complaints.models import Complaint, EngineHold, History
from complaints.reports.staff import engine as report
from complaints.reports.staff import machinery
from insurers.models import Branch
from omsportal.platform import alarms, jobs
from omsportal.platform.models import Alarm, Heartbeat, Job
from representatives.models import User
from tests.complaints.crowd import copies, long_history
from tests.complaints.staff.conftest import ClientOf
from tests.complaints.staff.engine_room import HOUR, MINUTE, PAGE, context, due, watch
from tests.factories import make_branch, make_complaint, make_staff


@pytest.fixture
def rival_case(people: dict[str, User], now: datetime) -> Complaint:
    """Of another insurer in the same region, due now."""
    return due(make_complaint(make_branch("reso-med", now=now), now=now - HOUR), now - MINUTE)


# --- who ---


@pytest.mark.parametrize("role", ["operator", "specialist", "expert", "fund_operator", "rival"])
def test_it_is_not_for_those_who_work_a_queue(role: str, client_of: ClientOf) -> None:
    assert client_of(role).get(PAGE).status_code == 403
    assert client_of(role).get("/staff/fairness/").status_code == 403
    assert PAGE not in client_of(role).get("/staff/").content.decode()


def test_an_administrator_without_a_queue_finds_it_from_the_administration(client_of: ClientOf) -> None:
    admin = client_of("admin")
    assert f'href="{PAGE}"' in admin.get("/admin/").content.decode()
    answer = admin.get(PAGE)
    assert answer.status_code == 200
    assert f'href="{PAGE}" aria-current="page"' in answer.content.decode()


def test_a_head_finds_it_in_the_staff_bar(client_of: ClientOf) -> None:
    assert f'href="{PAGE}"' in client_of("head").get("/staff/").content.decode()


@pytest.mark.parametrize(("role", "seen"), [("head", 1), ("insurer_admin", 1), ("fund", 2), ("admin", 2)])
def test_each_sees_the_branches_they_answer_for(
    role: str, seen: int, held_case: Complaint, rival_case: Complaint, now: datetime, client_of: ClientOf
) -> None:
    due(held_case, now - MINUTE)
    shown = context(client_of(role))
    assert (shown["standing"].due, shown["preview"].total) == (seen, seen)


def test_a_head_of_another_insurer_sees_nothing_of_this_one(
    blocked_case: Complaint, held_case: Complaint, now: datetime, client_of: ClientOf
) -> None:
    due(held_case, now + MINUTE)
    rival_head = make_staff("rival_head", heads=make_branch("reso-med"))
    client = Client()
    client.force_login(rival_head)
    text = client.get(PAGE).content.decode()
    assert blocked_case.number not in text
    assert held_case.number not in text
    assert str(blocked_case.branch) not in text
    assert client.post(f"{PAGE}try-again/{blocked_case.number}/").status_code == 404
    client.post(f"{PAGE}try-again/")
    alarm = Alarm.objects.get(kind="blocked")
    assert client.post(f"{PAGE}alarms/{alarm.pk}/acknowledge/").status_code == 404
    blocked_case.refresh_from_db()
    assert blocked_case.blocked_at is not None


def test_a_case_barred_to_the_head_is_not_named_to_them(
    blocked_case: Complaint, people: dict[str, User], client_of: ClientOf
) -> None:
    blocked_case.barred_users.add(people["head"], through_defaults={"why": "complained_of"})
    assert list(context(client_of("head"))["blocked"]) == []
    assert client_of("head").post(f"{PAGE}try-again/{blocked_case.number}/").status_code == 404


def test_the_fund_reads_a_number_but_opens_no_card_before_the_last_tier_is_late(
    blocked_case: Complaint, client_of: ClientOf
) -> None:
    assert [row.may_open for row in context(client_of("fund"))["blocked"]] == [False]
    assert [row.may_open for row in context(client_of("head"))["blocked"]] == [True]


# --- how it stands ---


def test_it_tells_what_is_due_and_how_late_the_oldest_is(
    held_case: Complaint, branch: Branch, now: datetime, people: dict[str, User]
) -> None:
    due(held_case, now - 2 * HOUR)
    due(make_complaint(branch, now=now), now - MINUTE)
    standing = report.standing(watch(people["head"], now), now)
    assert (standing.due, standing.overdue_by) == (2, 2 * HOUR)


def test_the_last_sweep_and_its_silence_are_told(now: datetime, people: dict[str, User]) -> None:
    everywhere = watch(people["admin"], now)
    assert report.standing(everywhere, now).is_late
    sweep(now=now)
    assert not report.standing(everywhere, now + MINUTE).is_late
    assert report.standing(everywhere, now + 2 * MINUTE).is_late


def test_counts_of_the_whole_country_are_told_to_administrators_only(
    held_case: Complaint, now: datetime, people: dict[str, User]
) -> None:
    due(held_case, now)
    sweep(now=now)
    assert report.standing(watch(people["admin"], now), now).swept["escalated"] == 1
    assert report.standing(watch(people["head"], now), now).swept == {}


def test_hops_are_counted_by_hour(held_case: Complaint, now: datetime, people: dict[str, User]) -> None:
    due(held_case, now)
    sweep(now=now)
    hops = report.hops_by_hour(watch(people["head"], now), now)
    assert len(hops) == 24
    assert [count for _hour, count in hops] == [0] * 23 + [1]
    assert sum(count for _hour, count in report.hops_by_hour(watch(people["rival"], now), now)) == 0


def test_it_refreshes_only_when_something_changed(
    held_case: Complaint, client_of: ClientOf, now: datetime
) -> None:
    head = client_of("head")
    part = head.get(PAGE, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    known = {"HX-Request": "true", "If-None-Match": part["ETag"]}
    assert head.get(PAGE, headers=known).status_code == 304
    due(held_case, now - MINUTE)
    assert head.get(PAGE, headers=known).status_code == 200


# --- the dry run ---


def test_the_dry_run_says_what_the_sweep_then_does(
    branch: Branch, people: dict[str, User], now: datetime
) -> None:
    """Cases in every tier, due before, within and after the hour: exactly what is told moves."""
    for tier in (1, 2, 3):
        for minutes in (-5, 30, 90):
            case = make_complaint(branch, tier=tier, now=now - timedelta(days=30))
            due(case, now + timedelta(minutes=minutes))
    told = report.preview(watch(people["head"], now), now)
    assert [(tier.value, count) for tier, count in told.tiers] == [(1, 2), (2, 2), (3, 2)]
    foretold = {row.complaint.number: row.next_tier for row in told.first}
    before = set(History.objects.values_list("pk", flat=True))
    sweep(now=now + HOUR)
    lines = History.objects.exclude(pk__in=before).select_related("complaint")
    happened = {line.complaint.number: line.to_tier if line.event == "escalated" else None for line in lines}
    assert happened == foretold


def test_the_dry_run_changes_nothing(held_case: Complaint, client_of: ClientOf, now: datetime) -> None:
    due(held_case, now - MINUTE)
    before = Complaint.objects.values().get(pk=held_case.pk)
    lines = History.objects.count()
    client_of("head").get(PAGE)
    assert Complaint.objects.values().get(pk=held_case.pk) == before
    assert History.objects.count() == lines


def test_the_dry_run_names_the_first_thirty_and_counts_all(
    branch: Branch, people: dict[str, User], now: datetime
) -> None:
    for minute in range(35):
        due(make_complaint(branch, now=now), now + timedelta(minutes=minute))
    told = report.preview(watch(people["admin"], now), now)
    assert (told.total, len(told.first)) == (35, 30)
    moments = [row.complaint.escalate_at for row in told.first]
    assert moments == sorted(moments)
    assert [(row.branch, row.total) for row in told.branches] == [(branch, 35)]


# --- alarms and holds ---


def test_alarms_without_a_receiver_are_for_administrators(
    people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    alarms.raise_once(kind="sweeps_stopped", subject_kind="engine", subject_id=0, now=now)
    alarm = Alarm.objects.get()
    assert context(client_of("head"))["standing"].alarms == 0
    assert client_of("head").post(f"{PAGE}alarms/{alarm.pk}/acknowledge/").status_code == 404
    assert [row.may_acknowledge for row in context(client_of("admin"))["alarms"]] == [True]
    client_of("admin").post(f"{PAGE}alarms/{alarm.pk}/acknowledge/")
    alarm.refresh_from_db()
    assert alarm.acknowledged_by_id == people["admin"].pk


def test_only_a_head_silences_the_alarm_of_a_branch(blocked_case: Complaint, client_of: ClientOf) -> None:
    alarm = Alarm.objects.get()
    for role in ("admin", "insurer_admin"):
        assert client_of(role).post(f"{PAGE}alarms/{alarm.pk}/acknowledge/").status_code == 403
    assert client_of("head").post(f"{PAGE}alarms/{alarm.pk}/acknowledge/").status_code == 302


def test_an_administrator_lets_the_timer_go_on(
    people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    hold = EngineHold.objects.create(held_at=now - MINUTE, jumped_seconds=10_800)
    alarms.raise_once(kind="clock_jumped", subject_kind="engine", subject_id=0, hop=hold.pk, now=now - MINUTE)
    assert context(client_of("head"))["standing"].hold == hold
    assert client_of("head").post(f"{PAGE}holds/{hold.pk}/release/").status_code == 403
    client_of("admin").post(f"{PAGE}holds/{hold.pk}/release/")
    hold.refresh_from_db()
    assert hold.released_at is not None
    assert hold.released_by == people["admin"]
    page = client_of("admin").get(PAGE).content.decode()
    assert str(people["admin"]) in page[page.index('id="holds"') :]
    assert context(client_of("admin"))["standing"].hold is None
    alarm = Alarm.objects.get()
    assert (alarm.acknowledged_by_id, alarm.closed_at is not None) == (people["admin"].pk, True)
    assert client_of("admin").post(f"{PAGE}holds/{hold.pk}/release/").status_code == 302


def test_a_hold_of_more_than_ten_minutes_ago_is_over(now: datetime, client_of: ClientOf) -> None:
    EngineHold.objects.create(held_at=now - timedelta(minutes=11), jumped_seconds=-3600)
    shown = context(client_of("admin"))
    assert shown["standing"].hold is None
    assert [in_force for _hold, in_force in shown["holds"]] == [False]


# --- rounds and jobs ---


def test_rounds_are_listed_and_late_ones_marked(
    now: datetime, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = [rounds.Round(name, MINUTE, lambda _now: None) for name in ("seen", "silent", "never")]
    monkeypatch.setattr(rounds, "ROUNDS", looks)
    Heartbeat.objects.create(name="round.seen", beat_at=now)
    Heartbeat.objects.create(name="round.silent", beat_at=now - HOUR)
    made = context(client_of("head"))["rounds"]
    assert [(row.title, row.is_late) for row in made] == [("seen", False), ("silent", True), ("never", True)]


def test_each_round_has_a_title_in_words() -> None:
    assert {one.name for one in rounds.ROUNDS} == set(machinery.ROUND_TITLES)


def test_long_work_is_shown_with_its_progress_and_without_its_arguments(
    people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    job = jobs.request(kind="calendar.changed", arguments={"schedules": [987_654_321]}, now=now)
    Job.objects.filter(pk=job.pk).update(
        state="running", started_at=now, beat_at=now, done_count=500, total_count=2000
    )
    answer = client_of("head").get(PAGE)
    assert [row.percent for row in answer.context["jobs"]] == [25]
    assert "987654321" not in re.sub(r"\D", "", answer.content.decode())


# --- cost ---


def test_the_page_and_its_refresh_stay_within_their_queries(
    blocked_case: Complaint, held_case: Complaint, now: datetime, client_of: ClientOf,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    due(held_case, now - MINUTE)
    head = client_of("head")
    with django_assert_max_num_queries(26):
        head.get(PAGE)
    with django_assert_max_num_queries(13):
        head.get(PAGE, headers={"HX-Request": "true"})


@pytest.fixture
def crowd(branch: Branch, people: dict[str, User], now: datetime) -> None:
    """Thousands of open cases, few of them due, fewer held; thousands of hops, few of them recent."""
    case = make_complaint(branch, tier=2, now=now - timedelta(days=30))
    case = due(case, now - MINUTE)
    copies(case, 3000, due_at=LATER, escalate_at=LATER, blocked_at=SELDOM)
    line = History.objects.get(event="escalated")
    long_history(line, 5000, until=now, step=timedelta(minutes=10))


#: One case each minute from a day ago on; one in five hundred is held.
LATER = "row.due_at + (i - 1440) * interval '1 minute'"
SELDOM = "CASE WHEN mod(i, 500) = 0 THEN row.due_at END"


@pytest.mark.parametrize("role", ["admin", "head"])
def test_each_figure_reads_its_partial_index(
    role: str, crowd: None, people: dict[str, User], now: datetime
) -> None:
    own = watch(people[role], now)
    plans = {
        "complaint_due": report._due(own, until=now - 20 * HOUR),
        "complaint_blocked": report._blocked(own),
        "history_hops_by_time": report._hops(own, now - HOUR, now),
    }
    assert [name for name, rows in plans.items() if name not in rows.order_by().explain()] == []
